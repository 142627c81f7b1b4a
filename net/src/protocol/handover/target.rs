//! The side where an agent arrives.

use mob_vm::bytecode::ModuleHash;

use super::action::{Action, Entry};
use super::message::{Accept, Offer, Prepared, Query, Reject, RejectCause, Released};
use super::moment::{Moment, Patience, Timing};
use crate::identity::PublicKey;
use crate::protocol::{Frame, Packing};

/// One attempt to take an agent in. It runs from [`Action::Activate`] on and not a step earlier.
#[derive(Debug)]
pub struct Target {
    offer: Offer,
    source: PublicKey,
    timing: Timing,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    /// The driver thinks about the offer.
    Considering,
    /// ACCEPT is sent.
    Receiving { answer: Accept, until: Moment },
    /// All has arrived and is valid; it is being made durable.
    Storing,
    /// In doubt: only the source can say what becomes of it, however long that takes.
    Prepared { patience: Patience },
    /// COMMIT arrived; that is being made durable.
    Activating,
    /// The agent runs here.
    Active,
    /// Nothing is left of it.
    Discarded,
}

impl Target {
    /// Takes an offer. Whoever calls has checked that its epoch is later than any seen of the agent.
    pub fn offered(offer: Offer, source: PublicKey, timing: Timing) -> (Self, Vec<Action>) {
        (Self { offer, source, timing, phase: Phase::Considering }, vec![Action::Consider])
    }

    /// Goes on after a crash with what was durably prepared.
    pub fn recover(offer: Offer, source: PublicKey, timing: Timing, now: Moment) -> (Self, Vec<Action>) {
        let phase = Phase::Prepared { patience: Patience::begin(now, &timing) };
        let target = Self { offer, source, timing, phase };
        let actions = vec![Action::Send(target.query())];
        (target, actions)
    }

    /// What was offered.
    pub fn offer(&self) -> &Offer {
        &self.offer
    }

    /// By whom.
    pub fn source(&self) -> PublicKey {
        self.source
    }

    /// Whether nothing is left to do.
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Active | Phase::Discarded)
    }

    /// When [`Target::expire`] has something to do.
    pub fn deadline(&self) -> Option<Moment> {
        match &self.phase {
            Phase::Receiving { until, .. } => Some(*until),
            Phase::Prepared { patience } => Some(patience.next),
            _ => None,
        }
    }

    /// Takes a frame from the source. What is out of turn changes nothing.
    pub fn receive(&mut self, frame: &Frame, _now: Moment) -> Vec<Action> {
        match frame {
            Frame::Offer(_) => self.offered_again(),
            Frame::Commit(_) => self.committed(),
            Frame::Abort(_) => self.aborted(),
            _ => Vec::new(),
        }
    }

    /// The offer is taken, this code is missing, and the cargo is to be packed so.
    pub fn accept(&mut self, missing: Vec<ModuleHash>, packing: Packing, now: Moment) -> Vec<Action> {
        if !matches!(self.phase, Phase::Considering) {
            return Vec::new();
        }
        let answer = Accept { attempt: self.offer.attempt, missing: missing.clone(), packing };
        let until = now.after(self.timing.transfer_ms);
        self.phase = Phase::Receiving { answer: answer.clone(), until };
        vec![Action::Send(answer.into()), Action::Receive { code: missing, packing }]
    }

    /// The offer, or what came for it, is not taken.
    pub fn refuse(&mut self, cause: RejectCause, reason: String) -> Vec<Action> {
        if !matches!(self.phase, Phase::Considering | Phase::Receiving { .. }) {
            return Vec::new();
        }
        self.phase = Phase::Discarded;
        let answer = Reject { attempt: self.offer.attempt, cause, reason };
        vec![Action::Send(answer.into()), Action::Discard]
    }

    /// Code and cargo have arrived, fit their hashes, and are a valid agent.
    pub fn received(&mut self) -> Vec<Action> {
        if !matches!(self.phase, Phase::Receiving { .. }) {
            return Vec::new();
        }
        self.phase = Phase::Storing;
        vec![Action::Persist(Entry::Prepared { offer: self.offer.clone(), source: self.source })]
    }

    /// The entry of [`Action::Persist`] is durable.
    pub fn persisted(&mut self, now: Moment) -> Vec<Action> {
        match self.phase {
            Phase::Storing => {
                self.phase = Phase::Prepared { patience: Patience::begin(now, &self.timing) };
                vec![Action::Send(self.prepared())]
            }
            Phase::Activating => {
                self.phase = Phase::Active;
                vec![Action::Activate, Action::Send(self.released())]
            }
            _ => Vec::new(),
        }
    }

    /// The exchange with the source broke off. What is not whole yet is given up; what is waits for a decision.
    pub fn link_lost(&mut self) -> Vec<Action> {
        match self.phase {
            Phase::Considering | Phase::Receiving { .. } => self.discard(),
            _ => Vec::new(),
        }
    }

    /// Looks at the time. In doubt it asks, for ever; it never decides by itself.
    pub fn expire(&mut self, now: Moment) -> Vec<Action> {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return Vec::new();
        }
        match &mut self.phase {
            Phase::Prepared { patience } => {
                patience.asked(now, &self.timing);
                vec![Action::Send(self.query())]
            }
            _ => self.discard(),
        }
    }

    fn offered_again(&self) -> Vec<Action> {
        match &self.phase {
            Phase::Receiving { answer, .. } => vec![Action::Send(answer.clone().into())],
            Phase::Prepared { .. } => vec![Action::Send(self.prepared())],
            _ => Vec::new(),
        }
    }

    fn committed(&mut self) -> Vec<Action> {
        match self.phase {
            Phase::Prepared { .. } => {
                self.phase = Phase::Activating;
                vec![Action::Persist(Entry::Active { offer: self.offer.clone() })]
            }
            Phase::Active => vec![Action::Send(self.released())],
            _ => Vec::new(),
        }
    }

    fn aborted(&mut self) -> Vec<Action> {
        match self.phase {
            Phase::Considering | Phase::Receiving { .. } | Phase::Storing | Phase::Prepared { .. } => {
                self.discard()
            }
            Phase::Activating | Phase::Active | Phase::Discarded => Vec::new(),
        }
    }

    fn discard(&mut self) -> Vec<Action> {
        self.phase = Phase::Discarded;
        vec![Action::Discard]
    }

    fn prepared(&self) -> Frame {
        Prepared { attempt: self.offer.attempt, root: self.offer.cargo.root }.into()
    }

    fn query(&self) -> Frame {
        Query { attempt: self.offer.attempt, root: self.offer.cargo.root }.into()
    }

    fn released(&self) -> Frame {
        Released { attempt: self.offer.attempt }.into()
    }
}
