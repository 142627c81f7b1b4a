//! Words that mean something in other languages.

use super::{Hint, Rule, Stumble};
use crate::diagnostic::Code;
use crate::lexer::Token;
use crate::parser::snake_case;

pub(super) const RULES: &[Rule] =
    &[let_mut, logic, item_word, statement_word, keyword_as_name, wrong_case, nested_item, cast, then];

/// `let mut x`, `mut field: Int`
fn let_mut(stumble: &Stumble<'_>) -> Option<Hint> {
    if stumble.name_before(1) != Some("mut") {
        return None;
    }
    let is_let = matches!(stumble.before(2), Some(Token::Let | Token::Var));
    let is_typed = stumble.expects(":");
    let help = match (is_let, is_typed) {
        (true, _) => {
            format!(
                "a variable that changes is declared with `var {} = …`",
                stumble.name(stumble.at).unwrap_or("x")
            )
        }
        (false, true) => "fields can always be changed, and parameters never: leave it out".to_owned(),
        (false, false) => return None,
    };
    Hint::foreign("there is no `mut`", help)?.at(stumble.at - 1)
}

/// `a and b`, `not a`
fn logic(stumble: &Stumble<'_>) -> Option<Hint> {
    match (stumble.name(stumble.at), stumble.name_before(1)) {
        (Some("and"), _) => Hint::foreign("`and` is not an operator", "write `&&`"),
        (Some("or"), _) => Hint::foreign("`or` is not an operator", "write `||`"),
        (Some("xor"), _) => Hint::foreign("`xor` is not an operator", "write `!=`, or `^` for bits"),
        (Some("is"), _) => Hint::foreign("`is` is not an operator", "write `==`"),
        (Some("not"), _) if stumble.next() == Some(&Token::In) => {
            Hint::foreign("`not in` is not an operator", "write `!xs.contains(x)`")
        }
        (_, Some("not")) => Hint::foreign("`not` is not an operator", "write `!`")?.at(stumble.at - 1),
        _ if stumble.found() == Some(&Token::In) && stumble.follows_value() => {
            Hint::foreign("`in` stands only in `for`", "write `xs.contains(x)`")
        }
        _ => None,
    }
}

const ONLY_ITEMS: &str = "a file holds only `use`, `struct`, `enum`, `type`, `const`, `fn`, `extern` and `test`; what is to \
                          be run stands in `fn main() { … }`";

/// A word that begins an item elsewhere, or a statement outside of functions.
fn item_word(stumble: &Stumble<'_>) -> Option<Hint> {
    if !stumble.expects("struct") {
        return None;
    }
    if matches!(stumble.found(), Some(Token::Let | Token::Var)) {
        let word = stumble.text(stumble.at);
        return Hint::foreign(
            format!("`{word}` stands only inside functions"),
            "a value for the whole module is a constant: `const NAME: Int = 1`",
        );
    }
    stumble.found()?;
    let Some(word) = stumble.name(stumble.at) else { return Hint::help(ONLY_ITEMS) };
    match item_advice(word) {
        Some(help) => Hint::foreign(format!("`{word}` begins nothing in Mob"), help),
        None => Hint::help(ONLY_ITEMS),
    }
}

/// What Mob says instead of a word that begins an item in another language.
pub(super) fn item_advice(word: &str) -> Option<&'static str> {
    Some(match word {
        "def" | "func" | "function" | "fun" | "sub" | "proc" => "a function begins with `fn`",
        "class" | "record" | "data" | "interface" | "trait" | "object" | "union" | "protocol" => {
            "types are declared with `struct` and `enum`, and functions beside them"
        }
        "impl" | "extension" => {
            "functions stand beside the type: with `fn area(s: Shape)`, one may write `s.area()`"
        }
        "import" | "from" | "include" | "require" | "using" | "open" => {
            "a module is brought in with `use`: `use list`, or `use ./file`"
        }
        "mod" | "module" | "package" | "namespace" => "each file is a module, without a declaration",
        "export" | "public" => "what others may use begins with `pub`",
        "private" => "what isn't `pub` is private",
        "async" => "every function may wait; there is no `async`",
        "static" | "final" | "local" => "a value for the whole module is a constant: `const NAME: Int = 1`",
        "typedef" | "alias" => "another name for a type: `type Id = Int`",
        "macro_rules" | "macro" => "there are no macros",
        _ => return None,
    })
}

/// A word before something that can't follow a name, so that it was meant as a keyword.
fn statement_word(stumble: &Stumble<'_>) -> Option<Hint> {
    if stumble.found() == Some(&Token::Bang) {
        return None;
    }
    const ERRORS_ARE_VALUES: &str =
        "errors are values: a function gives `Err(e)`, `?` passes it on, and `match` looks";
    let (at, word) = [Some(stumble.at), stumble.at.checked_sub(1)]
        .into_iter()
        .flatten()
        .find_map(|at| Some((at, stumble.name(at)?)).filter(|(_, word)| is_statement_word(word)))?;
    let is_call = matches!(word, "print" | "echo" | "puts" | "println")
        && stumble.token(at + 1) == Some(&Token::ParenOpen);
    if is_call {
        return None;
    }
    let help = match word {
        "elif" | "elsif" | "elseif" => "write `else if`",
        "loop" | "forever" => "write `while true { … }`",
        "switch" | "when" | "select" | "case" => "write `match value { pattern -> result }`",
        "unless" | "until" => "write the condition with `!`",
        "do" => "write `while cond { … }`",
        "foreach" => "write `for x in xs { … }`",
        "try" | "catch" | "except" | "finally" | "throw" | "raise" => ERRORS_ARE_VALUES,
        "new" => "a constructor is called like a function: `Point(1, 2)`",
        "await" => "every function may wait; call it as it is",
        "yield" => "an iterator is a function that gives an `Option`: `fn() -> Option[T]`",
        "defer" => "write what comes last at the end",
        "lambda" | "func" | "function" => "a closure is written `|x| x + 1`",
        "def" | "fun" => {
            "functions are declared with `fn`, outside of others; a closure is written `|x| x + 1`"
        }
        "const" | "static" | "final" | "auto" | "val" | "local" => {
            "write `let x = …`, or `var x = …` if it changes"
        }
        "print" | "echo" | "puts" | "println" => "a function's arguments stand in parentheses: `print(x)`",
        "pass" => "an empty block is `{ }`",
        "goto" => "there is no `goto`",
        _ => return None,
    };
    Hint::foreign(format!("`{word}` is not a keyword of Mob"), help)?.at(at)
}

fn is_statement_word(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "elif", "elsif", "elseif", "loop", "forever", "switch", "when", "select", "case", "unless", "until",
        "do", "foreach", "try", "catch", "except", "finally", "throw", "raise", "new", "await", "yield",
        "defer", "lambda", "func", "function", "def", "fun", "static", "final", "auto", "val", "local",
        "print", "echo", "puts", "println", "pass", "goto",
    ];
    WORDS.contains(&word)
}

/// `let match = 1`, `type: Str`
fn keyword_as_name(stumble: &Stumble<'_>) -> Option<Hint> {
    let word = stumble.text(stumble.at);
    let is_word = word.starts_with(|c: char| c.is_ascii_lowercase());
    let is_keyword = is_word && stumble.name(stumble.at).is_none();
    let names_something = matches!(stumble.next(), Some(Token::Colon | Token::Eq))
        || matches!(stumble.before(1), Some(Token::Fn | Token::Dot));
    (is_keyword && names_something && stumble.expects("name")).then(|| Hint {
        code: Code::BadName,
        message: Some(format!("`{word}` is a keyword and can't be a name")),
        at: None,
        help: format!("another name, or `{word}_`"),
    })
}

/// `fn f(Amount: Int)`
fn wrong_case(stumble: &Stumble<'_>) -> Option<Hint> {
    let Token::Upper(name) = stumble.found()? else { return None };
    (stumble.expects("name") && !stumble.expects("Name")).then(|| Hint {
        code: Code::BadName,
        message: Some(
            "the names of variables, parameters, fields and modules begin with a lower-case letter".into(),
        ),
        at: None,
        help: format!("call it `{}`", snake_case(name)),
    })
}

/// An item, or a function in the style of JavaScript, inside a function.
fn nested_item(stumble: &Stumble<'_>) -> Option<Hint> {
    let word = stumble.text(stumble.at);
    match stumble.found()? {
        Token::Fn if stumble.next() == Some(&Token::ParenOpen) && stumble.expects_expression() => {
            Hint::foreign("`fn` begins no expression", "a closure is written `|x| x + 1`")
        }
        Token::Fn | Token::Struct | Token::Enum | Token::Use | Token::Type | Token::Const | Token::Extern
            if stumble.expects("var") =>
        {
            Hint::foreign(
                format!("`{word}` can't stand inside a function"),
                "declare it outside; a local value is declared with `let`, a local function is a closure",
            )
        }
        Token::Fn
            if matches!(stumble.token(0), Some(Token::Struct | Token::Enum)) || stumble.expects("doc") =>
        {
            Hint::foreign(
                "functions don't stand inside types",
                "declare it outside: with `fn area(s: Shape)`, one may write `s.area()`",
            )
        }
        Token::Pub if stumble.opener().is_some() => {
            Hint::foreign("`pub` stands only before an item", "who can see a type sees all of it")
        }
        _ => None,
    }
}

/// `x as Int`
fn cast(stumble: &Stumble<'_>) -> Option<Hint> {
    (stumble.found() == Some(&Token::As) && stumble.follows_value()).then_some(())?;
    Hint::foreign(
        "`as` stands only in `use`",
        "conversions are functions: `n.to_float()`, `x.truncate()`, `s.parse_int()`",
    )
}

/// `if a then b`
fn then(stumble: &Stumble<'_>) -> Option<Hint> {
    (stumble.name(stumble.at) == Some("then")).then_some(())?;
    Hint::foreign("there is no `then`", "write `if a { b } else { c }`")
}
