//! What all parts of the formatter have in common: taking tokens, and putting comments back.

use std::borrow::Cow;

use super::cursor::{Cursor, Gap};
use super::doc::{Doc, docs};
use crate::lexer::{Comment, Token};

/// Makes documents of the parts of a tree, each from the tokens that it was made of.
pub(super) struct Printer<'a> {
    pub(super) cursor: Cursor<'a>,
    /// How many strings are open that stand on one line, as must what is interpolated in them.
    pub(super) single_lines: usize,
    /// The names of the modules that the file uses.
    pub(super) modules: Vec<&'a str>,
    /// A comment stood where there is no good place for one.
    pub(super) has_stray_comments: bool,
}

impl<'a> Printer<'a> {
    /// The next token as it is written, after the comments before it.
    pub(super) fn token(&mut self) -> Doc<'a> {
        let comments = self.stray_comments();
        let Some(token) = self.cursor.take() else { return comments };
        let text = Doc::text(unix_lines(self.cursor.text(token.start, token.end)));
        if comments.is_nil() { text } else { docs![comments, text] }
    }

    /// All tokens up to a place, without space between them.
    pub(super) fn tokens_until(&mut self, end: u32) -> Doc<'a> {
        let mut tokens = Vec::new();
        while self.cursor.start() < end {
            tokens.push(self.token());
        }
        Doc::concat(tokens)
    }

    /// Leaves the next tokens out for as long as they are this one.
    pub(super) fn skip_all(&mut self, token: &Token) {
        while self.cursor.is_at(token) {
            self.cursor.skip();
        }
    }

    /// Whether the author began a new line before the next token or comment, where that counts.
    pub(super) fn is_on_new_line(&self) -> bool {
        self.single_lines == 0 && self.cursor.gap() != Gap::None
    }

    /// Comments at a place that has no better use for them: those at the end of a line stay at the end of one.
    fn stray_comments(&mut self) -> Doc<'a> {
        let mut comments = Vec::new();
        while let Some(comment) = self.cursor.take_comment() {
            self.has_stray_comments = true;
            if comment.own_line {
                comments.extend([Doc::fresh_line(), self.comment(comment), Doc::fresh_line()]);
            } else {
                comments.extend([Doc::suffix(self.comment_text(comment)), Doc::break_parent()]);
            }
        }
        Doc::concat(comments)
    }

    /// Comments between the operands of an operator or the links of a chain. A line break follows.
    pub(super) fn inner_comments(&mut self) -> Doc<'a> {
        let mut comments = Vec::new();
        while let Some(comment) = self.cursor.take_comment() {
            if comment.own_line {
                comments.extend([Doc::fresh_line(), self.comment(comment)]);
            } else {
                comments.extend([Doc::suffix(self.comment_text(comment)), Doc::break_parent()]);
            }
        }
        Doc::concat(comments)
    }

    /// Comments that end the line of what was taken last. What is around is broken.
    pub(super) fn trailing_comments(&mut self) -> Doc<'a> {
        let mut comments = Vec::new();
        while self.cursor.next_comment().is_some_and(|comment| !comment.own_line)
            && let Some(comment) = self.cursor.take_comment()
        {
            comments.extend([Doc::suffix(self.comment_text(comment)), Doc::break_parent()]);
        }
        Doc::concat(comments)
    }

    /// Comments on lines of their own before a statement, an item or an element, each with its line break; and the
    /// empty lines between them and before what follows.
    pub(super) fn leading_comments(&mut self) -> Doc<'a> {
        let mut comments = Vec::new();
        while let Some(comment) = self.cursor.take_comment() {
            comments.push(self.comment(comment));
            comments.push(self.line_after_comment());
        }
        Doc::concat(comments)
    }

    fn line_after_comment(&self) -> Doc<'a> {
        if self.cursor.gap() == Gap::Empty {
            docs![Doc::empty_line(), Doc::hard_line()]
        } else {
            Doc::hard_line()
        }
    }

    /// Comments before a closing bracket or the end of the file, each on a new line.
    pub(super) fn dangling_comments(&mut self) -> Doc<'a> {
        let mut comments = Vec::new();
        while let Some(gap) = self.cursor.next_comment().map(|_| self.cursor.gap())
            && let Some(comment) = self.cursor.take_comment()
        {
            if gap == Gap::Empty {
                comments.push(Doc::empty_line());
            }
            comments.extend([Doc::hard_line(), self.comment(comment)]);
        }
        Doc::concat(comments)
    }

    fn comment(&self, comment: Comment) -> Doc<'a> {
        Doc::comment(self.comment_text(comment))
    }

    fn comment_text(&self, comment: Comment) -> &'a str {
        self.cursor.text(comment.span.start, comment.span.end).trim_end()
    }

    /// Lines of documentation, each with its line break, if the next token is that.
    pub(super) fn documentation(&mut self) -> Doc<'a> {
        let Some(Token::Doc(_)) = self.cursor.peek().map(|token| &token.token) else { return Doc::nil() };
        let leading = self.stray_comments();
        let Some(token) = self.cursor.take() else { return leading };
        self.cursor.take_comments_before(token.end);
        let lines =
            self.cursor.text(token.start, token.end).lines().map(str::trim).filter(|line| !line.is_empty());
        let lines: Vec<_> = lines.flat_map(|line| [Doc::text(line), Doc::hard_line()]).collect();
        docs![leading, Doc::concat(lines)]
    }
}

/// Text with line breaks as Unix has them.
fn unix_lines(text: &str) -> Cow<'_, str> {
    if text.contains("\r\n") { text.replace("\r\n", "\n").into() } else { text.into() }
}
