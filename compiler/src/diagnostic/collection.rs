//! A bounded, ordered set of diagnostics.

use super::{Diagnostic, Severity, Style};
use crate::source::SourceMap;

/// How many errors, and how many warnings, are kept; what comes after is only counted.
pub const DIAGNOSTICS_MAX: usize = 50;

/// The diagnostics of one compilation, by place, without doubles.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    sorted: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
}

impl Diagnostics {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one, unless one of the same code at the same place is there, or there are too many.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let key = |d: &Diagnostic| (d.span().map(|span| (span.file, span.start)), d.severity(), d.code());
        let new = key(&diagnostic);
        let at = self.sorted.partition_point(|old| key(old) <= new);
        let is_double = at.checked_sub(1).and_then(|before| self.sorted.get(before)).is_some_and(|before| {
            key(before) == new && (diagnostic.span().is_some() || before.message() == diagnostic.message())
        });
        if is_double {
            return;
        }
        let count = match diagnostic.severity() {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        *count += 1;
        if *count <= DIAGNOSTICS_MAX {
            self.sorted.insert(at, diagnostic);
        }
    }

    /// Adds all of another collection, counting those that it did not keep.
    pub fn extend(&mut self, others: Self) {
        let kept = |severity| others.sorted.iter().filter(|d| d.severity() == severity).count();
        self.errors += others.errors - kept(Severity::Error);
        self.warnings += others.warnings - kept(Severity::Warning);
        others.sorted.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// Leaves out those that are not to be kept, and doesn't count them either.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        let kept = |all: &[Diagnostic], severity| all.iter().filter(|d| d.severity() == severity).count();
        let count = |all: &[Diagnostic]| (kept(all, Severity::Error), kept(all, Severity::Warning));
        let before = count(&self.sorted);
        self.sorted.retain(keep);
        let after = count(&self.sorted);
        self.errors -= before.0 - after.0;
        self.warnings -= before.1 - after.1;
    }

    /// Whether any is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// How many errors were pushed, those not kept included.
    #[must_use]
    pub fn error_count(&self) -> usize {
        self.errors
    }

    /// How many warnings were pushed, those not kept included.
    #[must_use]
    pub fn warning_count(&self) -> usize {
        self.warnings
    }

    /// How many were pushed but not kept, since there were too many.
    #[must_use]
    pub fn dropped_count(&self) -> usize {
        self.errors + self.warnings - self.sorted.len()
    }

    /// Whether there are none at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// All that were kept, by file and place.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.sorted.iter()
    }

    /// All that were kept as text for people, with an empty line between them, and a last line that says how
    /// many were not kept.
    #[must_use]
    pub fn render(&self, sources: &SourceMap, style: Style) -> String {
        let mut text: Vec<_> = self.sorted.iter().map(|d| d.render(sources, style)).collect();
        let dropped = self.dropped_count();
        if dropped > 0 {
            text.push(format!("… and {dropped} more\n"));
        }
        text.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::source::{FileId, Span};

    fn at(start: u32) -> Diagnostic {
        Diagnostic::error(Code::UnexpectedToken, format!("at {start}"))
            .primary(Span::new(FileId(0), start, start + 1), "")
    }

    #[test]
    fn are_sorted_and_without_doubles() {
        let mut diagnostics = Diagnostics::new();
        for start in [5, 1, 5, 3] {
            diagnostics.push(at(start));
        }
        let messages: Vec<_> = diagnostics.iter().map(Diagnostic::message).collect();
        assert_eq!(messages, ["at 1", "at 3", "at 5"]);
    }

    #[test]
    fn are_not_counted_if_they_are_left_out() {
        let mut diagnostics = Diagnostics::new();
        [1, 2, 3].into_iter().for_each(|start| diagnostics.push(at(start)));
        diagnostics.retain(|diagnostic| diagnostic.message() == "at 2");
        assert_eq!((diagnostics.error_count(), diagnostics.dropped_count()), (1, 0));
    }

    #[test]
    fn are_bounded() {
        let mut diagnostics = Diagnostics::new();
        for start in 0..1000 {
            diagnostics.push(at(start));
        }
        assert_eq!(diagnostics.iter().count(), DIAGNOSTICS_MAX);
        assert_eq!(diagnostics.dropped_count(), 1000 - DIAGNOSTICS_MAX);
        assert!(diagnostics.render(&SourceMap::new(), Style::Plain).ends_with("… and 950 more\n"));
    }
}
