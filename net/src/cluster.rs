//! Several nodes in one process, with identities that are thrown away, joined by real QUIC on the loopback interface.

use std::sync::Arc;

use crate::client::{Client, ClientError};
use crate::event::EventSink;
use crate::home::{Peer, PeerBook, PeerName, PeerNameError};
use crate::host::{HostFunctions, StandardHost};
use crate::identity::{Identity, IdentityError};
use crate::node::{Node, NodeConfig, NodeLimits};
use crate::protocol::Packing;
use crate::transport::LinkError;

/// Nodes that know and trust each other, and nobody else.
pub struct Cluster {
    nodes: Vec<Node>,
    user: Identity,
    book: Arc<PeerBook>,
}

/// How the nodes of a cluster are made.
#[derive(Clone)]
pub struct ClusterConfig {
    /// What each node allows.
    pub limits: NodeLimits,
    /// How each node wants agents packed that are sent to it.
    pub packing: Packing,
    /// What each node offers to programs.
    pub host: Arc<dyn HostFunctions>,
    /// Who is told what happens on any of them.
    pub events: Arc<dyn EventSink>,
}

impl Default for ClusterConfig {
    /// Default limits, the standard host functions, and nobody to tell.
    fn default() -> Self {
        Self {
            limits: NodeLimits::default(),
            packing: Packing::default(),
            host: Arc::new(StandardHost::new()),
            events: Arc::new(|_: &crate::event::Event| {}),
        }
    }
}

impl Cluster {
    /// Starts one node for each name.
    ///
    /// # Errors
    /// If a name can't be one or is there twice, or no socket is to be had.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn start<S: AsRef<str>>(names: &[S], config: &ClusterConfig) -> Result<Self, ClusterError> {
        let user = Identity::generate()?;
        let book = Arc::new(PeerBook::in_memory());
        book.trust(user.public());
        let mut cluster = Self { nodes: Vec::new(), user, book };
        for name in names {
            let name: PeerName = name.as_ref().parse()?;
            if cluster.nodes.iter().any(|node| *node.name() == name) {
                return Err(ClusterError::NameTwice { name });
            }
            let mut of_node = NodeConfig::new(name.clone(), Identity::generate()?, cluster.book.clone());
            of_node.limits = config.limits;
            of_node.packing = config.packing;
            of_node.host = config.host.clone();
            of_node.events = config.events.clone();
            let node = Node::start(of_node)?;
            cluster.book.add(Peer { name, addr: node.addr().to_string(), key: node.key() });
            cluster.nodes.push(node);
        }
        Ok(cluster)
    }

    /// The nodes, in the order of their names.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// What they know of each other.
    pub fn book(&self) -> &Arc<PeerBook> {
        &self.book
    }

    /// A client whom they trust.
    ///
    /// # Errors
    /// If TLS can't be set up.
    pub fn client(&self) -> Result<Client, ClientError> {
        Client::new(self.user.clone(), self.book.clone())
    }

    /// Ends all nodes.
    pub async fn shut_down(&self) {
        // A node that is closed can't say that an agent has arrived.
        for node in &self.nodes {
            node.empty().await;
        }
        for node in &self.nodes {
            node.close().await;
        }
    }
}

/// Why a cluster could not be started.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// A name can't be one.
    #[error(transparent)]
    Name(#[from] PeerNameError),
    /// Two nodes would have one name.
    #[error("two nodes can't both be called {name}")]
    NameTwice {
        /// The name.
        name: PeerName,
    },
    /// No key could be made.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// No socket could be had.
    #[error(transparent)]
    Link(#[from] LinkError),
}
