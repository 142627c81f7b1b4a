//! How the compiler asks for source text. It never reads anything by itself: whoever calls it says where files and
//! the standard library come from.

use std::collections::BTreeMap;

/// Where source text comes from. Both methods must give the same answer each time during one compilation.
pub trait Sources {
    /// The text of the file at `path`: the root's name with its last part replaced by what a `use ./…` says, with
    /// `/` between its parts, `.mob` at its end, and neither `.` nor needless `..` in it.
    ///
    /// # Errors
    /// If there is no such file, or it can't be read.
    fn file(&self, path: &str) -> Result<String, ReadError>;

    /// The text of the standard library's module of this name, if it has one.
    fn stdlib(&self, name: &str) -> Option<&str>;

    /// The names of all modules of the standard library, for suggestions.
    fn stdlib_names(&self) -> Vec<&str>;
}

/// Why a file's text could not be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is no such file.
    #[error("there is no such file")]
    NotFound,
    /// The file is not UTF-8.
    #[error("it is not UTF-8: the byte at offset {offset} can't be decoded")]
    NotUtf8 {
        /// Where the first byte stands that can't be decoded.
        offset: usize,
    },
    /// The file has more than [`crate::source::SOURCE_BYTES_MAX`] bytes.
    #[error("it is longer than {} MiB", crate::source::SOURCE_BYTES_MAX / (1024 * 1024))]
    TooLong,
    /// Anything else, in the words of the operating system.
    #[error("{0}")]
    Other(String),
}

/// Sources that lie in memory: for tests, editors and embedders.
#[derive(Debug, Clone, Default)]
pub struct MemorySources {
    files: BTreeMap<String, String>,
    stdlib: BTreeMap<String, String>,
}

impl MemorySources {
    /// No files and no standard library.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the file at `path`, or replaces it.
    #[must_use]
    pub fn with_file(mut self, path: impl Into<String>, text: impl Into<String>) -> Self {
        self.files.insert(path.into(), text.into());
        self
    }

    /// Adds a module to the standard library, or replaces it.
    #[must_use]
    pub fn with_stdlib(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.stdlib.insert(name.into(), text.into());
        self
    }
}

impl Sources for MemorySources {
    fn file(&self, path: &str) -> Result<String, ReadError> {
        self.files.get(path).cloned().ok_or(ReadError::NotFound)
    }

    fn stdlib(&self, name: &str) -> Option<&str> {
        self.stdlib.get(name).map(String::as_str)
    }

    fn stdlib_names(&self) -> Vec<&str> {
        self.stdlib.keys().map(String::as_str).collect()
    }
}
