//! Signs that mean something in other languages.

use super::{Hint, Rule, Stumble};
use crate::lexer::Token;

pub(super) const RULES: &[Rule] = &[
    fat_arrow,
    arrow,
    increment,
    pipe,
    equals,
    colon,
    angle_brackets,
    reference,
    macro_call,
    ternary,
    dots,
    struct_literal,
    semicolon,
    string_prefix,
    interpolation,
    documentation,
    digits_around_dot,
];

/// `.5`, `5.`
fn digits_around_dot(stumble: &Stumble<'_>) -> Option<Hint> {
    const RULE: &str = "a `Float` has digits on both sides of its dot";
    let is_int = |at: Option<usize>| at.is_some_and(|at| matches!(stumble.token(at), Some(Token::Int(_))));
    let at = stumble.at;
    if stumble.found() == Some(&Token::Dot) && is_int(Some(at + 1)) && stumble.expects_expression() {
        return Hint::help(format!("{RULE}: `0.{}`", stumble.text(at + 1)));
    }
    let is_dot_after = stumble.before(1) == Some(&Token::Dot) && is_int(at.checked_sub(2));
    (is_dot_after && stumble.is_joined(at - 1)).then_some(())?;
    Hint::help(format!("{RULE}: `{}.0`", stumble.text(at - 2)))?.at(at - 1)
}

/// `pattern => value`, `(x) => x`
fn fat_arrow(stumble: &Stumble<'_>) -> Option<Hint> {
    (stumble.found() == Some(&Token::FatArrow)).then_some(())?;
    let in_braces = stumble.opener().and_then(|opener| stumble.token(opener)) == Some(&Token::BraceOpen);
    let is_arm = in_braces && !matches!(stumble.element_head()?, Token::Let | Token::Var | Token::Return);
    let help = match is_arm {
        true => "an arm of `match` is written `pattern -> value`",
        false => "a closure is written `|x| value`",
    };
    Hint::foreign("`=>` is not used in Mob", help)
}

/// `f"{x}"`, `r"x"`
fn string_prefix(stumble: &Stumble<'_>) -> Option<Hint> {
    let is_string = matches!(stumble.found()?, Token::Str(_) | Token::StrStart);
    (is_string && stumble.is_joined(stumble.at)).then_some(())?;
    let prefix = stumble.name_before(1).filter(|prefix| prefix.len() <= 2)?;
    Hint::foreign(
        format!("`{prefix}` before a string"),
        r"leave it out: `{x}` in any string is an interpolation, and `\\` a backslash",
    )?
    .at(stumble.at - 1)
}

/// `x -> x + 1`, `xs->len`
fn arrow(stumble: &Stumble<'_>) -> Option<Hint> {
    (stumble.found() == Some(&Token::Arrow)).then_some(())?;
    match stumble.opener().and_then(|opener| stumble.token(opener)) {
        Some(Token::ParenOpen) if stumble.follows_value() => Hint::help("a closure is written `|x| value`"),
        Some(Token::BraceOpen) if stumble.follows_value() && stumble.is_joined(stumble.at + 1) => {
            Hint::help("a field is taken with `.`")
        }
        _ => None,
    }
}

/// `x++`, `x--`, `+x`
fn increment(stumble: &Stumble<'_>) -> Option<Hint> {
    let pair = |at: usize, sign: &Token| {
        at > 0
            && stumble.token(at) == Some(sign)
            && stumble.token(at - 1) == Some(sign)
            && stumble.is_joined(at)
    };
    if pair(stumble.at, &Token::Plus) {
        return Hint::foreign("there is no `++`", "write `x += 1`")?.at(stumble.at);
    }
    if stumble.at > 0 && pair(stumble.at - 1, &Token::Minus) {
        return Hint::foreign("there is no `--` after a name", "write `x -= 1`")?.at(stumble.at - 1);
    }
    if stumble.found() == Some(&Token::Plus) && stumble.expects_expression() {
        return Hint::foreign("there is no `+` before a number", "leave it out");
    }
    if stumble.found() == Some(&Token::Star)
        && stumble.before(1) == Some(&Token::Star)
        && stumble.is_joined(stumble.at)
    {
        return Hint::foreign("there is no `**`", "write `math.pow(x, y)`");
    }
    None
}

/// `x |> f`, `a <> b`
fn pipe(stumble: &Stumble<'_>) -> Option<Hint> {
    let is_pair = stumble.found() == Some(&Token::Greater) && stumble.is_joined(stumble.at);
    match stumble.before(1)? {
        Token::Pipe if is_pair => Hint::foreign("there is no `|>`", "write `x.f(y)` for `f(x, y)`"),
        Token::Less if is_pair => Hint::foreign("there is no `<>`", "`+` joins strings, and `!=` compares"),
        _ => None,
    }
}

/// `if x = 1`, `f(a = 1)`, `x := 1`
fn equals(stumble: &Stumble<'_>) -> Option<Hint> {
    (stumble.found() == Some(&Token::Eq)).then_some(())?;
    if stumble.before(1) == Some(&Token::Eq) || stumble.before(1) == Some(&Token::EqEq) {
        return Hint::foreign("there is no `===`", "`==` compares");
    }
    if stumble.before(1) == Some(&Token::Colon) && stumble.is_joined(stumble.at) {
        return Hint::foreign("there is no `:=`", "write `let x = …`, or `var x = …` if it changes");
    }
    let in_signature = matches!(stumble.token(0), Some(Token::Fn | Token::Pub))
        && !(0..stumble.at).any(|at| stumble.token(at) == Some(&Token::BraceOpen));
    if in_signature && stumble.opener().is_some() {
        return Hint::help(
            "parameters have no defaults: give the value in each call, or write a second function",
        );
    }
    match (stumble.element_head()?, stumble.opener().and_then(|opener| stumble.token(opener))) {
        (Token::Const, None) if stumble.expects(":") => {
            Hint::help("the type of a constant is written: `const LIMIT: Int = 10`")
        }
        (Token::If | Token::While | Token::Let | Token::Var, _) if stumble.follows_value() => {
            Hint::help("`==` compares; an assignment is a statement of its own")
        }
        (Token::For, _) => Hint::help("write `for i in 0..n { … }`"),
        (_, Some(Token::ParenOpen)) if stumble.name_before(1).is_some() && stumble.follows_value() => {
            Hint::help("a label is written `name: value`, and `==` compares")
        }
        _ => None,
    }
}

/// `fn f(): Int`, `if x:`, `a::b`, `x := 1`
fn colon(stumble: &Stumble<'_>) -> Option<Hint> {
    (stumble.found() == Some(&Token::Colon)).then_some(())?;
    if stumble.before(1) == Some(&Token::Colon) && stumble.is_joined(stumble.at)
        || stumble.next() == Some(&Token::Colon) && stumble.is_joined(stumble.at + 1)
    {
        return Hint::foreign("there is no `::`", "names are joined by a dot: `list.map`");
    }
    if stumble.next() == Some(&Token::Eq) && stumble.is_joined(stumble.at + 1) {
        return Hint::foreign("there is no `:=`", "write `let x = …`, or `var x = …` if it changes");
    }
    if stumble.expects("{") && stumble.ends_line(stumble.at) {
        return Hint::foreign("a `:` doesn't begin a block", "blocks stand in braces: `{ … }`");
    }
    if stumble.expects("->") && stumble.expects("{") {
        return Hint::foreign("a `:` before the type of a result", "write `->`: `fn f(x: Int) -> Int { … }`");
    }
    if stumble.opener().and_then(|opener| stumble.token(opener)) == Some(&Token::InterpolationOpen) {
        return Hint::foreign(
            "an interpolation has no format",
            "call a function: `{x.fixed(2)}`, `{name.pad_start(8, \" \")}`",
        );
    }
    match stumble.element_head()? {
        Token::If | Token::While | Token::For | Token::Else | Token::Match => {
            Hint::foreign("a `:` doesn't begin a block", "blocks stand in braces: `if x { … }`")
        }
        Token::BraceOpen => None,
        _ if stumble.before(1) == Some(&Token::Else) => {
            Hint::foreign("a `:` doesn't begin a block", "blocks stand in braces: `else { … }`")
        }
        _ => None,
    }
}

/// `List<Int>`, `fn f<T>`
fn angle_brackets(stumble: &Stumble<'_>) -> Option<Hint> {
    let is_angle = matches!(stumble.found()?, Token::Less | Token::Shl);
    if !is_angle || stumble.expects("integer") || stumble.name_before(1).is_none() {
        return None;
    }
    let name = stumble.name_before(1).unwrap_or("List");
    Hint::foreign("types don't stand in angle brackets", format!("write `{name}[…]`"))
}

/// `&x`, `*x`
fn reference(stumble: &Stumble<'_>) -> Option<Hint> {
    let is_sign = matches!(stumble.found()?, Token::Amp | Token::AmpAmp | Token::Star);
    if !is_sign || stumble.follows_value() || !stumble.is_joined(stumble.at + 1) {
        return None;
    }
    Hint::foreign(
        "there are no references or pointers",
        "leave it out: lists, maps and structs are shared, everything else is copied",
    )
}

/// `println!("…")`
fn macro_call(stumble: &Stumble<'_>) -> Option<Hint> {
    let is_call = matches!(stumble.next(), Some(Token::ParenOpen | Token::SquareOpen));
    let name = stumble.name_before(1)?;
    if stumble.found() != Some(&Token::Bang) || !is_call {
        return None;
    }
    let name = if name == "println" || name == "eprintln" { "print" } else { name };
    Hint::foreign("there are no macros", format!("functions are called without `!`: `{name}(…)`"))
}

/// `a ? b : c`, where `a?` is read first.
fn ternary(stumble: &Stumble<'_>) -> Option<Hint> {
    let begins_value =
        |token: &Token| token.ends_statement() && !token.is_closer() || *token == Token::StrStart;
    let follows = stumble.before(1) == Some(&Token::Question) && stumble.found().is_some_and(begins_value);
    let negative = stumble.found() == Some(&Token::Colon) && {
        let head = stumble.element_start();
        (head..stumble.at).any(|at| stumble.token(at) == Some(&Token::Question))
    };
    (follows || negative).then_some(())?;
    if stumble.found() == Some(&Token::Question) || stumble.before(2) == Some(&Token::Question) {
        return Hint::foreign("there is no `??`", "write `maybe.or(default)`");
    }
    Hint::foreign("there is no `? :`", "write `if a { b } else { c }`")
}

/// `0...n`, `1..5` as a pattern, `xs[1..]`
fn dots(stumble: &Stumble<'_>) -> Option<Hint> {
    let joined_dots = stumble.before(1) == Some(&Token::DotDot) && stumble.is_joined(stumble.at);
    match stumble.found() {
        Some(Token::Dot | Token::DotDot) if joined_dots => {
            Hint::foreign("there is no `...`", "`a..b` stops before `b`, `a..=b` includes it")
        }
        Some(Token::DotDot | Token::DotDotEq) if stumble.expects("->") => {
            Hint::foreign("a range can't be a pattern", "write a guard: `n if n >= 1 && n <= 5 -> …`")
        }
        Some(Token::SquareClose) if stumble.before(1) == Some(&Token::DotDot) => {
            Hint::foreign("a list isn't indexed by a range", "write `xs.slice(from, to)`")
        }
        Some(Token::DotDot | Token::DotDotEq) if stumble.before(1) == Some(&Token::SquareOpen) => {
            Hint::foreign("a list isn't indexed by a range", "write `xs.slice(from, to)`")
        }
        _ => None,
    }
}

/// `Point { x: 1 }`
fn struct_literal(stumble: &Stumble<'_>) -> Option<Hint> {
    let name = stumble.name_before(1)?;
    let is_type = name.starts_with(|c: char| c.is_ascii_uppercase());
    if stumble.found() != Some(&Token::BraceOpen) || !is_type || !stumble.follows_value() {
        return None;
    }
    Hint::foreign(
        "a `{` after a constructor",
        format!("constructors are called like functions: `{name}(field: value)`"),
    )
}

/// `;` between arguments or fields
fn semicolon(stumble: &Stumble<'_>) -> Option<Hint> {
    let separates = stumble.found() == Some(&Token::Semicolon) && stumble.expects(",");
    separates.then_some(())?;
    Hint::help("`;` separates only statements; here it is `,` or a new line")
}

/// `"{}"`, `"{x}"` where no expression may stand
fn interpolation(stumble: &Stumble<'_>) -> Option<Hint> {
    match stumble.found()? {
        Token::InterpolationClose if stumble.before(1) == Some(&Token::InterpolationOpen) => Hint::foreign(
            "an empty interpolation",
            r"the value stands between the braces: `{x}`; write `\{` for a brace that is only text",
        ),
        Token::StrStart if stumble.expects("string") => {
            Hint::help(r"a string here can't have an interpolation; write `\{` for a brace that is only text")
        }
        _ => None,
    }
}

/// `///` before something that can't be documented
fn documentation(stumble: &Stumble<'_>) -> Option<Hint> {
    let is_doc = |token: Option<&Token>| matches!(token, Some(Token::Doc(_)));
    let at = match (is_doc(stumble.found()), is_doc(stumble.before(1))) {
        (true, _) => stumble.at,
        (_, true) if stumble.found().is_none_or(Token::is_closer) => stumble.at - 1,
        _ => return None,
    };
    let hint = Hint {
        code: crate::diagnostic::Code::MisplacedDoc,
        message: Some("documentation that belongs to nothing".into()),
        at: None,
        help: "begin the comment with `//`".into(),
    };
    hint.at(at)
}
