//! Places as the protocol counts them, from 0 in lines and in units of some encoding, and as offsets in bytes.

use lsp_types::{Position, PositionEncodingKind, Range};

use mvm::compiler::source::{SourceFile, Span};

/// What columns count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Bytes of UTF-8.
    Utf8,
    /// Units of UTF-16, which every client knows.
    Utf16,
}

impl Encoding {
    /// The best of those that a client knows.
    pub(super) fn negotiate(known: Option<&[PositionEncodingKind]>) -> Self {
        let has_utf8 = known.is_some_and(|known| known.contains(&PositionEncodingKind::UTF8));
        if has_utf8 { Self::Utf8 } else { Self::Utf16 }
    }

    pub(super) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    fn units(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            // One for each character, and another for those of four bytes. Counting bytes is fast, and lines can be long.
            Self::Utf16 => {
                let begins = text.bytes().filter(|byte| byte & 0b1100_0000 != 0b1000_0000).count();
                begins + text.bytes().filter(|byte| *byte >= 0b1111_0000).count()
            }
        }
    }
}

/// The position of an offset in a file, which knows where its lines begin; one past the end is taken for the end.
pub(super) fn position_in(file: &SourceFile, encoding: Encoding, offset: u32) -> Position {
    let offset = offset.min(u32::try_from(file.text().len()).unwrap_or(u32::MAX));
    let line = file.line(offset);
    let character = match encoding {
        Encoding::Utf8 => offset.saturating_sub(file.line_range(line).start),
        Encoding::Utf16 => file.utf16_column(offset),
    };
    Position { line: line.saturating_sub(1), character }
}

/// The range of a file's bytes.
pub(super) fn range_in(file: &SourceFile, encoding: Encoding, span: Span) -> Range {
    let position = |offset| position_in(file, encoding, offset);
    Range { start: position(span.start), end: position(span.end) }
}

/// A text and where its lines begin.
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    encoding: Encoding,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str, encoding: Encoding) -> Self {
        let after = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(after).collect(), encoding }
    }

    /// The offset of a position; what lies past the end of its line, or of the text, is taken for that end.
    pub(super) fn offset(&self, position: Position) -> usize {
        let line = position.line as usize;
        let Some(&start) = self.starts.get(line) else { return self.text.len() };
        let end = self.starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        let line = self.text.get(start..end).unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        let wanted = position.character as usize;
        let mut units = 0;
        for (at, c) in line.char_indices() {
            units += self.encoding.units(c.encode_utf8(&mut [0; 4]));
            if units > wanted {
                return start + at;
            }
        }
        start + line.len()
    }

    /// The position of an offset; one past the end is taken for the end.
    pub(super) fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or_default();
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Position { line: number(line), character: number(self.encoding.units(before)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "añ𝄞b\r\nx\n";

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_count_units_of_the_encoding() {
        let (utf8, utf16) = (Lines::new(TEXT, Encoding::Utf8), Lines::new(TEXT, Encoding::Utf16));
        assert_eq!(utf16.position(7), at(0, 4));
        assert_eq!(utf8.position(7), at(0, 7));
        assert_eq!(utf16.offset(at(0, 4)), 7);
        assert_eq!(utf8.offset(at(0, 7)), 7);
        assert_eq!(utf8.position(10), at(1, 0));
    }

    #[test]
    fn a_file_gives_the_same_positions() {
        let file = SourceFile::new("t.mob", TEXT);
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            let lines = Lines::new(TEXT, encoding);
            for offset in (0..=TEXT.len() + 1).filter(|at| TEXT.is_char_boundary(*at) || *at > TEXT.len()) {
                let found = position_in(&file, encoding, u32::try_from(offset).unwrap_or(u32::MAX));
                assert_eq!(found, lines.position(offset));
            }
        }
    }

    #[test]
    fn what_is_past_an_end_is_the_end() {
        let lines = Lines::new(TEXT, Encoding::Utf16);
        assert_eq!(lines.offset(at(0, 99)), 8);
        assert_eq!(lines.offset(at(9, 0)), TEXT.len());
        assert_eq!(lines.position(99), at(2, 0));
        // Between the two units of one character.
        assert_eq!(lines.offset(at(0, 3)), 3);
    }
}
