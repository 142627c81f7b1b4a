//! How an agent ended, in words.

use mob_runtime::Reason;
use mob_vm::{Agent, Trap, Value};

use super::resident::Resident;
use super::shared::Shared;
use crate::protocol::Outcome;
use crate::protocol::agents::cut;

/// The tag of `Err` in the prelude's `Result`.
const ERR: u32 = 1;

/// `main` returned.
pub(super) fn of_return(agent: &Agent) -> Outcome {
    let text = cut(agent.result_text().unwrap_or_default());
    match agent.result() {
        Some(Value::Variant(ERR, _)) if text.starts_with("Err(") => {
            let inner = text.strip_prefix("Err(").and_then(|rest| rest.strip_suffix(')'));
            Outcome::Failed { text: inner.unwrap_or(&text).to_owned() }
        }
        _ => Outcome::Returned { text },
    }
}

/// The agent trapped.
pub(super) fn of_trap(trap: &Trap) -> Outcome {
    let text = cut(trap.to_string());
    match trap.kind.limit() {
        Some(limit) => Outcome::LimitReached { limit: limit.to_owned(), text },
        None => Outcome::Trapped { text },
    }
}

/// Why an agent ended, for people.
pub(super) fn text(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Returned { text }
        | Outcome::Failed { text }
        | Outcome::Trapped { text }
        | Outcome::LimitReached { text, .. }
        | Outcome::Lost { text } => text,
        Outcome::Killed { .. } => "it was killed",
    }
}

/// As those are told who watch the agent.
pub(super) fn reason(outcome: &Outcome) -> Reason {
    match outcome {
        Outcome::Returned { .. } => Reason::Finished,
        Outcome::Failed { text } => Reason::Failed(format!("it returned Err({text})")),
        Outcome::Trapped { text } | Outcome::LimitReached { text, .. } => Reason::Failed(text.clone()),
        Outcome::Killed { by } => Reason::Exited(format!("killed by {by}")),
        Outcome::Lost { text } => Reason::Lost(text.clone()),
    }
}

/// The agent used all the fuel that it may.
pub(super) fn out_of_fuel(resident: &Resident) -> Outcome {
    let mut text = format!("fuel limit reached: {} used", resident.fuel_max);
    for line in resident.agent.stack_trace() {
        text.push_str(&format!("\n  {line}"));
    }
    Outcome::LimitReached { limit: "fuel".to_owned(), text: cut(text) }
}

/// The node ends, and the agent with it.
pub(super) fn of_closing(shared: &Shared) -> Outcome {
    Outcome::Lost { text: format!("node {} was shut down", shared.name()) }
}
