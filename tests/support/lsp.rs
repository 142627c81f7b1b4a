//! A client of `mvm lsp`, as an editor is one: it talks to the real process over its standard input and output.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::{Value, json};

/// How long a server may take for everything. It is there so that a server that says nothing fails a test and doesn't
/// hang it; no test depends on how long anything takes.
const PATIENCE: Duration = Duration::from_secs(300);

/// A running server and its workspace.
pub(crate) struct Client {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    folder: PathBuf,
    last_id: i64,
    /// Notifications that came while something else was awaited.
    notified: VecDeque<Value>,
    watchdog: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Client {
    /// Starts a server in a folder, and connects.
    pub(crate) fn start(folder: &Path) -> Self {
        let mut client = Self::start_unconnected(folder);
        let root = client.uri("");
        let params = json!({"processId": null, "rootUri": root, "capabilities": {
            "general": {"positionEncodings": ["utf-16"]},
        }});
        client.request("initialize", params);
        client.notify("initialized", json!({}));
        client
    }

    /// Starts a server that is not spoken to.
    pub(crate) fn start_unconnected(folder: &Path) -> Self {
        let mut command = super::mvm::mvm(folder, &["lsp"]);
        let mut child = command.stdin(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let (alive, died) = channel::<()>();
        let id = child.id().to_string();
        let watchdog = std::thread::spawn(move || {
            if died.recv_timeout(PATIENCE) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                let _ = std::process::Command::new("kill").arg(id).status();
            }
        });
        let (folder, notified) = (folder.to_owned(), VecDeque::new());
        Self { child, input, output, folder, last_id: 0, notified, watchdog: Some((alive, watchdog)) }
    }

    /// The URI of a file of the workspace.
    pub(crate) fn uri(&self, name: &str) -> String {
        format!("file://{}", self.folder.join(name).display())
    }

    /// Writes bytes as they are.
    pub(crate) fn send_raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    pub(crate) fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.send_raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request, and gives its id.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.last_id += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params}));
        self.last_id
    }

    /// Sends a request, and gives its response, which must not be an error.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        let mut response = self.response(id);
        assert!(response.get("error").is_none(), "{method}: {response}");
        response["result"].take()
    }

    /// Sends a request, and gives its error's message.
    pub(crate) fn request_error(&mut self, method: &str, params: Value) -> String {
        let id = self.ask(method, params);
        let response = self.response(id);
        response["error"]["message"].as_str().unwrap_or_else(|| panic!("no error: {response}")).to_owned()
    }

    /// The response to a request; others' are an error of the server.
    pub(crate) fn response(&mut self, id: i64) -> Value {
        loop {
            let message = self.read();
            if message.get("method").is_some() {
                self.notified.push_back(message);
            } else if message["id"] == json!(id) {
                return message;
            } else {
                panic!("a response to nothing: {message}");
            }
        }
    }

    /// The next message, whatever it is.
    pub(crate) fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "the server has left");
            match line.trim_end().split_once(": ") {
                Some(("Content-Length", value)) => length = value.parse().unwrap(),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    /// Opens a file of the workspace with this text.
    pub(crate) fn open(&mut self, name: &str, text: &str) {
        let uri = self.uri(name);
        let document = json!({"uri": uri, "languageId": "mob", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// The next diagnostics that the server publishes for a file: code and message of each.
    pub(crate) fn diagnostics(&mut self, name: &str) -> Vec<String> {
        let published = self.published(name);
        let shown = published.as_array().unwrap().iter().map(|diagnostic| {
            let start = &diagnostic["range"]["start"];
            let (code, message) = (&diagnostic["code"], diagnostic["message"].as_str().unwrap());
            let line = message.lines().next().unwrap();
            format!("{}:{} {} {line}", start["line"], start["character"], code.as_str().unwrap())
        });
        shown.collect()
    }

    /// The next diagnostics that the server publishes for a file, as they are.
    pub(crate) fn published(&mut self, name: &str) -> Value {
        let uri = json!(self.uri(name));
        self.published_at(&uri)
    }

    /// As [`Self::published`], of a document named by its address.
    pub(crate) fn published_at(&mut self, uri: &Value) -> Value {
        loop {
            let message = match self.notified.pop_front() {
                Some(message) => message,
                None => self.read(),
            };
            if message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == *uri {
                return message["params"]["diagnostics"].clone();
            }
        }
    }

    /// Asks for something at the `$0` of a text that is opened first.
    pub(crate) fn at_cursor(&mut self, method: &str, name: &str, marked: &str, more: Value) -> Value {
        let position = self.open_at_cursor(name, marked);
        let params = self.at(name, &position, more);
        self.request(method, params)
    }

    /// Opens a text without the `$0` in it, and gives the position of that.
    pub(crate) fn open_at_cursor(&mut self, name: &str, marked: &str) -> Value {
        let (before, after) = marked.split_once("$0").unwrap();
        self.open(name, &format!("{before}{after}"));
        let line = before.matches('\n').count();
        let character: usize =
            before.rsplit('\n').next().unwrap_or_default().chars().map(char::len_utf16).sum();
        json!({"line": line, "character": character})
    }

    /// The parameters of a request about a place.
    pub(crate) fn at(&self, name: &str, position: &Value, more: Value) -> Value {
        let mut params = json!({"textDocument": {"uri": self.uri(name)}, "position": position});
        for (key, value) in more.as_object().unwrap() {
            params[key] = value.clone();
        }
        params
    }

    /// Shuts the server down; its exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        self.wait()
    }

    /// Closes its input, and waits for its end.
    pub(crate) fn wait(mut self) -> Option<i32> {
        drop(self.input.take());
        let code = self.child.wait().unwrap().code();
        if let Some((alive, watchdog)) = self.watchdog.take() {
            drop(alive);
            watchdog.join().unwrap();
        }
        code
    }
}
