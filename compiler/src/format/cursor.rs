//! The tokens and comments of a file, taken in the order in which they are written.
//!
//! The tree says how a file is laid out, but all of its text comes from here: a token that isn't taken
//! isn't written, and a comment is written between the two tokens between which it stands.

use crate::lexer::{Comment, Lexed, SpannedToken, Token};

/// A position in a file's tokens and comments.
pub(super) struct Cursor<'a> {
    text: &'a str,
    /// Without newlines.
    tokens: Vec<SpannedToken>,
    comments: Vec<Comment>,
    /// For each opening bracket the position of its partner.
    partners: Vec<Option<usize>>,
    token: usize,
    comment: usize,
    /// The tokens that were left out on purpose, by position.
    dropped: Vec<usize>,
}

/// What stands between something and what is before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// They are on one line.
    None,
    /// A line break.
    Line,
    /// At least one empty line.
    Empty,
}

impl<'a> Cursor<'a> {
    /// At the beginning of a file without syntax errors.
    pub(super) fn new(text: &'a str, lexed: Lexed) -> Self {
        let mut tokens = lexed.tokens;
        tokens.retain(|token| token.token != Token::Newline);
        let partners = partners(&tokens);
        Self { text, tokens, comments: lexed.comments, partners, token: 0, comment: 0, dropped: Vec::new() }
    }

    /// The next token.
    pub(super) fn peek(&self) -> Option<&SpannedToken> {
        self.tokens.get(self.token)
    }

    /// Whether the next token is this one.
    pub(super) fn is_at(&self, token: &Token) -> bool {
        self.peek().is_some_and(|next| next.token == *token)
    }

    /// Whether the token after the next is this one.
    pub(super) fn is_before(&self, token: &Token) -> bool {
        self.tokens.get(self.token + 1).is_some_and(|next| next.token == *token)
    }

    /// Where the next token begins, or the end of the file.
    pub(super) fn start(&self) -> u32 {
        self.peek().map_or(u32::MAX, |token| token.start)
    }

    /// Takes the next token.
    pub(super) fn take(&mut self) -> Option<SpannedToken> {
        let token = self.peek().cloned();
        self.token += usize::from(token.is_some());
        token
    }

    /// Takes the next token and leaves it out of what is written.
    pub(super) fn skip(&mut self) {
        self.dropped.push(self.token);
        self.token += 1;
    }

    /// Takes the next comment, if it stands before the next token.
    pub(super) fn take_comment(&mut self) -> Option<Comment> {
        let comment = self.next_comment()?;
        self.comment += 1;
        Some(comment)
    }

    /// The next comment, if it stands before the next token.
    pub(super) fn next_comment(&self) -> Option<Comment> {
        self.comments.get(self.comment).copied().filter(|comment| comment.span.start < self.start())
    }

    /// Takes the comments inside of the token that was taken last, which is documentation.
    pub(super) fn take_comments_before(&mut self, end: u32) {
        while self.comments.get(self.comment).is_some_and(|comment| comment.span.start < end) {
            self.comment += 1;
        }
    }

    /// The text between two places.
    pub(super) fn text(&self, start: u32, end: u32) -> &'a str {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// What stands before the next token or comment.
    pub(super) fn gap(&self) -> Gap {
        let start = self.next_comment().map_or(self.start(), |comment| comment.span.start);
        self.gap_before(start)
    }

    /// What stands before a place.
    pub(super) fn gap_before(&self, place: u32) -> Gap {
        let before = self.text.get(..place as usize).unwrap_or(self.text);
        let space = &before[before.trim_end().len()..];
        match space.bytes().filter(|byte| *byte == b'\n').count() {
            0 => Gap::None,
            1 => Gap::Line,
            _ => Gap::Empty,
        }
    }

    /// Whether the next token is a parenthesis that is closed by the last token before `end`.
    pub(super) fn is_parenthesised_until(&self, end: u32) -> bool {
        self.is_at(&Token::ParenOpen) && self.partner_end() == Some(end)
    }

    /// Whether something that ends at `end` begins here with parentheses that are not those of a tuple.
    pub(super) fn has_parentheses(&self, is_tuple: bool, end: u32) -> bool {
        self.is_parenthesised_until(end) && (!is_tuple || self.is_doubly_parenthesised())
    }

    /// Whether the next two tokens open parentheses that are closed right after each other.
    pub(super) fn is_doubly_parenthesised(&self) -> bool {
        let partner = |at| self.partners.get(at).copied().flatten();
        let is_paren =
            |at| self.tokens.get(at).is_some_and(|token: &SpannedToken| token.token == Token::ParenOpen);
        let (outer, inner) = (self.token, self.token + 1);
        let (Some(outer_end), Some(inner_end)) = (partner(outer), partner(inner)) else { return false };
        let between = self.tokens.get(inner_end + 1..outer_end).unwrap_or_default();
        is_paren(outer) && is_paren(inner) && between.iter().all(|token| token.token == Token::Comma)
    }

    /// Where the partner of the next token, an opening bracket, ends.
    fn partner_end(&self) -> Option<u32> {
        let partner = self.partners.get(self.token).copied().flatten()?;
        self.tokens.get(partner).map(|token| token.end)
    }

    /// Where the contents of the brackets end that the next token opens: the end of the last token in them that is no
    /// comma.
    pub(super) fn contents_end(&self) -> Option<u32> {
        let partner = self.partners.get(self.token).copied().flatten()?;
        let inside = self.tokens.get(self.token + 1..partner)?;
        inside.iter().rev().find(|token| token.token != Token::Comma).map(|token| token.end)
    }

    /// Whether a comment stands right after the opening bracket that is the next token, or right before its partner.
    pub(super) fn has_comments_at_brackets(&self) -> bool {
        let Some(partner) = self.partners.get(self.token).copied().flatten() else { return false };
        let place = |at: usize| self.tokens.get(at).map_or(0, |token| token.end);
        let until = |at: usize| self.tokens.get(at).map_or(u32::MAX, |token| token.start);
        let edges =
            [(place(self.token), until(self.token + 1)), (self.contents_end().unwrap_or(0), until(partner))];
        let comments = self.comments.get(self.comment..).unwrap_or_default();
        let mut starts =
            comments.iter().map(|comment| comment.span.start).take_while(|start| *start < until(partner));
        starts.any(|start| edges.iter().any(|(from, to)| (*from..*to).contains(&start)))
    }

    /// The tokens that were not left out.
    pub(super) fn into_written(self) -> Vec<Token> {
        let mut dropped = self.dropped.into_iter().peekable();
        let tokens = self.tokens.into_iter().enumerate();
        let written = tokens.filter(|(at, _)| dropped.next_if_eq(at).is_none());
        written.map(|(_, token)| token.token).collect()
    }
}

/// The position of each opening bracket's partner.
fn partners(tokens: &[SpannedToken]) -> Vec<Option<usize>> {
    let mut partners = vec![None; tokens.len()];
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if token.token.closer().is_some() {
            open.push(at);
        } else if token.token.is_closer()
            && let Some(opener) = open.pop()
        {
            partners[opener] = Some(at);
        }
    }
    partners
}
