//! Lines are made, stand, and are lost.

use super::line::{Line, State};
use super::{Action, Dispatch, Due, Fate, LineId, NodeLoss};
use crate::identity::PublicKey;
use crate::protocol::AgentId;
use crate::protocol::handover::Moment;

/// How long to wait after an attempt that failed: at first, in milliseconds. Then twice that, and so on.
const RETRY_MS: u64 = 100;
const RETRY_MAX_MS: u64 = 1000;
/// A line that stood for less than this, in milliseconds, counts as another attempt that failed.
const STOOD_MS: u64 = 1000;
/// Nodes are asked whether they are there so often within the time after which they are given up.
const PINGS: u64 = 4;

impl Dispatch {
    /// Notices if a node is lost, and says so once. `addr` is where it might be reached, if that is known.
    pub(crate) fn watch(&mut self, node: PublicKey, addr: &str, now: Moment) {
        let line = self.lines.entry(node).or_insert_with(|| Line::new(now));
        line.want(now);
        line.is_watched = true;
        if !addr.is_empty() {
            addr.clone_into(&mut line.addr);
        }
        if let State::Waiting { until } = line.state
            && until <= now
        {
            self.connect(node);
        }
        self.schedule(node);
    }

    /// The loss of a node is of no interest any more.
    pub(crate) fn unwatch(&mut self, node: PublicKey) {
        if let Some(line) = self.lines.get_mut(&node) {
            line.is_watched = false;
        }
    }

    /// The line stands: the node is in this life, and takes letters of so many bytes. `false` if it is not wanted any more.
    pub(crate) fn line_up(&mut self, id: LineId, life: u64, letter_bytes: u32, now: Moment) -> bool {
        let Some(line) = self.lines.get_mut(&id.peer).filter(|line| line.number == id.number) else {
            return false;
        };
        let ping = now.after(self.limits.unreachable_ms / PINGS);
        line.state = State::Up { since: now, letter_bytes, ping, asked: None };
        let is_another = line.life.replace(life).is_some_and(|before| before != life);
        if is_another && std::mem::take(&mut line.is_watched) {
            self.actions.push(Action::NodeLost { node: id.peer, loss: NodeLoss::Restarted });
        }
        for agent in self.placed(id.peer) {
            self.queue(agent);
        }
        self.schedule(id.peer);
        true
    }

    /// The line could not be made, or is lost.
    pub(crate) fn line_down(&mut self, id: LineId, why: String, now: Moment) {
        let Some(line) = self.lines.get_mut(&id.peer).filter(|line| line.number == id.number) else { return };
        line.number = 0;
        line.lanes = Default::default();
        line.why = why;
        let stood = match line.state {
            State::Up { since, asked, .. } => {
                line.since = asked.unwrap_or(now);
                now >= since.after(STOOD_MS)
            }
            _ => false,
        };
        let wait_ms = if stood {
            line.failures = 0;
            0
        } else {
            line.failures += 1;
            (RETRY_MS << (line.failures - 1).min(10)).min(RETRY_MAX_MS)
        };
        line.state = State::Waiting { until: now.after(wait_ms) };
        for agent in self.placed(id.peer) {
            if let Some(outbox) = self.outboxes.get_mut(&agent) {
                outbox.rewind();
                (outbox.route, outbox.queued) = (None, None);
            }
            if !stood {
                self.look_elsewhere(agent, id.peer, now);
            }
        }
        if stood && self.lines.get(&id.peer).is_some_and(Line::is_wanted) {
            self.connect(id.peer);
        }
        self.schedule(id.peer);
    }

    /// A line's moment has come.
    pub(super) fn look_at(&mut self, peer: PublicKey, at: Moment, now: Moment) {
        let (limit_ms, pings) = (self.limits.unreachable_ms, PINGS);
        let Some(line) = self.lines.get_mut(&peer) else { return };
        if line.due != Some(at) {
            return;
        }
        line.due = None;
        let ping_ms = limit_ms / pings;
        if now >= at.after(ping_ms) {
            // What has come meanwhile is still to be seen.
            line.excuse(now.0 - at.0 + ping_ms);
        }
        let (is_wanted, id) = (line.is_wanted(), LineId { peer, number: line.number });
        match &mut line.state {
            State::Up { asked: Some(asked), .. } if now >= asked.after(limit_ms / 2) => {
                self.actions.push(Action::Hang(id));
                self.line_down(id, "it does not answer any more".to_owned(), now);
            }
            State::Up { ping, asked, .. } => {
                *ping = now.after(limit_ms / pings);
                if is_wanted {
                    asked.get_or_insert(now);
                    line.lanes[0].is_asking = true;
                    self.actions.push(Action::Write(id, super::Lane::Express));
                }
            }
            _ if now >= line.since.after(limit_ms) => self.unreachable(peer),
            State::Waiting { until } if *until <= now && is_wanted => self.connect(peer),
            State::Waiting { .. } | State::Connecting => {}
        }
        self.schedule(peer);
    }

    pub(super) fn connect(&mut self, peer: PublicKey) {
        let Some(line) = self.lines.get_mut(&peer) else { return };
        self.attempts += 1;
        line.number = self.attempts;
        line.state = State::Connecting;
        let line_id = LineId { peer, number: line.number };
        self.actions.push(Action::Connect { line: line_id, addr: line.addr.clone() });
    }

    /// Sees to it that the line is looked at in time.
    pub(super) fn schedule(&mut self, peer: PublicKey) {
        let Some(line) = self.lines.get_mut(&peer) else { return };
        let lost = line.since.after(self.limits.unreachable_ms);
        let due = match line.state {
            State::Up { ping, .. } => ping,
            State::Connecting => lost,
            State::Waiting { until } if line.is_wanted() => until.min(lost),
            State::Waiting { .. } => lost,
        };
        if line.due != Some(due) {
            if let Some(before) = line.due.replace(due) {
                self.timers.remove(&(before, Due::Line(peer)));
            }
            self.timers.insert((due, Due::Line(peer)));
        }
    }

    /// A node does not answer: perhaps the agent is not there any more, and its home knows; or, if that was its home, it is
    /// still where it was last heard of.
    fn look_elsewhere(&mut self, agent: AgentId, peer: PublicKey, now: Moment) {
        let Some(outbox) = self.outboxes.get_mut(&agent) else { return };
        let elsewhere = if peer == agent.home {
            self.places.find(agent).map(|place| place.node).filter(|node| *node != peer)
        } else {
            (outbox.doubts == 0).then_some(agent.home)
        };
        if let Some(node) = elsewhere {
            outbox.doubts += 1;
            self.relocate(agent, node, now);
        }
    }

    /// A node was not reached for too long.
    fn unreachable(&mut self, peer: PublicKey) {
        let Some(line) = self.lines.remove(&peer) else { return };
        for agent in line.placed {
            self.give_up(agent, Fate::Lost { node: peer, why: line.why.clone() });
        }
        if line.is_watched {
            let loss = NodeLoss::Unreachable { why: line.why };
            self.actions.push(Action::NodeLost { node: peer, loss });
        }
    }

    /// The agents whose letters go that way, in an order that is always the same.
    fn placed(&self, peer: PublicKey) -> Vec<AgentId> {
        let mut placed: Vec<_> =
            self.lines.get(&peer).into_iter().flat_map(|line| &line.placed).copied().collect();
        placed.sort_unstable();
        placed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::post::PostLimits;

    const NODE: PublicKey = PublicKey::from_bytes([1; 32]);

    /// A post that watches a node to which there is no line yet, and its attempt at one.
    fn watching() -> (Dispatch, LineId) {
        let mut dispatch = Dispatch::new(PostLimits::default());
        dispatch.watch(NODE, "", Moment(0));
        let Some(Action::Connect { line, .. }) = dispatch.actions().pop() else { panic!("nothing is tried") };
        (dispatch, line)
    }

    fn actions_at(dispatch: &mut Dispatch, ms: u64) -> Vec<Action> {
        dispatch.tick(Moment(ms));
        dispatch.actions()
    }

    #[test]
    fn a_node_that_does_not_answer_is_hung_up_on_and_lost_in_the_end() {
        let (mut dispatch, line) = watching();
        assert!(dispatch.line_up(line, 1, 1000, Moment(0)));
        assert!(matches!(actions_at(&mut dispatch, 2_500)[..], [Action::Write(..)]));
        assert!(matches!(actions_at(&mut dispatch, 5_000)[..], [Action::Write(..)]));
        assert!(matches!(actions_at(&mut dispatch, 7_500)[..], [Action::Hang(_), Action::Connect { .. }]));
        assert!(matches!(actions_at(&mut dispatch, 12_500)[..], [Action::NodeLost { .. }]));
    }

    #[test]
    fn what_this_node_has_slept_through_does_not_count_against_the_other() {
        let (mut dispatch, line) = watching();
        assert!(dispatch.line_up(line, 1, 1000, Moment(0)));
        assert!(matches!(actions_at(&mut dispatch, 2_500)[..], [Action::Write(..)]));
        // The answer may have come long ago, and not been seen.
        assert!(matches!(actions_at(&mut dispatch, 60_000)[..], [Action::Write(..)]));
        assert!(matches!(actions_at(&mut dispatch, 62_500)[..], [Action::Write(..)]));
        assert!(matches!(actions_at(&mut dispatch, 65_000)[..], [Action::Hang(_), Action::Connect { .. }]));

        let (mut dispatch, line) = watching();
        assert!(actions_at(&mut dispatch, 60_000).is_empty());
        assert!(dispatch.line_up(line, 1, 1000, Moment(60_001)));

        let (mut dispatch, _) = watching();
        assert!(actions_at(&mut dispatch, 60_000).is_empty());
        assert!(matches!(actions_at(&mut dispatch, 62_500)[..], [Action::NodeLost { .. }]));
    }
}
