//! Source files and places in them.
//!
//! A [`Span`] is a file and a half-open range of bytes. Lines and columns are derived from it, when
//! a person is to read them, through the [`SourceMap`] that owns the text.

use std::ops::Range;
use std::sync::Arc;

/// The longest source file that is accepted, in bytes.
pub const SOURCE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Names one file of a [`SourceMap`]; the number is its position there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(pub u32);

/// A half-open range of bytes, `start..end`, in one file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The file that the offsets refer to.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset just past the last byte; never below `start`.
    pub end: u32,
}

impl Span {
    /// The range `start..end` of `file`. An `end` before `start` is raised to `start`.
    #[must_use]
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end: end.max(start) }
    }

    /// The smallest span that holds both; `other` is taken to be in the same file.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The empty span just before this one's first byte.
    #[must_use]
    pub fn at_start(self) -> Self {
        Self { end: self.start, ..self }
    }

    /// The empty span just past this one's last byte.
    #[must_use]
    pub fn at_end(self) -> Self {
        Self { start: self.end, ..self }
    }

    /// Whether another span lies within this one.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// The offsets as a range, for slicing the file's text.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl std::fmt::Debug for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}..{}", self.file.0, self.start, self.end)
    }
}

/// A place as people count: the first line is 1 and the first column is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// One source file: its name as shown to people, its text, and where its lines begin.
#[derive(Debug, Clone)]
pub struct SourceFile {
    name: String,
    text: String,
    line_starts: Vec<u32>,
    /// What stands before each block of the text, so that a column is found in a time that its line's length does not
    /// matter to: text that was made, not written, can be one line.
    before_blocks: Vec<Count>,
}

/// Bytes of text in a block.
const BLOCK_BYTES: usize = 1024;

/// How many characters a piece of text has, and of these how many are outside of Unicode's basic plane.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    chars: u32,
    supplementary: u32,
}

impl Count {
    fn of(bytes: &[u8]) -> Self {
        let begins = bytes.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count();
        let of_four_bytes = bytes.iter().filter(|byte| **byte >= 0b1111_0000).count();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Self { chars: number(begins), supplementary: number(of_four_bytes) }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            chars: self.chars.saturating_add(other.chars),
            supplementary: self.supplementary.saturating_add(other.supplementary),
        }
    }
}

impl SourceFile {
    /// A file of this name and text. Text beyond 4 GiB can't be addressed by a [`Span`]; callers check
    /// [`SOURCE_BYTES_MAX`], and the parser refuses longer text with a diagnostic.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let newlines = memchr::memchr_iter(b'\n', text.as_bytes());
        let after = newlines.map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX));
        let line_starts = std::iter::once(0).chain(after).collect();
        let before_blocks = text.as_bytes().chunks(BLOCK_BYTES).scan(Count::default(), |sum, block| {
            let before = *sum;
            *sum = sum.plus(Count::of(block));
            Some(before)
        });
        let before_blocks = before_blocks.collect();
        Self { name: name.into(), text, line_starts, before_blocks }
    }

    /// The name shown in diagnostics and stack traces.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line and column of a byte offset; an offset past the end gives the end.
    #[must_use]
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let line = self.line(offset);
        let (start, end) = (self.count_before(self.line_range(line).start), self.count_before(offset));
        LineColumn { line, column: end.chars.saturating_sub(start.chars).saturating_add(1) }
    }

    /// How many units of UTF-16 stand before a byte offset in its line; an offset past the end gives the end's.
    #[must_use]
    pub fn utf16_column(&self, offset: u32) -> u32 {
        let (start, end) =
            (self.count_before(self.line_range(self.line(offset)).start), self.count_before(offset));
        // Each character is one unit, and those outside of the basic plane are another.
        let units = |count: Count| count.chars.saturating_add(count.supplementary);
        units(end).saturating_sub(units(start))
    }

    /// What stands before an offset in the whole text.
    fn count_before(&self, offset: u32) -> Count {
        let offset = (offset as usize).min(self.text.len());
        let block = (offset / BLOCK_BYTES).min(self.before_blocks.len().saturating_sub(1));
        let before = self.before_blocks.get(block).copied().unwrap_or_default();
        before.plus(Count::of(&self.text.as_bytes()[block * BLOCK_BYTES..offset]))
    }

    /// The bytes of a line, its newline included, by its number from 1; empty for a line that isn't there.
    #[must_use]
    pub fn line_range(&self, line: u32) -> Range<u32> {
        let start = |index: usize| self.line_starts.get(index).copied();
        let index = line as usize;
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX).saturating_add(1);
        index.checked_sub(1).and_then(start).map_or(0..0, |first| first..start(index).unwrap_or(end))
    }

    /// The number of the line that holds a byte offset, from 1.
    #[must_use]
    pub fn line(&self, offset: u32) -> u32 {
        u32::try_from(self.line_starts.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }
}

/// All files of one compilation. Cheap to clone: the texts are shared.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    files: Vec<Arc<SourceFile>>,
}

impl SourceMap {
    /// No files yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, and gives the id by which spans name it.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        self.files.push(Arc::new(SourceFile::new(name, text)));
        FileId(u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX))
    }

    /// The file of an id given by [`SourceMap::add`]; none for an id of another map.
    #[must_use]
    pub fn get(&self, file: FileId) -> Option<&SourceFile> {
        self.files.get(file.0 as usize).map(Arc::as_ref)
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are no files.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// All files with their ids, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0u32..).map(FileId).zip(self.files.iter().map(Arc::as_ref))
    }

    /// The text of a span; empty if it lies outside the file.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.get(span.file).and_then(|file| file.text.get(span.range())).unwrap_or("")
    }

    /// Where a span begins, in lines and columns.
    #[must_use]
    pub fn line_column(&self, span: Span) -> Option<LineColumn> {
        self.get(span.file).map(|file| file.line_column(span.start))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn place(file: &SourceFile, offset: u32) -> (u32, u32) {
        let LineColumn { line, column } = file.line_column(offset);
        (line, column)
    }

    #[test]
    fn columns_count_characters() {
        let file = SourceFile::new("t.mob", "añb\n\nx");
        assert_eq!(place(&file, 0), (1, 1));
        assert_eq!(place(&file, 3), (1, 3));
        assert_eq!(place(&file, 5), (2, 1));
        assert_eq!(place(&file, 6), (3, 1));
        assert_eq!(place(&file, 99), (3, 2));
    }

    #[test]
    fn columns_are_found_in_a_long_line() {
        let text = "añ𝄞\n".to_owned() + &"b𝄞ñ".repeat(2 * BLOCK_BYTES);
        let file = SourceFile::new("t.mob", text.as_str());
        let start = text.find('b').unwrap();
        for at in (start..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            let (before, offset) = (&text[start..at], u32::try_from(at).unwrap());
            assert_eq!(place(&file, offset), (2, u32::try_from(before.chars().count() + 1).unwrap()));
            assert_eq!(file.utf16_column(offset) as usize, before.encode_utf16().count());
        }
    }

    #[test]
    fn map_finds_text() {
        let mut map = SourceMap::new();
        let file = map.add("a.mob", "let x = 1");
        assert_eq!(map.text(Span::new(file, 4, 5)), "x");
        assert_eq!(map.text(Span::new(FileId(7), 0, 1)), "");
    }
}
