//! The life of an agent on this node: one future, a slice of fuel at a time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use mob_vm::{HostCall, Step, Value};
use tokio::sync::mpsc;

use super::depart;
use super::outcome;
use super::resident::{Order, Resident, Slot};
use super::shared::Shared;
use crate::host::{HostAnswer, HostContext};
use crate::protocol::{AgentState, Outcome};

/// Fuel between two looks at the agent's orders: about a millisecond.
const SLICE: u64 = 200_000;

/// Whether an agent goes on here.
pub(super) enum Goes {
    /// It does.
    On,
    /// It is over here: it ended, or it left.
    Away,
}

/// Gives an agent its slot and lets it run, until it ends or leaves.
pub(super) fn settle(shared: &Arc<Shared>, resident: Box<Resident>) {
    let (slot, inbox) = Slot::new(&resident);
    shared.agents().insert(resident.id, slot.clone());
    let life = Life { shared: shared.clone(), resident, slot, inbox };
    tokio::spawn(life.live());
}

/// An agent and its surroundings.
pub(super) struct Life {
    pub(super) shared: Arc<Shared>,
    pub(super) resident: Box<Resident>,
    pub(super) slot: Arc<Slot>,
    inbox: mpsc::Receiver<Order>,
}

impl Life {
    async fn live(mut self) {
        self.show(AgentState::Running);
        if self.resident.arrives {
            self.resident.arrives = false;
            if let Goes::Away = self.answer(&depart::arrived()).await {
                return;
            }
        }
        while let Goes::On = self.step().await {}
    }

    async fn step(&mut self) -> Goes {
        while let Ok(order) = self.inbox.try_recv() {
            if let Goes::Away = self.obey(order).await {
                return Goes::Away;
            }
        }
        if self.shared.is_closing() {
            return self.end(outcome::of_closing(&self.shared)).await;
        }
        if self.resident.reporter.is_full() {
            return self.wait_for_home().await;
        }
        if self.resident.sleep.is_some() {
            return self.sleep().await;
        }
        let fuel_left = self.resident.fuel_max.saturating_sub(self.resident.agent.fuel_used());
        if fuel_left == 0 {
            return self.end(outcome::out_of_fuel(&self.resident)).await;
        }
        match self.resident.agent.run(SLICE.min(fuel_left)) {
            Step::OutOfFuel => {
                self.slot.update(AgentState::Running, self.resident.usage());
                tokio::task::yield_now().await;
                Goes::On
            }
            Step::HostCall(call) => {
                tokio::task::coop::consume_budget().await;
                self.call(&call).await
            }
            Step::Depart(departure) => depart::asked(self, &departure.node).await,
            Step::Send(_) | Step::Spawn | Step::Receive { .. } => {
                self.fail("nodes don't pass messages between agents yet: run the program without a node")
                    .await
            }
            Step::Done => self.end(outcome::of_return(&self.resident.agent)).await,
            Step::Trap(trap) => self.end(outcome::of_trap(&trap)).await,
        }
    }

    async fn call(&mut self, call: &HostCall) -> Goes {
        match self.ask_host(call) {
            HostAnswer::Value(value) => self.answer(&value).await,
            HostAnswer::Output(channel, text) => {
                self.resident.reporter.write(&self.shared, channel, &text);
                self.answer(&Value::Unit).await
            }
            HostAnswer::After(ms, value) => {
                let until = Instant::now().checked_add(Duration::from_millis(ms));
                let Some(until) = until else { return self.fail("the wait is too long").await };
                self.resident.sleep = Some((until, value));
                self.show(AgentState::Waiting);
                Goes::On
            }
            HostAnswer::Fail(message) => self.fail(&message).await,
        }
    }

    fn ask_host(&self, call: &HostCall) -> HostAnswer {
        let (book, name) = (&self.shared.config.book, self.shared.name());
        let peers = || {
            let mut names: Vec<String> = book.peers().into_iter().map(|peer| peer.name.to_string()).collect();
            names.retain(|peer| peer != name);
            names.sort_unstable();
            names
        };
        self.shared.config.host.call(call, &HostContext { node: name, peers: &peers })
    }

    /// Answers the pending host call or departure.
    pub(super) async fn answer(&mut self, value: &Value) -> Goes {
        match self.resident.agent.resume(value) {
            Ok(()) => Goes::On,
            Err(error) => self.fail(&format!("the node's answer does not fit: {error}")).await,
        }
    }

    async fn fail(&mut self, message: &str) -> Goes {
        match self.resident.agent.fail(message.to_owned()) {
            Some(trap) => self.end(outcome::of_trap(&trap)).await,
            None => Goes::On,
        }
    }

    async fn sleep(&mut self) -> Goes {
        let Some((until, _)) = &self.resident.sleep else { return Goes::On };
        tokio::select! {
            () = tokio::time::sleep_until((*until).into()) => {
                let Some((_, value)) = self.resident.sleep.take() else { return Goes::On };
                self.show(AgentState::Running);
                self.answer(&value).await
            }
            Some(order) = self.inbox.recv() => self.obey(order).await,
        }
    }

    /// Too much output is unconfirmed: the agent stands still until there is room, but obeys.
    async fn wait_for_home(&mut self) -> Goes {
        self.slot.update(AgentState::Blocked, self.resident.usage());
        let reporter = self.resident.reporter.clone();
        let progress = reporter.progress.notified();
        if !reporter.is_full() {
            return Goes::On;
        }
        tokio::select! {
            () = progress => Goes::On,
            Some(order) = self.inbox.recv() => self.obey(order).await,
        }
    }

    async fn obey(&mut self, order: Order) -> Goes {
        match order {
            Order::Move { to, done } => depart::ordered(self, to, done).await,
            Order::End { outcome, done } => {
                let goes = self.end(outcome).await;
                // Whoever asked may have gone.
                let _ = done.send(());
                goes
            }
        }
    }

    /// Says what the agent is doing, here and to its home.
    pub(super) fn show(&self, state: AgentState) {
        let usage = self.resident.usage();
        self.slot.update(state.clone(), usage);
        self.resident.reporter.update(&self.shared, state, usage);
    }

    /// The agent is over. Its slot stays until its home knows.
    pub(super) async fn end(&mut self, outcome: Outcome) -> Goes {
        let usage = self.resident.usage();
        self.slot.update(AgentState::Ended, usage);
        let reporter = self.resident.reporter.clone();
        reporter.end(&self.shared, outcome, usage);
        let (shared, slot) = (self.shared.clone(), self.slot.clone());
        // The agent's memory is given back now, not when its home has been told.
        tokio::spawn(async move {
            loop {
                let progress = reporter.progress.notified();
                if reporter.is_done() {
                    break;
                }
                progress.await;
            }
            shared.vacate(&slot);
        });
        Goes::Away
    }
}
