//! Why something could not be done in a folder.

use std::fmt;
use std::io;

/// The most of a path that an error shows, in characters: programs make paths of any length.
const SHOWN_CHARS_MAX: usize = 200;

/// Why something could not be done with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct FsError {
    /// What is wrong, for programs.
    pub kind: FsErrorKind,
    /// What is wrong, for people: it begins with the path.
    pub text: String,
}

/// What is wrong, in the order in which the standard library declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FsErrorKind {
    /// There is nothing at the path.
    NotFound,
    /// There is something at the path already.
    Exists,
    /// The path leads out of the folder.
    Outside,
    /// The operating system does not allow it.
    Denied,
    /// There is a folder where a file is needed, or the other way round, or something that is neither.
    WrongKind,
    /// The file, or the list of a folder, is larger than programs may have.
    TooLarge,
    /// The file is not UTF-8.
    NotText,
    /// Anything else.
    Failed,
}

impl FsError {
    pub(super) fn new(kind: FsErrorKind, path: &str, what: impl fmt::Display) -> Self {
        let shown: String = path.chars().take(SHOWN_CHARS_MAX).collect();
        let more = if shown.len() < path.len() { "…" } else { "" };
        Self { kind, text: format!("{shown}{more}: {what}") }
    }

    pub(super) fn no_file(path: &str) -> Self {
        Self::new(FsErrorKind::WrongKind, path, "this is not a file")
    }

    /// What the operating system, or the walk through the path, said.
    pub(super) fn of(path: &str, error: &io::Error) -> Self {
        let (kind, what) = match error.kind() {
            io::ErrorKind::NotFound => (FsErrorKind::NotFound, "there is no such file or folder"),
            io::ErrorKind::AlreadyExists => (FsErrorKind::Exists, "there is one already"),
            // What the operating system refuses comes with its number; what the walk refuses, without.
            io::ErrorKind::PermissionDenied if error.raw_os_error().is_none() => {
                (FsErrorKind::Outside, "the path leads out of the folder that the program may use")
            }
            io::ErrorKind::PermissionDenied => (FsErrorKind::Denied, "permission denied"),
            io::ErrorKind::IsADirectory => (FsErrorKind::WrongKind, "this is a folder"),
            io::ErrorKind::NotADirectory => (FsErrorKind::WrongKind, "this is not a folder"),
            io::ErrorKind::DirectoryNotEmpty => (FsErrorKind::WrongKind, "the folder is not empty"),
            _ => return Self::new(FsErrorKind::Failed, path, error),
        };
        Self::new(kind, path, what)
    }
}
