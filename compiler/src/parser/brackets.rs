//! Gives each bracket its partner: those that lack one are reported, and added or left out.
//!
//! So later stages can count on balanced tokens, and a mistake inside one item stays there.

use super::depth::DEPTH_MAX;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lexer::{Lexed, SpannedToken, Token};
use crate::source::{FileId, Span};

/// Tokens whose brackets are balanced.
pub(super) struct Balanced {
    pub(super) tokens: Vec<SpannedToken>,
    /// Where a bracket was added or left out, in order.
    pub(super) repairs: Vec<u32>,
}

/// Balances the brackets of a file.
pub(super) fn balance(file: FileId, text: &str, lexed: Lexed, diagnostics: &mut Diagnostics) -> Balanced {
    let Lexed { tokens, cuts, .. } = lexed;
    let mut balancer = Balancer {
        file,
        text,
        diagnostics,
        line: Line::default(),
        open: Vec::new(),
        suspect: None,
        cuts,
        at: 0,
        edits: Vec::new(),
        repairs: Vec::new(),
    };
    for (at, token) in tokens.iter().enumerate() {
        balancer.at = at;
        balancer.token(token, tokens.get(at + 1));
    }
    balancer.at = tokens.len();
    balancer.close_all(u32::try_from(text.len()).unwrap_or(u32::MAX));
    let Balancer { edits, repairs, .. } = balancer;
    Balanced { tokens: edited(tokens, edits), repairs }
}

/// What is done to the tokens.
struct Edit {
    /// The position of the token that it is done to, or before.
    at: usize,
    /// The token that is put in before; without one, the token there is left out.
    added: Option<SpannedToken>,
}

/// The tokens after the edits, which are in order. Without edits, as nearly always, nothing is copied.
fn edited(tokens: Vec<SpannedToken>, edits: Vec<Edit>) -> Vec<SpannedToken> {
    if edits.is_empty() {
        return tokens;
    }
    let mut result = Vec::with_capacity(tokens.len() + edits.len());
    let mut edits = edits.into_iter().peekable();
    let count = tokens.len();
    for (at, token) in tokens.into_iter().map(Some).chain([None]).enumerate() {
        let mut kept = at < count;
        while let Some(edit) = edits.next_if(|edit| edit.at == at) {
            match edit.added {
                Some(added) => result.push(added),
                None => kept = false,
            }
        }
        result.extend(token.filter(|_| kept));
    }
    result
}

struct Balancer<'a> {
    file: FileId,
    text: &'a str,
    diagnostics: &'a mut Diagnostics,
    line: Line,
    open: Vec<Open>,
    /// A brace whose partner is indented differently, and that partner: where something is missing at the
    /// end, it is probably missing here.
    suspect: Option<(Span, Span)>,
    /// Where strings were cut off, as [`Lexed::cuts`].
    cuts: Vec<u32>,
    /// The position of the current token.
    at: usize,
    edits: Vec<Edit>,
    /// As [`Balanced::repairs`].
    repairs: Vec<u32>,
}

struct Open {
    span: Span,
    /// How far the line is indented that it stands on.
    indentation: usize,
    closer: Token,
    /// Where the last brace or interpolation was opened, this one included, counted from 1; 0 for none.
    barrier: usize,
}

impl Balancer<'_> {
    fn token(&mut self, token: &SpannedToken, next: Option<&SpannedToken>) {
        if let Some(closer) = token.token.closer() {
            self.line.advance(self.text, token.start as usize);
            self.open(token, closer);
        } else if token.token.is_closer() {
            self.line.advance(self.text, token.start as usize);
            self.close(token);
        } else if self.begins_item(token, next) {
            self.close_all(token.start);
        }
    }

    fn open(&mut self, token: &SpannedToken, closer: Token) {
        let outer = self.open.last().map_or(0, |open| open.barrier);
        let is_barrier = matches!(closer, Token::BraceClose | Token::InterpolationClose);
        let barrier = if is_barrier { self.open.len() + 1 } else { outer };
        self.open.push(Open {
            span: token.span(self.file),
            indentation: self.line.indentation,
            closer,
            barrier,
        });
    }

    fn close(&mut self, token: &SpannedToken) {
        let Some(partner) = self.partner(&token.token) else {
            self.edits.push(Edit { at: self.at, added: None });
            self.repairs.push(token.start);
            let shown = self.text.get(token.start as usize..token.end as usize).unwrap_or_default();
            self.diagnostics.push(
                Diagnostic::error(Code::UnbalancedBracket, format!("this `{shown}` closes nothing"))
                    .primary(token.span(self.file), ""),
            );
            return;
        };
        self.close_down_to(partner + 1, token.start);
        if let Some(open) = self.open.pop() {
            self.compare_indentation(&open, token);
        }
    }

    /// The position of the open bracket that a closing one belongs to. `)` and `]` don't reach out of a brace,
    /// and `}` doesn't reach out of an interpolation.
    fn partner(&self, closer: &Token) -> Option<usize> {
        let barrier = self.open.last()?.barrier;
        let reachable = match closer {
            Token::ParenClose | Token::SquareClose => barrier,
            _ => barrier.saturating_sub(1),
        };
        // What is nested deeper is refused anyway; a bound here keeps the time linear.
        let reachable = reachable.max(self.open.len().saturating_sub(DEPTH_MAX));
        let inner = self.open.get(reachable..)?;
        inner.iter().rposition(|open| open.closer == *closer).map(|at| at + reachable)
    }

    /// Closes the brackets above the first `keep`, and reports the innermost of them.
    fn close_down_to(&mut self, keep: usize, at: u32) {
        if let Some(innermost) = self.open.get(keep..).and_then(<[_]>::last) {
            // What a string has swallowed may have held the missing bracket.
            let next_cut = self.cuts.get(self.cuts.partition_point(|cut| *cut < innermost.span.start));
            if next_cut.is_none_or(|cut| *cut > at) {
                let diagnostic = self.never_closed(innermost);
                self.diagnostics.push(diagnostic);
            }
            self.repairs.push(at);
        }
        while self.open.len() > keep {
            let Some(open) = self.open.pop() else { break };
            let added = SpannedToken { token: open.closer, start: at, end: at };
            self.edits.push(Edit { at: self.at, added: Some(added) });
        }
    }

    fn close_all(&mut self, at: u32) {
        self.close_down_to(0, at);
        self.suspect = None;
    }

    fn never_closed(&self, open: &Open) -> Diagnostic {
        let shown = self.text.get(open.span.range()).unwrap_or_default();
        let diagnostic =
            Diagnostic::error(Code::UnbalancedBracket, format!("this `{shown}` is never closed"))
                .primary(open.span, "");
        match self.suspect {
            Some((suspect, closer)) if suspect.start > open.span.start => diagnostic
                .secondary(suspect, "perhaps it is this one that isn't")
                .secondary(closer, "since this `}` is indented differently"),
            _ => diagnostic,
        }
    }

    /// Whether a token begins an item at the very beginning of a line, where no bracket should be open.
    fn begins_item(&mut self, token: &SpannedToken, next: Option<&SpannedToken>) -> bool {
        let next = next.map(|next| &next.token);
        let begins = match token.token {
            Token::Struct | Token::Enum | Token::Pub | Token::Use | Token::Const | Token::Type => true,
            Token::Fn => matches!(next, Some(Token::Lower(_) | Token::Upper(_))),
            Token::Test | Token::Extern => matches!(next, Some(Token::Str(_))),
            _ => false,
        };
        if !begins || self.open.is_empty() {
            return false;
        }
        self.line.advance(self.text, token.start as usize);
        let in_text = |open: &Open| open.closer == Token::InterpolationClose;
        self.line.start == token.start as usize && !self.open.iter().any(in_text)
    }

    fn compare_indentation(&mut self, open: &Open, closer: &SpannedToken) {
        let is_first_on_line = self.line.start + self.line.indentation == closer.start as usize;
        if closer.token == Token::BraceClose && is_first_on_line && open.indentation != self.line.indentation
        {
            self.suspect = Some((open.span, closer.span(self.file)));
        }
    }
}

/// The line of a token. It goes forward with the tokens that ask for theirs, which few do, so that a file is searched for
/// its lines only once, however long they are.
#[derive(Default)]
struct Line {
    start: usize,
    indentation: usize,
    /// How far the file has been searched.
    position: usize,
}

impl Line {
    fn advance(&mut self, text: &str, to: usize) {
        let passed = text.get(self.position..to).unwrap_or_default();
        let is_first = self.position == 0;
        if let Some(newline) = passed.rfind('\n') {
            self.start = self.position + newline + 1;
        } else if !is_first {
            self.position = to;
            return;
        }
        let line = text.get(self.start..to).unwrap_or_default();
        self.indentation = line.len() - line.trim_start().len();
        self.position = to;
    }
}
