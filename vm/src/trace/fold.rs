//! What is the same again and again in a deep stack, as recursion makes it, is shown once; of the rest, the middle is elided.

use std::collections::VecDeque;

/// How many of the innermost lines are shown.
const INNERMOST: usize = 24;
/// How many of the outermost lines are shown.
const OUTERMOST: usize = 8;
/// The most lines that are looked for again behind themselves: so many functions may call each other in a circle.
const CIRCLE_MAX: usize = 8;
/// What would take fewer lines is not worth a note in their place.
const FOLDED_MIN: usize = 3;
/// Lines that may still be folded, or be among the outermost. What of them is repeated is the newest.
const RECENT_MAX: usize = 2 * CIRCLE_MAX + OUTERMOST;

/// What stands in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item<L> {
    Line(L),
    /// So many calls more that are those of the `lines` lines before, over and over.
    Repeated {
        lines: usize,
        calls: u64,
    },
    /// So many calls that are not shown.
    Elided(u64),
}

/// Takes lines one by one, the innermost first, and keeps few of them.
#[derive(Debug)]
pub(super) struct Fold<L> {
    innermost: Vec<Item<L>>,
    elided: u64,
    recent: VecDeque<Item<L>>,
}

impl<L> Default for Fold<L> {
    fn default() -> Self {
        Self { innermost: Vec::new(), elided: 0, recent: VecDeque::new() }
    }
}

impl<L: Copy + PartialEq> Fold<L> {
    /// Takes the next line.
    pub(super) fn push(&mut self, line: L) {
        if self.goes_on(line) {
            return;
        }
        self.recent.push_back(Item::Line(line));
        if let Some(lines) = (1..=CIRCLE_MAX).find(|lines| self.repeats(*lines)) {
            let more = lines.max(FOLDED_MIN);
            self.recent.truncate(self.recent.len() - more);
            self.recent.push_back(Item::Repeated { lines, calls: more as u64 });
        }
        if self.recent.len() > RECENT_MAX {
            let oldest = self.recent.pop_front();
            oldest.into_iter().for_each(|item| self.put_away(item));
        }
    }

    /// What is to be shown.
    pub(super) fn finish(mut self) -> Vec<Item<L>> {
        let fits = self.elided == 0 && self.innermost.len() + self.recent.len() <= INNERMOST + OUTERMOST;
        let outermost = if fits { self.recent.len() } else { OUTERMOST };
        let mut shown = self.recent.split_off(self.recent.len() - outermost);
        std::mem::take(&mut self.recent).into_iter().for_each(|item| self.put_away(item));
        // What it would repeat is not shown.
        while self.elided > 0
            && let Some(item @ Item::Repeated { .. }) = shown.front()
        {
            self.elided += calls(item);
            shown.pop_front();
        }
        let elided = (self.elided > 0).then_some(Item::Elided(self.elided));
        self.innermost.into_iter().chain(elided).chain(shown).collect()
    }

    /// Whether the line is one more of those that are repeated.
    fn goes_on(&mut self, line: L) -> bool {
        let Some(Item::Repeated { lines, calls }) = self.recent.back() else { return false };
        let begin = self.recent.len() - 1 - lines;
        let expected = self.recent[begin + (*calls % *lines as u64) as usize];
        let goes_on = expected == Item::Line(line);
        if goes_on && let Some(Item::Repeated { calls, .. }) = self.recent.back_mut() {
            *calls += 1;
        }
        goes_on
    }

    /// Whether the newest lines are so many lines, and those once more.
    fn repeats(&self, lines: usize) -> bool {
        let more = lines.max(FOLDED_MIN);
        let Some(begin) = self.recent.len().checked_sub(lines + more) else { return false };
        let pairs = (begin..begin + more).map(|at| (self.recent[at], self.recent[at + lines]));
        pairs.into_iter().all(|(a, b)| a == b && matches!(a, Item::Line(_)))
    }

    fn put_away(&mut self, item: Item<L>) {
        if self.innermost.len() < INNERMOST {
            self.innermost.push(item);
        } else {
            self.elided += calls(&item);
        }
    }
}

fn calls<L>(item: &Item<L>) -> u64 {
    match item {
        Item::Line(_) => 1,
        Item::Repeated { calls, .. } | Item::Elided(calls) => *calls,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(lines: impl IntoIterator<Item = u32>) -> Vec<Item<u32>> {
        let mut fold = Fold::default();
        lines.into_iter().for_each(|line| fold.push(line));
        fold.finish()
    }

    fn repeated(lines: usize, calls: u64) -> Item<u32> {
        Item::Repeated { lines, calls }
    }

    #[test]
    fn what_calls_itself_is_shown_once() {
        let lines = [7].into_iter().chain([1; 10_000]).chain([2, 3]);
        assert_eq!(
            folded(lines),
            [Item::Line(7), Item::Line(1), repeated(1, 9_999), Item::Line(2), Item::Line(3)]
        );
    }

    #[test]
    fn so_are_those_who_call_each_other_in_a_circle() {
        for circle in 2..=CIRCLE_MAX as u32 {
            let lines = (0..circle).cycle().take(10_001).chain([99]);
            let mut expected: Vec<_> = (0..circle).map(Item::Line).collect();
            expected.extend([repeated(circle as usize, 10_001 - u64::from(circle)), Item::Line(99)]);
            assert_eq!(folded(lines), expected);
        }
    }

    #[test]
    fn a_few_that_are_the_same_are_shown_as_they_are() {
        assert_eq!(folded([1, 1, 1, 2, 3, 2, 3]), [1, 1, 1, 2, 3, 2, 3].map(Item::Line));
        assert_eq!(folded([1, 1, 1, 1]), [Item::Line(1), repeated(1, 3)]);
    }

    #[test]
    fn the_middle_of_what_differs_is_elided() {
        let all = (INNERMOST + OUTERMOST) as u32;
        assert_eq!(folded(0..all).len(), all as usize);
        for count in all + 1..all + 100 {
            let shown = folded(0..count);
            assert_eq!(shown.len(), all as usize + 1);
            assert_eq!(shown[INNERMOST - 1], Item::Line(INNERMOST as u32 - 1));
            assert_eq!(shown[INNERMOST], Item::Elided(u64::from(count - all)));
            assert_eq!(shown[INNERMOST + 1], Item::Line(count - OUTERMOST as u32));
        }
    }

    #[test]
    fn no_call_is_forgotten() {
        for seed in 1..200_u32 {
            let line = |n: u32| (n.wrapping_mul(seed) ^ (n / (seed % 7 + 1))) % (1 + seed % 5);
            let shown = folded((0..500).map(line));
            assert_eq!(shown.iter().map(calls).sum::<u64>(), 500);
            assert!(shown.len() <= INNERMOST + 1 + OUTERMOST);
        }
    }
}
