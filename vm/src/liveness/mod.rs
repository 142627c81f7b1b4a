//! Which registers are live where: the collector's roots, and what a snapshot holds of each frame.
//!
//! Worked out once, at load, for each *safepoint*: a function's first instruction, the target of a backward jump, where
//! a call returns to, an instruction that yields, as a call of the host does (its arguments stay live until the answer), the
//! instruction after it, and each instruction that allocates.
//!
//! The same analysis proves definite initialisation: a register that is live at entry, and is no parameter or capture,
//! may be read before it is written.

mod access;
mod blocks;
mod explore;
mod points;
#[cfg(test)]
mod tests;

use crate::bytecode::{Function, Op};
use crate::program::PROLOGUE_WORDS;
use crate::verify::{Fault, FunctionCheck, Shape};

/// Whether a collection may run before the instruction, with its arguments still in their registers.
pub(crate) fn may_allocate(op: Op) -> bool {
    op.yields()
        || matches!(
            op,
            Op::CallNative
                | Op::InboxAddr
                | Op::CastAddr
                | Op::New
                | Op::NewVariant
                | Op::NewCell
                | Op::NewClosure
                | Op::NewList
                | Op::FillList
                | Op::ListPush
                | Op::ListInsert
                | Op::ListExtend
                | Op::ListSlice
                | Op::NewTable
                | Op::MapSet
                | Op::SetAdd
                | Op::Concat
                | Op::Show
                | Op::Join
        )
}

/// The live registers at one safepoint, each part in ascending order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LiveSet<'a> {
    /// Those whose type may be a reference.
    pub(crate) refs: &'a [u16],
    /// The others.
    pub(crate) others: &'a [u16],
}

/// The live registers at every safepoint of a program. A pc is an index into [`Program::code`](crate::program::Program::code).
#[derive(Debug, Clone, Default)]
pub(crate) struct Liveness {
    points: Vec<Point>,
    registers: Vec<u16>,
}

/// A safepoint: where it is, and where its registers lie in [`Liveness::registers`].
#[derive(Debug, Clone, Copy)]
struct Point {
    pc: u32,
    start: u32,
    refs: u16,
    others: u16,
    kind: Kind,
}

/// What may happen at a safepoint besides a collection.
#[derive(Debug, Clone, Copy)]
struct Kind {
    /// An agent that can run may rest here: a function's entry, the target of a backward jump, or where the host's
    /// answer leads to.
    is_rest: bool,
    /// A call returns to here.
    is_return: bool,
}

impl Liveness {
    /// What is live before the instruction at `pc`, if that is a safepoint. In a frame whose call has not returned, the
    /// call's destination isn't live yet, though it may stand in the set.
    pub(crate) fn at(&self, pc: u32) -> Option<LiveSet<'_>> {
        self.find(pc).map(|point| self.set(point))
    }

    /// The live registers before the instruction at `pc` that may hold references; none if it is no safepoint.
    pub(crate) fn refs(&self, pc: u32) -> &[u16] {
        self.at(pc).map_or(&[], |set| set.refs)
    }

    /// Whether an agent that can run may rest before the instruction at `pc`.
    pub(crate) fn is_rest(&self, pc: u32) -> bool {
        self.find(pc).is_some_and(|point| point.kind.is_rest)
    }

    /// Whether a call returns to the instruction at `pc`.
    pub(crate) fn is_return(&self, pc: u32) -> bool {
        self.find(pc).is_some_and(|point| point.kind.is_return)
    }

    fn find(&self, pc: u32) -> Option<&Point> {
        self.points.binary_search_by_key(&pc, |point| point.pc).ok().map(|index| &self.points[index])
    }

    fn set(&self, point: &Point) -> LiveSet<'_> {
        let (refs, others) = (usize::from(point.refs), usize::from(point.others));
        let registers = &self.registers[point.start as usize..][..refs + others];
        let (refs, others) = registers.split_at(refs);
        LiveSet { refs, others }
    }
}

/// Gathers a program's liveness, function by function in the order of their code.
pub(crate) struct Builder {
    liveness: Liveness,
    /// Where the next function's code goes.
    start: u32,
    /// Work that functions may take beyond what their sizes allow, all of them together.
    spare: usize,
}

impl Builder {
    /// Goes on behind functions whose liveness is known.
    pub(crate) fn resume(liveness: Liveness, before: &[Function]) -> Self {
        let words = before.iter().map(|function| function.code.len() as u32 + PROLOGUE_WORDS).sum::<u32>();
        Self { liveness, start: words + PROLOGUE_WORDS, spare: Budget::SPARE }
    }

    /// Works out one function, whose code has been checked but for initialisation.
    ///
    /// # Errors
    /// Where, as a pc within the function, and what: a register that may be read before it is written, or a function
    /// that is too complex.
    pub(crate) fn add(&mut self, check: &FunctionCheck, shape: &Shape) -> Result<(), (Option<u32>, Fault)> {
        let code = &check.function.code;
        let function = access::Code { code, shape };
        let mut budget = Budget { own: Budget::own(code.len()), spare: &mut self.spare };
        let graph = blocks::Graph::new(&function);
        let accesses = explore::Accesses::new(&function, &graph, check.function.registers.len());
        let live_out = explore::live_out(&function, &graph, &accesses, check.given_registers(), &mut budget)?;
        let is_ref: Vec<bool> =
            (0..check.function.registers.len()).map(|r| check.is_reference(r as u16)).collect();
        let mut recorder = points::Recorder::new(&mut self.liveness, self.start, is_ref);
        recorder.function(&function, &graph, &live_out, &mut budget)?;
        self.start += code.len() as u32 + PROLOGUE_WORDS;
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Liveness {
        self.liveness.points.shrink_to_fit();
        self.liveness.registers.shrink_to_fit();
        self.liveness
    }
}

/// How much work and memory one function may take.
struct Budget<'a> {
    /// In proportion to its size.
    own: usize,
    /// What is left for all functions that take more.
    spare: &'a mut usize,
}

impl Budget<'_> {
    /// Work for each word of code. Functions as a compiler makes them take a few units a word.
    const PER_WORD: usize = 64;
    /// Work that even the smallest function may take.
    const BASE: usize = 4096;
    /// Work that no function may exceed.
    const MAX: usize = 16 << 20;
    /// Work beyond that for a whole program, enough for a function that keeps a thousand texts alive: at most 8 MiB.
    const SPARE: usize = 4 << 20;

    fn own(words: usize) -> usize {
        (Self::BASE + words * Self::PER_WORD).min(Self::MAX)
    }

    fn spend(&mut self, units: usize) -> Result<(), (Option<u32>, Fault)> {
        let beyond = units.saturating_sub(self.own);
        self.own = self.own.saturating_sub(units);
        *self.spare = self.spare.checked_sub(beyond).ok_or((None, Fault::TooComplex))?;
        Ok(())
    }
}
