//! An agent that is here, and the slot through which the rest of the node deals with it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use mob_runtime::{Rest, Signals};
use mob_vm::Agent;
use tokio::sync::{mpsc, oneshot};

use super::codes::Code;
use super::luggage::{Leave, Luggage};
use super::papers::Papers;
use super::reporter::Reporter;
use crate::home::Peer;
use crate::identity::PublicKey;
use crate::protocol::handover::HopError;
use crate::protocol::output::Outbox;
use crate::protocol::post::Receipts;
use crate::protocol::{AgentId, AgentInfo, AgentState, Epoch, Migrated, Outcome, Usage};

/// Orders that may wait for an agent at once.
const ORDERS_MAX: usize = 16;

/// A running agent with what belongs to it. Owned by its task, or by the attempt that moves it.
pub(super) struct Resident {
    pub(super) papers: Arc<Papers>,
    pub(super) epoch: Epoch,
    pub(super) code: Code,
    pub(super) agent: Agent,
    pub(super) reporter: Arc<Reporter>,
    pub(super) hops: u64,
    pub(super) fuel_max: u64,
    /// When it was launched, as if its whole life had been here.
    pub(super) launched: Instant,
    /// Who watches it and whom it watches, until it is settled.
    pub(super) signals: Signals,
    /// What letters it has, until it is settled.
    pub(super) receipts: Receipts,
    /// What it rests for when it is settled.
    pub(super) rest: Rest,
    /// Whether it is to be told that it has arrived.
    pub(super) arrives: bool,
}

impl Resident {
    /// An agent that begins here.
    pub(super) fn begin(papers: Papers, code: Code, agent: Agent, fuel_max: u64) -> Box<Self> {
        let (papers, epoch) = (Arc::new(papers), Epoch::FIRST);
        Box::new(Self {
            reporter: Reporter::new(papers.clone(), epoch, Outbox::default()),
            papers,
            epoch,
            code,
            agent,
            hops: 0,
            fuel_max,
            launched: Instant::now(),
            signals: Signals::default(),
            receipts: Receipts::default(),
            rest: Rest::None,
            arrives: false,
        })
    }

    /// What of it is not in its snapshot.
    pub(super) fn luggage(&self, leave: Leave, signals: Signals, receipts: Receipts) -> Luggage {
        Luggage {
            outbox: self.reporter.travelling_outbox(),
            hops: self.hops + 1,
            age_ms: self.age_ms(),
            leave,
            fuel_max: self.fuel_max,
            owner: self.papers.owner,
            credential: self.papers.credential,
            console: self.papers.console.clone(),
            signals,
            receipts,
        }
    }

    /// What it has used.
    pub(super) fn usage(&self) -> Usage {
        Usage {
            fuel: self.agent.fuel_used(),
            heap_bytes: self.agent.heap_bytes() as u64,
            hops: self.hops,
            age_ms: self.age_ms(),
        }
    }

    fn age_ms(&self) -> u64 {
        self.launched.elapsed().as_millis() as u64
    }
}

/// So long ago.
pub(super) fn before(age_ms: u64) -> Instant {
    let now = Instant::now();
    now.checked_sub(Duration::from_millis(age_ms)).unwrap_or(now)
}

/// What the rest of the node sees of an agent that is here.
pub(super) struct Slot {
    pub(super) agent: AgentId,
    papers: Arc<Papers>,
    reporter: Arc<Reporter>,
    pub(super) epoch: Epoch,
    orders: mpsc::Sender<Order>,
    status: Mutex<Status>,
    intake: Mutex<Intake>,
}

/// What an agent has of the letters from elsewhere. While it is locked, none is given to the agent.
#[derive(Default)]
pub(super) struct Intake {
    pub(super) receipts: Receipts,
    /// It is about to leave.
    pub(super) is_held: bool,
}

struct Status {
    state: AgentState,
    usage: Usage,
    /// When the agent was launched; its age is reckoned when someone asks.
    launched: Instant,
}

/// What an agent's task is told to do, at its agent's next safepoint.
pub(super) enum Order {
    /// Send it there.
    Move {
        /// Where.
        to: Peer,
        /// Told what came of it.
        done: oneshot::Sender<Result<Migrated, HopError>>,
    },
    /// End it.
    End {
        /// In this way.
        outcome: Outcome,
        /// Told when it is done.
        done: oneshot::Sender<()>,
    },
}

impl Slot {
    /// A slot for `resident`, and where its orders arrive.
    pub(super) fn new(resident: &mut Resident) -> (Arc<Self>, mpsc::Receiver<Order>) {
        let (orders, inbox) = mpsc::channel(ORDERS_MAX);
        let status =
            Status { state: AgentState::Running, usage: resident.usage(), launched: resident.launched };
        let slot = Self {
            agent: resident.papers.id,
            papers: resident.papers.clone(),
            reporter: resident.reporter.clone(),
            epoch: resident.epoch,
            orders,
            status: Mutex::new(status),
            intake: Mutex::new(Intake { receipts: std::mem::take(&mut resident.receipts), is_held: false }),
        };
        (Arc::new(slot), inbox)
    }

    /// Whether the agent is another one, whose output is shown with that of `console`.
    pub(super) fn descends_from(&self, console: AgentId) -> bool {
        self.papers.console.agent == console && self.agent != console
    }

    /// Waits until all that the agent has printed up to now has been taken where it is shown, or the agent has left.
    pub(super) async fn has_told_all(&self) {
        let end = self.reporter.written();
        loop {
            let progress = self.reporter.progress.notified();
            // Whether it leaves has to be known: it may print elsewhere already.
            let is_leaving = self.intake().is_held;
            if self.reporter.is_closed() || (!is_leaving && self.reporter.has_told(end)) {
                return;
            }
            progress.await;
        }
    }

    /// What it has of letters.
    pub(super) fn intake(&self) -> MutexGuard<'_, Intake> {
        self.intake.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives an order; `false` if too many wait already, or the agent is gone.
    pub(super) fn order(&self, order: Order) -> bool {
        self.orders.try_send(order).is_ok()
    }

    pub(super) fn update(&self, state: AgentState, usage: Usage) {
        let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        status.state = state;
        status.usage = usage;
    }

    /// What the agent is doing.
    pub(super) fn info(&self, node: PublicKey) -> AgentInfo {
        let status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        let mut usage = status.usage;
        usage.age_ms = status.launched.elapsed().as_millis() as u64;
        AgentInfo {
            agent: self.agent,
            name: self.papers.name.clone(),
            owner: self.papers.owner,
            state: status.state.clone(),
            node,
            epoch: self.epoch,
            usage,
            outcome: None,
            here: true,
        }
    }
}
