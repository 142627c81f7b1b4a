//! The assembler: instruction words, labels and lines of one function.
//!
//! It knows whether the next word can be reached. What can't be is not emitted, so that code after a `return` costs
//! nothing, and nothing that only such code needs gets into the module.

use mob_vm::bytecode::{InlinedCall, Instr, LineEntry, Op};

use super::link;

/// A place in the code that jumps go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label(u32);

#[derive(Debug, Clone, Copy, Default)]
struct LabelState {
    /// The word that it stands before, once it is bound.
    at: Option<u32>,
    is_used: bool,
}

/// A jump whose offset is not known yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Jump {
    /// The jump's word.
    pub(super) at: u32,
    /// The word that it goes to.
    pub(super) target: u32,
}

/// The code of one function as it grows.
#[derive(Debug)]
pub(super) struct Assembler {
    words: Vec<Instr>,
    labels: Vec<LabelState>,
    jumps: Vec<(u32, Label)>,
    lines: Vec<LineEntry>,
    inlined: Vec<InlinedCall>,
    /// The file and line of what is emitted next, and the call that it stands in place of.
    place: (u32, u32, Option<u32>),
    is_reachable: bool,
    /// Bound labels in the order of their words.
    bound: Vec<Label>,
    /// Words before this one stay as they are.
    fixed: usize,
}

impl Assembler {
    /// No code yet.
    pub(super) fn new() -> Self {
        Self {
            words: Vec::new(),
            labels: Vec::new(),
            jumps: Vec::new(),
            lines: Vec::new(),
            inlined: Vec::new(),
            place: (0, 0, None),
            is_reachable: true,
            bound: Vec::new(),
            fixed: 0,
        }
    }

    /// Whether a run can come to the next word.
    pub(super) fn is_reachable(&self) -> bool {
        self.is_reachable
    }

    /// What comes next is of this file and line, and stands in place of this call.
    pub(super) fn set_place(&mut self, file: u32, line: u32, inlined: Option<u32>) {
        self.place = (file, line, inlined);
    }

    /// A call that code will stand in place of.
    pub(super) fn inlined_call(&mut self, call: InlinedCall) -> u32 {
        self.inlined.push(call);
        self.inlined.len() as u32 - 1
    }

    /// The opcodes of the words from this one on.
    pub(super) fn ops_from(&self, word: usize) -> impl Iterator<Item = Op> {
        self.words.iter().skip(word).filter_map(|word| word.op())
    }

    /// How many words there are.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// Appends a word, if it can be reached.
    pub(super) fn emit(&mut self, word: Instr) {
        if self.is_reachable {
            self.push(word);
        }
    }

    /// Appends a word that ends its path.
    pub(super) fn emit_end(&mut self, word: Instr) {
        self.emit(word);
        self.is_reachable = false;
    }

    /// Appends a jump, whose word lacks the offset.
    pub(super) fn jump(&mut self, word: Instr, to: Label) {
        if self.is_reachable {
            self.jumps.push((self.words.len() as u32, to));
            self.labels[to.0 as usize].is_used = true;
            self.push(word);
            self.is_reachable = word.op() != Some(Op::Jump);
        }
    }

    /// Appends a `switch` on the tag of a register and its table of jumps.
    pub(super) fn switch(&mut self, subject: u16, table: &[Label]) {
        if !self.is_reachable {
            return;
        }
        self.push(Instr::with_bc(Op::Switch, subject, table.len() as u32));
        for label in table {
            self.is_reachable = true;
            self.jump(Instr::with_bc(Op::Jump, 0, 0), *label);
        }
        self.is_reachable = false;
        self.fixed = self.words.len();
    }

    fn push(&mut self, word: Instr) {
        let pc = self.words.len() as u32;
        let (file, line, inlined) = self.place;
        while self.lines.last().is_some_and(|last| last.pc >= pc) {
            self.lines.pop();
        }
        if self.lines.last().is_none_or(|last| (last.file, last.line, last.inlined) != self.place) {
            self.lines.push(LineEntry { pc, file, line, inlined });
        }
        self.words.push(word);
    }

    /// A new label, not bound yet.
    pub(super) fn label(&mut self) -> Label {
        self.labels.push(LabelState::default());
        Label(self.labels.len() as u32 - 1)
    }

    /// A label before the next word, which can be reached from further down.
    pub(super) fn label_reached_from_below(&mut self) -> Label {
        self.is_reachable = true;
        self.label_here()
    }

    /// A label for jumps back to the next word.
    pub(super) fn label_here(&mut self) -> Label {
        let label = self.label();
        self.bind(label);
        label
    }

    /// The label stands before the next word. If a jump goes there, the word can be reached.
    pub(super) fn bind(&mut self, label: Label) {
        while self.ends_in_jump_to(label) {
            self.words.pop();
            self.jumps.pop();
            self.move_labels_back();
            self.is_reachable = true;
        }
        let state = &mut self.labels[label.0 as usize];
        state.at = Some(self.words.len() as u32);
        self.is_reachable |= state.is_used;
        self.bound.push(label);
    }

    /// Labels past the end, whose word is gone, come to stand at the end.
    fn move_labels_back(&mut self) {
        let end = self.words.len() as u32;
        for label in self.bound.iter().rev() {
            let state = &mut self.labels[label.0 as usize];
            if state.at <= Some(end) {
                break;
            }
            state.at = Some(end);
        }
    }

    fn ends_in_jump_to(&self, label: Label) -> bool {
        let Some(at) = self.words.len().checked_sub(1) else { return false };
        at >= self.fixed
            && self.words[at].op() == Some(Op::Jump)
            && self.jumps.last() == Some(&(at as u32, label))
    }

    /// The finished words, line table and inlined calls; `None` if an offset doesn't fit even the long forms.
    pub(super) fn finish(self) -> Option<(Vec<Instr>, Vec<LineEntry>, Vec<InlinedCall>)> {
        let target = |label: Label| self.labels[label.0 as usize].at.unwrap_or(0);
        let jumps = self.jumps.iter().map(|(at, to)| Jump { at: *at, target: target(*to) }).collect();
        let (words, lines) = link::link(self.words, jumps, self.lines)?;
        Some((words, lines, self.inlined))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn jump() -> Instr {
        Instr::with_bc(Op::Jump, 0, 0)
    }

    #[test]
    fn what_is_not_reached_is_not_emitted() {
        let mut asm = Assembler::new();
        asm.emit_end(Instr::new(Op::Return, 0, 0, 0, 0));
        asm.emit(Instr::new(Op::ConstUnit, 0, 0, 0, 0));
        let unused = asm.label();
        asm.bind(unused);
        asm.emit(Instr::new(Op::ConstUnit, 0, 0, 0, 0));
        assert_eq!(asm.words.len(), 1);
    }

    #[test]
    fn a_jump_to_the_next_word_is_dropped() {
        let mut asm = Assembler::new();
        let (inner, outer) = (asm.label(), asm.label());
        asm.jump(Instr::with_bc(Op::JumpTrue, 0, 0), inner);
        asm.jump(jump(), outer);
        asm.bind(inner);
        asm.jump(jump(), outer);
        asm.bind(outer);
        asm.emit_end(Instr::new(Op::Return, 0, 0, 0, 0));
        let (words, ..) = asm.finish().unwrap();
        let ops: Vec<_> = words.iter().map(|word| word.op().unwrap()).collect();
        assert_eq!(ops, [Op::JumpTrue, Op::Return]);
        assert_eq!(words[0].sbc(), 0);
    }

    #[test]
    fn a_switch_keeps_its_table() {
        let mut asm = Assembler::new();
        let end = asm.label();
        asm.switch(3, &[end, end]);
        asm.bind(end);
        asm.emit_end(Instr::new(Op::Return, 0, 0, 0, 0));
        let (words, ..) = asm.finish().unwrap();
        assert_eq!(words.len(), 4);
        assert_eq!((words[0].bc(), words[1].sbc(), words[2].sbc()), (2, 1, 0));
    }

    #[test]
    fn lines_are_kept_where_they_change() {
        let mut asm = Assembler::new();
        for line in [1, 1, 2, 1] {
            asm.set_place(0, line, None);
            asm.emit(Instr::new(Op::ConstUnit, 0, 0, 0, 0));
        }
        let (_, lines, _) = asm.finish().unwrap();
        let lines: Vec<_> = lines.iter().map(|entry| (entry.pc, entry.line)).collect();
        assert_eq!(lines, [(0, 1), (2, 2), (3, 1)]);
    }
}
