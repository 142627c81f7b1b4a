//! Changes of the source that would mend what a diagnostic is about, for editors to offer.

use crate::source::Span;

/// A change that would probably mend the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What the change is, as one of the diagnostic's helps says it.
    pub message: String,
    /// The parts of the change, all of which belong together; none overlaps another.
    pub edits: Vec<Edit>,
}

/// A place whose text is to be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty where something is only put in.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

impl Edit {
    /// Puts something in the place of a span.
    #[must_use]
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    /// Puts something before a span.
    #[must_use]
    pub fn before(span: Span, text: impl Into<String>) -> Self {
        Self { span: Span::new(span.file, span.start, span.start), text: text.into() }
    }

    /// Puts something after a span.
    #[must_use]
    pub fn after(span: Span, text: impl Into<String>) -> Self {
        Self { span: Span::new(span.file, span.end, span.end), text: text.into() }
    }
}
