//! Mob nodes: identity, transport, protocol.
