//! The examples of the language reference are Mob.
#![allow(clippy::unwrap_used)]

mod common;

use common::parse_text;

#[test]
fn examples_are_parsed() {
    let book = include_str!("../../docs/language.md");
    let examples: Vec<_> =
        book.split("```mob\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(examples.len() >= 5);
    for example in examples {
        let (tree, shown) = parse_text("language.md", example);
        assert_eq!(shown, "", "{example}");
        assert!(!tree.items.is_empty());
    }
}
