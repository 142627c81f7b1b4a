//! Scanning strings: their pieces, interpolations, and what happens if they are not closed.

use std::sync::Arc;

use logos::Lexer;

use super::scanner::{Mode, Scanner};
use super::text::{self, Chunk, EscapeError, Piece};
use super::token::Token;
use crate::diagnostic::{Code, Diagnostic};

/// How deep strings can stand in interpolations of strings.
const STRINGS_MAX: usize = 16;

/// A string whose closing quote has not been met.
pub(super) struct OpenString {
    /// The bytes of the opening quote.
    quote: (usize, usize),
    multi_line: bool,
    /// The position of its `StrStart` among the tokens.
    first_token: usize,
    /// The positions of its `StrText`s among the tokens, which hold no text until the string is closed.
    chunks: Vec<usize>,
    /// Where the brace of the interpolation stands that we are in.
    interpolation: usize,
    /// How many braces are open in that interpolation.
    braces: usize,
}

impl<'a> Scanner<'a> {
    /// The quote has been read; the string's text follows.
    pub(super) fn open_string(&mut self, lexer: Lexer<'a, Token>, multi_line: bool) -> Option<Mode<'a>> {
        let (start, end) = (lexer.span().start, lexer.span().end);
        if self.strings.len() >= STRINGS_MAX {
            self.report(
                Diagnostic::error(Code::TooDeep, "strings are nested too deep")
                    .primary(self.span(start, end), format!("{STRINGS_MAX} strings are open here"))
                    .help("give the inner ones names with `let`"),
            );
            self.abandon_strings(0, self.text.len(), None);
            return None;
        }
        self.push(Token::StrStart, start, end);
        let first_token = self.lexed.tokens.len() - 1;
        let (quote, chunks) = ((start, end), Vec::new());
        self.strings.push(OpenString { quote, multi_line, first_token, chunks, interpolation: 0, braces: 0 });
        Some(Mode::Text(lexer.morph()))
    }

    /// Scans a string's text up to an interpolation, or to its end.
    pub(super) fn string(&mut self, mut lexer: Lexer<'a, Piece>) -> Option<Mode<'a>> {
        let text_start = lexer.span().end;
        let multi_line = self.strings.last().is_some_and(|string| string.multi_line);
        while let Some(piece) = lexer.next() {
            let (start, end) = (lexer.span().start, lexer.span().end);
            match piece {
                Ok(Piece::Quote) if !multi_line => {
                    self.close_string(Some((text_start, start)), start, end);
                    return Some(Mode::Code(lexer.morph()));
                }
                Ok(Piece::Quote) if lexer.remainder().starts_with("\"\"") => {
                    lexer.bump(2);
                    self.close_string(Some((text_start, start)), start, end + 2);
                    return Some(Mode::Code(lexer.morph()));
                }
                Ok(Piece::BraceOpen) => {
                    self.open_interpolation(text_start, start, end);
                    return Some(Mode::Code(lexer.morph()));
                }
                Ok(Piece::Newline) if !multi_line => {
                    self.unclosed_at_line_end(text_start, start);
                    self.newline(start, end);
                    return Some(Mode::Code(lexer.morph()));
                }
                Ok(Piece::Quote | Piece::Newline | Piece::Escape | Piece::Text) | Err(()) => {}
            }
        }
        self.unclosed_at_end(Some(text_start));
        None
    }

    fn open_interpolation(&mut self, text_start: usize, start: usize, end: usize) {
        self.push_chunk(text_start, start);
        self.push(Token::InterpolationOpen, start, end);
        if let Some(string) = self.strings.last_mut() {
            (string.interpolation, string.braces) = (start, 0);
        }
    }

    /// Whether a closing brace ends the interpolation that we are in.
    pub(super) fn closes_interpolation(&self) -> bool {
        self.strings.last().is_some_and(|string| string.braces == 0)
    }

    /// Counts the braces inside an interpolation, to know which one ends it.
    pub(super) fn count_brace(&mut self, token: &Token) {
        if let Some(string) = self.strings.last_mut() {
            match token {
                Token::BraceOpen => string.braces += 1,
                Token::BraceClose => string.braces = string.braces.saturating_sub(1),
                _ => {}
            }
        }
    }

    /// Keeps a place for the text between `start` and `end`.
    fn push_chunk(&mut self, start: usize, end: usize) {
        self.push(Token::StrText(Arc::from("")), start, end);
        let at = self.lexed.tokens.len() - 1;
        if let Some(string) = self.strings.last_mut() {
            string.chunks.push(at);
        }
    }

    /// Ends the innermost string: `text` is what has been read since its last interpolation, `start` and `end`
    /// are the closing quote.
    fn close_string(&mut self, text: Option<(usize, usize)>, start: usize, end: usize) {
        if let Some((text_start, text_end)) = text {
            self.push_chunk(text_start, text_end);
        }
        let Some(string) = self.strings.pop() else { return };
        if let Some(text) = self.plain_text(&string) {
            self.lexed.tokens.truncate(string.first_token);
            return self.push(Token::Str(text.into()), string.quote.0, end);
        }
        let texts = self.decode_chunks(&string);
        match (string.chunks.as_slice(), self.lexed.tokens.len() - string.first_token) {
            ([_], 2) => {
                self.lexed.tokens.truncate(string.first_token);
                self.push(Token::Str(texts.concat().into()), string.quote.0, end);
            }
            (chunks, _) => {
                for (at, text) in chunks.iter().zip(texts) {
                    if let Some(token) = self.lexed.tokens.get_mut(*at) {
                        token.token = Token::StrText(text.into());
                    }
                }
                self.push(Token::StrEnd, start, end);
            }
        }
    }

    /// The text of a string that is as it is written, as most are: on one line, without escapes and interpolation.
    fn plain_text(&self, string: &OpenString) -> Option<&'a str> {
        let [only] = string.chunks.as_slice() else { return None };
        if string.multi_line || *only + 1 != self.lexed.tokens.len() {
            return None;
        }
        let token = self.lexed.tokens.get(*only)?;
        self.text.get(token.start as usize..token.end as usize).filter(|raw| !raw.contains('\\'))
    }

    fn decode_chunks(&mut self, string: &OpenString) -> Vec<String> {
        let ranges: Vec<_> = string.chunks.iter().filter_map(|at| self.lexed.tokens.get(*at)).collect();
        let last = ranges.len().saturating_sub(1);
        let ranges: Vec<_> = ranges.iter().map(|token| (token.start as usize, token.end as usize)).collect();
        let mut texts = Vec::with_capacity(ranges.len());
        let mut chunks = Vec::with_capacity(ranges.len());
        for (at, (start, end)) in ranges.into_iter().enumerate() {
            let raw = &self.text[start..end];
            texts.push(text::decode(raw, &mut |error| self.bad_escape(Code::BadEscape, start, &error)));
            chunks.push(Chunk { raw, first: at == 0, last: at == last });
        }
        if string.multi_line {
            let stripped = text::without_indentation(&chunks);
            // Mistakes have been reported above, where places are still those of the file.
            stripped.iter().map(|raw| text::decode(raw, &mut |_| {})).collect()
        } else {
            texts
        }
    }

    fn bad_escape(&mut self, code: Code, start: usize, error: &EscapeError) {
        let span = self.span(start + error.start, start + error.end);
        let diagnostic = Diagnostic::error(code, error.message.clone()).primary(span, "");
        self.report(match code {
            Code::BadEscape => diagnostic
                .help(r#"escapes are `\n`, `\r`, `\t`, `\0`, `\\`, `\"`, `\{`, `\}`, `\x41` and `\u{e9}`"#),
            _ => diagnostic,
        });
    }

    /// Scans a byte string, whose `b"` has been read.
    pub(super) fn bytes(&mut self, lexer: &mut Lexer<'a, Piece>) {
        let (quote_start, text_start) = (lexer.span().start, lexer.span().end);
        while let Some(piece) = lexer.next() {
            let (start, end) = (lexer.span().start, lexer.span().end);
            match piece {
                Ok(Piece::Quote) => {
                    let raw = &self.text[text_start..start];
                    let bytes = text::decode_bytes(raw, &mut |error| {
                        self.bad_escape(Code::BadBytes, text_start, &error);
                    });
                    return self.push(Token::Bytes(bytes.into()), quote_start, end);
                }
                Ok(Piece::Newline) => {
                    self.report_unterminated(quote_start, text_start, false);
                    self.cut_off(start);
                    self.push(Token::Error, quote_start, start);
                    return self.newline(start, end);
                }
                _ => {}
            }
        }
        self.report_unterminated(quote_start, text_start, false);
        self.cut_off(self.text.len());
        self.push(Token::Error, quote_start, self.text.len());
    }

    /// A newline in a string that may not have one. If the string stands in the interpolation of another such
    /// string, it is that interpolation's brace that lacks its partner.
    fn unclosed_at_line_end(&mut self, text_start: usize, end: usize) {
        let Some(first) = self.strings.iter().position(|string| !string.multi_line) else { return };
        self.report_unclosed(first, first + 1 == self.strings.len());
        self.abandon_strings(first, end, Some(text_start));
    }

    /// A newline in code: if that code is in an interpolation, its string must be a multi-line one.
    pub(super) fn close_single_line_strings(&mut self, end: usize) {
        if let Some(first) = self.strings.iter().position(|string| !string.multi_line) {
            self.report_unclosed(first, false);
            self.abandon_strings(first, end, None);
        }
    }

    /// The end of the file: no string may be open. `text_start` is as for `abandon_strings`.
    pub(super) fn unclosed_at_end(&mut self, text_start: Option<usize>) {
        if !self.strings.is_empty() {
            self.report_unclosed(0, text_start.is_some() && self.strings.len() == 1);
            self.abandon_strings(0, self.text.len(), text_start);
        }
    }

    /// Closes all open strings from the one at `first` on, at `end`. If the innermost is being read as text, and
    /// not as an interpolation, its text begins at `text_start`.
    fn abandon_strings(&mut self, first: usize, end: usize, text_start: Option<usize>) {
        self.cut_off(end);
        let mut text = text_start.map(|start| (start, end));
        while self.strings.len() > first {
            if self.strings.len() > first + 1 {
                // What began as a string in the interpolation may well be the end of the one around it.
                let Some(inner) = self.strings.pop() else { return };
                self.lexed.tokens.truncate(inner.first_token);
                self.push(Token::Error, inner.quote.0, end);
                text = None;
                continue;
            }
            if text.is_none() {
                // What is missing has been reported, and not a second time by the parser.
                self.push(Token::Error, end, end);
                self.push(Token::InterpolationClose, end, end);
            }
            self.close_string(text.take(), end, end);
        }
    }

    fn report_unclosed(&mut self, at: usize, in_text: bool) {
        let Some(OpenString { quote: (start, end), multi_line, interpolation, .. }) = self.strings.get(at)
        else {
            return;
        };
        let (start, end, multi_line, interpolation) = (*start, *end, *multi_line, *interpolation);
        if in_text {
            return self.report_unterminated(start, end, multi_line);
        }
        self.report(
            Diagnostic::error(Code::UnterminatedInterpolation, "this interpolation is never closed")
                .primary(self.span(interpolation, interpolation + 1), "its `}` is missing")
                .secondary(self.span(start, end), "in this string")
                .help(if multi_line {
                    r"write `\{` for a brace that is only text"
                } else {
                    r#"write `\{` for a brace that is only text; one that goes over several lines stands in a `"""` string"#
                }),
        );
    }

    fn report_unterminated(&mut self, start: usize, end: usize, multi_line: bool) {
        let diagnostic = Diagnostic::error(Code::UnterminatedString, "this string is never closed")
            .primary(self.span(start, end), "it begins here");
        self.report(if multi_line {
            diagnostic.help("end it with `\"\"\"`")
        } else {
            diagnostic.help("a string ends on the line it begins on; `\"\"\"` begins one of several lines")
        });
    }
}
