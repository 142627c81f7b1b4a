//! Places where something of Mob's own is missing.

use super::{Hint, Rule, Stumble};
use crate::lexer::Token;

pub(super) const RULES: &[Rule] = &[
    loose_operand,
    pair_in_for,
    brace_on_next_line,
    result_without_arrow,
    let_without_value,
    untyped_parameter,
    let_else_after_brace,
    missing_body,
    missing_brace,
    missing_separator,
];

/// `1 + |x| x`, `a || return`
fn loose_operand(stumble: &Stumble<'_>) -> Option<Hint> {
    let what = match stumble.found()? {
        Token::Pipe | Token::PipePipe => "a closure",
        Token::Return | Token::Break | Token::Continue => "what leaves a block",
        _ => return None,
    };
    let is_operand = stumble.expects("integer") && stumble.expects("if") && !stumble.expects("return");
    is_operand.then_some(())?;
    Hint::help(format!("{what} is no operand: put it in parentheses"))
}

/// `for key, value in map`
fn pair_in_for(stumble: &Stumble<'_>) -> Option<Hint> {
    let is_for = stumble.element_head() == Some(&Token::For) || stumble.before(2) == Some(&Token::For);
    (is_for && stumble.found() == Some(&Token::Comma) && stumble.expects("in")).then_some(())?;
    let (first, second) = (stumble.name_before(1)?, stumble.name(stumble.at + 1)?);
    Hint::help(format!("a pair is taken apart in parentheses: `for ({first}, {second}) in …`"))
}

/// `if x` and `{` on the next line
fn brace_on_next_line(stumble: &Stumble<'_>) -> Option<Hint> {
    let is_next_line = stumble.found() == Some(&Token::Newline) && stumble.next() == Some(&Token::BraceOpen);
    (is_next_line && stumble.expects("{")).then_some(())?;
    Hint::help("the `{` stands on the same line")
}

/// `fn f(x: Int) Int {`
fn result_without_arrow(stumble: &Stumble<'_>) -> Option<Hint> {
    let is_type = matches!(stumble.found()?, Token::Upper(_) | Token::Lower(_) | Token::ParenOpen);
    (is_type && stumble.expects("->") && stumble.expects("{")).then_some(())?;
    Hint::help("`->` stands before the type of the result")
}

/// `fn f(a, b)`
fn untyped_parameter(stumble: &Stumble<'_>) -> Option<Hint> {
    let ends =
        matches!(stumble.found()?, Token::Comma | Token::ParenClose | Token::Newline | Token::BraceClose);
    let name = stumble.name_before(1)?;
    if !ends || !stumble.expects(":") || stumble.expects(",") {
        return None;
    }
    Hint::help(format!("its type is written: `{name}: Int`"))
}

/// `let x`
fn let_without_value(stumble: &Stumble<'_>) -> Option<Hint> {
    let is_let = matches!(stumble.element_head()?, Token::Let | Token::Var);
    let ends = matches!(stumble.found(), None | Some(Token::Newline | Token::Semicolon | Token::BraceClose));
    (is_let && ends && stumble.expects("=")).then_some(())?;
    Hint::help("every variable has a value from the beginning")
}

/// `let Some(x) = match y { … } else { … }`
fn let_else_after_brace(stumble: &Stumble<'_>) -> Option<Hint> {
    let is_else = stumble.found() == Some(&Token::Else) && stumble.before(1) == Some(&Token::BraceClose);
    (is_else && matches!(stumble.element_head()?, Token::Let | Token::Var)).then_some(())?;
    Hint::help("put a value that ends in `}` in parentheses before the `else` of `let`")
}

/// `fn f()` without a block
fn missing_body(stumble: &Stumble<'_>) -> Option<Hint> {
    (stumble.found().is_none() && stumble.expects("{") && stumble.expects("->")).then_some(())?;
    Hint::help("the function's body is missing: `{ … }`, whose `{` stands on the same line")
}

/// `if x return y`, `else return y`
fn missing_brace(stumble: &Stumble<'_>) -> Option<Hint> {
    let head = matches!(stumble.element_head()?, Token::If | Token::While | Token::For | Token::Match);
    let after_else = matches!(stumble.before(1), Some(Token::Else | Token::LetElse));
    (stumble.expects("{") && (head || after_else)).then_some(())?;
    Hint::help("what belongs to it stands in braces: `{ … }`")
}

/// `f(a b)`, `let x = 1 2`
fn missing_separator(stumble: &Stumble<'_>) -> Option<Hint> {
    let begins_value =
        |token: &Token| token.ends_statement() && !token.is_closer() && *token != Token::DotDot;
    let begins_statement =
        matches!(stumble.found()?, Token::Let | Token::Var | Token::If | Token::For | Token::While);
    let begins =
        begins_value(stumble.found()?) || begins_statement || stumble.found() == Some(&Token::StrStart);
    (stumble.follows_value() && begins).then_some(())?;
    match stumble.token(stumble.opener()?)? {
        Token::ParenOpen | Token::SquareOpen => Hint::help("`,` or a new line stands between two of them"),
        Token::BraceOpen if stumble.expects(";") => {
            Hint::help("a new line or `;` stands between two statements")
        }
        _ => None,
    }
}
