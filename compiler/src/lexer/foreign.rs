//! Characters that begin nothing in Mob, and what people mean by them.

use logos::Lexer;

use super::scanner::Scanner;
use super::token::Token;
use crate::diagnostic::{Code, Diagnostic};

impl<'a> Scanner<'a> {
    /// Reports the character that `logos` could make nothing of, and reads on behind it.
    pub(super) fn unknown(&mut self, lexer: &mut Lexer<'a, Token>) {
        let start = lexer.span().start;
        let rest = &self.text[start..];
        let Some(c) = rest.chars().next() else { return };
        match c {
            '\'' => self.single_quotes(lexer),
            '#' => self.hash_comment(lexer),
            c => {
                lexer.bump(c.len_utf8().saturating_sub(lexer.slice().len()));
                let end = start + c.len_utf8();
                let goes_on =
                    self.last_token().is_some_and(|t| t.token == Token::Error && t.end as usize == start);
                if !goes_on {
                    self.report(unknown_character(c).primary(self.span(start, end), ""));
                }
                self.push(Token::Error, start, end);
            }
        }
    }

    /// `'text'`
    fn single_quotes(&mut self, lexer: &mut Lexer<'a, Token>) {
        let start = lexer.span().start;
        let rest = &self.text[start + 1..];
        let closed = rest.find(['\'', '\n']).filter(|at| rest[*at..].starts_with('\''));
        let length = closed.map_or(1, |at| at + 2);
        lexer.bump(length.saturating_sub(lexer.slice().len()));
        let span = self.span(start, start + length);
        self.report(
            Diagnostic::error(Code::ForeignSyntax, "strings are written in double quotes")
                .primary(span, "")
                .help("there is no type of single characters: a character is a `Str` of length 1"),
        );
        self.push(Token::Error, start, start + length);
    }

    /// `# text`
    fn hash_comment(&mut self, lexer: &mut Lexer<'a, Token>) {
        let start = lexer.span().start;
        let length = self.text[start..].lines().next().map_or(1, str::len);
        lexer.bump(length.saturating_sub(lexer.slice().len()));
        self.report(
            Diagnostic::error(Code::UnknownCharacter, "`#` begins nothing in Mob")
                .primary(self.span(start, start + 1), "")
                .help("a comment begins with `//`"),
        );
        self.comment(start, start + length);
    }

    /// `/* text */`, whose slash has been read. Without its end it is the rest of the file.
    pub(super) fn block_comment(&mut self, lexer: &mut Lexer<'a, Token>) {
        let start = lexer.span().start;
        let rest = lexer.remainder();
        let end = rest.find("*/").map(|at| at + 2);
        if end.is_none() {
            self.cut_off(self.text.len());
        }
        lexer.bump(end.unwrap_or(rest.len()));
        self.report(
            Diagnostic::error(Code::ForeignSyntax, "there are no block comments")
                .primary(self.span(start, start + 2), "")
                .help("begin each line of the comment with `//`"),
        );
    }
}

fn unknown_character(c: char) -> Diagnostic {
    let escaped = c.escape_unicode();
    let message = match c {
        '`' => "a backquote begins nothing in Mob".into(),
        ' '..='~' => format!("`{c}` begins nothing in Mob"),
        c if c.is_alphanumeric() => format!("`{c}` can't be part of a name"),
        c if c.is_control() || c.is_whitespace() => {
            format!("the invisible character {escaped} can't stand here")
        }
        c => format!("`{c}` ({escaped}) begins nothing in Mob"),
    };
    let diagnostic = Diagnostic::error(Code::UnknownCharacter, message);
    match c {
        '“' | '”' | '„' | '‘' | '’' | '`' | '«' | '»' => {
            diagnostic.help("strings are written in `\"` quotes")
        }
        '–' | '−' | '—' => diagnostic.help("the minus sign is `-`"),
        '~' => diagnostic.help("all bits inverted: `n ^ -1`"),
        c if c.is_alphanumeric() => {
            diagnostic.help("names are made of the letters a to z and A to Z, digits and `_`")
        }
        _ => diagnostic,
    }
}
