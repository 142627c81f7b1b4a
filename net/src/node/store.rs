//! Where entries of hand-overs are made durable.

use std::future::Future;
use std::pin::Pin;

use crate::protocol::AttemptId;
use crate::protocol::handover::Entry;

/// Keeps what has to outlive a crash. Entries of one attempt are written in the order of the calls.
pub(super) trait Store: Send + Sync {
    /// Resolves when `entry`, and `cargo` if there is any with it, would survive a crash. A store that can't promise
    /// that any more does not resolve: going on would be worse.
    fn write<'a>(
        &'a self,
        entry: &'a Entry,
        cargo: Option<&'a [u8]>,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

    /// Nothing of the attempt is needed any more, but for an `Active` entry's agent and epoch.
    fn erase(&self, attempt: AttemptId);
}

/// Keeps nothing: a node that crashes has lost its agents, and its peers find out.
pub(super) struct MemoryStore;

impl Store for MemoryStore {
    fn write<'a>(
        &'a self,
        _: &'a Entry,
        _: Option<&'a [u8]>,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(std::future::ready(()))
    }

    fn erase(&self, _: AttemptId) {}
}
