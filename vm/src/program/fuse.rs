//! Sequences of instructions that are executed as one.
//!
//! Going from one instruction to the next takes as long as a short instruction itself, and what one has written to its
//! register the next reads back from memory. So the first word of each sequence in the list gets an opcode of its own in
//! [`Program::code`](super::Program::code), whose step is those of all its instructions in turn, the later ones given
//! what the one before them wrote. No module holds such opcodes. All words stay in their places and mean the same by
//! themselves, so a jump into a sequence, a trap or an end of the slice within it, fuel, snapshots and traces know
//! nothing of it.

use crate::bytecode::{Instr, Op};

/// The operand of an instruction that is the register which the one before it wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given {
    /// There is none.
    None,
    /// The first.
    A,
    /// The second.
    B,
    /// The third.
    C,
}

/// Passes the list of sequences to a macro: for each its name and its instructions, of which all but the first say what
/// they are given. Where one of them jumps, the sequence ends; of several sequences that fit, the first in the list counts.
/// Each stands here because `docs/performance.md` says what it bought.
macro_rules! with_sequences {
    ($then:ident! { $($before:tt)* }) => {
        $then! { $($before)*
            // Sums and products of Floats, what becomes of them, and ends of loops behind them.
            MulAddLoop = MulFloat, AddFloat(C), LoopLt(None);
            MulAddSet = MulFloat, AddFloat(C), SetField(C);
            MulSubSet = MulFloat, SubFloat(C), SetField(C);
            MulMulAdd = MulFloat, MulFloat(B), AddFloat(B);
            SubAddLoop = SubFloat, AddFloat(B), LoopLt(None);
            MulAdd = MulFloat, AddFloat(C);
            MulSub = MulFloat, SubFloat(C);
            MulMul = MulFloat, MulFloat(B);
            SubAdd = SubFloat, AddFloat(B);
            AddFloatLoop = AddFloat, LoopLt(None);

            // Sums and products of Ints.
            AddAddSmallDiv = AddInt, AddIntSmall(B), IntToFloat(B), DivFloat(C);
            AddAddSmall = AddInt, AddIntSmall(B);
            AddSub = AddInt, SubInt(None);
            MulDivSmall = MulInt, DivIntSmall(B);
            MulSmallAddPush = MulIntSmall, AddInt(B), ListPush(B);
            MulSmallAdd = MulIntSmall, AddInt(B);
            MulSmallRem = MulIntSmall, RemInt(B);
            RemMulSmall = RemInt, MulIntSmall(B);
            RemSmallJumpNe = RemIntSmall, JumpNeSmall(A);
            ToFloatDiv = IntToFloat, DivFloat(C);
            AddJumpLt = AddInt, JumpLtInt(A);
            StepsJumpLt = AddIntSmall, AddIntSmall(None), JumpLtInt(B);
            StepJumpLt = AddIntSmall, JumpLtInt(A);
            StepLoop = AddIntSmall, LoopLt(None);
            StepJumpGe = AddIntSmall, JumpGeSmall(A);
            StepCall = AddIntSmall, Call(C);
            StepElementSetLoop = AddIntSmall, ListGet(C), ListSet(C), LoopLt(None);
            StepElement = AddIntSmall, ListGet(C);

            // Fields.
            FieldElementTrue = GetField, ListGet(B), JumpTrue(A);
            FieldElement = GetField, ListGet(B);
            FieldSetElement = GetField, ConstBool(None), ListSet(C);
            FieldsSub = GetField, GetField(None), SubFloat(C);
            FieldsMul = GetField, GetField(None), MulFloat(C);
            FieldMul = GetField, MulFloat(C);
            FieldAddStep = GetField, AddInt(C), AddIntSmall(B);
            FieldStepSet = GetField, AddIntSmall(B), SetField(C);

            // Elements of lists.
            RowElement = ListGet, ListGet(B);
            Swap = ListGet, ListGet(None), ListSet(C), ListSet(None);
            Elements = ListGet, ListGet(None);
            ElementStepSet = ListGet, AddIntSmall(B), ListSet(C);
            ElementMulAddLoop = ListGet, MulFloat(C), AddFloat(C), LoopLt(None);
            ElementAddLenLoop = ListGet, AddInt(C), ListLen(None), LoopLt(B);
            ElementRemSmallJumpNe = ListGet, RemIntSmall(B), JumpNeSmall(A);
            ElementTrue = ListGet, JumpTrue(A);
            ElementFalse = ListGet, JumpFalse(A);
            ElementLtA = ListGet, JumpLtInt(A);
            ElementLtB = ListGet, JumpLtInt(B);
            ElementLeA = ListGet, JumpLeInt(A);
            ElementLeB = ListGet, JumpLeInt(B);
            SetElementLoop = ListSet, LoopLt(None);
            SetElementAddJumpLt = ConstBool, ListSet(C), AddInt(None), JumpLtInt(A);
            SetElementTo = ConstBool, ListSet(C);
            ConstElementNe = ConstInt, ListGet(C), JumpNeSmall(A);
            ConstElement = ConstInt, ListGet(C);
            PushLenLoop = ListPush, ListLen(None), LoopLt(B);
            PushLoop = ListPush, LoopLt(None);
            LenLoop = ListLen, LoopLt(B);

            // Entries of maps, asked for and changed.
            FindAddSet = TableFind, JumpLtSmall(A), TablePlace(None), MapValue(C), AddInt(B), MapPut(C), Jump(None);
            FindJumpLt = TableFind, JumpLtSmall(A);
            FindJumpGe = TableFind, JumpGeSmall(A);
            EntryAddSet = TablePlace, MapValue(C), AddInt(B), MapPut(C);

            // What variants carry, and results.
            MoveJump = Move, Jump(None);
            Payloads = GetPayload, GetPayload(None);
            AddAddReturn = AddInt, AddInt(C), Return(A);
            AddReturn = AddInt, Return(A);
            UnitReturn = ConstUnit, Return(A);
        }
    };
}
pub(crate) use with_sequences;

/// An instruction of a sequence, and what it is given.
type Link = (Op, Given);

macro_rules! define_sequences {
    ($($name:ident = $first:ident $(, $next:ident($given:ident))+;)*) => {
        /// The sequences, in the order of the list.
        #[derive(Debug, Clone, Copy)]
        #[repr(u8)]
        pub(crate) enum Sequence { $($name),* }

        const SEQUENCES: &[&[Link]] = &[$(&[(Op::$first, Given::None) $(, (Op::$next, Given::$given))+]),*];
    };
}
with_sequences!(define_sequences! {});

/// The opcode of the first sequence. Below it are those of modules.
const FIRST_OPCODE: u8 = 0xbe;

impl Sequence {
    /// The opcode in the first word of such a sequence.
    pub(crate) const fn opcode(self) -> u8 {
        FIRST_OPCODE + self as u8
    }
}

/// For each opcode the sequences that begin with it, the `n`th as bit `n`.
const BY_FIRST: [u128; 256] = {
    assert!(SEQUENCES.len() <= 128 && FIRST_OPCODE as usize + SEQUENCES.len() <= 256);
    let mut by_first = [0; 256];
    let mut at = 0;
    while at < SEQUENCES.len() {
        by_first[SEQUENCES[at][0].0 as usize] |= 1 << at;
        at += 1;
    }
    by_first
};

/// Puts the opcodes of sequences into verified code. They may overlap: which of them is executed as one depends on where a
/// run comes from.
pub(super) fn fuse(code: &mut [Instr]) {
    for at in 0..code.len() {
        let mut candidates = BY_FIRST[usize::from(code[at].op_byte())];
        while candidates != 0 {
            let index = candidates.trailing_zeros();
            if fits(SEQUENCES[index as usize], &code[at..]) {
                code[at] = code[at].with_op_byte(FIRST_OPCODE + index as u8);
                break;
            }
            candidates &= candidates - 1;
        }
    }
}

fn fits(sequence: &[Link], words: &[Instr]) -> bool {
    words.len() >= sequence.len()
        && sequence.iter().zip(words).all(|((op, _), word)| word.op_byte() == *op as u8)
        && words.windows(2).zip(&sequence[1..]).all(|(pair, (_, given))| match given {
            Given::None => true,
            Given::A => pair[1].a() == pair[0].a(),
            Given::B => pair[1].b() == pair[0].a(),
            Given::C => pair[1].c() == pair[0].a(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytecode::{Role, Slot};

    #[test]
    fn sequences_can_be_told_from_what_modules_hold() {
        assert!(Op::ALL.iter().all(|op| (*op as u8) < FIRST_OPCODE));
    }

    #[test]
    fn only_the_last_instruction_of_a_sequence_goes_elsewhere_without_a_jump() {
        let leaves = [Op::CallNative, Op::CallHost, Op::Panic, Op::Unreachable, Op::Return, Op::Switch];
        for (op, _) in SEQUENCES.iter().flat_map(|sequence| &sequence[..sequence.len() - 1]) {
            let calls = |role| matches!(role, Role::Func | Role::Arg | Role::Count);
            assert!(!leaves.contains(op) && !op.info().operands.iter().any(|operand| calls(operand.role)));
        }
    }

    #[test]
    fn what_is_given_was_written_before_and_is_read() {
        for pair in SEQUENCES.iter().flat_map(|sequence| sequence.windows(2)) {
            let slot = match pair[1].1 {
                Given::None => continue,
                Given::A => Slot::A,
                Given::B => Slot::B,
                Given::C => Slot::C,
            };
            let has = |op: Op, slot, fits: fn(Role) -> bool| {
                op.info().operands.iter().any(|operand| operand.slot == slot && fits(operand.role))
            };
            assert!(
                has(pair[0].0, Slot::A, |role| matches!(role, Role::Def(_) | Role::UseDef(_))),
                "{pair:?}"
            );
            assert!(
                has(pair[1].0, slot, |role| matches!(role, Role::Use(_) | Role::UseDef(_) | Role::Arg)),
                "{pair:?}"
            );
        }
    }

    #[test]
    fn a_word_in_a_sequence_can_begin_another() {
        let get = |to, list| Instr::new(Op::ListGet, 0, to, list, 1);
        let mut code = [get(3, 0), get(4, 3), get(5, 4), Instr::with_bc(Op::JumpTrue, 5, 0)];
        let plain = code;
        fuse(&mut code);
        let row = Some(Sequence::RowElement.opcode());
        let element = Some(Sequence::ElementTrue.opcode());
        let opcodes = code.iter().zip(&plain).map(|(word, plain)| (word != plain).then_some(word.op_byte()));
        assert_eq!(opcodes.collect::<Vec<_>>(), [row, row, element, None]);
        assert!(code.iter().zip(&plain).all(|(word, plain)| word.with_op_byte(plain.op_byte()) == *plain));
    }

    #[test]
    fn what_is_not_given_is_no_sequence() {
        let mut code = [Instr::new(Op::GetField, 0, 2, 0, 1), Instr::new(Op::ListGet, 0, 3, 1, 2)];
        let plain = code;
        fuse(&mut code);
        assert_eq!(code, plain);
    }
}
