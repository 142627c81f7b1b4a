//! Real `mvm node` processes, which end with the test that started them.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::mvm::{Ended, finish, mvm, run};

/// Nothing takes this long unless it hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);

/// A node's process. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct Node {
    child: Child,
    pub(crate) name: String,
    pub(crate) addr: String,
    pub(crate) key: String,
}

impl Node {
    /// Starts a node and waits for its `ready` line.
    pub(crate) fn start(folder: &Path, name: &str) -> Self {
        Self::start_with(folder, name, &[])
    }

    /// The same with more arguments.
    pub(crate) fn start_with(folder: &Path, name: &str, args: &[&str]) -> Self {
        let mut command = mvm(folder, &["node", "--name", name, "--listen", "127.0.0.1:0"]);
        let mut child = command.args(args).stderr(Stdio::inherit()).spawn().unwrap();
        let lines = Lines::of(child.stdout.take().unwrap());
        let ready = lines.next();
        let words: Vec<_> = ready.split_whitespace().map(str::to_owned).collect();
        let [word, name, addr, key] =
            words.try_into().unwrap_or_else(|_| panic!("not a ready line: {ready:?}"));
        assert_eq!(word, "ready");
        Self { child, name, addr, key }
    }

    /// Asks it to end as Ctrl-C does, and waits until it has.
    pub(crate) fn interrupt(mut self) -> Option<i32> {
        interrupt(&self.child);
        self.child.wait().unwrap().code()
    }

    /// Lets it do nothing, as if its network were cut; and go on.
    pub(crate) fn is_cut_off(&self, is_cut_off: bool) {
        signal(&self.child, if is_cut_off { "-STOP" } else { "-CONT" });
    }

    /// Ends it as a power cut does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill.
        self.child.kill().unwrap_or_default();
        self.child.wait().ok();
    }
}

/// A command that goes on while the test does something else. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct Running {
    child: Option<Child>,
    stdout: Lines,
    seen: String,
}

impl Running {
    /// Starts a command.
    pub(crate) fn start(folder: &Path, args: &[&str]) -> Self {
        let mut child = mvm(folder, args).spawn().unwrap();
        let stdout = Lines::of(child.stdout.take().unwrap());
        Self { child: Some(child), stdout, seen: String::new() }
    }

    /// Waits for the next line of its output.
    pub(crate) fn line(&mut self) -> String {
        let line = self.stdout.next();
        self.seen.push_str(&line);
        self.seen.push('\n');
        line
    }

    /// Waits for its end. The output is all of it, the lines seen before included.
    pub(crate) fn finish(mut self) -> Ended {
        while let Ok(line) = self.stdout.0.recv_timeout(PATIENCE) {
            self.seen.push_str(&line);
            self.seen.push('\n');
        }
        let mut ended = finish(self.child.take().unwrap());
        ended.stdout = std::mem::take(&mut self.seen);
        ended
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            child.kill().unwrap_or_default();
            child.wait().ok();
        }
    }
}

/// The lines of a stream, read by a thread so that waiting for one can end.
#[derive(Debug)]
struct Lines(Receiver<String>);

impl Lines {
    fn of(stream: impl Read + Send + 'static) -> Self {
        let (sender, receiver) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self(receiver)
    }

    fn next(&self) -> String {
        self.0.recv_timeout(PATIENCE).expect("no further line of output came in time")
    }
}

/// What `mvm ps --json` says of the agent whose id begins so.
pub(crate) fn agent(folder: &Path, id: &str) -> Option<Value> {
    let listed = run(folder, &["ps", "--json"]);
    let agents = listed.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut found = agents.filter(|agent| agent["id"].as_str().unwrap().starts_with(id));
    found.next()
}

/// Asks `mvm ps` about an agent until `is_so` holds.
pub(crate) fn agent_until(folder: &Path, id: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let found = agent(folder, id);
        if let Some(agent) = found.clone().filter(&is_so) {
            return agent;
        }
        assert!(Instant::now() < deadline, "agent {id} did not come to what was waited for: {found:#?}");
        std::thread::yield_now();
    }
}

/// Sends what Ctrl-C sends.
pub(crate) fn interrupt(child: &Child) {
    signal(child, "-INT");
}

fn signal(child: &Child, signal: &str) {
    let status = Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(status.unwrap().success());
}
