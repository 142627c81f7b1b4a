//! The real `mvm` as a child process.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// What a command printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// The exit code; `None` if a signal ended it.
    pub(crate) code: Option<i32>,
}

/// A folder with these files.
pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// `mvm` with nothing of the caller's environment that it looks at.
pub(crate) fn mvm(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mvm"));
    command.args(args).current_dir(folder).env("MVM_HOME", folder.join("home"));
    command.env_remove("NO_COLOR").env_remove("RUST_BACKTRACE").env("RUST_LOG", "off");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs `mvm` to its end.
pub(crate) fn run(folder: &Path, args: &[&str]) -> Ended {
    finish(mvm(folder, args).spawn().unwrap())
}

/// Runs `mvm` to its end with this on standard input.
pub(crate) fn run_with_input(folder: &Path, args: &[&str], input: &[u8]) -> Ended {
    let mut child = mvm(folder, args).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A child that stops reading closes the pipe; what it then says is what the test is about.
    let writer = std::thread::spawn(move || stdin.write_all(&input).unwrap_or_default());
    let ended = finish(child);
    writer.join().unwrap();
    ended
}

/// Waits for a child's end.
pub(crate) fn finish(child: Child) -> Ended {
    let output = child.wait_with_output().unwrap();
    Ended {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code(),
    }
}

impl Ended {
    /// All of it as one text, for golden files.
    pub(crate) fn transcript(&self) -> String {
        let Self { stdout, stderr, code } = self;
        let code = code.map_or("a signal".to_owned(), |code| code.to_string());
        format!("exit: {code}\n--- stdout\n{stdout}--- stderr\n{stderr}")
    }
}

/// A command ended with this exit code and output, and with each of these texts in what it said besides; with nothing
/// said if there are none.
pub(crate) fn assert_ends(ended: &Ended, code: i32, stdout: &str, stderr_has: &[&str]) {
    let is_right = ended.code == Some(code)
        && ended.stdout == stdout
        && stderr_has.iter().all(|text| ended.stderr.contains(text))
        && (!stderr_has.is_empty() || ended.stderr.is_empty());
    assert!(is_right, "expected {code}, {stdout:?} and {stderr_has:?}, found\n{}", ended.transcript());
}
