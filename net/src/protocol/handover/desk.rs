//! All hand-overs that one node has under way, and what it knows of those that are over.

use std::collections::{HashMap, VecDeque};

use mob_vm::bytecode::ModuleHash;

use super::action::{Action, Entry};
use super::message::{self, Offer, Reject, RejectCause, Released, Unknown};
use super::moment::{Moment, Timing};
use super::source::Source;
use super::target::Target;
use crate::identity::PublicKey;
use crate::protocol::{AgentId, AttemptId, Epoch, Frame, Packing};

/// Agents whose highest epoch is remembered; the oldest are forgotten. What could still come of an attempt that many
/// hops ago has long been answered.
const SEEN_MAX: usize = 1 << 18;

/// Routes frames, decisions and the time to the attempts that they belong to, and answers for attempts that are no
/// more. Each method gives what is to be done for the attempt that it was called for.
#[derive(Debug)]
pub struct Desk {
    timing: Timing,
    attempts: HashMap<AttemptId, Role>,
    seen: HashMap<AgentId, Epoch>,
    seen_order: VecDeque<AgentId>,
}

/// What this node is in an attempt.
#[derive(Debug)]
pub enum Role {
    /// The agent leaves.
    Source(Source),
    /// The agent arrives.
    Target(Target),
}

impl Desk {
    /// A desk with nothing on it.
    pub fn new(timing: Timing) -> Self {
        Self { timing, attempts: HashMap::new(), seen: HashMap::new(), seen_order: VecDeque::new() }
    }

    /// Begins to give an agent away.
    pub fn offer(&mut self, offer: Offer, target: PublicKey, now: Moment) -> Vec<Action> {
        let attempt = offer.attempt;
        let (source, actions) = Source::offer(offer, target, self.timing, now);
        self.attempts.insert(attempt, Role::Source(source));
        actions
    }

    /// Goes on after a crash with what was durable. Gives the actions of each attempt that is open again.
    pub fn recover(&mut self, entries: Vec<Entry>, now: Moment) -> Vec<(AttemptId, Vec<Action>)> {
        let mut all = Vec::new();
        for entry in entries {
            let attempt = entry.attempt();
            let (role, actions) = match entry {
                Entry::Committed { offer, target } => {
                    let (source, actions) = Source::recover(offer, target, self.timing, now);
                    (Role::Source(source), actions)
                }
                Entry::Prepared { offer, source } => {
                    let (target, actions) = Target::recover(offer, source, self.timing, now);
                    (Role::Target(target), actions)
                }
                Entry::Active { offer } => {
                    self.see(offer.agent, offer.epoch);
                    self.attempts.remove(&attempt);
                    all.retain(|(of, _)| *of != attempt);
                    continue;
                }
            };
            self.attempts.insert(attempt, role);
            all.push((attempt, actions));
        }
        all
    }

    /// Takes a frame from the peer that has proved `from`.
    pub fn receive(&mut self, from: PublicKey, frame: &Frame, now: Moment) -> Vec<Action> {
        let Some(attempt) = message::attempt(frame) else { return Vec::new() };
        match self.attempts.get_mut(&attempt) {
            Some(Role::Source(source)) if source.target() == from => {
                let actions = source.receive(frame, now);
                self.settle(attempt, actions)
            }
            Some(Role::Target(target)) if target.source() == from => {
                let actions = target.receive(frame, now);
                self.settle(attempt, actions)
            }
            Some(_) => Vec::new(),
            None => self.answer(from, frame),
        }
    }

    /// The offer of `attempt` is taken, this code is missing here, and the cargo is to be packed so.
    pub fn accept(
        &mut self,
        attempt: AttemptId,
        missing: Vec<ModuleHash>,
        packing: Packing,
        now: Moment,
    ) -> Vec<Action> {
        self.at_target(attempt, |target| target.accept(missing, packing, now))
    }

    /// The offer of `attempt`, or what came for it, is not taken.
    pub fn refuse(&mut self, attempt: AttemptId, cause: RejectCause, reason: String) -> Vec<Action> {
        self.at_target(attempt, |target| target.refuse(cause, reason))
    }

    /// All has arrived for `attempt` and is valid.
    pub fn received(&mut self, attempt: AttemptId) -> Vec<Action> {
        self.at_target(attempt, Target::received)
    }

    /// All is sent for `attempt`.
    pub fn transferred(&mut self, attempt: AttemptId, now: Moment) -> Vec<Action> {
        match self.attempts.get_mut(&attempt) {
            Some(Role::Source(source)) => source.transferred(now),
            _ => Vec::new(),
        }
    }

    /// The entry that `attempt` asked for is durable.
    pub fn persisted(&mut self, attempt: AttemptId, now: Moment) -> Vec<Action> {
        let actions = match self.attempts.get_mut(&attempt) {
            Some(Role::Source(source)) => source.persisted(now),
            Some(Role::Target(target)) => target.persisted(now),
            None => Vec::new(),
        };
        self.settle(attempt, actions)
    }

    /// The exchange about `attempt` broke off.
    pub fn link_lost(&mut self, attempt: AttemptId, why: String) -> Vec<Action> {
        let actions = match self.attempts.get_mut(&attempt) {
            Some(Role::Source(source)) => source.link_lost(why),
            Some(Role::Target(target)) => target.link_lost(),
            None => Vec::new(),
        };
        self.settle(attempt, actions)
    }

    /// Looks at the time for `attempt`.
    pub fn expire(&mut self, attempt: AttemptId, now: Moment) -> Vec<Action> {
        let actions = match self.attempts.get_mut(&attempt) {
            Some(Role::Source(source)) => source.expire(now),
            Some(Role::Target(target)) => target.expire(now),
            None => Vec::new(),
        };
        self.settle(attempt, actions)
    }

    /// What this node is in `attempt`, unless it is over.
    pub fn role(&self, attempt: AttemptId) -> Option<&Role> {
        self.attempts.get(&attempt)
    }

    /// The attempts that are not over.
    pub fn open(&self) -> impl Iterator<Item = AttemptId> + '_ {
        self.attempts.keys().copied()
    }

    fn at_target(
        &mut self,
        attempt: AttemptId,
        step: impl FnOnce(&mut Target) -> Vec<Action>,
    ) -> Vec<Action> {
        let actions = match self.attempts.get_mut(&attempt) {
            Some(Role::Target(target)) => step(target),
            _ => Vec::new(),
        };
        self.settle(attempt, actions)
    }

    /// Takes an attempt that is over off the desk, and remembers the epoch of an agent that begins to run.
    fn settle(&mut self, attempt: AttemptId, actions: Vec<Action>) -> Vec<Action> {
        let Some(role) = self.attempts.get(&attempt) else { return actions };
        if let Role::Target(target) = role
            && actions.contains(&Action::Activate)
        {
            let (agent, epoch) = (target.offer().agent, target.offer().epoch);
            self.see(agent, epoch);
        }
        if self.attempts.get(&attempt).is_some_and(Role::is_over) {
            self.attempts.remove(&attempt);
        }
        actions
    }

    /// Speaks for attempts that are not on the desk.
    fn answer(&mut self, from: PublicKey, frame: &Frame) -> Vec<Action> {
        match frame {
            Frame::Offer(offer) if self.has_seen(offer.agent, offer.epoch) => {
                let reason = "the agent was here later than that".to_owned();
                vec![Action::Send(
                    Reject { attempt: offer.attempt, cause: RejectCause::Stale, reason }.into(),
                )]
            }
            Frame::Offer(offer) => {
                let (target, actions) = Target::offered(offer.clone(), from, self.timing);
                self.attempts.insert(offer.attempt, Role::Target(target));
                actions
            }
            Frame::Commit(commit) if self.has_seen(commit.agent, commit.epoch) => {
                vec![Action::Send(Released { attempt: commit.attempt }.into())]
            }
            Frame::Commit(commit) => vec![Action::Send(Unknown { attempt: commit.attempt }.into())],
            Frame::Accept(accept) => vec![Action::Send(Source::presumed(accept.attempt))],
            Frame::Prepared(prepared) => vec![Action::Send(Source::presumed(prepared.attempt))],
            Frame::Query(query) => vec![Action::Send(Source::presumed(query.attempt))],
            _ => Vec::new(),
        }
    }

    fn has_seen(&self, agent: AgentId, epoch: Epoch) -> bool {
        self.seen.get(&agent).is_some_and(|seen| *seen >= epoch)
    }

    fn see(&mut self, agent: AgentId, epoch: Epoch) {
        let seen = self.seen.entry(agent).or_insert_with(|| {
            self.seen_order.push_back(agent);
            epoch
        });
        *seen = epoch.max(*seen);
        if self.seen_order.len() > SEEN_MAX
            && let Some(oldest) = self.seen_order.pop_front()
        {
            self.seen.remove(&oldest);
        }
    }
}

impl Role {
    /// When [`Desk::expire`] has something to do for it.
    pub fn deadline(&self) -> Option<Moment> {
        match self {
            Self::Source(source) => source.deadline(),
            Self::Target(target) => target.deadline(),
        }
    }

    /// Who is on the other side.
    pub fn peer(&self) -> PublicKey {
        match self {
            Self::Source(source) => source.target(),
            Self::Target(target) => target.source(),
        }
    }

    /// What was offered.
    pub fn offered(&self) -> &Offer {
        match self {
            Self::Source(source) => source.offered(),
            Self::Target(target) => target.offer(),
        }
    }

    fn is_over(&self) -> bool {
        match self {
            Self::Source(source) => source.is_over(),
            Self::Target(target) => target.is_over(),
        }
    }
}
