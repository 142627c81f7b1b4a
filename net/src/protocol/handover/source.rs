//! The side that an agent leaves.

use super::action::{Action, Entry, HopError};
use super::message::{Abort, Accept, Commit, Offer, Pending, Reject};
use super::moment::{Moment, Patience, Timing};
use crate::identity::PublicKey;
use crate::protocol::{AttemptId, Frame};

/// One attempt to give an agent away. The agent stands still from the offer on, until [`Action::Resume`],
/// [`Action::Forget`] or [`Action::Lose`].
#[derive(Debug)]
pub struct Source {
    offer: Offer,
    target: PublicKey,
    timing: Timing,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    /// OFFER is sent.
    Offered { until: Moment },
    /// Code and cargo are being sent; the driver bounds how long that takes.
    Transferring,
    /// All is sent.
    Transferred { until: Moment },
    /// PREPARED arrived; the decision is being made durable.
    Deciding,
    /// The agent is the target's. COMMIT is sent again until RELEASED comes.
    Committed { patience: Patience },
    /// It is over, one way or the other.
    Over { committed: bool },
}

impl Source {
    /// Begins an attempt.
    pub fn offer(offer: Offer, target: PublicKey, timing: Timing, now: Moment) -> (Self, Vec<Action>) {
        let actions = vec![Action::Send(offer.clone().into())];
        let phase = Phase::Offered { until: now.after(timing.answer_ms) };
        (Self { offer, target, timing, phase }, actions)
    }

    /// Goes on after a crash. Only a committed attempt leaves a trace; of all others the agent's last checkpoint
    /// runs, and whoever asks about them is told ABORT.
    pub fn recover(offer: Offer, target: PublicKey, timing: Timing, now: Moment) -> (Self, Vec<Action>) {
        let mut source = Self {
            offer,
            target,
            timing,
            phase: Phase::Committed { patience: Patience::begin(now, &timing) },
        };
        let actions = source.send_commit(now);
        (source, actions)
    }

    /// What was offered.
    pub fn offered(&self) -> &Offer {
        &self.offer
    }

    /// To whom.
    pub fn target(&self) -> PublicKey {
        self.target
    }

    /// Whether nothing is left to do.
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Over { .. })
    }

    /// When [`Source::expire`] has something to do.
    pub fn deadline(&self) -> Option<Moment> {
        match self.phase {
            Phase::Offered { until } | Phase::Transferred { until } => Some(until),
            Phase::Committed { patience } => Some(patience.next),
            Phase::Transferring | Phase::Deciding | Phase::Over { .. } => None,
        }
    }

    /// Takes a frame from the target. What is out of turn changes nothing.
    pub fn receive(&mut self, frame: &Frame, now: Moment) -> Vec<Action> {
        match frame {
            Frame::Accept(accept) => self.accepted(accept),
            Frame::Reject(reject) => self.rejected(reject),
            Frame::Prepared(prepared) => self.prepared(prepared.root, now),
            Frame::Query(query) => self.prepared(query.root, now),
            Frame::Released(_) => self.end_committed(Action::Forget),
            Frame::Unknown(_) => self.end_committed(Action::Lose),
            _ => Vec::new(),
        }
    }

    /// All that [`Action::Transfer`] asked for is sent.
    pub fn transferred(&mut self, now: Moment) -> Vec<Action> {
        if matches!(self.phase, Phase::Transferring) {
            self.phase = Phase::Transferred { until: now.after(self.timing.answer_ms) };
        }
        Vec::new()
    }

    /// The entry of [`Action::Persist`] is durable.
    pub fn persisted(&mut self, now: Moment) -> Vec<Action> {
        if !matches!(self.phase, Phase::Deciding) {
            return Vec::new();
        }
        self.phase = Phase::Committed { patience: Patience::begin(now, &self.timing) };
        vec![Action::Send(self.commit())]
    }

    /// The target can't be reached, or the exchange with it broke off. Before the decision that ends the attempt.
    pub fn link_lost(&mut self, why: String) -> Vec<Action> {
        match self.phase {
            Phase::Offered { .. } | Phase::Transferring | Phase::Transferred { .. } => {
                self.abort(HopError::Unreachable { why })
            }
            Phase::Deciding | Phase::Committed { .. } | Phase::Over { .. } => Vec::new(),
        }
    }

    /// Looks at the time.
    pub fn expire(&mut self, now: Moment) -> Vec<Action> {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return Vec::new();
        }
        match self.phase {
            Phase::Offered { .. } => self.late("did not answer the offer"),
            Phase::Transferred { .. } => self.late("did not confirm the transfer"),
            _ => self.send_commit(now),
        }
    }

    /// What a target is told that asks about an attempt of which nothing is known: no decision is durable, and
    /// none will be, so the agent stayed.
    pub fn presumed(attempt: AttemptId) -> Frame {
        Abort { attempt }.into()
    }

    fn accepted(&mut self, accept: &Accept) -> Vec<Action> {
        if !matches!(self.phase, Phase::Offered { .. }) {
            return Vec::new();
        }
        let offered = |hash| self.offer.code.iter().any(|code| code.hash == hash);
        if !accept.missing.iter().all(|hash| offered(*hash)) || accept.missing.len() > self.offer.code.len() {
            return self.abort(HopError::Unreachable {
                why: "the node asks for code that was not offered".to_owned(),
            });
        }
        self.phase = Phase::Transferring;
        vec![Action::Transfer { code: accept.missing.clone(), packing: accept.packing }]
    }

    fn rejected(&mut self, reject: &Reject) -> Vec<Action> {
        match self.phase {
            Phase::Offered { .. } | Phase::Transferring | Phase::Transferred { .. } => {
                self.abort(HopError::Rejected { cause: reject.cause, reason: reject.reason.clone() })
            }
            Phase::Deciding | Phase::Committed { .. } | Phase::Over { .. } => Vec::new(),
        }
    }

    fn prepared(&mut self, root: [u8; 32], now: Moment) -> Vec<Action> {
        match self.phase {
            Phase::Transferring | Phase::Transferred { .. } if root == self.offer.cargo.root => {
                self.phase = Phase::Deciding;
                vec![Action::Persist(Entry::Committed { offer: self.offer.clone(), target: self.target })]
            }
            Phase::Transferring | Phase::Transferred { .. } => {
                self.abort(HopError::Unreachable { why: "the node received something else".to_owned() })
            }
            Phase::Offered { .. } | Phase::Deciding => {
                vec![Action::Send(Pending { attempt: self.offer.attempt }.into())]
            }
            Phase::Committed { .. } => self.send_commit(now),
            Phase::Over { committed: false } => vec![Action::Send(Self::presumed(self.offer.attempt))],
            Phase::Over { committed: true } => vec![Action::Send(self.commit())],
        }
    }

    fn end_committed(&mut self, action: Action) -> Vec<Action> {
        if !matches!(self.phase, Phase::Committed { .. }) {
            return Vec::new();
        }
        self.phase = Phase::Over { committed: true };
        vec![action]
    }

    fn late(&mut self, what: &str) -> Vec<Action> {
        self.abort(HopError::Unreachable {
            why: format!("the node {what} within {} ms", self.timing.answer_ms),
        })
    }

    fn abort(&mut self, error: HopError) -> Vec<Action> {
        self.phase = Phase::Over { committed: false };
        vec![Action::Resume(error), Action::Send(Self::presumed(self.offer.attempt))]
    }

    fn send_commit(&mut self, now: Moment) -> Vec<Action> {
        if let Phase::Committed { patience } = &mut self.phase {
            patience.asked(now, &self.timing);
        }
        vec![Action::Send(self.commit())]
    }

    fn commit(&self) -> Frame {
        Commit { attempt: self.offer.attempt, agent: self.offer.agent, epoch: self.offer.epoch }.into()
    }
}
