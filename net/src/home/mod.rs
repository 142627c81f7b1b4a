//! What `--home DIR` holds, and who is known by it: the user's identity, the peer book, the nodes started from it.
//!
//! ```text
//! DIR/identity                the user's secret key
//! DIR/peers                   the peer book: NAME ADDR KEY, one peer a line
//! DIR/nodes/NAME/identity     a node's secret key
//! DIR/nodes/NAME/address      NAME ADDR KEY of the node while it runs
//! ```

mod book;
mod layout;
mod peer;

pub use book::{Known, PeerBook};
pub use layout::{Home, HomeError, Registration};
pub use peer::{Peer, PeerLineError, PeerName, PeerNameError};
