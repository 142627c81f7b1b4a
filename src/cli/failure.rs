//! How a command ends if it doesn't end well: each kind of failure has one exit code, which scripts rely on.

use std::fmt::Display;
use std::io;
use std::path::Path;

/// What a failed command tells its user, and with which exit code.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    /// The program's `main` returned `Err`, or a check found something. It has been said already.
    Found,
    /// Files could not be tested or checked. It has been said already.
    Incomplete,
    /// Wrong usage, an unreadable file, or a source that doesn't compile.
    Usage(String),
    /// A source that doesn't compile; the text is rendered diagnostics.
    Diagnostics(String),
    /// The program trapped: message and stack trace.
    Trap(String),
    /// The program reached a limit: which, and how to raise it.
    Limit(String),
    /// A node refused, or could not be reached.
    Network(String),
    /// The user interrupted it.
    Interrupted,
    /// Whoever read standard output stopped reading, as `head` does.
    Closed,
}

impl Failure {
    /// The exit code: a promise to scripts, listed in `docs/operations.md`.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Closed => 0,
            Self::Found => 1,
            Self::Usage(_) | Self::Diagnostics(_) | Self::Incomplete => 2,
            Self::Trap(_) => 3,
            Self::Limit(_) => 4,
            Self::Network(_) => 5,
            Self::Interrupted => 130,
        }
    }

    /// What there is to say about it; empty if it has been said, or nobody listens.
    pub(crate) fn message(self) -> String {
        match self {
            Self::Found | Self::Incomplete | Self::Closed | Self::Interrupted => String::new(),
            Self::Usage(text)
            | Self::Diagnostics(text)
            | Self::Trap(text)
            | Self::Limit(text)
            | Self::Network(text) => text,
        }
    }

    /// A file that can't be read or written, and why.
    pub(crate) fn file(action: &str, path: &Path, error: &io::Error) -> Self {
        Self::Usage(format!("cannot {action} {}: {}", path.display(), reason(error)))
    }

    /// Wrong usage, or something that was given and can't be used.
    pub(crate) fn usage(error: impl Display) -> Self {
        Self::Usage(error.to_string())
    }
}

/// Failing to write results is the one I/O error without a file to name.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Usage(format!("cannot write to standard output: {}", reason(&error))),
        }
    }
}

/// An I/O error in words, the same on every platform for what is usual.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}
