//! What comes back on a lane.

use super::super::outbox::{Letter, Outbox};
use super::super::wire::{Breach, Lane, Reply, Word};
use super::line::State;
use super::{Dispatch, LineId};
use crate::protocol::AgentId;
use crate::protocol::handover::Moment;

impl Dispatch {
    /// Takes a reply. An error is the peer's: its connection is to be closed.
    pub(crate) fn reply(&mut self, id: LineId, lane: Lane, reply: Reply, now: Moment) -> Result<(), Breach> {
        let Some(line) = self.lines.get_mut(&id.peer).filter(|line| line.number == id.number) else {
            return Ok(());
        };
        if let State::Up { asked, .. } = &mut line.state {
            *asked = None;
        }
        let Reply::Route { route, next, word } = reply else { return Ok(()) };
        let out = &line.lanes[lane.index()];
        match out.routes.get(&route).copied() {
            Some(agent) => self.word(id, agent, next, word, now),
            // It was closed while the reply was on its way.
            None if (1..=out.opened).contains(&route) => Ok(()),
            None => Err(Breach::Route { route }),
        }
    }

    fn word(&mut self, id: LineId, agent: AgentId, next: u64, word: Word, now: Moment) -> Result<(), Breach> {
        let count = self.acknowledge(agent, next)?;
        let Some(outbox) = self.outboxes.get_mut(&agent) else { return Ok(()) };
        match word {
            Word::Taken => {
                if count > 0 {
                    outbox.doubts = 0;
                }
                if let Some(route) = &mut outbox.route {
                    route.is_confirmed = true;
                }
            }
            Word::Full | Word::Held => {
                outbox.doubts = 0;
                outbox.shrink();
                self.block(id, agent);
                self.urge(agent);
            }
            Word::Room => {
                if outbox.route.is_some_and(|route| route.is_blocked) {
                    self.leave_route(agent);
                }
            }
            Word::Gap if count > 0 => self.leave_route(agent),
            Word::Gap => self.pause(agent, now),
            Word::Moved(place) => self.moved(agent, id.peer, place, now),
            Word::Gone if id.peer == agent.home => self.gone(agent),
            // Only its home can know that it is gone.
            Word::Unknown | Word::Gone => self.doubt(agent, now),
        }
        if self.outboxes.get(&agent).is_some_and(Outbox::is_empty) {
            self.rest(agent);
        } else {
            self.queue(agent);
        }
        Ok(())
    }

    /// All letters to the agent before `next` have arrived. How many that are which were not known to.
    fn acknowledge(&mut self, agent: AgentId, next: u64) -> Result<usize, Breach> {
        let Some(outbox) = self.outboxes.get_mut(&agent) else { return Ok(0) };
        let (mut done, node) = (Vec::new(), outbox.at);
        let note = |letter: Letter| done.push((letter.class, letter.from, letter.bytes.len()));
        let count = outbox.acknowledge(next, note)?;
        if count > 0 {
            done.into_iter().for_each(|(class, from, len)| self.release(class, from, node, len));
            self.call_waiting(agent);
        }
        Ok(count)
    }

    /// Nothing is sent to the agent before there is word.
    fn block(&mut self, id: LineId, agent: AgentId) {
        let Some(outbox) = self.outboxes.get_mut(&agent) else { return };
        let was_in_parts = outbox.is_in_parts();
        outbox.rewind();
        if let Some(route) = &mut outbox.route {
            route.is_blocked = true;
            if was_in_parts && let Some(line) = self.lines.get_mut(&id.peer) {
                let out = &mut line.lanes[route.lane.index()];
                out.parts -= 1;
                out.unpark();
            }
        }
    }
}
