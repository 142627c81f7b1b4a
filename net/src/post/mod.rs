//! The post of a node: letters for agents on other nodes, each exactly once and in order per sender, wherever they go.
//!
//! [`Post`] is what the node holds, [`Residents`] what the node is to the post. What is decided is decided in
//! `protocol::post`; here it is put on streams: `outgoing` drives a line to a node, `incoming` takes a lane from one,
//! `local` is the line to this node itself, `bells` ring where there is room again, and `parts` counts what there is of long letters
//! that come. [`Station`] is a post and
//! nothing else, for tests and measurements.

mod bells;
mod incoming;
mod local;
mod outgoing;
mod parts;
mod residents;
mod station;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinHandle};

use crate::identity::PublicKey;
use crate::protocol::AgentId;
use crate::protocol::handover::Moment;
use crate::protocol::post::{Action, Class, Dispatch, Lane, LineId, Place, PostFull, PostLimits};
use crate::transport::Pool;
use bells::Bells;
use parts::Parts;
pub use residents::Residents;
pub use station::Station;

/// A node's post. Dropping it ends it; letters that are not acknowledged then are lost with the node.
pub struct Post {
    inner: Arc<Inner>,
    timer: JoinHandle<()>,
}

/// What all tasks of a post share.
struct Inner {
    me: PublicKey,
    /// Tells this run of the node from others.
    life: u64,
    limits: PostLimits,
    pool: Arc<Pool>,
    residents: Arc<dyn Residents>,
    started: Instant,
    sending: Mutex<Sending>,
    lines: Mutex<HashMap<LineId, Arc<Lanes>>>,
    /// Lanes that come in, by who sends on them.
    ends: Mutex<HashMap<(PublicKey, Lane), Arc<incoming::End>>>,
    bells: Bells,
    parts: Parts,
    /// There is an earlier deadline.
    sooner: Notify,
}

struct Sending {
    dispatch: Dispatch,
    /// What the timer waits for.
    armed: Option<Moment>,
}

/// What is there of a line for those who don't drive it.
struct Lanes {
    /// There is something to write.
    write: [Notify; 2],
    /// Ends the line.
    driver: AbortHandle,
}

impl Post {
    /// A post in a life of its own, which must be random. Must be called within a tokio runtime.
    pub(crate) fn new(
        me: PublicKey,
        life: u64,
        limits: PostLimits,
        pool: Arc<Pool>,
        residents: Arc<dyn Residents>,
    ) -> Self {
        let inner = Arc::new(Inner {
            me,
            life,
            limits,
            pool,
            residents,
            started: Instant::now(),
            sending: Mutex::new(Sending { dispatch: Dispatch::new(limits), armed: None }),
            lines: Mutex::default(),
            ends: Mutex::default(),
            bells: Bells::default(),
            parts: Parts::new(limits.parts_bytes),
            sooner: Notify::new(),
        });
        let timer = tokio::spawn(inner.clone().keep_time());
        Self { inner, timer }
    }

    /// Sends a message from an agent that is here to one that is elsewhere, or to one for which [`Post::is_pending`]. It is
    /// delivered, or comes back by [`Residents::undeliverable`].
    ///
    /// # Errors
    /// If there is no room for it now, or it is too long.
    pub fn send(&self, from: AgentId, to: AgentId, letter: Bytes) -> Result<(), PostFull> {
        self.inner.with(|dispatch, now| dispatch.send(Class::Message, from, to, letter, now))
    }

    /// Sends a signal as [`Post::send`] does a message. There is much more room for it, since nobody can wait.
    ///
    /// # Errors
    /// If there is no room for it all the same, or it is too long. It is best given up.
    pub fn send_signal(&self, from: AgentId, to: AgentId, letter: Bytes) -> Result<(), PostFull> {
        self.inner.with(|dispatch, now| dispatch.send(Class::Signal, from, to, letter, now))
    }

    /// Sends a signal as [`Post::send_signal`] does; and where the agent takes no letters, because it is full, says what is in it
    /// all the same ([`Residents::offer_urgent`]), perhaps several times. Only one such letter waits for an agent, the last.
    ///
    /// # Errors
    /// As for [`Post::send_signal`]. If there is no room for it, and others wait, it is said ahead of them all the same.
    pub fn send_urgent(&self, from: AgentId, to: AgentId, letter: Bytes) -> Result<(), PostFull> {
        self.inner.with(|dispatch, now| dispatch.send_urgent(from, to, letter, now))
    }

    /// Whether letters to this agent wait here. Then all that follow must go by the post as well, or they would overtake
    /// those, wherever the agent is.
    pub fn is_pending(&self, to: AgentId) -> bool {
        self.inner.with(|dispatch, _| dispatch.is_pending(to))
    }

    /// Whether there is room for a message of any length; if not, the waker is called when there is, or when all that this
    /// sender has sent has arrived.
    pub fn poll_room(&self, from: AgentId, to: AgentId, waker: &Waker) -> Poll<()> {
        self.inner.with(|dispatch, _| dispatch.poll_room(from, to, waker))
    }

    /// Waits until there is room for a message of any length. Somebody else may be quicker to use it.
    pub async fn room(&self, from: AgentId, to: AgentId) {
        poll_fn(|context| self.poll_room(from, to, context.waker())).await;
    }

    /// Waits until all that an agent has sent has arrived or come back. One that leaves before that could overtake its own
    /// letters.
    pub async fn flushed(&self, from: AgentId) {
        poll_fn(|context| self.inner.with(|dispatch, _| dispatch.poll_flushed(from, context.waker()))).await;
    }

    /// An agent is there, as of its epoch: it went there from here, came here, or somebody says so.
    pub fn learn(&self, agent: AgentId, place: Place) {
        self.inner.with(|dispatch, now| dispatch.learn(agent, place, now));
    }

    /// An agent that was [`Offered::Full`](crate::protocol::post::Offered) or `Held` may be neither any more, or is not
    /// here: those who wait with letters for it try again.
    pub fn changed(&self, agent: AgentId) {
        self.inner.bells.ring(agent);
    }

    /// Has [`Residents::node_lost`] called, once, if a node can't be reached any more or was restarted.
    pub fn watch_node(&self, node: PublicKey, addr: &str) {
        self.inner.with(|dispatch, now| dispatch.watch(node, addr, now));
    }

    /// The loss of a node is of no interest any more.
    pub fn unwatch_node(&self, node: PublicKey) {
        self.inner.with(|dispatch, _| dispatch.unwatch(node));
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        self.timer.abort();
        let lines = std::mem::take(&mut *self.inner.lines());
        lines.into_values().for_each(|line| line.driver.abort());
        let ends = std::mem::take(&mut *self.inner.ends());
        ends.into_values().for_each(|end| end.displace());
    }
}

impl Inner {
    /// Takes a step, and does what comes of it.
    fn with<T>(self: &Arc<Self>, step: impl FnOnce(&mut Dispatch, Moment) -> T) -> T {
        let now = self.now();
        let mut sending = self.sending();
        let result = step(&mut sending.dispatch, now);
        let actions = sending.dispatch.actions();
        let deadline = sending.dispatch.deadline();
        let is_sooner = deadline.is_some_and(|at| sending.armed.is_none_or(|armed| at < armed));
        if is_sooner {
            sending.armed = deadline;
        }
        drop(sending);
        if is_sooner {
            self.sooner.notify_one();
        }
        actions.into_iter().for_each(|action| self.perform(action));
        result
    }

    fn perform(self: &Arc<Self>, action: Action) {
        match action {
            Action::Connect { line, addr } => self.drive(line, addr),
            Action::Hang(line) => {
                if let Some(lanes) = self.lines().remove(&line) {
                    lanes.driver.abort();
                }
            }
            Action::Write(line, lane) => {
                if let Some(lanes) = self.lines().get(&line) {
                    lanes.write[lane.index()].notify_one();
                }
            }
            Action::Wake(waker) => waker.wake(),
            Action::Undeliverable { to, letters, fate } => self.residents.undeliverable(to, letters, fate),
            Action::NodeLost { node, loss } => self.residents.node_lost(node, loss),
        }
    }

    /// Looks at the time whenever the dispatch wants to.
    async fn keep_time(self: Arc<Self>) {
        loop {
            let deadline = {
                let mut sending = self.sending();
                sending.armed = sending.dispatch.deadline();
                sending.armed
            };
            let due = async {
                match deadline {
                    Some(at) => {
                        let at = self.started + Duration::from_millis(at.0);
                        tokio::time::sleep_until(at.into()).await;
                    }
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = due => self.with(Dispatch::tick),
                () = self.sooner.notified() => {}
            }
        }
    }

    fn now(&self) -> Moment {
        Moment(u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    fn sending(&self) -> MutexGuard<'_, Sending> {
        self.sending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<LineId, Arc<Lanes>>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ends(&self) -> MutexGuard<'_, HashMap<(PublicKey, Lane), Arc<incoming::End>>> {
        self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
