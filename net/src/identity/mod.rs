//! Who a node or a user is: an Ed25519 key, its text form, its file, and TLS with nothing but it.

mod file;
mod key;
mod keypair;
mod tls;

pub use file::IdentityError;
pub use key::{ParseKeyError, PublicKey};
pub use keypair::Identity;
pub(crate) use tls::{client_tls, server_tls, spki_key};
