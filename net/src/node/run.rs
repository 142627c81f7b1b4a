//! The life of an agent on this node: one future, a slice of fuel at a time.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use mob_runtime::{Begun, Course, Next, Reason};
use mob_vm::{HostCall, Trap, Value};
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use super::depart;
use super::find;
use super::outcome;
use super::papers::Papers;
use super::resident::{Order, Resident, Slot};
use super::shared::Shared;
use crate::host::{HostAnswer, HostContext};
use crate::protocol::post::Place;
use crate::protocol::{AgentId, AgentState, Channel, Outcome};

/// Fuel between two looks at the agent's orders: some tens of microseconds. Threads look at what the network has to do after some
/// dozens of slices.
const SLICE: u64 = 50_000;

/// Whether an agent goes on here.
pub(super) enum Goes {
    /// It does.
    On,
    /// It is over here: it ended, or it left.
    Away,
}

/// Gives an agent its slot and its place among the others, and lets it run, until it ends or leaves.
pub(super) fn settle(shared: &Arc<Shared>, mut resident: Box<Resident>) {
    let signals = std::mem::take(&mut resident.signals);
    let rest = std::mem::take(&mut resident.rest);
    let course = Course::begin(&shared.office, &resident.agent, resident.papers.credential, signals, rest);
    live_here(shared, resident, course);
}

/// Gives an agent that has its place its slot, and lets it run.
fn live_here(shared: &Arc<Shared>, mut resident: Box<Resident>, course: Option<Course>) {
    let (slot, inbox) = Slot::new(&mut resident);
    shared.agents().insert(resident.papers.id, slot.clone());
    // Letters may have come before the slot was there.
    let here = Place { node: shared.key, addr: shared.public_addr(), epoch: resident.epoch };
    shared.post.learn(resident.papers.id, here);
    shared.post.changed(resident.papers.id);
    let life = Life { shared: shared.clone(), resident, course, slot, inbox, turn: None, has_rested: false };
    tokio::spawn(life.live());
}

/// An agent and its surroundings.
pub(super) struct Life {
    pub(super) shared: Arc<Shared>,
    pub(super) resident: Box<Resident>,
    /// Its turns; `None` if it has no place among the agents here.
    pub(super) course: Option<Course>,
    pub(super) slot: Arc<Slot>,
    inbox: mpsc::Receiver<Order>,
    /// Between two steps of the same slice.
    turn: Option<Turn>,
    /// Whether it has done nothing since it was woken: its next turn need not wait for those of others.
    has_rested: bool,
}

/// A slice that an agent is in the middle of.
struct Turn {
    fuel: u64,
    /// That it is one of those that have their turn at the same time.
    _place: Option<OwnedSemaphorePermit>,
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
        // Who has something else to do begins another slice afterwards, and keeps nobody from having a turn meanwhile.
        let turn = self.turn.take();
        if let Ok(order) = self.inbox.try_recv() {
            drop(turn);
            return self.obey(order).await;
        }
        if self.shared.is_closing() {
            return self.end(outcome::of_closing(&self.shared)).await;
        }
        if self.resident.reporter.is_full() {
            drop(turn);
            return self.wait_for_home().await;
        }
        let fuel_left = self.resident.fuel_max.saturating_sub(self.resident.agent.fuel_used());
        if fuel_left == 0 {
            return self.end(outcome::out_of_fuel(&self.resident)).await;
        }
        let Some(mut turn) = turn else { return self.wait_for_turn().await };
        let waker = poll_fn(|context| Poll::Ready(context.waker().clone())).await;
        let Some(course) = &mut self.course else {
            let text = format!("node {} has no room for another agent", self.shared.name());
            return self.end(Outcome::Lost { text }).await;
        };
        let (shared, mut fuel) = (&self.shared, turn.fuel.min(fuel_left));
        turn.fuel -= fuel;
        let next = course.advance(&mut self.resident.agent, &mut fuel, || shared.now().0, &waker);
        turn.fuel += fuel;
        let goes_on = match &next {
            Next::Begun(_) => true,
            Next::Host(call) => call.name != find::FIND,
            _ => false,
        };
        self.turn = goes_on.then_some(turn);
        match next {
            Next::Yield => {
                self.slot.update(AgentState::Running, self.resident.usage());
                Goes::On
            }
            Next::Park(until) => self.rest(until).await,
            Next::Begun(begun) => self.begin(*begun),
            Next::Host(call) => {
                tokio::task::coop::consume_budget().await;
                self.call(&call).await
            }
            Next::Depart(departure) => depart::asked(self, &departure.node).await,
            Next::Done => self.end(outcome::of_return(&self.resident.agent)).await,
            Next::Trap(trap) => self.end_by(&trap).await,
        }
    }

    /// Begins a slice. Agents that have something to do for longer wait for each other's: were each of them on the threads'
    /// lists, what the network has to do, and agents that were just woken, would wait for a slice of each.
    async fn wait_for_turn(&mut self) -> Goes {
        let turns = self.shared.turns.clone();
        let place = if std::mem::take(&mut self.has_rested) {
            None
        } else if let Ok(place) = turns.clone().try_acquire_owned() {
            // Nobody waits for a place, so it would go on at once. Who has to wait does not yield besides: those who do are put on a
            // thread's list all together, and what is too much for that is seldom looked at.
            tokio::task::yield_now().await;
            Some(place)
        } else {
            tokio::select! {
                place = turns.acquire_owned() => match place {
                    Ok(place) => Some(place),
                    // There are no more turns: the node is closing.
                    Err(_) => return Goes::On,
                },
                Some(order) = self.inbox.recv() => return self.obey(order).await,
            }
        };
        self.turn = Some(Turn { fuel: SLICE, _place: place });
        Goes::On
    }

    /// Waits until there is something for the agent, or that time has come.
    async fn rest(&mut self, until: Option<u64>) -> Goes {
        self.has_rested = true;
        self.slot.update(AgentState::Waiting, self.resident.usage());
        let mut time = pin!(until.map(|until| tokio::time::sleep_until(self.shared.time_of(until).into())));
        let mut is_first = true;
        // What wakes the agent was told whom to wake before this, so all of this must be polled at once: `select!` would put that
        // off where tokio grants no more to this turn, and could not tell then whether the agent was woken meanwhile.
        let order = poll_fn(|context| {
            if !std::mem::take(&mut is_first) {
                return Poll::Ready(None);
            }
            if let Poll::Ready(order) = self.inbox.poll_recv(context) {
                return Poll::Ready(order);
            }
            time.as_mut().as_pin_mut().map_or(Poll::Pending, |time| time.poll(context).map(|()| None))
        });
        match order.await {
            Some(order) => self.obey(order).await,
            None => Goes::On,
        }
    }

    /// Lets an agent live here that this one has begun. Its home is this node, and its output is shown with this one's.
    fn begin(&self, begun: Begun) -> Goes {
        let (shared, parent) = (&self.shared, &self.resident);
        let Begun { agent, course } = begun;
        let papers = Papers {
            id: AgentId::of_name(agent.name()),
            name: parent.papers.name.clone(),
            owner: parent.papers.owner,
            credential: *course.resident().credential(),
            home_addr: shared.public_addr(),
            console: parent.papers.console.clone(),
        };
        shared.homes.begin(&papers);
        let fuel_max = parent.fuel_max.saturating_sub(parent.agent.fuel_used());
        let child = Resident::begin(papers, parent.code.clone(), agent, fuel_max);
        live_here(shared, child, Some(course));
        Goes::On
    }

    async fn call(&mut self, call: &HostCall) -> Goes {
        if call.name == find::FIND {
            let found = find::answer(&self.shared, call).await;
            return self.answer(&found).await;
        }
        match self.ask_host(call) {
            HostAnswer::Value(value) => self.answer(&value).await,
            HostAnswer::Output(channel, text) => {
                self.resident.reporter.write(&self.shared, channel, &text);
                self.answer(&Value::Unit).await
            }
            HostAnswer::After(ms, value) => {
                let until = self.shared.now().after(ms).0;
                if let Some(course) = &mut self.course {
                    course.sleep(until, value);
                }
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
            Some(trap) => self.end_by(&trap).await,
            None => Goes::On,
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

    /// The agent has trapped.
    async fn end_by(&mut self, trap: &Trap) -> Goes {
        self.end_for(outcome::of_trap(trap), &Reason::of_trap(trap)).await
    }

    /// The agent is over. Its slot stays until its home knows.
    pub(super) async fn end(&mut self, outcome: Outcome) -> Goes {
        let reason = outcome::reason(&outcome);
        self.end_for(outcome, &reason).await
    }

    async fn end_for(&mut self, outcome: Outcome, reason: &Reason) -> Goes {
        if let Reason::Failed(why) = reason
            && self.resident.papers.console.agent != self.resident.papers.id
        {
            // How the one ended that was sent is told to whoever sent it; of the others somebody should know, before those who
            // watch it can end because of it.
            let text = if let Outcome::Failed { .. } = outcome { why } else { outcome::text(&outcome) };
            let text = format!("agent {} ended: {text}\n", self.resident.papers.id);
            self.resident.reporter.write(&self.shared, Channel::Err, &text);
        }
        if let Some(course) = self.course.take() {
            course.end(reason);
        }
        // Letters that have waited for room find that there is nobody.
        self.shared.post.changed(self.resident.papers.id);
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
