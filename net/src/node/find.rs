//! Agents that are found by a name, here or at another node.

use std::sync::Arc;

use mob_vm::{Address, HostCall, Value};

use super::serve::ANSWER_TIMEOUT;
use super::shared::Shared;
use crate::home::Peer;
use crate::protocol::{AgentId, Find, Found, Frame};
use crate::transport::{LinkError, unexpected};

/// The host function that looks for a name at a node.
pub(super) const FIND: &str = "agent.find";

/// Why nothing was found: the prelude's `FindError`, by tag.
enum FindError {
    NoSuchNode(String),
    Unreachable(String),
    NoSuchName(String),
}

/// What is published here under a name.
pub(super) fn published(shared: &Shared, find: &Find) -> Found {
    match shared.office.published().find(&find.name) {
        Some(address) => Found { agent: Some(AgentId::of_name(address.agent)), inbox: address.inbox },
        None => Found { agent: None, inbox: 0 },
    }
}

/// Answers an agent that looks for a name.
pub(super) async fn answer(shared: &Arc<Shared>, call: &HostCall) -> Value {
    let [Value::Str(node), Value::Str(name)] = &call.args[..] else { return Value::Unit };
    match look(shared, node, name).await {
        Ok(address) => Value::Variant(0, vec![Value::Addr(address)]),
        Err(error) => {
            let (tag, text) = match error {
                FindError::NoSuchNode(text) => (0, text),
                FindError::Unreachable(text) => (1, text),
                FindError::NoSuchName(text) => (2, text),
            };
            Value::Variant(1, vec![Value::Variant(tag, vec![Value::Str(text)])])
        }
    }
}

async fn look(shared: &Arc<Shared>, node: &str, name: &str) -> Result<Address, FindError> {
    let find = Find { name: name.to_owned() };
    let found = if node == shared.name() {
        published(shared, &find)
    } else {
        let shown: String = node.chars().take(80).collect();
        let peer = shared.config.book.by_name(node);
        let peer =
            peer.ok_or_else(|| FindError::NoSuchNode(format!("no node called {shown} is known here")))?;
        ask(shared, &peer, find).await.map_err(|error| FindError::Unreachable(error.to_string()))?
    };
    match found {
        Found { agent: Some(agent), inbox } => Ok(Address { agent: agent.name(), inbox }),
        Found { agent: None, .. } => {
            let shown: String = name.chars().take(80).collect();
            Err(FindError::NoSuchName(format!("nothing is published as {shown:?} on node {node}")))
        }
    }
}

async fn ask(shared: &Arc<Shared>, peer: &Peer, find: Find) -> Result<Found, LinkError> {
    let link = shared.pool.link(peer.key, Some(&peer.addr)).await?;
    let mut stream = link.open().await?;
    stream.write(&find.into(), ANSWER_TIMEOUT).await?;
    match stream.read(ANSWER_TIMEOUT, "looking for a name").await? {
        Frame::Found(found) => Ok(found),
        Frame::Refused(refused) => Err(LinkError::Refused { reason: refused.reason }),
        other => Err(unexpected(&other)),
    }
}
