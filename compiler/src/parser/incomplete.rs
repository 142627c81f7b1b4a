//! Whether a text ends in the middle of something, so that more lines belong to it.

use crate::diagnostic::{Code, Diagnostics, Label};
use crate::lexer::{self, SpannedToken, Token};
use crate::source::FileId;

/// Whether an input ends in the middle of something: in an open bracket, a string of several lines, after an operator
/// or a doc comment. A mistake that more lines can't mend is not that.
///
/// An empty line at the end says that nothing more will follow an operator.
#[must_use]
pub fn is_incomplete(text: &str) -> bool {
    if text.len() > crate::source::SOURCE_BYTES_MAX {
        return false;
    }
    let mut diagnostics = Diagnostics::new();
    let lexed = lexer::lex(FileId(0), text, &mut diagnostics);
    let mut cuts = diagnostics.iter().filter(|diagnostic| is_cut(diagnostic.code())).peekable();
    if cuts.peek().is_some() {
        let is_long =
            |label: &Label| text.get(label.span.range()).is_some_and(|quote| quote.starts_with("\"\"\""));
        return cuts.all(|cut| cut.labels().iter().any(is_long));
    }
    match open_brackets(&lexed.tokens) {
        Brackets::Open => true,
        Brackets::Wrong => false,
        Brackets::Closed => {
            let last = lexed.tokens.iter().rev().find(|token| token.token != Token::Newline);
            let is_ended_by_hand = text.ends_with("\n\n") || text.ends_with("\n\r\n");
            !is_ended_by_hand && last.is_some_and(|token| wants_more(&token.token))
        }
    }
}

fn is_cut(code: Code) -> bool {
    matches!(code, Code::UnterminatedString | Code::UnterminatedInterpolation)
}

enum Brackets {
    Closed,
    Open,
    /// One closes what another one opened, or nothing.
    Wrong,
}

fn open_brackets(tokens: &[SpannedToken]) -> Brackets {
    let mut open = Vec::new();
    for token in tokens {
        if let Some(closer) = token.token.closer() {
            open.push(closer);
        } else if token.token.is_closer() && open.pop().as_ref() != Some(&token.token) {
            return Brackets::Wrong;
        }
    }
    if open.is_empty() { Brackets::Closed } else { Brackets::Open }
}

/// Whether a line can't end a statement after this token.
fn wants_more(token: &Token) -> bool {
    !token.ends_statement() && !matches!(token, Token::Semicolon | Token::Comma)
}

#[cfg(test)]
mod tests {
    use super::is_incomplete;

    #[test]
    fn what_is_open_wants_more() {
        for text in [
            "fn f() {",
            "f(1,",
            "let x =",
            "1 +",
            "[1, 2",
            "if a {\n  b\n} else {",
            "\"\"\"one\ntwo",
            "\"\"\"one {a +\n",
            "\"\"\"one {f(\"two\", [\n",
            "/// what it does",
            "match x {\n  1 -> 2\n",
            "f(|x| {\n\n",
            "let",
        ] {
            assert!(is_incomplete(text), "{text:?}");
        }
    }

    #[test]
    fn what_is_whole_or_wrong_does_not() {
        for text in [
            "",
            "// nothing",
            "1 + 2",
            "let x = 1;",
            "fn f() {\n}",
            "f(1]",
            "}",
            "\"open",
            "\"{a + ",
            "\"\"\"one {\"two\n",
            "\"\"\"one {\"{a +\n",
            "return",
            "x = y +\n\n",
            "§",
        ] {
            assert!(!is_incomplete(text), "{text:?}");
        }
    }
}
