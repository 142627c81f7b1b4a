//! The Mob engine: bytecode, verifier, interpreter, heap, snapshots. Sans-IO.
