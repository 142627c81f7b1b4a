//! Letters between nodes: each arrives exactly once, and in order per sender, wherever the receiving agent goes.
//!
//! `Dispatch` is the sending side of a node: an outbox for each agent that is elsewhere, and a line to each node that is
//! sent to. `Intake` is the receiving side of one lane of such a line. [`Receipts`] is what an agent knows of the letters
//! that it has, and takes along when it moves. `wire` is what is said, byte by byte. docs/protocol.md tells why it works.

mod dispatch;
#[cfg(any(test, fuzzing))]
pub mod forged;
mod intake;
mod limits;
mod outbox;
mod place;
mod receipts;
#[cfg(test)]
mod simulation;
mod wire;

pub(crate) use dispatch::{Action, Batch, Dispatch, LineId};
pub use dispatch::{Fate, NodeLoss, PostFull, Undelivered};
pub(crate) use intake::{Front, Intake};
pub use intake::{Offered, Whereabouts};
pub use limits::PostLimits;
pub(crate) use outbox::Class;
pub use place::Place;
pub use receipts::{Number, Receipts, Sender, Verdict};
pub use wire::Breach;
pub(crate) use wire::{Decoder, Lane, Packet, Reply};
#[cfg(test)]
pub(crate) use wire::{Raw, Word};
