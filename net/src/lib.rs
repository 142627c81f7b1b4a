//! Mob nodes: identity, transport, protocol.
//!
//! [`identity`] and [`home`] say who is who; [`protocol`] is what is said, as pure state machines; `transport` says it
//! over QUIC; [`node`] runs agents and [`client`] deals with nodes from outside.

pub mod client;
pub mod cluster;
pub mod event;
mod files;
pub mod home;
pub mod host;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod hostile_letters;
pub mod identity;
pub mod node;
pub mod post;
pub mod protocol;
mod transport;

pub use transport::LinkError;

// The tests' common programs name the crate as its users do.
#[cfg(test)]
extern crate self as mob_net;
