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
}

impl SourceFile {
    /// A file of this name and text. Text beyond 4 GiB can't be addressed by a [`Span`]; callers check
    /// [`SOURCE_BYTES_MAX`], and the parser refuses longer text with a diagnostic.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let after = newlines.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX));
        let line_starts = std::iter::once(0).chain(after).collect();
        Self { name: name.into(), text, line_starts }
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
        let index = self.line_starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let line_start = self.line_starts.get(index).copied().unwrap_or(0) as usize;
        let before = self.text.as_bytes().get(line_start..(offset as usize).min(self.text.len()));
        let is_first_byte = |byte: &&u8| **byte & 0b1100_0000 != 0b1000_0000;
        let column = before.unwrap_or_default().iter().filter(is_first_byte).count() + 1;
        LineColumn {
            line: u32::try_from(index + 1).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
        }
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
    fn map_finds_text() {
        let mut map = SourceMap::new();
        let file = map.add("a.mob", "let x = 1");
        assert_eq!(map.text(Span::new(file, 4, 5)), "x");
        assert_eq!(map.text(Span::new(FileId(7), 0, 1)), "");
    }
}
