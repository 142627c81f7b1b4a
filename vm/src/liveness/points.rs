//! From what is live at each block's end, backwards through its instructions, to what is live at each safepoint.

use super::access::Code;
use super::blocks::Graph;
use super::explore::LiveOut;
use super::{Budget, Kind, Liveness, Point, may_allocate};
use crate::verify::Fault;

/// Records the safepoints of one function after the other.
pub(super) struct Recorder<'a> {
    liveness: &'a mut Liveness,
    /// The program's words before this function.
    base: u32,
    is_ref: Vec<bool>,
    live: Set,
    /// Where the last recorded set lies, since the next is often the same.
    last: (usize, usize),
}

impl<'a> Recorder<'a> {
    pub(super) fn new(liveness: &'a mut Liveness, base: u32, is_ref: Vec<bool>) -> Self {
        let live = Set { members: Vec::new(), places: vec![Set::ABSENT; is_ref.len()] };
        let last = (liveness.registers.len(), 0);
        Self { liveness, base, is_ref, live, last }
    }

    pub(super) fn function(
        &mut self,
        function: &Code,
        graph: &Graph,
        live_out: &LiveOut,
        budget: &mut Budget,
    ) -> Result<(), (Option<u32>, Fault)> {
        let first = self.liveness.points.len();
        // From the last block to the first, so that one reversal puts all points in order.
        for block in (0..graph.len()).rev() {
            budget.spend(live_out.of(block).len())?;
            self.live.clear();
            live_out.of(block).iter().for_each(|register| self.live.insert(*register));
            for pc in graph.words(block).rev().filter(|pc| function.shape.is_start(*pc)) {
                self.instruction(function, pc, budget)?;
            }
        }
        self.liveness.points[first..].reverse();
        Ok(())
    }

    fn instruction(
        &mut self,
        function: &Code,
        pc: usize,
        budget: &mut Budget,
    ) -> Result<(), (Option<u32>, Fault)> {
        if let Some(register) = function.def(pc) {
            self.live.remove(register);
        }
        function.for_each_use(pc, |register| self.live.insert(register));
        let shape = function.shape;
        let is_rest = pc == 0 || shape.is_loop(pc) || shape.is_answer(pc);
        let kind = Kind { is_rest, is_return: shape.is_return(pc) };
        if kind.is_rest || kind.is_return || may_allocate(function.op(pc)) {
            self.point(pc, kind, budget)?;
        }
        Ok(())
    }

    /// Stores the live registers as they are, references first.
    fn point(&mut self, pc: usize, kind: Kind, budget: &mut Budget) -> Result<(), (Option<u32>, Fault)> {
        budget.spend(self.live.members.len())?;
        let pool = &mut self.liveness.registers;
        let start = pool.len();
        let is_ref = &self.is_ref;
        pool.extend(self.live.members.iter().filter(|register| is_ref[usize::from(**register)]));
        let refs = pool.len() - start;
        pool.extend(self.live.members.iter().filter(|register| !is_ref[usize::from(**register)]));
        let others = pool.len() - start - refs;
        pool[start..][..refs].sort_unstable();
        pool[start + refs..].sort_unstable();
        let (old, new) = pool.split_at(start);
        if old[self.last.0..][..self.last.1] == *new {
            pool.truncate(start);
        } else {
            self.last = (start, refs + others);
        }
        let start = self.last.0 as u32;
        let pc = self.base + pc as u32;
        self.liveness.points.push(Point { pc, start, refs: refs as u16, others: others as u16, kind });
        Ok(())
    }
}

/// A set of registers: its members in any order, and where among them each stands.
struct Set {
    members: Vec<u16>,
    places: Vec<u16>,
}

impl Set {
    /// More than any place, since a function has at most 2^15 registers.
    const ABSENT: u16 = u16::MAX;

    fn insert(&mut self, register: u16) {
        let place = &mut self.places[usize::from(register)];
        if *place == Self::ABSENT {
            *place = self.members.len() as u16;
            self.members.push(register);
        }
    }

    fn remove(&mut self, register: u16) {
        let place = std::mem::replace(&mut self.places[usize::from(register)], Self::ABSENT);
        if place != Self::ABSENT {
            self.members.swap_remove(usize::from(place));
            if let Some(moved) = self.members.get(usize::from(place)) {
                self.places[usize::from(*moved)] = place;
            }
        }
    }

    fn clear(&mut self) {
        for register in self.members.drain(..) {
            self.places[usize::from(register)] = Self::ABSENT;
        }
    }
}
