//! `mvm run --nodes`: nodes inside this process, joined by real QUIC, for a first try of programs that move.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use mvm::Limits;
use mvm::net::client::Program;
use mvm::net::cluster::{Cluster, ClusterConfig};
use mvm::net::event::{Event, Hop};

use super::failure::Failure;
use super::follow::follow;
use super::network::block_on;
use super::{size, terminal};

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
        let hops = Arc::new(AtomicU64::new(0));
        let mut config = ClusterConfig::default();
        config.limits.agent = self.limits;
        config.limits.fuel = self.fuel.unwrap_or(config.limits.fuel);
        let counter = Arc::clone(&hops);
        config.events = Arc::new(move |event: &Event| {
            if matches!(event, Event::Hop(_)) {
                counter.fetch_add(1, Ordering::Relaxed);
            }
            show(event);
        });
        block_on(async {
            let begin = Instant::now();
            let cluster = Cluster::start(self.nodes, &config).map_err(Failure::usage)?;
            let client = cluster.client()?;
            let first = self.nodes.first().map_or("", String::as_str);
            let mut following = client.send(first, self.program).await?;
            let ended = follow(&mut following).await;
            if self.stats {
                let took = begin.elapsed();
                let listing = client.list(None, None).await?;
                let usage = listing.agents.first().map(|(info, _)| info.usage).unwrap_or_default();
                let (fuel, heap) = (usage.fuel, size::show(usage.heap_bytes));
                let hops = hops.load(Ordering::Relaxed);
                terminal::note(&format!("fuel {fuel}, heap {heap}, hops {hops}, ran for {took:.1?}"));
            }
            client.close().await;
            cluster.shut_down().await;
            ended
        })
    }
}

fn show(event: &Event) {
    match event {
        Event::Hop(Hop { from, to, cargo_bytes, code_bytes, micros, .. }) => {
            let code = match code_bytes {
                0 => "code was there".to_owned(),
                bytes => format!("{} of code", size::show(*bytes)),
            };
            let (cargo, time) = (size::show(*cargo_bytes), Duration::from_micros(*micros));
            terminal::note(&format!("hop {from} -> {to}: {cargo} of state, {code}, {time:.1?}"));
        }
        Event::HopFailed { to, reason, .. } => terminal::note(&format!("no hop to {to}: {reason}")),
        Event::Ended { .. } | Event::Stranger { .. } => {}
    }
}
