//! Comments and documentation.

use crate::source::Span;

/// A `//` comment. The parser has no use for it; a formatter puts it back by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// Where it stands, from its slashes to the end of the line.
    pub span: Span,
    /// Whether nothing but space stands before it on its line.
    pub own_line: bool,
}

/// The lines of documentation seen since the last other token.
#[derive(Debug, Default)]
pub(super) struct DocLines {
    text: String,
    range: Option<(u32, u32)>,
}

impl DocLines {
    /// Adds a line, slashes included.
    pub(super) fn push(&mut self, line: &str, start: u32, end: u32) {
        let line = line.strip_prefix("///").unwrap_or(line).trim_end();
        match &mut self.range {
            Some(range) => {
                self.text.push('\n');
                range.1 = end;
            }
            None => self.range = Some((start, end)),
        }
        self.text.push_str(line.strip_prefix(' ').unwrap_or(line));
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.range.is_none()
    }

    /// Takes what there is: its text and range.
    pub(super) fn take(&mut self) -> Option<(String, u32, u32)> {
        let (start, end) = self.range.take()?;
        Some((std::mem::take(&mut self.text), start, end))
    }
}
