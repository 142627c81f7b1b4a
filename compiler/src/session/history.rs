//! The inputs of a session as they were given, with the files that they used: enough to begin anew from.

use crate::compile::CompileError;
use crate::resolve::is_stdlib_path;
use crate::source::SourceMap;

/// An input as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// What it was called.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Whether files that it uses were read again although inputs before it had used them.
    pub is_fresh: bool,
    /// The files that were read for it, by path, and their texts.
    pub files: Vec<(String, String)>,
}

impl Past {
    /// An input whose file and those that were read for it are those of the map from the `known`th on.
    pub(super) fn new(name: &str, text: &str, is_fresh: bool, sources: &SourceMap, known: usize) -> Self {
        let files = sources.iter().map(|(_, file)| file).skip(known + 1);
        let files = files.filter(|file| !is_stdlib_path(file.name()));
        let files = files.map(|file| (file.name().to_owned(), file.text().to_owned())).collect();
        Self { name: name.to_owned(), text: text.to_owned(), is_fresh, files }
    }
}

/// A session could not begin anew: an input that was correct is not so any more.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the input {input} can't be compiled any more")]
pub struct ReplayError {
    /// The input.
    pub input: String,
    /// What is wrong with it.
    #[source]
    pub error: Box<CompileError>,
}
