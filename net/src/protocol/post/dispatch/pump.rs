//! What is written on a lane: everybody who has letters has a turn of some length, one after the other.

use bytes::{Bytes, BytesMut};

use super::super::intake::{PARTS_MAX, ROUTES_MAX};
use super::super::outbox::{Need, Route};
use super::super::wire::{BODY_LEN_MAX, Lane, Packet, header};
use super::line::State;
use super::{Dispatch, LineId};
use crate::protocol::AgentId;

/// Bytes after which a batch is full.
const BATCH_LEN: usize = 128 << 10;
/// Bytes after which it is another outbox's turn.
const TURN_LEN: usize = 64 << 10;
/// Shorter letters are copied next to each other, which costs less than a buffer for each.
const COPY_LEN_MAX: usize = 2048;

/// Bytes to be written at once.
#[derive(Default)]
pub(crate) struct Batch {
    pieces: Vec<Bytes>,
    copied: BytesMut,
    scratch: Vec<u8>,
    len: usize,
}

impl Batch {
    /// All of it, in order.
    pub(crate) fn pieces(&mut self) -> &mut Vec<Bytes> {
        self.seal();
        &mut self.pieces
    }

    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Begins anew.
    pub(crate) fn clear(&mut self) {
        self.pieces.clear();
        self.len = 0;
    }

    fn packet(&mut self, packet: &Packet<'_>) {
        self.scratch.clear();
        packet.write(&mut self.scratch);
        self.copied.extend_from_slice(&self.scratch);
        self.len += self.scratch.len();
    }

    fn letter(&mut self, kind: u8, route: u32, bytes: Bytes) {
        let header = header(kind, route, bytes.len());
        self.copied.extend_from_slice(&header);
        self.len += header.len() + bytes.len();
        if bytes.len() <= COPY_LEN_MAX {
            self.copied.extend_from_slice(&bytes);
        } else {
            self.seal();
            self.pieces.push(bytes);
        }
    }

    fn seal(&mut self) {
        if !self.copied.is_empty() {
            self.pieces.push(self.copied.split().freeze());
        }
    }
}

/// What becomes of an outbox after a step of its turn.
enum Turn {
    /// It goes on.
    On,
    /// It stands in the queue again, if it has more.
    Over,
    /// It has nothing to send before something is acknowledged.
    Waits,
    /// It has to wait for others.
    Parked,
}

impl Dispatch {
    /// Fills a batch with what is to be written on a lane; with nothing if the line does not stand.
    pub(crate) fn pump(&mut self, id: LineId, lane: Lane, batch: &mut Batch) {
        batch.clear();
        let Some(line) = self.lines.get_mut(&id.peer).filter(|line| line.number == id.number) else { return };
        let State::Up { letter_bytes, .. } = line.state else { return };
        let out = &mut line.lanes[lane.index()];
        out.closing.drain(..).for_each(|route| batch.packet(&Packet::Close { route }));
        for (route, bytes) in std::mem::take(&mut out.urgent) {
            if out.routes.contains_key(&route) {
                batch.letter(Packet::URGENT, route, bytes);
            }
        }
        if std::mem::take(&mut out.is_asking) {
            batch.packet(&Packet::Ping);
        }
        while batch.len < BATCH_LEN {
            let next =
                self.lines.get_mut(&id.peer).and_then(|line| line.lanes[lane.index()].ready.pop_front());
            let Some(agent) = next else { break };
            self.turn(id, lane, agent, letter_bytes, batch);
        }
    }

    fn turn(&mut self, id: LineId, lane: Lane, agent: AgentId, letter_bytes: u32, batch: &mut Batch) {
        let Some(outbox) = self.outboxes.get_mut(&agent) else { return };
        // It may have gone elsewhere since it came into the queue.
        if outbox.at != id.peer || outbox.queued != Some((id.number, lane)) {
            return;
        }
        let end = batch.len + TURN_LEN;
        let mut goes_on = true;
        while batch.len < end {
            match self.step(id, lane, agent, letter_bytes, batch) {
                Turn::On => {}
                Turn::Over => break,
                Turn::Waits => {
                    goes_on = false;
                    break;
                }
                Turn::Parked => return,
            }
        }
        if let Some(outbox) = self.outboxes.get_mut(&agent) {
            outbox.queued = None;
        }
        if goes_on {
            self.queue(agent);
        }
    }

    fn step(&mut self, id: LineId, lane: Lane, agent: AgentId, letter_bytes: u32, batch: &mut Batch) -> Turn {
        let (Some(outbox), Some(line)) = (self.outboxes.get_mut(&agent), self.lines.get_mut(&id.peer)) else {
            return Turn::Over;
        };
        let out = &mut line.lanes[lane.index()];
        match outbox.need(id.number) {
            Need::Open(wanted) if wanted == lane => {
                if out.routes.len() >= ROUTES_MAX {
                    out.parked.push(agent);
                    return Turn::Parked;
                }
                out.opened += 1;
                out.routes.insert(out.opened, agent);
                let (line, number) = (id.number, out.opened);
                outbox.route = Some(Route { line, lane, number, is_blocked: false, is_confirmed: false });
                batch.packet(&Packet::Open { route: number, base: outbox.base(), agent });
                Turn::On
            }
            Need::Send(wanted) if wanted == lane => {
                let (Some((len, is_first)), Some(route)) = (outbox.next(), outbox.route) else {
                    return Turn::Over;
                };
                if len > letter_bytes as usize {
                    if is_first {
                        self.refuse_first(agent, letter_bytes);
                        return Turn::Over;
                    }
                    return Turn::Waits;
                }
                let is_long = len > BODY_LEN_MAX;
                if is_long && !outbox.is_in_parts() && out.parts >= PARTS_MAX {
                    out.parked.push(agent);
                    return Turn::Parked;
                }
                let Some(piece) = outbox.piece(BODY_LEN_MAX) else { return Turn::Over };
                out.parts += usize::from(is_long && piece.is_first);
                let kind = if piece.is_last { Packet::LETTER } else { Packet::PART };
                batch.letter(kind, route.number, piece.bytes);
                if is_long && piece.is_last {
                    out.parts -= 1;
                    out.unpark();
                }
                Turn::On
            }
            _ => Turn::Over,
        }
    }
}
