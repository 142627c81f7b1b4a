//! Puts offsets into jumps, and makes long jumps of those that reach too far for their form.

use mob_vm::bytecode::{Instr, LineEntry, Op, Role, Slot};

use super::asm::Jump;

/// How many jumps to jumps are followed.
const THREAD_MAX: usize = 8;

/// The words with all offsets in place, and the lines of the words as they then stand. `None` if the code is too long.
///
/// A conditional jump has a 16-bit offset. One that reaches farther becomes three words: the jump to the third, an
/// unconditional jump past it, and a jump with a 32-bit offset.
pub(super) fn link(
    mut words: Vec<Instr>,
    mut jumps: Vec<Jump>,
    mut lines: Vec<LineEntry>,
) -> Option<(Vec<Instr>, Vec<LineEntry>)> {
    thread(&words, &mut jumps);
    let is_long = long_jumps(&words, &jumps);
    if is_long.contains(&true) {
        let places = places(words.len(), &jumps, &is_long);
        words = widen(&words, &mut jumps, &is_long, &places);
        lines.iter_mut().for_each(|entry| entry.pc = places[entry.pc as usize]);
    }
    for jump in &jumps {
        let word = words[jump.at as usize];
        words[jump.at as usize] = with_offset(word, offset(jump.at, jump.target))?;
    }
    Some((words, lines))
}

/// Lets jumps to unconditional jumps go where those go.
fn thread(words: &[Instr], jumps: &mut [Jump]) {
    let by_word: Vec<(u32, u32)> = jumps.iter().map(|jump| (jump.at, jump.target)).collect();
    let next = |at: u32| {
        let is_jump = words.get(at as usize).is_some_and(|word| word.op() == Some(Op::Jump));
        let found = by_word.binary_search_by_key(&at, |(at, _)| *at).ok()?;
        is_jump.then(|| by_word[found].1)
    };
    for jump in jumps {
        for _ in 0..THREAD_MAX {
            match next(jump.target) {
                // A loop is not shortened: its jump back is where fuel is charged.
                Some(target) if target > jump.at && jump.target > jump.at => jump.target = target,
                _ => break,
            }
        }
    }
}

/// Which jumps need the long form. Each that gets it may push others too far, so it asks until none is added.
fn long_jumps(words: &[Instr], jumps: &[Jump]) -> Vec<bool> {
    let mut is_long = vec![false; jumps.len()];
    loop {
        let places = places(words.len(), jumps, &is_long);
        let mut changed = false;
        for (jump, long) in jumps.iter().zip(&mut is_long) {
            let reach = offset(places[jump.at as usize], places[jump.target as usize]);
            if !*long && slot(words[jump.at as usize]) == Slot::C && i16::try_from(reach).is_err() {
                *long = true;
                changed = true;
            }
        }
        if !changed {
            return is_long;
        }
    }
}

/// Where each word (and the end) comes to stand.
fn places(len: usize, jumps: &[Jump], is_long: &[bool]) -> Vec<u32> {
    let mut places: Vec<u32> = (0..=len as u32).collect();
    let mut added = 0;
    let mut from = 0;
    for jump in jumps.iter().zip(is_long).filter_map(|(jump, long)| long.then_some(jump)) {
        let to = jump.at as usize + 1;
        places[from..to].iter_mut().for_each(|place| *place += added);
        added += 2;
        from = to;
    }
    places[from..].iter_mut().for_each(|place| *place += added);
    places
}

/// The words with long forms, whose jumps take the place of the short ones in `jumps`.
fn widen(words: &[Instr], jumps: &mut [Jump], is_long: &[bool], places: &[u32]) -> Vec<Instr> {
    let mut wide = Vec::with_capacity(words.len());
    let mut from = 0;
    for (jump, long) in jumps.iter_mut().zip(is_long) {
        let at = jump.at as usize;
        *jump = Jump { at: places[at] + if *long { 2 } else { 0 }, target: places[jump.target as usize] };
        if *long {
            wide.extend_from_slice(&words[from..at]);
            let over = Instr(words[at].0 & !(0xffff << 48) | 1 << 48);
            wide.extend([over, Instr::with_bc(Op::Jump, 0, 1), Instr::with_bc(Op::Jump, 0, 0)]);
            from = at + 1;
        }
    }
    wide.extend_from_slice(&words[from..]);
    wide
}

fn offset(at: u32, target: u32) -> i64 {
    i64::from(target) - i64::from(at) - 1
}

/// Where the offset of a jump lies.
fn slot(word: Instr) -> Slot {
    let operands = word.op().map_or(&[][..], |op| op.info().operands);
    operands.iter().find(|operand| operand.role == Role::Jump).map_or(Slot::BC, |operand| operand.slot)
}

fn with_offset(word: Instr, offset: i64) -> Option<Instr> {
    Some(match slot(word) {
        Slot::C => Instr(word.0 | u64::from(i16::try_from(offset).ok()? as u16) << 48),
        _ => Instr(word.0 | u64::from(i32::try_from(offset).ok()? as u32) << 32),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn nop() -> Instr {
        Instr::new(Op::ConstUnit, 0, 0, 0, 0)
    }

    #[test]
    fn a_jump_that_reaches_too_far_becomes_long() {
        let mut words = vec![Instr::new(Op::JumpLtInt, 0, 1, 2, 0)];
        words.extend(vec![nop(); 40_000]);
        words.push(Instr::new(Op::LoopLt, 0, 1, 2, 0));
        words.push(Instr::new(Op::Return, 0, 0, 0, 0));
        let jumps = vec![Jump { at: 0, target: 40_002 }, Jump { at: 40_001, target: 1 }];
        let lines = [0, 1].map(|pc| LineEntry { pc, file: 0, line: pc + 1, inlined: None }).to_vec();
        let (words, lines) = link(words, jumps, lines).unwrap();
        assert_eq!(words.len(), 40_007);
        assert_eq!((words[0].op(), words[0].sc()), (Some(Op::JumpLtInt), 1));
        assert_eq!((words[1].op(), words[1].sbc()), (Some(Op::Jump), 1));
        assert_eq!((words[2].op(), words[2].sbc()), (Some(Op::Jump), 40_006 - 3));
        assert_eq!((words[40_003].op(), words[40_003].sc()), (Some(Op::LoopLt), 1));
        assert_eq!(words[40_005].sbc(), 3 - 40_006);
        assert_eq!(lines[1].pc, 3);
    }

    #[test]
    fn jumps_to_jumps_go_to_the_end() {
        let jump = Instr::with_bc(Op::Jump, 0, 0);
        let words = vec![Instr::with_bc(Op::JumpTrue, 0, 0), nop(), jump, nop(), nop()];
        let jumps = vec![Jump { at: 0, target: 2 }, Jump { at: 2, target: 4 }];
        let (words, _) = link(words, jumps, Vec::new()).unwrap();
        assert_eq!((words[0].sbc(), words[2].sbc()), (3, 1));
    }
}
