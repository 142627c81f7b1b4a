//! The scanner: drives `logos` over a file, in and out of strings.

use logos::{Lexer, Logos};

use super::comment::{Comment, DocLines};
use super::number::{self, Number, NumberError};
use super::string::OpenString;
use super::text::Piece;
use super::token::{SpannedToken, Token};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{FileId, Span};

/// The longest name, in bytes. A module's names may be longer, being made of several.
const NAME_BYTES_MAX: usize = 255;

/// The magnitude of the least `Int`, one more than the greatest.
const INT_MIN_MAGNITUDE: u64 = i64::MIN.unsigned_abs();

/// A file as tokens.
#[derive(Debug, Clone, PartialEq)]
pub struct Lexed {
    /// The tokens, newlines included.
    pub tokens: Vec<SpannedToken>,
    /// The comments, in order. Documentation is among the tokens.
    pub comments: Vec<Comment>,
    /// Where a string or comment ended that was not closed, in order. It has been reported, and may hold what is
    /// missing before that place.
    pub cuts: Vec<u32>,
}

/// Cuts `text` into tokens. What is no token is reported, and an error token stands for it. Offsets are 32
/// bits wide; [`crate::parser::parse`] refuses text far below that limit.
pub fn lex(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Lexed {
    let start = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
    lex_from(file, text, start, diagnostics)
}

/// The same for what stands in `text` from `start` on, which must be the beginning of a character.
pub(crate) fn lex_from(file: FileId, text: &str, start: usize, diagnostics: &mut Diagnostics) -> Lexed {
    // There are hardly more tokens than one for three bytes, and growing a large list copies it.
    let tokens = Vec::with_capacity(text.len().saturating_sub(start) / 3);
    let lexed = Lexed { tokens, comments: Vec::new(), cuts: Vec::new() };
    let mut scanner =
        Scanner { file, text, diagnostics, lexed, docs: DocLines::default(), strings: Vec::new() };
    scanner.run(start);
    scanner.lexed
}

/// The state of scanning one file.
pub(super) struct Scanner<'a> {
    file: FileId,
    pub(super) text: &'a str,
    diagnostics: &'a mut Diagnostics,
    pub(super) lexed: Lexed,
    docs: DocLines,
    /// The strings that are not closed yet, outermost first.
    pub(super) strings: Vec<OpenString>,
}

/// What the characters that follow are, and the lexer that reads them.
pub(super) enum Mode<'a> {
    Code(Lexer<'a, Token>),
    Text(Lexer<'a, Piece>),
}

impl<'a> Scanner<'a> {
    fn run(&mut self, start: usize) {
        let mut lexer = Token::lexer(self.text);
        lexer.bump(start);
        let mut mode = Some(Mode::Code(lexer));
        while let Some(current) = mode {
            mode = match current {
                Mode::Code(lexer) => self.code(lexer),
                Mode::Text(lexer) => self.string(lexer),
            };
        }
        self.flush_docs();
    }

    /// Scans code up to the next change of mode, or to the end, which gives none.
    fn code(&mut self, mut lexer: Lexer<'a, Token>) -> Option<Mode<'a>> {
        while let Some(result) = lexer.next() {
            let (start, end) = (lexer.span().start, lexer.span().end);
            match result {
                Err(()) => self.unknown(&mut lexer),
                Ok(Token::Newline) => self.newline(start, end),
                Ok(Token::Comment) => self.comment(start, end),
                Ok(Token::DocLine) => self.doc_line(start, end),
                Ok(Token::Digit) => self.number(&mut lexer),
                Ok(Token::Slash) if lexer.remainder().starts_with('*') => self.block_comment(&mut lexer),
                Ok(Token::BytesQuote) => {
                    let mut pieces = lexer.morph();
                    self.bytes(&mut pieces);
                    lexer = pieces.morph();
                }
                Ok(Token::Quote) => return self.open_string(lexer, false),
                Ok(Token::TripleQuote) => return self.open_string(lexer, true),
                Ok(Token::BraceClose) if self.closes_interpolation() => {
                    self.push(Token::InterpolationClose, start, end);
                    return Some(Mode::Text(lexer.morph()));
                }
                Ok(token) => {
                    if end - start > NAME_BYTES_MAX {
                        self.name_too_long(start, end);
                    }
                    self.count_brace(&token);
                    self.push(token, start, end);
                }
            }
        }
        self.unclosed_at_end(None);
        None
    }

    /// Nothing but a name is a token that long: literals have their own rules.
    fn name_too_long(&mut self, start: usize, end: usize) {
        let message = format!("a name has at most {NAME_BYTES_MAX} characters");
        let label = format!("this one has {}", end - start);
        let diagnostic = Diagnostic::error(Code::TooMany, message).primary(self.span(start, end), label);
        self.report(diagnostic);
    }

    pub(super) fn push(&mut self, token: Token, start: usize, end: usize) {
        self.flush_docs();
        self.lexed.tokens.push(SpannedToken { token, start: offset(start), end: offset(end) });
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, offset(start), offset(end))
    }

    pub(super) fn last_token(&self) -> Option<&SpannedToken> {
        self.lexed.tokens.last()
    }

    /// A run of newlines is one token; between lines of documentation there is none.
    pub(super) fn newline(&mut self, start: usize, end: usize) {
        self.close_single_line_strings(start);
        let at_line_start = self.last_token().is_none_or(|last| last.token == Token::Newline);
        if !at_line_start && self.docs.is_empty() {
            self.push(Token::Newline, start, end);
        }
    }

    pub(super) fn comment(&mut self, start: usize, end: usize) {
        let line = self.text[..start].rsplit('\n').next().unwrap_or_default();
        let own_line = line.bytes().all(|byte| byte.is_ascii_whitespace());
        let span = self.span(start, end);
        self.lexed.comments.push(Comment { span, own_line });
    }

    fn doc_line(&mut self, start: usize, end: usize) {
        let may_begin = [Token::Newline, Token::BraceOpen];
        if self.last_token().is_none_or(|last| may_begin.contains(&last.token)) {
            let line = self.text.get(start..end).unwrap_or_default();
            self.docs.push(line, offset(start), offset(end));
        } else {
            self.report(
                Diagnostic::error(Code::MisplacedDoc, "documentation after what it could document")
                    .primary(self.span(start, end), "this belongs to nothing")
                    .help("put it on the lines before, or make it a `//` comment"),
            );
        }
    }

    /// Notes that a string or comment ends at a place only since something has to end it.
    pub(super) fn cut_off(&mut self, at: usize) {
        self.lexed.cuts.push(offset(at));
    }

    fn flush_docs(&mut self) {
        if let Some((text, start, end)) = self.docs.take() {
            self.lexed.tokens.push(SpannedToken { token: Token::Doc(text.into()), start, end });
        }
    }

    fn number(&mut self, lexer: &mut Lexer<'a, Token>) {
        let start = lexer.span().start;
        let after_dot =
            self.last_token().is_some_and(|last| last.token == Token::Dot && last.end == offset(start));
        let length = number::length(&self.text[start..], after_dot);
        lexer.bump(length.saturating_sub(lexer.slice().len()));
        let end = lexer.span().end;
        let token = match number::parse(lexer.slice()) {
            Ok(Number::Float(value)) => Ok(Token::Float(value)),
            Ok(Number::Int(INT_MIN_MAGNITUDE)) if self.is_negated() => Ok(Token::Int(i64::MIN)),
            Ok(Number::Int(value)) => {
                i64::try_from(value).map(Token::Int).map_err(|_| NumberError::IntOverflow)
            }
            Err(error) => Err(error),
        };
        let token = token.unwrap_or_else(|error| {
            let (message, help) = error.describe();
            let diagnostic = Diagnostic::error(Code::BadNumber, message).primary(self.span(start, end), "");
            self.report(help.into_iter().fold(diagnostic, Diagnostic::help));
            Token::Error
        });
        self.push(token, start, end);
    }

    /// Whether the last token is a minus sign that stands before its operand, not between two.
    fn is_negated(&self) -> bool {
        let after_operand = |token: &Token| {
            let ends_without_value = [Token::Return, Token::Break, Token::Continue, Token::DotDot];
            token.ends_statement() && !ends_without_value.contains(token)
        };
        match self.lexed.tokens.as_slice() {
            [.., before, last] => last.token == Token::Minus && !after_operand(&before.token),
            [last] => last.token == Token::Minus,
            [] => false,
        }
    }
}

const BYTE_ORDER_MARK: char = '\u{feff}';

/// A position as tokens have it; the parser refuses text that is too long for it.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
