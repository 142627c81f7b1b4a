//! Why agents end.

use mob_vm::bytecode::Type;
use mob_vm::{Agent, Trap, TrapKind, Value};
use serde::{Deserialize, Serialize};

/// What the reason begins with for which an agent ends because one that it is linked with did, however far the link.
const LINKED: &str = "a linked agent ended: ";

/// Bytes of a reason's text that are kept: it may be told to many.
const TEXT_LEN_MAX: usize = 4096;

/// Why an agent ended, or was asked to: the prelude's `Reason`, whose variants have these tags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// Its function returned.
    Finished,
    /// It trapped, or its function returned an `Err`.
    Failed(String),
    /// Another agent told it to end.
    Exited(String),
    /// There was no such agent when somebody wanted to watch it.
    Gone,
    /// Nothing is known of it any more: its node died, or can't be reached.
    Lost(String),
}

impl Reason {
    /// How an agent ended whose function returned.
    #[must_use]
    pub fn of_return(agent: &Agent) -> Self {
        let ty = agent.returned_type().and_then(|ty| agent.program().module().types.get(ty.0 as usize));
        let is_result =
            matches!(ty, Some(Type::Enum(ty)) if ["Result", "prelude.Result"].contains(&&*ty.name));
        match agent.result_text().filter(|text| is_result && text.starts_with("Err(")) {
            Some(text) => Self::Failed(cut(&format!("it returned {text}"))),
            None => Self::Finished,
        }
    }

    /// How an agent ended that trapped.
    #[must_use]
    pub fn of_trap(trap: &Trap) -> Self {
        match &trap.kind {
            TrapKind::Exited(reason) => Self::Exited(cut(reason)),
            kind => Self::Failed(cut(&kind.to_string())),
        }
    }

    /// Whether the end of an agent is one for those that are linked with it, too.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        *self != Self::Finished
    }

    /// What those end for that are linked with an agent that ended so.
    pub(crate) fn of_link(&self) -> Self {
        let text = self.text();
        Self::Failed(if text.starts_with(LINKED) { text } else { format!("{LINKED}{text}") })
    }

    /// As the prelude declares it.
    pub(crate) fn value(&self) -> Value {
        let (tag, text) = match self {
            Self::Finished => (0, None),
            Self::Failed(text) => (1, Some(text)),
            Self::Exited(text) => (2, Some(text)),
            Self::Gone => (3, None),
            Self::Lost(text) => (4, Some(text)),
        };
        Value::Variant(tag, text.map(|text| Value::Str(text.clone())).into_iter().collect())
    }

    /// Bytes of its text.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Failed(text) | Self::Exited(text) | Self::Lost(text) => text.len(),
            Self::Finished | Self::Gone => 0,
        }
    }

    /// As a line of text.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Finished => "it finished".to_owned(),
            Self::Failed(text) | Self::Exited(text) | Self::Lost(text) => {
                text.lines().next().unwrap_or_default().to_owned()
            }
            Self::Gone => "there is no such agent".to_owned(),
        }
    }
}

/// A text, or its beginning.
pub(crate) fn cut(text: &str) -> String {
    text[..text.floor_char_boundary(TEXT_LEN_MAX)].to_owned()
}
