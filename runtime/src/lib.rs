//! Agents among each other: what they send, begin, watch and end.
//!
//! An [`Office`] knows the agents of one place, and brings them letters. A [`Course`] takes one agent through its turns:
//! whoever drives agents calls [`Course::advance`] when it is the agent's turn, and again once the waker that it gave is
//! woken, or the time has come that it was told. There are no threads here, no clock and no sockets: an executor of
//! futures can drive agents, and so can a loop that lets them take turns in an order that depends on nothing else.

mod beyond;
mod control;
mod course;
mod directory;
mod letter;
mod names;
mod office;
mod owner;
mod published;
mod reason;
mod resident;
mod signals;
#[cfg(test)]
mod tests;
mod watches;

pub use beyond::{Beyond, Nowhere};
pub use control::AGENT_FUNCTIONS;
pub use course::{Begun, Course, Next, Rest, why_stuck};
pub use letter::{Letter, Presence, Signal, Undecodable, Unsent};
pub use names::{Counter, Names};
pub use office::{AGENTS_MAX, Office};
pub use owner::{Credential, Owner, Pass, Right};
pub use published::Published;
pub use reason::Reason;
pub use resident::Resident;
pub use signals::Signals;
