//! `mvm run --nodes`: nodes inside this process, joined by real QUIC, for a first try of programs that move.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use mvm::Limits;
use mvm::net::client::Program;
use mvm::net::cluster::{Cluster, ClusterConfig};
use mvm::net::event::{Event, Hop};
use mvm::net::protocol::{AgentId, Epoch};

use super::failure::Failure;
use super::follow::follow;
use super::network::block_on;
use super::{local, size, terminal};

/// A program and what it may use on each of the nodes.
pub(crate) struct Journey<'a> {
    pub(crate) nodes: &'a [String],
    pub(crate) program: Program<'a>,
    pub(crate) limits: Limits,
    pub(crate) fuel: Option<u64>,
    pub(crate) stats: bool,
}

impl Journey<'_> {
    /// Runs the program on the first node, and shows each hop on standard error.
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let first = self.nodes.first().map_or("", String::as_str);
        let routes = Arc::new(Mutex::new(Routes::default()));
        let mut config = ClusterConfig::default();
        config.limits.agent = self.limits;
        config.limits.fuel = self.fuel.unwrap_or(config.limits.fuel);
        let events = Arc::clone(&routes);
        config.events = Arc::new(move |event: &Event| lock(&events).take(event));
        block_on(async {
            let begin = Instant::now();
            let cluster = Cluster::start(self.nodes, &config).map_err(Failure::usage)?;
            let client = cluster.client()?;
            let mut following = client.send(first, self.program).await?;
            let ended = follow(&mut following, local::raise).await;
            if self.stats {
                let took = begin.elapsed();
                let listing = client.list(None, None).await?;
                let usage = listing.agents.first().map(|(info, _)| info.usage).unwrap_or_default();
                let (fuel, heap) = (usage.fuel, size::show(usage.heap_bytes));
                let hops = usage.hops;
                terminal::note(&format!("fuel {fuel}, heap {heap}, hops {hops}, ran for {took:.1?}"));
            }
            client.close().await;
            cluster.shut_down().await;
            lock(&routes).show_rest();
            ended
        })
    }
}

/// The ways of all agents.
#[derive(Debug, Default)]
struct Routes(HashMap<AgentId, Route>);

/// The way of an agent, shown in order though hops may be told out of it.
#[derive(Debug)]
struct Route {
    /// The epoch that the next hop to be shown led to.
    next: Epoch,
    /// Hops that were made after one that has not been told yet.
    waiting: BTreeMap<Epoch, Hop>,
}

impl Routes {
    fn take(&mut self, event: &Event) {
        match event {
            Event::Hop(hop) => self.0.entry(hop.agent).or_default().take(hop),
            Event::HopFailed { to, reason, .. } => terminal::note(&format!("no hop to {to}: {reason}")),
            Event::LetterRefused { agent, reason, .. } => {
                terminal::note(&format!("a message to {agent} was refused: {reason}"));
            }
            Event::Ended { .. } | Event::Stranger { .. } => {}
        }
    }

    fn show_rest(&mut self) {
        std::mem::take(&mut self.0).values().flat_map(|route| route.waiting.values()).for_each(show);
    }
}

impl Route {
    fn take(&mut self, hop: &Hop) {
        self.waiting.insert(hop.epoch, hop.clone());
        while let Some(hop) = self.waiting.remove(&self.next) {
            show(&hop);
            self.next = self.next.next();
        }
    }
}

impl Default for Route {
    fn default() -> Self {
        Self { next: Epoch::FIRST.next(), waiting: BTreeMap::new() }
    }
}

fn lock(routes: &Mutex<Routes>) -> MutexGuard<'_, Routes> {
    routes.lock().unwrap_or_else(PoisonError::into_inner)
}

fn show(hop: &Hop) {
    let Hop { from, to, cargo_bytes, code_bytes, micros, .. } = hop;
    let code = match code_bytes {
        0 => "code was there".to_owned(),
        bytes => format!("{} of code", size::show(*bytes)),
    };
    let (cargo, time) = (size::show(*cargo_bytes), Duration::from_micros(*micros));
    terminal::note(&format!("hop {from} -> {to}: {cargo} of state, {code}, {time:.1?}"));
}
