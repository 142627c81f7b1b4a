//! How a host function says that it can't answer.

use std::fmt;

/// Why a host function could not answer. The program that called it traps with this message.
///
/// For failures that a program is to handle, let the function return `Result<T, E>` with an `E` that is a Mob type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(String);

impl Failure {
    /// A failure with this message: one sentence in lower case without a full stop.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}
