//! An agent's stack: the registers of all active calls, in one run of words.
//!
//! ```text
//! header  registers of the first call  header  registers of the call it made  …
//! ```
//! A header says how to go on in the caller; see [`FrameHeader`].
//!
//! Beside them stand the values that the agent keeps while no call is active, so that the stack is all that holds
//! references into a running agent's heap.

use crate::agent::KeptValues;
use crate::bytecode::Instr;
use crate::heap::{Roots, SLACK_WORDS};
use crate::program::{Entry, Program};

/// How to go on when a call ends. Its halves are written and read by themselves, so that neither waits for the other.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(8))]
pub(crate) struct FrameHeader {
    /// The last word of the call, its `args` words included, in bytes from the beginning of the code.
    call: u32,
    /// The register that the result goes to, and above its 16 bits how many registers the caller has.
    caller: u32,
}

impl FrameHeader {
    /// That of a first call. A caller has registers, since it has one for the result.
    const BOTTOM: Self = Self { call: 0, caller: 0 };

    /// For a call that goes on at an instruction.
    const fn new(resume: u32, dest: u16, caller_registers: u32) -> Self {
        let mut header = Self { call: (resume - 1) * size_of::<Instr>() as u32, caller: 0 };
        header.set_caller(dest, caller_registers);
        header
    }

    /// Where a word of the stack holds a header.
    #[inline(always)]
    pub(crate) const fn at(word: *mut u64) -> *mut Self {
        word.cast()
    }

    /// The header that lies in memory as the word does.
    const fn from_word(word: u64) -> Self {
        let (low, high) = (word as u32, (word >> 32) as u32);
        if cfg!(target_endian = "little") {
            Self { call: low, caller: high }
        } else {
            Self { call: high, caller: low }
        }
    }

    const fn to_word(self) -> u64 {
        let (low, high) =
            if cfg!(target_endian = "little") { (self.call, self.caller) } else { (self.caller, self.call) };
        low as u64 | (high as u64) << 32
    }

    #[inline(always)]
    pub(crate) const fn is_bottom(self) -> bool {
        self.caller == 0
    }

    /// The last word of the call, in bytes from the beginning of the code.
    #[inline(always)]
    pub(crate) const fn call_bytes(self) -> u32 {
        self.call
    }

    /// The instruction after the call.
    const fn resume(self) -> u32 {
        self.call / size_of::<Instr>() as u32 + 1
    }

    /// The register that the result goes to.
    #[inline(always)]
    pub(crate) const fn dest(self) -> u16 {
        self.caller as u16
    }

    /// How many registers the caller has, at most 65,535.
    #[inline(always)]
    pub(crate) const fn caller_registers(self) -> u32 {
        self.caller >> 16
    }

    #[inline(always)]
    pub(crate) const fn set_call_bytes(&mut self, last: u32) {
        self.call = last;
    }

    #[inline(always)]
    pub(crate) const fn set_caller(&mut self, dest: u16, registers: u32) {
        self.caller = dest as u32 | registers << 16;
    }
}

/// The stack's limit stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StackFull;

/// An active call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    /// The instruction that comes next: in the innermost call the one that is about to run or waits for the host, in
    /// all others the one after the call.
    pub(crate) pc: u32,
    /// Where its registers begin.
    pub(crate) base: u32,
    /// How many registers it has.
    pub(crate) registers: u32,
    /// The register that the call which it waits for will define; `None` in the innermost.
    pub(crate) dest: Option<u16>,
}

/// The registers of all active calls.
#[derive(Debug)]
pub(crate) struct Stack {
    words: Vec<u64>,
    limit: usize,
    /// The innermost call.
    pub(crate) top: Frame,
    /// The values that stay when all calls have ended.
    pub(crate) kept: KeptValues,
}

impl Stack {
    /// An empty stack that may grow to so many bytes.
    pub(crate) fn new(limit_bytes: usize) -> Self {
        let limit = (limit_bytes / 8).min(u32::MAX as usize / 2);
        let top = Frame { pc: 0, base: 0, registers: 0, dest: None };
        Self { words: Vec::new(), limit, top, kept: KeptValues::default() }
    }

    /// Begins with a call of a function, whose registers are all 0.
    pub(crate) fn begin(&mut self, entry: &Entry) -> Result<(), StackFull> {
        self.words.clear();
        self.reserve(entry.frame as usize)?;
        self.words[0] = FrameHeader::BOTTOM.to_word();
        self.top = Frame { pc: entry.start, base: 1, registers: entry.registers(), dest: None };
        Ok(())
    }

    /// Adds a call to the innermost one, which goes on at its `pc` when that returns. Its registers are all 0.
    pub(crate) fn enter(&mut self, entry: &Entry, dest: u16) -> Result<(), StackFull> {
        let caller = self.top;
        let header = (caller.base + caller.registers) as usize;
        self.reserve(header + entry.frame as usize)?;
        self.words[header] = FrameHeader::new(caller.pc, dest, caller.registers).to_word();
        self.words[header + 1..][..entry.registers() as usize].fill(0);
        self.top =
            Frame { pc: entry.start, base: header as u32 + 1, registers: entry.registers(), dest: None };
        Ok(())
    }

    /// Ends all calls.
    pub(crate) fn clear(&mut self) {
        self.words = Vec::new();
        self.top = Frame { pc: 0, base: 0, registers: 0, dest: None };
    }

    /// Makes room up to a word, growing by half at least, so that deep recursion copies little.
    #[cold]
    pub(crate) fn reserve(&mut self, end: usize) -> Result<(), StackFull> {
        if end > self.limit {
            return Err(StackFull);
        }
        let have = self.words.len().saturating_sub(SLACK_WORDS);
        if end > have {
            self.words.resize(end.max(have + have / 2).min(self.limit) + SLACK_WORDS, 0);
        }
        Ok(())
    }

    /// Gives back memory that the active calls don't need.
    pub(crate) fn shrink(&mut self) {
        self.words.truncate((self.top.base + self.top.registers) as usize + SLACK_WORDS);
        self.words.shrink_to_fit();
    }

    /// The memory that it takes, free words included.
    #[cfg(test)]
    pub(crate) fn memory_words(&self) -> usize {
        self.words.capacity()
    }

    /// The first word, for the interpreter. Good until the stack grows.
    pub(crate) fn base_mut(&mut self) -> *mut u64 {
        self.words.as_mut_ptr()
    }

    /// How many words frames may take before the stack must grow.
    pub(crate) fn end(&self) -> usize {
        self.words.len() - SLACK_WORDS
    }

    /// A register of the innermost call.
    #[inline]
    pub(crate) fn reg(&self, register: u16) -> u64 {
        self.words[self.top.base as usize + register as usize]
    }

    /// Writes a register of the innermost call.
    #[inline]
    pub(crate) fn set_reg(&mut self, register: u16, slot: u64) {
        self.words[self.top.base as usize + register as usize] = slot;
    }

    /// The registers of a call.
    pub(crate) fn registers(&self, frame: &Frame) -> &[u64] {
        &self.words[frame.base as usize..][..frame.registers as usize]
    }

    /// The active calls, the innermost first.
    pub(crate) fn frames(&self) -> impl Iterator<Item = Frame> + Clone {
        let first = (!self.words.is_empty()).then_some(self.top);
        std::iter::successors(first, |frame| {
            let header = FrameHeader::from_word(self.words[frame.base as usize - 1]);
            let registers = header.caller_registers();
            (!header.is_bottom()).then(|| Frame {
                pc: header.resume(),
                base: frame.base - 1 - registers,
                registers,
                dest: Some(header.dest()),
            })
        })
    }
}

impl Roots for Stack {
    fn for_each(&mut self, program: &Program, mut visit: impl FnMut(&mut u64)) {
        let frames: Vec<Frame> = self.frames().collect();
        for frame in frames.iter().rev() {
            for &register in program.liveness.refs(frame.pc) {
                if Some(register) != frame.dest {
                    visit(&mut self.words[frame.base as usize + register as usize]);
                }
            }
        }
        self.kept.for_each(program, visit);
    }
}
