//! Characters that begin nothing in Mob, and what people mean by them.

use logos::Lexer;

use super::scanner::Scanner;
use super::token::{SpannedToken, Token};
use crate::diagnostic::{Code, Diagnostic};

impl<'a> Scanner<'a> {
    /// Reports the character that `logos` could make nothing of, and reads on behind it.
    pub(super) fn unknown(&mut self, lexer: &mut Lexer<'a, Token>) {
        let start = lexer.span().start;
        let rest = &self.text[start..];
        let Some(c) = rest.chars().next() else { return };
        match c {
            '\'' => self.single_quotes(lexer),
            '`' => self.backquotes(lexer),
            '~' if rest.starts_with("~=") => self.foreign_sign(lexer, 2, "there is no `~=`", "write `!=`"),
            '#' if self.expects_operand() && rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) => {
                self.foreign_sign(lexer, 1, "`#` is no operator", "the length of a list is `xs.len()`");
            }
            '#' => self.hash_comment(lexer),
            c if c.is_alphanumeric() => self.foreign_word(lexer, c),
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

    /// `größe`: a word with a letter that names don't have is one mistake, however many of them it has.
    fn foreign_word(&mut self, lexer: &mut Lexer<'a, Token>, letter: char) {
        let at = lexer.span().start;
        let rest = &self.text[at..];
        let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        lexer.bump(length.saturating_sub(lexer.slice().len()));
        let is_begun = |last: &&SpannedToken| {
            last.end as usize == at && matches!(last.token, Token::Lower(_) | Token::Upper(_))
        };
        let begun = self.last_token().filter(is_begun).map(|last| last.start as usize);
        if begun.is_some() {
            self.lexed.tokens.pop();
        }
        let start = begun.unwrap_or(at);
        self.report(unknown_character(letter).primary(self.span(start, at + length), ""));
        self.push(Token::Error, start, at + length);
    }

    /// `'text'`
    fn single_quotes(&mut self, lexer: &mut Lexer<'a, Token>) {
        let start = lexer.span().start;
        let rest = &self.text[start + 1..];
        let closed = rest.find(['\'', '\n']).filter(|at| rest[*at..].starts_with('\''));
        if closed.is_none() && self.label(lexer) {
            return;
        }
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

    /// `'outer: while …`, `break 'outer`: reported, and left out, so that the loop itself can be read.
    fn label(&mut self, lexer: &mut Lexer<'a, Token>) -> bool {
        let start = lexer.span().start;
        let name = &self.text[start + 1..];
        let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len())];
        let end = start + 1 + name.len();
        let is_colon = self.text[end..].starts_with(':');
        let follows_jump =
            self.last_token().is_some_and(|last| matches!(last.token, Token::Break | Token::Continue));
        if name.is_empty() || !is_colon && !follows_jump {
            return false;
        }
        lexer.bump((end + usize::from(is_colon) - start).saturating_sub(lexer.slice().len()));
        self.report(
            Diagnostic::error(Code::ForeignSyntax, "there are no labels")
                .primary(self.span(start, end), "")
                .help("`break` and `continue` are about the innermost loop; to leave several, put them in a function, and `return`"),
        );
        true
    }

    /// Whether the code so far could not end here: it waits for an operand.
    fn expects_operand(&self) -> bool {
        self.last_token().is_some_and(|last| {
            let begins_line = matches!(last.token, Token::Newline | Token::BraceOpen | Token::Semicolon);
            !begins_line && !last.token.ends_statement()
        })
    }

    /// A sign of another language, of which the rest of the expression can be told without it.
    fn foreign_sign(&mut self, lexer: &mut Lexer<'a, Token>, length: usize, message: &str, help: &str) {
        let start = lexer.span().start;
        lexer.bump(length.saturating_sub(lexer.slice().len()));
        let diagnostic = Diagnostic::error(Code::ForeignSyntax, message);
        self.report(diagnostic.primary(self.span(start, start + length), "").help(help));
        if length > 1 {
            self.push(Token::BangEq, start, start + length);
        }
    }

    /// A string in backquotes, which may go over several lines. Without its end it is the one backquote.
    fn backquotes(&mut self, lexer: &mut Lexer<'a, Token>) {
        let start = lexer.span().start;
        let length = self.text[start + 1..].find('`').map_or(1, |at| at + 2);
        lexer.bump(length.saturating_sub(lexer.slice().len()));
        self.report(
            Diagnostic::error(Code::ForeignSyntax, "strings are written in double quotes")
                .primary(self.span(start, start + 1), "")
                .help(r#"`{x}` in a string is an interpolation; a string of several lines stands between `"""`"#),
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
