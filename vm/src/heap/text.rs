//! Making text in the heap of what lies there already, word by word, without a copy elsewhere.

use std::ops::Range;

use super::Heap;
use crate::layout::{self, CONSTANT_BIT};
use crate::program::Program;

/// Words before the bytes of a `Str`: header and count of characters.
const HEAD_WORDS: usize = 2;

/// A `Str` that is being made at the top of the heap.
#[derive(Debug)]
pub(crate) struct NewText {
    at: usize,
    /// How many bytes were appended.
    filled: usize,
}

impl Heap {
    /// Begins a `Str` of so many bytes and characters, to which they are appended next. The room was reserved.
    pub(crate) fn begin_text(&mut self, program: &Program, bytes: usize, chars: u64) -> NewText {
        let at = self.take_reserved(Self::text_words(bytes)) as usize;
        self.words[at] = layout::header(program.well_known.str, bytes as u32);
        self.words[at + 1] = chars;
        NewText { at, filled: 0 }
    }

    /// Appends bytes of another `Str`, a constant or not.
    pub(crate) fn append_part(
        &mut self,
        program: &Program,
        text: &mut NewText,
        source: u32,
        bytes: Range<usize>,
    ) {
        let constants = &program.constant_area;
        let source = source as usize + HEAD_WORDS;
        let word = |words: &[u64], index: usize| match source & CONSTANT_BIT as usize {
            0 => words[source + index],
            _ => constants[(source & !(CONSTANT_BIT as usize)) + index],
        };
        let mut from = bytes.start;
        while from < bytes.end {
            let left = bytes.end - from;
            let (index, shift) = (from / 8, from % 8 * 8);
            let mut packed = word(&self.words, index) >> shift;
            if shift > 0 && 64 - shift < left.saturating_mul(8) {
                packed |= word(&self.words, index + 1) << (64 - shift);
            }
            let taken = left.min(8);
            self.append_packed(text, packed & u64::MAX >> (64 - 8 * taken), taken);
            from += taken;
        }
    }

    /// Appends 1 to 8 bytes, the first lowest, with zeros above them.
    #[inline(always)]
    fn append_packed(&mut self, text: &mut NewText, packed: u64, count: usize) {
        let (word, shift) = (text.at + HEAD_WORDS + text.filled / 8, text.filled % 8 * 8);
        if shift == 0 {
            self.words[word] = packed;
        } else {
            self.words[word] |= packed << shift;
            if shift + 8 * count > 64 {
                self.words[word + 1] = packed >> (64 - shift);
            }
        }
        text.filled += count;
    }
}

impl NewText {
    /// The reference of the text, to which all bytes were appended.
    pub(crate) fn finish(self, heap: &Heap) -> u32 {
        debug_assert_eq!(
            self.filled,
            layout::high(heap.words[self.at]) as usize,
            "a text with bytes that are not there"
        );
        self.at as u32
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use crate::bytecode::{Constant, Type};
    use crate::heap::{Heap, Roots};
    use crate::layout::low;
    use crate::program::Program;
    use crate::testing::Build;

    struct NoRoots;

    impl Roots for NoRoots {
        fn for_each(&mut self, _: &Program, _: impl FnMut(&mut u64)) {}
    }

    proptest! {
        #[test]
        fn parts_are_joined_as_they_are(
            pieces in prop::collection::vec(("[a-zäß€😀]{0,30}", any::<u16>(), any::<u16>(), any::<bool>()), 0..6),
        ) {
            let mut build = Build::new("parts");
            build.ty(Type::Str);
            let constants: Vec<Constant> = pieces.iter().map(|piece| Constant::Str(piece.0.as_str().into())).collect();
            build.module.constants = constants;
            let program = Program::load(build.module).unwrap();
            let mut heap = Heap::new(1 << 20);
            heap.reserve(2_000, &program, &mut NoRoots).unwrap();
            // Of each piece a part, between characters.
            let parts: Vec<_> = pieces.iter().map(|(text, from, to, _)| {
                let from = text.floor_char_boundary(usize::from(*from) % (text.len() + 1));
                from..text.ceil_char_boundary(from + usize::from(*to) % (text.len() - from + 1))
            }).collect();
            let sources: Vec<u32> = pieces.iter().zip(&program.constants).map(|((text, .., is_constant), constant)| {
                if *is_constant { low(*constant) } else { heap.push_text(&program, text) }
            }).collect();
            let expected: String = pieces.iter().zip(&parts).map(|(piece, part)| &piece.0[part.clone()]).collect();
            let mut made = heap.begin_text(&program, expected.len(), expected.chars().count() as u64);
            for (part, source) in parts.into_iter().zip(sources) {
                heap.append_part(&program, &mut made, source, part);
            }
            let made = made.finish(&heap);
            prop_assert_eq!(heap.view(&program).text(made), expected.as_str());
            let copy = heap.push_text(&program, &expected);
            let words = Heap::text_words(expected.len());
            prop_assert_eq!(&heap.words()[made as usize..][..words], &heap.words()[copy as usize..][..words]);
        }
    }
}
