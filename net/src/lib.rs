//! Mob nodes: identity, transport, protocol.

mod files;
pub mod home;
#[allow(dead_code, unused_imports)]
pub mod identity;
#[allow(dead_code)]
pub mod protocol;
#[allow(dead_code, unused_imports)]
mod transport;

pub use transport::LinkError;
