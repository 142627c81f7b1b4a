//! What the language itself has: types and functions that nothing declares.

use super::{Analysis, Hover};
use crate::diagnostic::Diagnostics;
use crate::lexer::{self, Token};
use crate::source::FileId;

/// Name, how it is written, and what it is.
const BUILT_IN: [(&str, &str, &str); 12] = [
    ("Addr", "Addr[M]", "Where messages of a type can be sent, wherever the agent is whose inbox it names."),
    ("Bool", "Bool", "`true` or `false`."),
    ("Bytes", "Bytes", "Immutable bytes; literals are `b\"\\x00\"`."),
    ("Float", "Float", "An IEEE-754 double, with the same results on every machine."),
    (
        "Inbox",
        "Inbox[M]",
        "Where an agent's messages of a type wait for it. `for message in inbox` waits for each; its `.addr()` is where to send them.",
    ),
    ("Int", "Int", "A whole number of 64 bits. Overflow and division by zero trap."),
    ("List", "List[T]", "A growable list, shared by reference; literals are `[1, 2]`."),
    (
        "Map",
        "Map[K, V]",
        "A map in the order of insertion, shared by reference; literals are `[\"a\": 1]` and `[:]`.",
    ),
    ("Set", "Set[T]", "A set in the order of insertion, shared by reference."),
    ("Str", "Str", "Immutable UTF-8 text; `\"a {b}\"` puts in what is between braces."),
    (
        "assert",
        "assert(condition: Bool)",
        "Traps if the condition doesn't hold, with both sides of a comparison.",
    ),
    ("panic", "panic(message: Str)", "Traps: the agent ends with a stack trace of source lines."),
];

impl Analysis {
    /// What is said about a name at a place that the language itself gives its meaning.
    pub(super) fn built_in_hover(&self, file: FileId, offset: u32) -> Option<Hover> {
        let text = self.facts.map.get(file)?.text();
        let tokens = lexer::lex(file, text, &mut Diagnostics::new()).tokens;
        let token = tokens.iter().find(|token| token.start <= offset && offset < token.end)?;
        let (Token::Lower(name) | Token::Upper(name)) = &token.token else { return None };
        let (_, signature, doc) = BUILT_IN.iter().find(|(built_in, ..)| **built_in == **name)?;
        Some(Hover {
            span: token.span(file),
            signature: (*signature).to_owned(),
            here: None,
            doc: Some((*doc).into()),
            module: None,
        })
    }
}
