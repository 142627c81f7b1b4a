//! Where a function's instructions begin, and where its jumps lead.

use super::Fault;
use crate::bytecode::Op;

/// Whether the next instruction may run after this one.
pub(crate) fn goes_on(op: Op) -> bool {
    !matches!(op, Op::Jump | Op::Switch | Op::Return | Op::Panic | Op::Unreachable)
}

/// What is known of each word of a function's code.
pub(crate) struct Shape {
    words: Vec<u8>,
    jumps: Vec<(u32, u32)>,
    switches: Vec<(u32, u32)>,
}

/// An instruction begins here.
const START: u8 = 1;
/// The instruction has at least one argument.
const HAS_ARG: u8 = 2;
/// A jump leads here.
const TARGET: u8 = 4;
/// A jump backwards leads here.
const LOOP: u8 = 8;
/// A call returns here.
const RETURN: u8 = 16;
/// A run goes on here once the host has answered.
const ANSWER: u8 = 32;

impl Shape {
    pub(super) fn new(len: usize) -> Self {
        Self { words: vec![0; len], jumps: Vec::new(), switches: Vec::new() }
    }

    pub(super) fn begin(&mut self, pc: usize, has_arg: bool) {
        self.words[pc] |= START | if has_arg { HAS_ARG } else { 0 };
    }

    /// Records that a call returns to this word, which is in the code.
    pub(super) fn returns_to(&mut self, pc: usize) {
        self.words[pc] |= RETURN;
    }

    /// Records that the host's answer leads to this word, which is in the code.
    pub(super) fn goes_on_at(&mut self, pc: usize) {
        self.words[pc] |= ANSWER;
    }

    /// Records a switch, whose `count` jumps stand in the code behind it.
    pub(super) fn switch(&mut self, pc: usize, count: usize) {
        self.switches.push((pc as u32, count as u32));
        self.words[pc + 1..][..count].iter_mut().for_each(|word| *word |= TARGET);
    }

    /// Records a jump, once all starts are known.
    pub(super) fn jump(&mut self, from: usize, target: i64) -> Result<(), Fault> {
        let bad = Fault::JumpTarget(target);
        let Some(word) = usize::try_from(target).ok().and_then(|target| self.words.get_mut(target)) else {
            return Err(bad);
        };
        if *word & START == 0 {
            return Err(bad);
        }
        *word |= TARGET | if target <= from as i64 { LOOP } else { 0 };
        self.jumps.push((from as u32, target as u32));
        Ok(())
    }

    /// Whether an instruction begins at this word.
    pub(crate) fn is_start(&self, pc: usize) -> bool {
        self.words[pc] & START != 0
    }

    /// Whether the instruction at this word has at least one argument.
    pub(crate) fn has_arg(&self, pc: usize) -> bool {
        self.words[pc] & HAS_ARG != 0
    }

    /// Whether a jump or a switch leads to this word.
    pub(crate) fn is_target(&self, pc: usize) -> bool {
        self.words[pc] & TARGET != 0
    }

    /// Whether a jump backwards leads to this word.
    pub(crate) fn is_loop(&self, pc: usize) -> bool {
        self.words[pc] & LOOP != 0
    }

    /// Whether a call returns to this word.
    pub(crate) fn is_return(&self, pc: usize) -> bool {
        self.words[pc] & RETURN != 0
    }

    /// Whether a run goes on at this word once the host has answered.
    pub(crate) fn is_answer(&self, pc: usize) -> bool {
        self.words[pc] & ANSWER != 0
    }

    /// Each jump's place and target, by place.
    pub(crate) fn jumps(&self) -> &[(u32, u32)] {
        &self.jumps
    }

    /// Each switch's place and number of jumps, by place.
    pub(crate) fn switches(&self) -> &[(u32, u32)] {
        &self.switches
    }
}
