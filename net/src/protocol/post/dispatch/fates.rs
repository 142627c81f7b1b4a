//! Agents that are not where they were thought to be: asking their home, and giving up in the end.

use super::super::outbox::{Letter, Outbox};
use super::super::place::Place;
use super::{Action, Dispatch, Due, Fate, Undelivered};
use crate::identity::PublicKey;
use crate::protocol::handover::Moment;
use crate::protocol::{AgentId, Epoch};

/// How often an agent's home is asked without the agent being found, before it counts as gone.
const DOUBTS_MAX: u32 = 8;
/// How long to wait before asking again: at first, in milliseconds. Then twice that, and so on: 3 s in all.
const PAUSE_MS: u64 = 50;
const PAUSE_MAX_MS: u64 = 1000;

impl Dispatch {
    /// `peer`, which was thought to have the agent or to know, says where it is.
    pub(super) fn moved(&mut self, agent: AgentId, peer: PublicKey, place: Place, now: Moment) {
        let node = place.node;
        if node != peer && self.places.learn(agent, place.clone()) {
            self.relocate(agent, node, now);
        } else if node != peer && peer == agent.home {
            // It is the best that there is, but nothing new: the node that is named may name another, and that one the home.
            self.places.set(agent, place);
            self.pause(agent, now);
            self.relocate(agent, node, now);
        } else {
            self.doubt(agent, now);
        }
    }

    /// The agent is not where it should be: its home is asked, if it is not too often.
    pub(super) fn doubt(&mut self, agent: AgentId, now: Moment) {
        let home = Place { node: agent.home, addr: String::new(), epoch: Epoch(0) };
        self.places.set(agent, home);
        self.pause(agent, now);
        if self.outboxes.contains_key(&agent) {
            self.relocate(agent, agent.home, now);
        }
    }

    /// Lets some time pass before the next attempt, and gives up after too many.
    pub(super) fn pause(&mut self, agent: AgentId, now: Moment) {
        self.leave_route(agent);
        let Some(outbox) = self.outboxes.get_mut(&agent) else { return };
        outbox.doubts += 1;
        if outbox.doubts > DOUBTS_MAX {
            self.gone(agent);
        } else if outbox.doubts > 1 {
            let ms = (PAUSE_MS << (outbox.doubts - 2)).min(PAUSE_MAX_MS);
            let until = now.after(ms);
            outbox.pause = Some(until);
            self.timers.insert((until, Due::Agent(agent)));
        }
    }

    /// A pause is over.
    pub(super) fn resume(&mut self, agent: AgentId, at: Moment) {
        if let Some(outbox) = self.outboxes.get_mut(&agent)
            && outbox.pause == Some(at)
        {
            outbox.pause = None;
            self.queue(agent);
        }
    }

    pub(super) fn gone(&mut self, agent: AgentId) {
        self.give_up(agent, Fate::Gone);
    }

    /// Gives all letters to an agent back.
    pub(super) fn give_up(&mut self, agent: AgentId, fate: Fate) {
        self.leave_route(agent);
        let Some(outbox) = self.outboxes.get_mut(&agent) else { return };
        let (letters, node) = (outbox.empty(), outbox.at);
        self.throw_away(agent);
        self.give_back(agent, node, letters, fate);
    }

    /// The first letter to an agent is longer than the agent's node takes. None is on its way.
    pub(super) fn refuse_first(&mut self, agent: AgentId, max: u32) {
        // What follows has a number that does not follow: only a new route can say so.
        self.leave_route(agent);
        let Some(outbox) = self.outboxes.get_mut(&agent) else { return };
        let (first, node) = (outbox.drop_first(), outbox.at);
        self.give_back(agent, node, first, Fate::TooLong { max });
        if self.outboxes.get(&agent).is_some_and(Outbox::is_empty) {
            self.rest(agent);
        }
    }

    fn give_back(
        &mut self,
        to: AgentId,
        node: PublicKey,
        letters: impl IntoIterator<Item = Letter>,
        fate: Fate,
    ) {
        let mut back = Vec::new();
        for Letter { from, class, bytes } in letters {
            self.release(class, from, node, bytes.len());
            back.push(Undelivered { from, letter: bytes });
        }
        self.call_waiting(to);
        if !back.is_empty() {
            self.actions.push(Action::Undeliverable { to, letters: back, fate });
        }
    }
}
