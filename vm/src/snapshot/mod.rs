//! A whole agent as bytes, and back. `docs/snapshot.md` has the format byte by byte.
//!
//! A snapshot is the agent's live words as they stand after a compacting collection: the live registers of each frame,
//! then the heap. So taking one costs little more than copying, and the same state gives the same bytes on every
//! machine. Restoring trusts nothing: every pc, register, object and reference is checked against the program before
//! the agent exists.

mod envelope;
mod error;
mod frames;
mod heap;
mod info;
mod mail;
mod message;
mod objects;
mod restore;
mod restoring;
mod shapes;
#[cfg(test)]
mod stream_tests;
#[cfg(test)]
mod table_tests;
mod tables;
#[cfg(test)]
mod tests;
mod write;

pub use envelope::{MAGIC, SNAPSHOT_VERSION};
pub use error::SnapshotError;
#[cfg(test)]
pub(crate) use heap::check_heap;
pub use info::{SnapshotInfo, SnapshotStatus};
pub(crate) use message::{Form, check_message};
pub use restoring::Restoring;
pub(crate) use shapes::Shapes;
pub use write::{Frozen, SnapshotBytes};
