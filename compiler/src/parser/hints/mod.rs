//! What to say where the parser stumbled: a rule for each common mistake, and a general message for the rest.
//!
//! Many mistakes are another language's right way to say something; the rules know it and give Mob's.

mod collections;
mod places;
mod symbols;
mod words;

use super::expected;
use super::recovery::Source;
use crate::diagnostic::{Code, Diagnostic};
use crate::lexer::{SpannedToken, Token};
use crate::source::Span;

/// A rule looks at the place and knows what was meant, or doesn't.
type Rule = fn(&Stumble<'_>) -> Option<Hint>;

/// All rules; the first that knows something is believed.
const RULES: &[&[Rule]] = &[collections::RULES, words::RULES, symbols::RULES, places::RULES];

/// With more alternatives than this, a list of them helps nobody.
const EXPECTED_SHOWN_MAX: usize = 4;

/// What a rule has found out.
struct Hint {
    code: Code,
    /// The message; without one, the general message is given.
    message: Option<String>,
    /// The token that it is about, if not the one at which the parser stumbled.
    at: Option<usize>,
    help: String,
}

impl Hint {
    /// Something of another language: what is wrong, and how Mob says it.
    fn foreign(message: impl Into<String>, help: impl Into<String>) -> Option<Self> {
        Some(Self { code: Code::ForeignSyntax, message: Some(message.into()), at: None, help: help.into() })
    }

    /// Help for the general message.
    fn help(help: impl Into<String>) -> Option<Self> {
        Some(Self { code: Code::UnexpectedToken, message: None, at: None, help: help.into() })
    }

    /// Points at another token.
    fn at(self, at: usize) -> Option<Self> {
        Some(Self { at: Some(at), ..self })
    }
}

/// The place where the parser stumbled.
struct Stumble<'a> {
    source: &'a Source<'a>,
    tokens: &'a [SpannedToken],
    /// The position of the token that it could do nothing with, or just past the last.
    at: usize,
    expected: &'a [String],
}

impl<'a> Stumble<'a> {
    fn token(&self, at: usize) -> Option<&'a Token> {
        self.tokens.get(at).map(|token| &token.token)
    }

    fn found(&self) -> Option<&'a Token> {
        self.token(self.at)
    }

    fn next(&self) -> Option<&'a Token> {
        self.token(self.at + 1)
    }

    /// The token `distance` before the one found.
    fn before(&self, distance: usize) -> Option<&'a Token> {
        self.at.checked_sub(distance).and_then(|at| self.token(at))
    }

    /// The text of the token at a position, if it is a name.
    fn name(&self, at: usize) -> Option<&'a str> {
        match self.token(at)? {
            Token::Lower(name) | Token::Upper(name) => Some(name),
            _ => None,
        }
    }

    fn name_before(&self, distance: usize) -> Option<&'a str> {
        self.at.checked_sub(distance).and_then(|at| self.name(at))
    }

    /// The text of the token at a position, as it is written.
    fn text(&self, at: usize) -> &'a str {
        let range = self.tokens.get(at).map(|token| token.start as usize..token.end as usize);
        range.and_then(|range| self.source.text.get(range)).unwrap_or_default()
    }

    /// Whether nothing stands between the token at a position and the one before it.
    fn is_joined(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.tokens.get(before));
        before.zip(self.tokens.get(at)).is_some_and(|(before, token)| before.end == token.start)
    }

    /// Whether the line ends after the token at a position.
    fn ends_line(&self, at: usize) -> bool {
        let after = self.tokens.get(at).and_then(|token| self.source.text.get(token.end as usize..));
        after.is_none_or(|text| text.lines().next().is_none_or(|line| line.trim().is_empty()))
    }

    fn expects(&self, terminal: &str) -> bool {
        self.expected.iter().any(|name| name.trim_matches('"') == terminal)
    }

    /// Whether an expression could begin here.
    fn expects_expression(&self) -> bool {
        self.expects("integer") && self.expects("if")
    }

    /// Whether a value ends before this place, so that an operator could follow. (What the parser expects doesn't
    /// say so: it may have taken the value for complete before it stumbled.)
    fn follows_value(&self) -> bool {
        self.before(1).is_some_and(Token::ends_statement) && !self.expects_expression()
    }

    /// The position of the bracket that is open here.
    fn opener(&self) -> Option<usize> {
        super::recovery::enclosing_bracket(self.tokens, self.at)
    }

    /// The position of the `{` of the interpolation that the place is in.
    fn interpolation(&self) -> Option<usize> {
        let mut at = self.at;
        loop {
            at = super::recovery::enclosing_bracket(self.tokens, at)?;
            if self.token(at) == Some(&Token::InterpolationOpen) {
                return Some(at);
            }
        }
    }

    /// The position of the first token of the statement, or other element, that holds the place.
    fn element_start(&self) -> usize {
        let opener = self.opener();
        opener.map_or(0, |opener| super::recovery::element(self.tokens, opener, self.at).start)
    }

    /// The first token of that element.
    fn element_head(&self) -> Option<&'a Token> {
        self.token(self.element_start())
    }

    fn span(&self, at: usize) -> Span {
        match self.tokens.get(at) {
            Some(token) if token.token == Token::Newline => self.end_before(at),
            Some(token) => token.span(self.source.file),
            None => self.end_before(at),
        }
    }

    /// The place just past the token before a position, which is where something is missing.
    fn end_before(&self, at: usize) -> Span {
        let before = at.checked_sub(1).and_then(|before| self.tokens.get(before));
        let end = before.map_or(0, |token| token.end);
        Span::new(self.source.file, end, end)
    }

    fn found_in_words(&self) -> String {
        match self.found() {
            None | Some(Token::Newline) => "the end of the line".into(),
            Some(Token::Doc(_)) => "documentation".into(),
            Some(Token::StrStart | Token::StrText(_)) => "a string with an interpolation".into(),
            Some(Token::StrEnd) => "the end of the string".into(),
            // It stands for what is missing.
            Some(_) if self.text(self.at).is_empty() => "the end of the line".into(),
            Some(_) => format!("`{}`", self.text(self.at)),
        }
    }

    fn general_message(&self) -> String {
        let phrases = expected::phrases(self.expected);
        let found = self.found_in_words();
        if phrases.len() <= EXPECTED_SHOWN_MAX {
            format!("expected {}, found {found}", expected::join(&phrases))
        } else {
            format!("unexpected {found}")
        }
    }
}

/// Whether an item begins with this token, here or in another language.
pub(super) fn begins_item(token: &Token) -> bool {
    use Token::{Const, Doc, Enum, Extern, Fn, Let, Lower, Pub, Struct, Test, Type, Use, Var};
    match token {
        Doc(_) | Pub | Use | Struct | Enum | Type | Const | Fn | Extern | Test | Let | Var => true,
        Lower(word) => words::item_advice(word).is_some(),
        _ => false,
    }
}

/// The diagnostic for the token `at`, with which the parser could do nothing.
pub(super) fn unexpected(
    source: &Source<'_>,
    tokens: &[SpannedToken],
    at: usize,
    expected: &[String],
) -> Diagnostic {
    let stumble = Stumble { source, tokens, at, expected };
    let hint = RULES.iter().copied().flatten().find_map(|rule| rule(&stumble));
    let (code, message, place, help) = match hint {
        Some(Hint { code, message, at, help }) => (code, message, at, Some(help)),
        None => (Code::UnexpectedToken, None, None, None),
    };
    let message = message.unwrap_or_else(|| stumble.general_message());
    let diagnostic = Diagnostic::error(code, message).primary(stumble.span(place.unwrap_or(at)), "");
    let says_brace = help.as_ref().is_some_and(|help| help.contains(r"\{"));
    let diagnostic = help.into_iter().fold(diagnostic, Diagnostic::help);
    match stumble.interpolation().map(|open| stumble.span(open)) {
        Some(open) if says_brace => diagnostic.secondary(open, "an interpolation begins here"),
        Some(open) => diagnostic
            .secondary(open, "an interpolation begins here")
            .help(r"a brace that is only text is written `\{`"),
        None => diagnostic,
    }
}
