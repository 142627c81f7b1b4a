//! Lists, maps, tuples and loops as other languages write them.

use super::{Hint, Rule, Stumble};
use crate::lexer::Token;

pub(super) const RULES: &[Rule] =
    &[comprehension, slice, map_in_braces, several_names, values_without_parentheses, counted_loop];

const COUNTED: &str = "a loop over numbers is `for i in 0..10 { … }`";

/// `[x * 2 for x in xs]`
fn comprehension(stumble: &Stumble<'_>) -> Option<Hint> {
    let in_list = stumble.opener().and_then(|opener| stumble.token(opener)) == Some(&Token::SquareOpen);
    (in_list && stumble.found() == Some(&Token::For) && stumble.follows_value()).then_some(())?;
    Hint::foreign(
        "a list holds no loop",
        "write `xs.map(|x| x * 2)`; `xs.filter(|x| x > 1)` takes some of the elements",
    )
}

/// `xs[1:2]`
fn slice(stumble: &Stumble<'_>) -> Option<Hint> {
    let opener = stumble.opener()?;
    let is_index = stumble.token(opener) == Some(&Token::SquareOpen)
        && stumble.is_joined(opener)
        && opener.checked_sub(1).and_then(|at| stumble.token(at)).is_some_and(Token::ends_statement);
    (is_index && stumble.found() == Some(&Token::Colon)).then_some(())?;
    Hint::foreign("a list isn't indexed by a range", "write `xs.slice(from, to)`")
}

/// `{"a": 1}`
fn map_in_braces(stumble: &Stumble<'_>) -> Option<Hint> {
    let opener = stumble.opener()?;
    let is_first = stumble.token(opener) == Some(&Token::BraceOpen) && stumble.at == opener + 2;
    (is_first && stumble.found() == Some(&Token::Colon) && stumble.expects(";")).then_some(())?;
    Hint::foreign(
        "`{ … }` is a block of statements",
        "a map is written `[\"a\": 1]`; values with a name each are a `struct`, as in `Point(x: 1, y: 2)`",
    )
}

/// `let a, b = pair`
fn several_names(stumble: &Stumble<'_>) -> Option<Hint> {
    let is_let = matches!(stumble.before(2)?, Token::Let | Token::Var);
    (is_let && stumble.found() == Some(&Token::Comma)).then_some(())?;
    let (first, second) = (stumble.name_before(1)?, stumble.name(stumble.at + 1).unwrap_or("b"));
    Hint::foreign(
        "one `let` has one pattern",
        format!("several values are taken apart in parentheses: `let ({first}, {second}) = …`"),
    )
}

/// `return a, b`
fn values_without_parentheses(stumble: &Stumble<'_>) -> Option<Hint> {
    let opener = stumble.opener()?;
    let is_statement = stumble.token(opener) == Some(&Token::BraceOpen) && stumble.expects(";");
    (is_statement && stumble.found() == Some(&Token::Comma)).then_some(())?;
    Hint::help(
        "several values are one tuple, in parentheses: `(a, b)`; statements stand on lines of their own",
    )
}

/// `for (let i = 0; …)`, `for i := 0; …`
fn counted_loop(stumble: &Stumble<'_>) -> Option<Hint> {
    let before_opener = stumble.opener().and_then(|opener| opener.checked_sub(1));
    let in_parentheses = before_opener.is_some_and(|at| stumble.token(at) == Some(&Token::For));
    let is_for = in_parentheses || stumble.element_head() == Some(&Token::For);
    let is_sign = matches!(
        stumble.found()?,
        Token::Let | Token::Var | Token::Semicolon | Token::Colon | Token::Eq | Token::Lower(_)
    );
    let is_head = stumble.expects("in") || in_parentheses;
    (is_for && is_sign && is_head).then_some(())?;
    Hint::foreign("there is no `for` with a counter of its own", COUNTED)
}
