//! A node: agents that run here, agents whose home this is, and the peers with whom they come and go.
//!
//! [`Node`] is what its starter holds. Inside: `run` is the life of one agent; `depart`, `arrive` and `exchange` drive
//! the hand-over's state machines; `homes` and `reporter` are the two ends of an agent's output; `serve` and
//! `requests` answer peers; `watch` looks after agents that nothing is heard of.

mod arrive;
mod attempts;
mod cargo;
mod codes;
mod config;
mod depart;
mod exchange;
mod forwards;
mod homes;
mod luggage;
mod outcome;
mod reporter;
mod requests;
mod resident;
mod run;
mod serve;
mod shared;
mod store;
mod watch;

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

pub use config::{NodeConfig, NodeLimits};
use shared::Shared;

use crate::home::PeerName;
use crate::identity::PublicKey;
use crate::transport::{Endpoint, Link, LinkError, Pool};

/// How long homes may take to hear that agents ended with their node.
const CLOSING_WAIT: Duration = Duration::from_secs(1);
const CLOSING_POLL: Duration = Duration::from_millis(5);

/// A running node. Dropping it ends the node at once; [`Node::shut_down`] does so politely.
pub struct Node {
    shared: Arc<Shared>,
    addr: SocketAddr,
    accepting: tokio::task::JoinHandle<()>,
    watching: tokio::task::JoinHandle<()>,
}

impl Node {
    /// Starts a node on the current tokio runtime. It accepts connections when this returns.
    ///
    /// # Errors
    /// If the address can't be listened on.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn start(config: NodeConfig) -> Result<Self, LinkError> {
        let endpoint = Arc::new(Endpoint::listen(config.identity.clone(), config.listen)?);
        let addr = endpoint.local_addr().unwrap_or(config.listen);
        // Connections that the node makes are served like those that it accepts; the pool is a part of what serves.
        let late: Arc<OnceLock<Weak<Shared>>> = Arc::default();
        let serving = late.clone();
        let on_link = move |link: Link| {
            if let Some(shared) = serving.get().and_then(Weak::upgrade) {
                tokio::spawn(serve::serve(shared, link));
            }
        };
        let pool = Pool::new(endpoint.clone(), config.book.clone(), Box::new(on_link));
        let shared = Arc::new(Shared::new(config, endpoint.clone(), pool));
        // Set once, just here.
        let _ = late.set(Arc::downgrade(&shared));
        let door = Arc::new(serve::Door(shared.clone()));
        let accepting = tokio::spawn(async move { endpoint.serve(door).await });
        let watching = tokio::spawn(watch::watch(shared.clone()));
        Ok(Self { shared, addr, accepting, watching })
    }

    /// What it is called.
    pub fn name(&self) -> &PeerName {
        &self.shared.config.name
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// What it proves.
    pub fn key(&self) -> PublicKey {
        self.shared.key
    }

    /// Takes nothing in any more, ends the agents that are here and tells their homes, and closes all connections so
    /// that peers hear of it. Takes a second at most.
    pub async fn shut_down(&self) {
        self.shared.begin_closing();
        let slots: Vec<_> = self.shared.agents().values().cloned().collect();
        for slot in slots {
            let (done, _) = tokio::sync::oneshot::channel();
            // One that can't take the order has ended or will look at the flag.
            slot.order(resident::Order::End { outcome: outcome::of_closing(&self.shared), done });
        }
        let gone = async {
            while !self.shared.agents().is_empty() {
                tokio::time::sleep(CLOSING_POLL).await;
            }
        };
        let _ = tokio::time::timeout(CLOSING_WAIT, gone).await;
        self.shared.endpoint.close("the node was shut down").await;
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.shared.begin_closing();
        self.accepting.abort();
        self.watching.abort();
        self.shared.endpoint.close_now("the node was shut down");
    }
}
