//! A node: agents that run here, agents whose home this is, and the peers with whom they come and go.
//!
//! [`Node`] is what its starter holds. Inside: `run` is the life of one agent; `depart`, `arrive` and `exchange` drive
//! the hand-over's state machines; `homes` and `reporter` are the two ends of an agent's output, `drain` waits for the last of it, and
//! `adopted` bounds what peers can make a home keep; `letters` is what passes between agents here and elsewhere, and `watched`
//! who elsewhere matters here; `serve` and `requests` answer peers; `watch` looks after agents that nothing is heard of.

mod adopted;
mod arrive;
mod attempts;
mod cargo;
mod codes;
mod config;
mod depart;
mod drain;
mod exchange;
mod find;
mod forwards;
mod homes;
mod letters;
mod luggage;
mod outcome;
mod papers;
mod reporter;
mod requests;
mod resident;
mod run;
mod serve;
mod shared;
mod store;
#[cfg(test)]
mod strangers;
mod watch;
mod watched;

use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;

pub use config::{NodeConfig, NodeLimits};
use mob_runtime::Office;
use shared::Shared;

use crate::home::PeerName;
use crate::identity::PublicKey;
use crate::post::Post;
use crate::protocol::post::PostLimits;
use crate::protocol::random_life;
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
        let no_randomness = || LinkError::Local { why: "the system gives no random numbers".to_owned() };
        let life = random_life().ok_or_else(no_randomness)?;
        let shared = Arc::new_cyclic(|shared| Self::parts(config, endpoint.clone(), life, shared));
        let door = Arc::new(serve::Door(shared.clone()));
        let accepting = tokio::spawn(async move { endpoint.serve(door).await });
        let watching = tokio::spawn(watch::watch(shared.clone()));
        Ok(Self { shared, addr, accepting, watching })
    }

    /// What a node consists of, and what of that knows the node.
    fn parts(config: NodeConfig, endpoint: Arc<Endpoint>, life: u64, node: &Weak<Shared>) -> Shared {
        let key = config.identity.public();
        // Connections that the node makes are served like those that it accepts.
        let serving = node.clone();
        let on_link = move |link: Link| {
            if let Some(shared) = serving.upgrade() {
                tokio::spawn(serve::serve(shared, link));
            }
        };
        let pool = Arc::new(Pool::new(endpoint.clone(), config.book.clone(), Box::new(on_link)));
        let names = Arc::new(letters::HomeNames(key));
        let office = Office::new(names, Box::new(letters::Elsewhere(node.clone())), config.limits.agents);
        let post_limits =
            PostLimits { letter_bytes: config.limits.agent.value_bytes as u32, ..PostLimits::default() };
        let here = Arc::new(letters::Here(node.clone()));
        let post = Post::new(key, life, post_limits, pool.clone(), here);
        Shared::new(config, endpoint, pool, office, post)
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
        self.empty().await;
        self.close().await;
    }

    /// The first half of shutting down: nothing is taken in any more, and agents have ended or left. Hops that are under way
    /// come to their end.
    pub(crate) async fn empty(&self) {
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
    }

    /// The other half: all connections are closed.
    pub(crate) async fn close(&self) {
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
