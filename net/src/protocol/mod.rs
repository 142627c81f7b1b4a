//! The protocol between nodes, without sockets, clocks or threads: what is said, and who may do what when.
//!
//! [`Frame`]s are the control messages, [`Manifest`] describes bulk data. [`handover`] moves one agent without ever
//! letting two copies run; `output` carries an agent's output to its home, each line once; [`post`] carries
//! letters between agents, each once and in order. docs/protocol.md has all of it byte by byte.

pub(crate) mod agents;
#[cfg(test)]
mod dice;
mod frame;
pub mod handover;
mod ids;
mod manifest;
pub(crate) mod output;
mod packing;
pub mod post;
mod requests;

pub use agents::{AgentInfo, AgentState, Outcome, Usage};
pub use frame::{Frame, FrameError};
pub use ids::{AgentId, AgentPrefix, AttemptId, Epoch, ParseAgentIdError};
pub(crate) use ids::{random_hash_seed, random_life, random_watch};
pub(crate) use manifest::CHUNK_LEN;
pub use manifest::Manifest;
pub use output::{Channel, Record};
pub use packing::{Packing, pack_lz4, unpack_lz4};
pub use requests::*;
