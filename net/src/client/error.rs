//! Why a client did not get what it asked for.

use crate::home::Peer;
use crate::identity::PublicKey;
use crate::protocol::{Frame, Refusal, Refused};
use crate::transport::{LinkError, unexpected};

/// What went wrong.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ClientError {
    /// The client's own end can't be set up.
    #[error("{source}")]
    Local {
        /// Why.
        source: LinkError,
    },
    /// The exchange with a node failed.
    #[error("node {node} at {addr}: {source}")]
    Link {
        /// The node, by name.
        node: String,
        /// Where it was looked for.
        addr: String,
        /// How it failed.
        source: LinkError,
    },
    /// A node said no.
    #[error("node {node} refused: {reason}")]
    Refused {
        /// The node, by name.
        node: String,
        /// What kind of no.
        code: Refusal,
        /// What the node says.
        reason: String,
    },
    /// No node of that name is in the peer book.
    #[error("no node called {name} is known; {}", known_nodes(.known))]
    UnknownNode {
        /// The name.
        name: String,
        /// The nodes that are known.
        known: Vec<String>,
    },
    /// An agent's home or host is not in the peer book.
    #[error(
        "the node with key {home}, where the agent is or has its home, is not known; add it with `mvm peer add`"
    )]
    HomeUnknown {
        /// The node's key.
        home: PublicKey,
    },
    /// No agent that whoever asks owns, or has on a node of his, has such an id.
    #[error("no agent of yours has an id that begins with {prefix}{}", if *.silent > 0 { ", on the nodes that answered" } else { "" })]
    NoSuchAgent {
        /// What was asked for.
        prefix: String,
        /// How many nodes could not be asked.
        silent: usize,
    },
    /// More than one agent has such an id.
    #[error("{} agents have an id that begins with {prefix}: {}", .agents.len(), .agents.join(", "))]
    Ambiguous {
        /// What was asked for.
        prefix: String,
        /// The ids.
        agents: Vec<String>,
    },
    /// The agent has ended.
    #[error("agent {agent} has ended")]
    Ended {
        /// Who.
        agent: crate::protocol::AgentId,
    },
    /// What is to be sent is no module.
    #[error("not a module: {why}")]
    BadModule {
        /// What is wrong with it.
        why: String,
    },
}

impl ClientError {
    /// Whether a node refused, or could not be reached or found: what the command line ends with 5 for.
    pub fn is_refused_or_unreachable(&self) -> bool {
        !matches!(self, Self::BadModule { .. })
    }

    /// Whether the agent was not where it was looked for, and looking again may help.
    pub(super) fn is_elsewhere(&self) -> bool {
        matches!(self, Self::Refused { code: Refusal::Elsewhere, .. })
    }

    pub(super) fn link(peer: &Peer, source: LinkError) -> Self {
        match source {
            LinkError::Refused { reason } => {
                Self::Refused { node: peer.name.to_string(), code: Refusal::Unknown, reason }
            }
            source => Self::Link { node: peer.name.to_string(), addr: peer.addr.clone(), source },
        }
    }

    pub(super) fn refused(peer: &Peer, refused: Refused) -> Self {
        Self::Refused { node: peer.name.to_string(), code: refused.code, reason: refused.reason }
    }

    pub(super) fn unexpected(peer: &Peer, frame: &Frame) -> Self {
        Self::link(peer, unexpected(frame))
    }
}

fn known_nodes(known: &[String]) -> String {
    if known.is_empty() {
        "the peer book is empty: start a node, or use `mvm peer add`".to_owned()
    } else {
        format!("known are {}", known.join(", "))
    }
}
