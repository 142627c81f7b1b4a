//! Authenticated QUIC connections between keys, and what is written on their streams.
//!
//! [`endpoint`] makes connections, on sockets that [`busy_poll`] keeps awake; [`pool`] keeps them warm; [`stream`] reads and
//! writes frames on a stream of one, [`bulk`] what is too large for a frame.

pub(crate) mod bulk;
mod busy_poll;
mod config;
mod endpoint;
mod error;
mod link;
mod pool;
mod stream;

pub(crate) use endpoint::{Acceptor, Endpoint};
pub use error::LinkError;
pub(crate) use error::close;
pub(crate) use link::Link;
pub(crate) use pool::Pool;
pub(crate) use stream::{Stream, unexpected};
