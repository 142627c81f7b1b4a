//! What a node is to its post.

use crate::identity::PublicKey;
use crate::protocol::AgentId;
use crate::protocol::post::{Fate, NodeLoss, Number, Offered, Sender, Undelivered, Whereabouts};

/// The agents of a node. Called on the post's own tasks, so nothing here may block; no lock of the post's is held.
pub trait Residents: Send + Sync + 'static {
    /// Whether the agent is here, be it full or about to move.
    fn has(&self, agent: AgentId) -> bool;

    /// Gives an agent a letter. What [`Receipts::check`](crate::protocol::post::Receipts::check) says, the taking and
    /// [`Receipts::took`](crate::protocol::post::Receipts::took) have to be one step, and no part of it may happen once the
    /// agent's snapshot is taken. After `Full` or `Held` the post must be told when that changes.
    fn offer(&self, sender: Sender, number: Number, to: AgentId, letter: &[u8]) -> Offered;

    /// Gives an agent a letter ahead of all that wait, and though it may be full, if it is here and not about to move. The letter
    /// has no number and may come again; it was sent by [`Post::send_urgent`](super::Post::send_urgent).
    fn offer_urgent(&self, sender: Sender, to: AgentId, letter: &[u8]);

    /// Where an agent is that is not here: as its home knows, or where it went from here, whichever is of the later epoch.
    fn find(&self, agent: AgentId) -> Whereabouts;

    /// Letters that were sent here come back. Of those that are lost some may have arrived.
    fn undeliverable(&self, to: AgentId, letters: Vec<Undelivered>, fate: Fate);

    /// A node that was watched is lost. It is not watched any more.
    fn node_lost(&self, node: PublicKey, loss: NodeLoss);
}
