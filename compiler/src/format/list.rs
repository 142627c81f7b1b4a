//! Elements between brackets, separated by commas or line breaks.

use super::cursor::Gap;
use super::doc::{Doc, docs};
use super::printer::Printer;
use crate::lexer::Token;

/// A bracketed list, in pieces that can be laid out in several ways.
pub(super) struct List<'a> {
    open: Doc<'a>,
    /// Comments on the line of the opening bracket.
    opening: Doc<'a>,
    elements: Vec<Element<'a>>,
    /// Comments after the last element.
    dangling: Doc<'a>,
    close: Doc<'a>,
    /// The author began a new line after the opening bracket.
    pub(super) is_spread: bool,
}

/// One element, with its comments.
struct Element<'a> {
    doc: Doc<'a>,
    has_comments: bool,
    /// A line break isn't enough to separate it from the element before.
    needs_comma: bool,
    /// What stands before it in the source.
    gap: Gap,
}

impl<'a> Printer<'a> {
    /// A list whose opening bracket is the next token. `print` takes the element of a number, which may be more than
    /// there are in the tree: it is asked for elements until the list is closed.
    pub(super) fn list(&mut self, mut print: impl FnMut(&mut Self, usize) -> Doc<'a>) -> List<'a> {
        let closer = self.cursor.peek().and_then(|token| token.token.closer()).unwrap_or(Token::ParenClose);
        let open = self.token();
        let is_spread = self.is_on_new_line();
        let opening = self.trailing_comments();
        let mut elements = Vec::new();
        while !self.cursor.is_at(&closer) && self.cursor.peek().is_some() {
            let start = self.cursor.start();
            let gap = self.cursor.gap();
            let leading = self.leading_comments();
            let needs_comma = self.begins_with_bars();
            let element = print(self, elements.len());
            let trailing = self.after_element();
            let has_comments = !leading.is_nil() || !trailing.is_nil();
            elements.push(Element { doc: docs![leading, element, trailing], has_comments, needs_comma, gap });
            if self.cursor.start() == start {
                break;
            }
        }
        let dangling = self.dangling_comments();
        List { open, opening, elements, dangling, close: self.token(), is_spread }
    }

    /// The comments at the end of an element's line, before its comma or behind it.
    fn after_element(&mut self) -> Doc<'a> {
        let before = self.trailing_comments();
        self.skip_all(&Token::Comma);
        let after = self.trailing_comments();
        if before.is_nil() { after } else { docs![before, after] }
    }
}

impl<'a> List<'a> {
    /// How many elements there are.
    pub(super) fn len(&self) -> usize {
        self.elements.len()
    }

    /// Whether there are comments between the brackets that are those of the list.
    pub(super) fn has_comments(&self) -> bool {
        !self.opening.is_nil()
            || !self.dangling.is_nil()
            || self.elements.iter().any(|element| element.has_comments)
    }

    /// Whether all but the last element can stand on the line of the brackets, and the last has no comments.
    pub(super) fn can_hug(&self) -> bool {
        let Some((last, before)) = self.elements.split_last() else { return false };
        let around = [&self.opening, &self.dangling];
        let mut docs = around.into_iter().chain(before.iter().map(|element| &element.doc));
        !last.has_comments && docs.all(|doc| !doc.must_break())
    }

    /// On one line if it fits, else an element a line.
    pub(super) fn group(&self) -> Doc<'a> {
        self.contents(Doc::soft_line()).group()
    }

    /// An element a line.
    pub(super) fn broken(&self) -> Doc<'a> {
        self.contents(Doc::soft_line()).broken_group()
    }

    /// In braces: on one line if it fits and the author wrote it so, with space inside, else an element a line.
    pub(super) fn braced(&self) -> Doc<'a> {
        let contents = self.contents(Doc::line());
        if self.is_spread { contents.broken_group() } else { contents.group() }
    }

    /// Lines separate the elements, or commas where they stand on one.
    fn contents(&self, edge: Doc<'a>) -> Doc<'a> {
        if self.elements.is_empty() && !self.has_comments() {
            return docs![&self.open, &self.close];
        }
        let mut inside = Vec::with_capacity(self.elements.len() * 4 + 3);
        inside.push(self.opening.clone());
        for (at, element) in self.elements.iter().enumerate() {
            match (at, element.gap) {
                (0, _) => inside.push(edge.clone()),
                (_, Gap::Empty) => inside.extend([element.comma_before(), Doc::empty_line(), Doc::line()]),
                _ => inside.extend([element.comma_before(), Doc::line()]),
            }
            inside.push(element.doc.clone());
        }
        inside.push(self.dangling.clone());
        docs![&self.open, Doc::concat(inside).indent(), edge, &self.close]
    }

    /// Short elements: as many on a line as fit, and a new line where the author began one.
    pub(super) fn filled(&self) -> Doc<'a> {
        let mut inside = Vec::with_capacity(self.elements.len() * 2);
        for (at, element) in self.elements.iter().enumerate() {
            if at > 0 {
                inside.push(match (self.is_spread, element.gap) {
                    (true, Gap::Empty) => docs![element.comma_before(), Doc::empty_line(), Doc::hard_line()],
                    (true, Gap::Line) => docs![element.comma_before(), Doc::hard_line()],
                    _ => docs![element.comma_before(), Doc::line()],
                });
            }
            inside.push(element.doc.clone());
        }
        let inside = docs![Doc::soft_line(), Doc::fill(inside)];
        let contents = docs![&self.open, inside.indent(), Doc::soft_line(), &self.close];
        if self.is_spread { contents.broken_group() } else { contents.group() }
    }

    /// All elements on the line of the brackets but for the last, which is replaced by this layout of it.
    pub(super) fn hugging(&self, last: Doc<'a>) -> Doc<'a> {
        let mut inside = Vec::new();
        for element in self.elements.iter().take(self.elements.len().saturating_sub(1)) {
            inside.extend([element.doc.clone(), ", ".into()]);
        }
        docs![&self.open, Doc::concat(inside), last, &self.close]
    }

    /// One element between brackets that are not broken without need.
    pub(super) fn parenthesis(&self) -> Doc<'a> {
        if self.has_comments() {
            return self.broken();
        }
        let inside = self.elements.iter().map(|element| element.doc.clone()).collect::<Vec<_>>();
        docs![&self.open, Doc::concat(inside), &self.close]
    }
}

impl<'a> Element<'a> {
    /// What separates it from the element before, together with a line.
    fn comma_before(&self) -> Doc<'a> {
        if self.needs_comma { ",".into() } else { Doc::if_broken(Doc::nil(), ",".into()) }
    }
}
