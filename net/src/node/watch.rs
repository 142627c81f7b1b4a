//! Looks after agents that are away and of which nothing is heard: a node that crashed can't say that it lost them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::homes::Homed;
use super::shared::Shared;
use crate::event::Event;
use crate::identity::PublicKey;
use crate::protocol::{AgentId, AgentInfo, Agents, Epoch, Frame, List, Outcome};
use crate::transport::{LinkError, unexpected};

/// How often to look, and how long an agent may be quiet before it is asked for.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long a node may take to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// Agents that were not found where they should be, the last time. One on its way is in neither place for a moment,
/// so only what is missing twice from the same place is lost.
type Missing = HashMap<AgentId, (PublicKey, Epoch)>;

/// Looks for ever.
pub(super) async fn watch(shared: Arc<Shared>) {
    let mut missing = Missing::new();
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        missing = look(&shared, &missing).await;
    }
}

async fn look(shared: &Arc<Shared>, missing_before: &Missing) -> Missing {
    let mut by_node: HashMap<PublicKey, Vec<(AgentId, Epoch, Arc<Homed>)>> = HashMap::new();
    for (agent, homed) in shared.homes.all() {
        if let Some((node, epoch)) = homed.is_quiet(LOOK_EVERY)
            && node != shared.key
        {
            by_node.entry(node).or_default().push((agent, epoch, homed));
        }
    }
    let mut missing = Missing::new();
    for (node, agents) in by_node {
        // A node that does not answer may have the agents all the same.
        let Ok(known_there) = agents_of(shared, node).await else { continue };
        for (agent, epoch, homed) in agents {
            match known_there.get(&agent) {
                Some(info) if info.here => {}
                Some(info) if info.epoch > epoch => homed.moved(info.node, info.epoch),
                _ if missing_before.get(&agent) == Some(&(node, epoch)) => {
                    let text = format!("node {} does not have it any more", shared.name_of(node));
                    lose(shared, agent, &homed, (node, epoch), Outcome::Lost { text });
                }
                _ => {
                    missing.insert(agent, (node, epoch));
                }
            }
        }
    }
    missing
}

fn lose(shared: &Shared, agent: AgentId, homed: &Homed, place: (PublicKey, Epoch), outcome: Outcome) {
    if homed.lose(place, &outcome) {
        shared.homes.ended(agent);
        shared.tell(&Event::Ended { agent, outcome });
    }
}

/// The agents that a node has, or knows to have gone elsewhere.
async fn agents_of(shared: &Arc<Shared>, node: PublicKey) -> Result<HashMap<AgentId, AgentInfo>, LinkError> {
    let link = shared.pool.link(node, None).await?;
    let mut stream = link.open().await?;
    stream.write(&List { prefix: String::new(), left: true }.into(), ANSWER_TIMEOUT).await?;
    let mut known: HashMap<AgentId, AgentInfo> = HashMap::new();
    loop {
        match stream.read(ANSWER_TIMEOUT, "asking for agents").await? {
            Frame::Agents(Agents { agents, more }) => {
                for info in agents {
                    // One that left and came back is here.
                    if info.here || known.get(&info.agent).is_none_or(|other| other.epoch <= info.epoch) {
                        known.insert(info.agent, info);
                    }
                }
                if !more {
                    return Ok(known);
                }
            }
            other => return Err(unexpected(&other)),
        }
    }
}
