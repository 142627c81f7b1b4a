//! Where texts and bytes were copied to one behind the other, so that the collector's scan passes them at once: they refer to
//! nothing, and lists and maps often have many.

use std::ops::Range;

/// The longest row of such objects that the scan has not come to, and the one that may go on.
#[derive(Debug, Default)]
pub(super) struct PlainRows {
    longest: Range<usize>,
    last: Range<usize>,
}

impl PlainRows {
    /// An object was copied there.
    #[inline]
    pub(super) fn add(&mut self, at: usize, end: usize) {
        if self.last.end == at {
            self.last.end = end;
            return;
        }
        if self.last.len() > self.longest.len() {
            self.longest = self.last.clone();
        }
        self.last = at..end;
    }

    /// The end of a row that begins here, if it is known. The scan doesn't come here again.
    #[inline]
    pub(super) fn pass(&mut self, at: usize) -> Option<usize> {
        let row = if self.longest.start == at {
            &mut self.longest
        } else if self.last.start == at {
            &mut self.last
        } else {
            return None;
        };
        let end = row.end;
        // No object stands there.
        *row = 0..0;
        Some(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_passed_once_and_the_longest_is_not_forgotten() {
        let mut rows = PlainRows::default();
        rows.add(10, 13);
        rows.add(13, 20);
        rows.add(30, 32);
        rows.add(40, 44);
        assert_eq!(rows.pass(1), None);
        assert_eq!(rows.pass(10), Some(20));
        assert_eq!(rows.pass(30), None);
        rows.add(44, 45);
        assert_eq!(rows.pass(40), Some(45));
        rows.add(45, 46);
        assert_eq!(rows.pass(45), Some(46));
    }
}
