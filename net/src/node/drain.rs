//! What agents have printed is shown, though the one that was sent ends: its home waits until all has come that they printed
//! before that, as far as messages tell.
//!
//! A message may overtake output, which goes to the home from wherever its agent is. So before the end of an agent counts, its
//! home asks for the output of all that descend from it, on each node where they have gone: the home knows where those went that
//! were here, and each node that it asks knows where those went that were there.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::resident::Slot;
use super::serve::ANSWER_TIMEOUT;
use super::shared::Shared;
use crate::identity::PublicKey;
use crate::protocol::{AgentId, Drain, Drained, Frame, Went};
use crate::transport::{LinkError, unexpected};

/// How long the end of an agent waits for output that may come.
const WAIT: Duration = Duration::from_secs(5);
/// Nodes that are asked for it.
const NODES_MAX: usize = 256;

/// Waits for what agents have printed, here and elsewhere, whose output is shown with that of `console`.
pub(super) async fn everywhere(shared: &Arc<Shared>, console: AgentId) {
    // What does not come in time is given up.
    let _ = tokio::time::timeout(WAIT, walk(shared, console)).await;
}

async fn walk(shared: &Arc<Shared>, console: AgentId) {
    let mut asked = HashSet::from([shared.key]);
    let mut next = here(shared, console).await;
    loop {
        let mut asking = JoinSet::new();
        for went in next {
            if asked.len() < NODES_MAX && asked.insert(went.node) {
                asking.spawn(ask(shared.clone(), went, console));
            }
        }
        if asking.is_empty() {
            return;
        }
        // A node that does not answer has nothing that could be waited for.
        next = asking.join_all().await.into_iter().flatten().flatten().collect();
    }
}

/// Waits for what agents here have printed up to now. Gives where others went that were here.
async fn here(shared: &Arc<Shared>, console: AgentId) -> Vec<Went> {
    let slots: Vec<Arc<Slot>> = shared.agents().values().cloned().collect();
    for slot in slots.into_iter().filter(|slot| slot.descends_from(console)) {
        slot.has_told_all().await;
    }
    let went = |node: PublicKey| {
        let addr = shared.config.book.by_key(node).map(|peer| peer.addr).unwrap_or_default();
        Went { node, addr }
    };
    shared.forwards.went(console).into_iter().take(Drained::NODES_MAX).map(went).collect()
}

async fn ask(shared: Arc<Shared>, went: Went, console: AgentId) -> Result<Vec<Went>, LinkError> {
    let link = shared.pool.link(went.node, Some(went.addr.as_str()).filter(|addr| !addr.is_empty())).await?;
    let mut stream = link.open().await?;
    stream.write(&Drain { console }.into(), ANSWER_TIMEOUT).await?;
    match stream.read(ANSWER_TIMEOUT, "waiting for output").await? {
        Frame::Drained(drained) => Ok(drained.nodes),
        Frame::Refused(refused) => Err(LinkError::Refused { reason: refused.reason }),
        other => Err(unexpected(&other)),
    }
}

/// Answers a home that waits for output.
pub(super) async fn answer(shared: &Arc<Shared>, drain: Drain) -> Drained {
    let nodes = tokio::time::timeout(WAIT, here(shared, drain.console)).await.unwrap_or_default();
    Drained { nodes }
}
