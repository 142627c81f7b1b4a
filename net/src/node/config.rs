//! What a node is started with.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use mob_vm::Limits;

use crate::event::{Event, EventSink};
use crate::home::{PeerBook, PeerName};
use crate::host::{HostFunctions, StandardHost};
use crate::identity::Identity;
use crate::protocol::Packing;

/// Everything that makes a node.
pub struct NodeConfig {
    /// What it is called.
    pub name: PeerName,
    /// What it proves.
    pub identity: Identity,
    /// Where it listens; port 0 is any that is free.
    pub listen: SocketAddr,
    /// Whom it knows.
    pub book: Arc<PeerBook>,
    /// What it allows.
    pub limits: NodeLimits,
    /// How it wants agents packed that are sent to it.
    pub packing: Packing,
    /// What it offers to programs.
    pub host: Arc<dyn HostFunctions>,
    /// Who is told what happens.
    pub events: Arc<dyn EventSink>,
}

impl NodeConfig {
    /// A node on a free port of the loopback interface, with the standard host functions, default limits, and nobody
    /// to tell.
    pub fn new(name: PeerName, identity: Identity, book: Arc<PeerBook>) -> Self {
        Self {
            name,
            identity,
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            book,
            limits: NodeLimits::default(),
            packing: Packing::default(),
            host: Arc::new(StandardHost::new()),
            events: Arc::new(|_: &Event| {}),
        }
    }
}

/// Bounds on what a node takes in. There is no unlimited setting.
#[derive(Debug, Clone, Copy)]
pub struct NodeLimits {
    /// What each agent may use.
    pub agent: Limits,
    /// Fuel that an agent may use in all, on all nodes. A node does not run one that has used more.
    pub fuel: u64,
    /// Agents here at once.
    pub agents: usize,
    /// Bytes of one encoded module.
    pub module_bytes: u64,
    /// Bytes of all modules kept.
    pub modules_bytes: u64,
    /// Bytes of all cargo that is being received at once.
    pub arriving_bytes: usize,
    /// Agents that ended, and whose output is kept here as their home.
    pub ended_agents: usize,
}

impl Default for NodeLimits {
    /// The engine's defaults for each agent, a quadrillion of fuel (some weeks), 10,000 agents, 16 MiB a module, 256
    /// MiB of modules, 1 GiB arriving, 256 ended agents.
    fn default() -> Self {
        Self {
            agent: Limits::default(),
            fuel: 1_000_000_000_000_000,
            agents: 10_000,
            module_bytes: 16 << 20,
            modules_bytes: 256 << 20,
            arriving_bytes: 1 << 30,
            ended_agents: 256,
        }
    }
}
