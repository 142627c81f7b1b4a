//! What the compiler has to say about a program: collected while compiling, shown or listed afterwards.

mod code;
mod collection;
mod explain;
mod render;
mod suggestion;

pub use code::Code;
pub use collection::{DIAGNOSTICS_MAX, Diagnostics};
pub use explain::Explanation;
pub use render::Style;
pub use suggestion::{Edit, Suggestion};

use crate::source::Span;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The program can't be compiled.
    Error,
    /// The program can be compiled, but probably isn't what was meant.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A place that a diagnostic points at, and what is to be said there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is said; may be empty.
    pub text: String,
    /// Whether this is the place that the diagnostic is about, or one that explains it.
    pub primary: bool,
}

/// One thing to say: a message, the places it is about, and advice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    severity: Severity,
    code: Code,
    message: String,
    labels: Vec<Label>,
    notes: Vec<String>,
    helps: Vec<String>,
    suggestions: Vec<Suggestion>,
}

impl Diagnostic {
    /// An error. The message is one sentence without a full stop, in lower case.
    #[must_use]
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message.into())
    }

    /// A warning.
    #[must_use]
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message.into())
    }

    fn new(severity: Severity, code: Code, message: String) -> Self {
        Self {
            severity,
            code,
            message,
            labels: Vec::new(),
            notes: Vec::new(),
            helps: Vec::new(),
            suggestions: Vec::new(),
        }
    }

    /// Points at the place that it is about.
    #[must_use]
    pub fn primary(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: true });
        self
    }

    /// Points at another place that explains it.
    #[must_use]
    pub fn secondary(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: false });
        self
    }

    /// Adds a fact that explains it.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds what can be done about it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.helps.push(text.into());
        self
    }

    /// Adds what can be done about it, with the change of the source that does it.
    #[must_use]
    pub fn suggest(mut self, text: impl Into<String>, edits: impl IntoIterator<Item = Edit>) -> Self {
        let message = text.into();
        self.helps.push(message.clone());
        self.suggestions.push(Suggestion { message, edits: edits.into_iter().collect() });
        self
    }

    /// Adds the name that was probably meant by one at this place, if one is near enough.
    #[must_use]
    pub fn did_you_mean(self, span: Span, near: Option<impl AsRef<str>>) -> Self {
        match near {
            Some(near) => {
                let near = near.as_ref();
                self.suggest(format!("did you mean `{near}`?"), [Edit::replace(span, near)])
            }
            None => self,
        }
    }

    /// How bad it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// What kind of thing it is about.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// The message.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The places, in the order in which they were added.
    #[must_use]
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// Facts that explain it.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// What can be done about it.
    #[must_use]
    pub fn helps(&self) -> &[String] {
        &self.helps
    }

    /// Changes of the source that would mend it. What each does is among the [`helps`](Self::helps) too.
    #[must_use]
    pub fn suggestions(&self) -> &[Suggestion] {
        &self.suggestions
    }

    /// The place that it is about: the first primary label's, else the first label's.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        let primary = self.labels.iter().find(|label| label.primary);
        primary.or_else(|| self.labels.first()).map(|label| label.span)
    }
}
