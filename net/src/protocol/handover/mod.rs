//! The hand-over of one agent from a source S to a target T, in two phases, so that never more than one copy runs.
//!
//! ```text
//! S                                   T
//! OFFER(x, agent, epoch, manifest) ─►        may it come?
//!                                  ◄─ ACCEPT(x, missing code) or REJECT(x, reason)
//! code, cargo                      ─►        whole and valid? durable
//!                                  ◄─ PREPARED(x, root)
//! durable: the point of no return
//! COMMIT(x, agent, epoch)          ─►        durable; the agent runs
//!                                  ◄─ RELEASED(x)
//! the copy is forgotten
//! ```
//!
//! [`Source`] and [`Target`] are the two sides of one attempt, [`Desk`] is all that one node has under way. They are
//! state machines: what arrives, what was made durable and what time it is come in, [`Action`]s come out.

mod action;
mod desk;
pub mod message;
mod moment;
#[cfg(test)]
mod simulation;
mod source;
mod target;

pub use action::{Action, Entry, HopError};
pub use desk::{Desk, Role};
pub use moment::{Moment, Timing};
pub use source::Source;
pub use target::Target;
