//! The Mob engine: bytecode, verifier, interpreter, heap, snapshots. Sans-IO: no files, sockets, clock or threads.

pub mod bytecode;
pub mod layout;
mod value;

pub use value::Value;
