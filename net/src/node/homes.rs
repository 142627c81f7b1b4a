//! What a node keeps of the agents whose home it is, wherever they are: where, how they are, and their output.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use mob_runtime::{Owner, Right};
use tokio::sync::Notify;

use super::adopted::{Adopted, Adoption};
use super::papers::Papers;
use crate::identity::PublicKey;
use crate::protocol::output::{LOG_LEN_MAX, Log};
use crate::protocol::{AgentId, AgentInfo, AgentState, Epoch, Outcome, Record, Report, Usage};

/// The longest label of an agent that is taken from a report.
const NAME_LEN_MAX: usize = 256;

/// All agents of this home.
pub(super) struct Homes {
    ended_max: usize,
    kept: Mutex<Kept>,
    adopted: Arc<Adopted>,
}

#[derive(Default)]
struct Kept {
    agents: HashMap<AgentId, Arc<Homed>>,
    ended: VecDeque<AgentId>,
}

/// One agent, as its home knows it.
pub(super) struct Homed {
    record: Mutex<Known>,
    /// Something arrived, or was read by someone whom the agent waits for.
    pub(super) changed: Notify,
}

struct Known {
    agent: AgentId,
    name: String,
    owner: PublicKey,
    /// What its owner's agents have in common; `None` if this node has forgotten since it began.
    secret: Option<Owner>,
    epoch: Epoch,
    node: PublicKey,
    state: AgentState,
    usage: Usage,
    log: Log,
    /// How it is bounded what the agent makes this node keep, if it has not begun here.
    adoption: Option<Adoption>,
    /// Where those readers are that the agent waits for.
    holds: HashMap<u64, u64>,
    holds_made: u64,
    outcome: Option<Outcome>,
    /// When there was news last.
    heard: Instant,
}

/// What came of a report.
#[derive(Default)]
pub(super) struct Taken {
    /// The record that is wanted next.
    pub(super) next: u64,
    /// Output that was not here, of an agent that another one began.
    pub(super) fresh: Vec<Record>,
    /// How the agent ended, if this says so.
    pub(super) ended: Option<Outcome>,
}

/// What a reader gets.
pub(super) enum Page {
    /// Records, after so many that are gone.
    Records(u64, Vec<Record>),
    /// Nothing more for the moment.
    Empty,
    /// Nothing more ever.
    End(Outcome),
}

impl Homes {
    pub(super) fn new(ended_max: usize) -> Self {
        Self { ended_max, kept: Mutex::default(), adopted: Arc::default() }
    }

    /// Makes room for an agent that begins here.
    pub(super) fn begin(&self, papers: &Papers) -> Arc<Homed> {
        let Papers { id, name, owner, credential, .. } = papers;
        let begin = || Homed::new(*id, name, *owner, Some(credential.owner), id.home, None);
        self.kept().agents.entry(*id).or_insert_with(begin).clone()
    }

    /// Whether a report comes from where its agent is or was. Of agents that are not known, nobody can say.
    pub(super) fn believes(&self, report: &Report) -> bool {
        let concerned = [report.agent, report.console].into_iter().filter_map(|agent| self.find(agent));
        concerned
            .filter_map(|homed| homed.known().secret)
            .all(|secret| secret.pass(Right::Report, report.agent.name()) == report.pass)
    }

    /// The agent, if this is its home and it is remembered.
    pub(super) fn find(&self, agent: AgentId) -> Option<Arc<Homed>> {
        self.kept().agents.get(&agent).cloned()
    }

    /// All agents.
    pub(super) fn all(&self) -> Vec<(AgentId, Arc<Homed>)> {
        self.kept().agents.iter().map(|(agent, homed)| (*agent, homed.clone())).collect()
    }

    /// The agent of a report. One that is not known belongs to a life of this node before it was restarted, or was begun elsewhere by
    /// one whose home this is. `None` if there are too many that this node reports.
    pub(super) fn find_or_adopt(&self, report: &Report, node: PublicKey) -> Option<Arc<Homed>> {
        let mut kept = self.kept();
        if let Some(homed) = kept.agents.get(&report.agent) {
            return Some(homed.clone());
        }
        let adoption = self.adopted.admit(node)?;
        let name = &report.name[..report.name.floor_char_boundary(NAME_LEN_MAX)];
        let homed = Homed::new(report.agent, name, report.owner, None, node, Some(adoption));
        kept.agents.insert(report.agent, homed.clone());
        Some(homed)
    }

    /// Remembers that an agent ended, and forgets the one that ended longest ago if there are too many.
    pub(super) fn ended(&self, agent: AgentId) {
        let mut kept = self.kept();
        kept.ended.push_back(agent);
        while kept.ended.len() > self.ended_max {
            if let Some(oldest) = kept.ended.pop_front() {
                kept.agents.remove(&oldest);
            }
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// Changes the log, which may be so long.
    fn change_log<T>(&mut self, change: impl FnOnce(&mut Log, usize) -> T) -> T {
        let len_max = self.adoption.as_ref().map_or(LOG_LEN_MAX, Adoption::log_len_max);
        let result = change(&mut self.log, len_max);
        if let Some(adoption) = &mut self.adoption {
            adoption.is_long(self.log.len());
        }
        result
    }
}

impl Homed {
    fn new(
        agent: AgentId,
        name: &str,
        owner: PublicKey,
        secret: Option<Owner>,
        node: PublicKey,
        adoption: Option<Adoption>,
    ) -> Arc<Self> {
        let record = Known {
            agent,
            name: name.to_owned(),
            owner,
            secret,
            epoch: Epoch::FIRST,
            node,
            state: AgentState::Running,
            usage: Usage::default(),
            log: Log::default(),
            adoption,
            holds: HashMap::new(),
            holds_made: 0,
            outcome: None,
            heard: Instant::now(),
        };
        Arc::new(Self { record: Mutex::new(record), changed: Notify::new() })
    }

    /// Takes a report from `node`, unless it is older than what is known: what was in it comes again from where the
    /// agent is.
    pub(super) fn take(&self, report: Report, node: PublicKey) -> Taken {
        let mut known = self.known();
        if known.outcome.is_some() {
            return Taken { next: u64::MAX, ..Taken::default() };
        }
        if report.epoch < known.epoch || (report.epoch == known.epoch && node != known.node) {
            return Taken { next: known.log.wanted(), ..Taken::default() };
        }
        let wanted = known.log.wanted().max(report.output_first);
        let is_begun = report.console != report.agent;
        let fresh = report.output.iter().filter(|record| is_begun && record.seq >= wanted).cloned().collect();
        let held_at = known.holds.values().min().copied();
        let next = if held_at.is_some_and(|at| known.log.is_far_ahead_of(at)) {
            known.log.wanted()
        } else {
            known.change_log(|log, len_max| log.take(report.output_first, report.output, len_max))
        };
        (known.epoch, known.node, known.heard) = (report.epoch, node, Instant::now());
        (known.state, known.usage) = (report.state, report.usage);
        let ended = report.outcome.filter(|_| next >= report.output_end);
        if ended.is_some() {
            known.outcome.clone_from(&ended);
            known.state = AgentState::Ended;
        }
        drop(known);
        self.changed.notify_waiters();
        Taken { next, fresh, ended }
    }

    /// Takes output of an agent that this one began.
    pub(super) fn append(&self, records: Vec<Record>) {
        let mut known = self.known();
        if known.outcome.is_none() {
            known.change_log(|log, len_max| {
                records.into_iter().for_each(|record| log.append(record, len_max));
            });
        }
        drop(known);
        self.changed.notify_waiters();
    }

    /// The agent went to `node`, as the node that it left says.
    pub(super) fn moved(&self, node: PublicKey, epoch: Epoch) {
        let mut known = self.known();
        if epoch > known.epoch {
            (known.node, known.epoch, known.heard) = (node, epoch, Instant::now());
        }
    }

    /// Where the agent should be and as of when, if it is somewhere and nothing was heard of it for `quiet`.
    pub(super) fn is_quiet(&self, quiet: Duration) -> Option<(PublicKey, Epoch)> {
        let known = self.known();
        (known.outcome.is_none() && known.heard.elapsed() >= quiet).then_some((known.node, known.epoch))
    }

    /// The node where the agent should be says that it is not. `false` if there is news meanwhile.
    pub(super) fn lose(&self, (node, epoch): (PublicKey, Epoch), outcome: &Outcome) -> bool {
        let mut known = self.known();
        if known.outcome.is_some() || (known.node, known.epoch) != (node, epoch) {
            return false;
        }
        known.outcome = Some(outcome.clone());
        known.state = AgentState::Ended;
        drop(known);
        self.changed.notify_waiters();
        true
    }

    /// Whether it is known that the agent has ended.
    pub(super) fn has_ended(&self) -> bool {
        self.known().outcome.is_some()
    }

    /// Whether a reader whom the agent waits for is far behind.
    pub(super) fn is_held(&self) -> bool {
        let known = self.known();
        known.holds.values().any(|at| known.log.is_far_ahead_of(*at))
    }

    /// Output from record `from` on.
    pub(super) fn read(&self, from: u64) -> Page {
        let known = self.known();
        let (dropped, records) = known.log.read(from);
        match &known.outcome {
            _ if dropped > 0 || !records.is_empty() => Page::Records(dropped, records),
            Some(outcome) => Page::End(outcome.clone()),
            None => Page::Empty,
        }
    }

    /// Makes the agent wait for a reader that stands at the beginning.
    pub(super) fn hold(self: &Arc<Self>) -> Hold {
        let mut known = self.known();
        known.holds_made += 1;
        let number = known.holds_made;
        known.holds.insert(number, 0);
        drop(known);
        Hold { homed: self.clone(), number }
    }

    /// The agent, for a list.
    pub(super) fn info(&self) -> AgentInfo {
        let known = self.known();
        AgentInfo {
            agent: known.agent,
            name: known.name.clone(),
            owner: known.owner,
            state: known.state.clone(),
            node: known.node,
            epoch: known.epoch,
            usage: known.usage,
            outcome: known.outcome.clone(),
            here: false,
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A reader whom the agent waits for, until dropped.
pub(super) struct Hold {
    homed: Arc<Homed>,
    number: u64,
}

impl Hold {
    /// The reader has all before `at`.
    pub(super) fn move_to(&self, at: u64) {
        self.homed.known().holds.insert(self.number, at);
        self.homed.changed.notify_waiters();
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.homed.known().holds.remove(&self.number);
        self.homed.changed.notify_waiters();
    }
}
