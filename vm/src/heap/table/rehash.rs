//! Tables that come from another agent, whose keys are hashed with another seed.

use super::super::Heap;
use crate::data::{HashSeed, key_mark};
use crate::layout::{header, high, low};
use crate::mail::end_of;
use crate::program::{ObjectLayout, Program, TableLayout};

impl Heap {
    /// Words with objects as in a compacted heap, in which the keys of maps and sets are hashed with another seed.
    pub(crate) fn rehashed(words: Vec<u64>, program: &Program, seed: HashSeed) -> Vec<u64> {
        let mut heap = Self::new(0);
        let end = words.len();
        (heap.words, heap.top) = (words, end);
        let mut at = 1;
        while at < end {
            let next = end_of(program, &heap.words, at);
            if let ObjectLayout::Table(table) = &program.layouts[low(heap.words[at]) as usize].object {
                heap.rehash(program, at, table, seed);
            }
            at = next;
        }
        heap.words
    }

    fn rehash(&mut self, program: &Program, at: usize, layout: &TableLayout, seed: HashSeed) {
        let stride = layout.stride();
        let (buffer, used) = (low(self.words[at + 1]) as usize, high(self.words[at + 1]) as usize);
        let marks = buffer + 1..;
        for entry in marks.clone().step_by(stride).take(used) {
            if low(self.words[entry]) != 0 {
                let key = self.words[entry + 1];
                let (mark, _) = key_mark(program, self.view(program), seed, key, layout.keys);
                self.words[entry] = header(mark, high(self.words[entry]));
            }
        }
        let index = low(self.words[at + 2]) as usize;
        if index == 0 {
            return;
        }
        let slots = high(self.words[index]) as usize;
        self.words[index + 1..][..slots].fill(0);
        for (place, entry) in marks.step_by(stride).take(used).enumerate() {
            let mark = low(self.words[entry]);
            if mark != 0 {
                self.take_slot(at, stride, mark, place);
            }
        }
    }
}
