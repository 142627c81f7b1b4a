//! What agents say to each other: addresses, messages on their way, and the inboxes in which they wait.
//!
//! A message is copied out of its sender's heap as it is sent, and into its receiver's when that takes it out of the
//! inbox; in between it belongs to neither heap. So a full inbox costs no collection anything, and has a limit of its own.

mod address;
mod batch;
mod connection;
mod inboxes;
mod mailbox;
mod message;
mod objects;
mod portable;
mod seal;
#[cfg(test)]
mod tests;

pub use address::{Address, AgentName};
pub(crate) use batch::Batch;
pub(crate) use connection::Connection;
pub use inboxes::MailStatus;
pub(crate) use inboxes::{Inbox, Inboxes};
pub use mailbox::Mailbox;
pub(crate) use mailbox::Received;
pub use message::Message;
pub(crate) use message::{Parcel, Unpackable};
pub(crate) use objects::end_of;
pub use portable::{Difference, MessageError, TypeDescription, WrongType};
