//! What the parser expected, in words.

use std::collections::BTreeSet;

/// The terminals with which an expression begins; a prefix of what begins a statement or a condition.
const EXPRESSION: &[&str] = &[
    "name",
    "Name",
    "test",
    "integer",
    "float",
    "string",
    "string start",
    "bytes",
    "true",
    "false",
    "(",
    "[",
    "{",
    "-",
    "!",
    "|",
    "||",
    "if",
    "match",
    "while",
    "for",
    "return",
    "break",
    "continue",
];

const PATTERN: &[&str] = &[
    "name", "Name", "test", "integer", "float", "string", "bytes", "true", "false", "(", "[", "-", "_", "|",
];

const TYPE: &[&str] = &["name", "Name", "test", "(", "fn"];

const OPERATOR: &[&str] = &[
    "||", "&&", "==", "!=", "<", "<=", ">", ">=", "|", "^", "&", "<<", ">>", "+", "-", "*", "/", "%", ".",
    "?", "(", "[", "..", "..=", "=", "+=", "-=", "*=", "/=", "%=",
];

const ITEM: &[&str] = &["use", "struct", "enum", "type", "const", "fn", "extern", "test", "pub"];

/// A set of terminals that has a name of its own: recognised by a few of them, it stands for all of them.
struct Group {
    /// Terminals that must be expected.
    signs: &'static [&'static str],
    members: &'static [&'static str],
    words: &'static str,
}

/// The groups; the first that fits takes its members away from those after it.
const GROUPS: &[Group] = &[
    Group { signs: &["var", "if"], members: &["let", "var"], words: "a statement" },
    Group { signs: &["struct", "enum"], members: ITEM, words: "an item, such as `fn` or `struct`" },
    Group { signs: &["integer", "if"], members: EXPRESSION, words: "an expression" },
    Group { signs: &["integer", "_"], members: PATTERN, words: "a pattern" },
    Group { signs: &["Name", "fn", "("], members: TYPE, words: "a type" },
    Group { signs: &["*", "=="], members: OPERATOR, words: "an operator" },
    Group { signs: &["name", "Name"], members: &["name", "Name", "test"], words: "a name" },
    Group { signs: &["name"], members: &["name", "test"], words: "a name" },
];

/// The terminals as phrases, the vaguest first.
pub(super) fn phrases(expected: &[String]) -> Vec<String> {
    let mut terminals: BTreeSet<&str> = expected.iter().map(|name| name.trim_matches('"')).collect();
    terminals.remove("error");
    terminals.remove("doc");
    let mut phrases = Vec::new();
    for group in GROUPS {
        if group.signs.iter().all(|sign| terminals.contains(sign)) {
            terminals.retain(|terminal| !group.members.contains(terminal));
            phrases.push(group.words.to_owned());
        }
    }
    if phrases.first().is_some_and(|first| first == "a statement") {
        phrases.retain(|phrase| phrase != "an expression");
    }
    // A statement may end in `;` too, or go on with `else`, but that is hardly ever what is missing.
    if terminals.contains("newline") {
        terminals.remove(";");
        terminals.remove("let-else");
    }
    phrases.extend(terminals.iter().map(|terminal| words(terminal)));
    phrases
}

/// `a`, `a or b`, `a, b or c`
pub(super) fn join(phrases: &[String]) -> String {
    match phrases {
        [] => "nothing more".into(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

fn words(terminal: &str) -> String {
    match terminal {
        "Name" => "a name with an upper-case first letter".into(),
        "integer" => "an integer".into(),
        "string" => "a string".into(),
        "newline" => "a new line".into(),
        "string end" => "the end of the string".into(),
        "string text" => "text".into(),
        "interpolation start" => "`{`".into(),
        "interpolation end" => "`}`".into(),
        "let-else" => "`else`".into(),
        terminal => format!("`{terminal}`"),
    }
}
