//! Sources that nobody wrote to be compiled: the front must neither panic nor hang nor overflow its stack, and
//! what it refuses it must refuse with a diagnostic.
#![allow(clippy::unwrap_used)]

mod common;

use std::time::{Duration, Instant};

use common::{parse_text, sources};
use mob_compiler::parser::DEPTH_MAX;
use mob_compiler::source::SOURCE_BYTES_MAX;
use proptest::prelude::*;

/// Parses a body's text, and gives the codes of the diagnostics.
fn codes(body: &str) -> Vec<String> {
    let (tree, shown) = parse_text("t.mob", &format!("fn main() {{\n{body}\n}}\n"));
    // Dropping and copying are recursive walks; they must be safe on whatever was accepted.
    drop(tree.clone());
    let codes = shown.lines().filter_map(|line| line.strip_prefix("error[")?.get(..5));
    codes.map(str::to_owned).collect()
}

// covers: brackets and operators inside each other, in one item | 256
// covers: What goes beyond a limit is an error that names it.
#[test]
fn nesting_is_limited() {
    let deep = 10_000;
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("f(", ")"),
        ("x[", "]"),
        ("if a {", "}"),
        ("match a { _ -> ", "}"),
        ("-", ""),
        ("!", ""),
        ("|x| ", ""),
        ("|x, y| ", ""),
        ("|x: fn() -> Int, y| ", ""),
        ("return ", ""),
        ("\"{", "}\""),
        ("let a: List[", "]"),
        ("let a: fn() -> ", ""),
        ("let a: fn(", ")"),
        ("let (", ")"),
        ("let Some(", ")"),
        ("let a @ ", ""),
        ("|| a = ", ""),
        ("a(|x| { b", "})"),
        ("for x in { ", "} {}"),
        ("if { ", "} {}"),
        ("while a { ", "}"),
        ("f[List[", "]]"),
        ("if a {} else { ", "}"),
    ] {
        let text = format!("{}{}", open.repeat(deep), close.repeat(deep));
        assert_eq!(codes(&text), ["E0902"], "{open}");
    }
}

#[test]
fn chains_are_limited() {
    for (first, link) in [
        ("a", " + a"),
        ("a", " && a"),
        ("a", ".b()"),
        ("a", "?"),
        ("a", "(1)"),
        ("a", "[1]"),
        ("a", ".0"),
        ("if a {} else {}", " + if a {} else {}"),
    ] {
        let chain = |length: usize| format!("{first}{}", link.repeat(length));
        assert_eq!(codes(&chain(50)), [""; 0], "{link}");
        assert_eq!(codes(&chain(10_000)), ["E0902"], "{link}");
    }
}

/// Nesting hidden in the first of a chain of operators, over and over.
#[test]
fn nesting_and_chains_add_up() {
    let mut text = "a".to_owned();
    for _ in 0..100 {
        text = format!("(if a {{ {text} }} else {{}} + {}1)", "1 + ".repeat(100));
    }
    assert_eq!(codes(&text), ["E0902"]);
}

#[test]
fn long_lists_are_not_deep() {
    let many = 5_000;
    for (open, element, close) in [
        ("[", "f(a + 1), ", "]"),
        ("", "a = a + 1\n", ""),
        ("match a {", "1 -> a + 2\n", "}"),
        ("if a {}", " else if a == 1 { b() }", " else {}"),
        ("f(", "|x, y| x + y, ", ")"),
        ("\"", "{a + b} and ", "\""),
        ("match a {", "A\n | ", "B -> 1 }"),
    ] {
        let text = format!("{open}{}{close}", element.repeat(many));
        assert_eq!(codes(&text), [""; 0], "{element}");
    }
}

#[test]
fn accepted_depth_is_near_the_limit() {
    let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(codes(&nested(DEPTH_MAX - 10)), [""; 0]);
    assert_eq!(codes(&nested(DEPTH_MAX + 1)), ["E0902"]);
}

// covers: A source file is UTF-8 text of at most 4 MiB.
// covers: a source file | 4 MiB
#[test]
fn long_sources_are_refused() {
    let (tree, shown) = parse_text("t.mob", &" ".repeat(SOURCE_BYTES_MAX + 1));
    assert!(tree.items.is_empty());
    assert!(shown.starts_with("error[E0901]"), "{shown}");
}

/// Time must stay in proportion to length: the least friendly text takes seconds, not hours. The
/// bound is wide, since other work may go on beside this.
#[test]
fn time_is_linear() {
    let bytes = 100_000;
    for piece in [
        "(",
        ")",
        "{",
        "}",
        "\"",
        "\"{",
        "'",
        "#",
        "\\",
        "a ",
        "a\n",
        "1,",
        "/// d\n",
        "fn f( {\n",
        "fn f() { 1 2 }\n",
        "fn f() { a(b c, d e, f g) }\n",
        "é",
        "|",
        "- ",
        "\"\"\"\n",
        "// c\n",
        "a.",
        "b\"",
        "fn ",
        "test \"{",
        "{} ",
        "/*\n",
        "'a",
        "f[",
        "(]",
        "/*",
        "{}\n",
        "[\n",
        "f(1, 2)\n",
    ] {
        let text = piece.repeat(bytes / piece.len());
        let start = Instant::now();
        parse_text("t.mob", &text);
        parse_text("t.mob", &format!("fn f() {{ {text}"));
        let taken = start.elapsed();
        assert!(taken < Duration::from_secs(20), "{piece:?} took {taken:?}");
    }
}

/// Pieces of programs, valid and not.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "fn", "f", "(", ")", "[", "]", "{", "}", "let", "var", "=", "if", "else", "match", "->", "=>", "|",
        "||", "x", "Some", "Int", ",", "\n", ";", ":", ".", "..", "..=", "?", "+", "-", "*", "!", "1", "2.5",
        "\"s\"", "\"", "\"{", "}\"", "\"\"\"", "b\"", "'", "\\", "//", "///", "@", "_", "use", "struct",
        "enum", "test", "extern", "pub", "const", "type", "for", "in", "while", "return", "break", "é", "#",
        "\u{0}", "\r\n", "as",
    ])
}

/// A valid program with some of its bytes cut out, doubled or replaced.
fn mutated() -> impl Strategy<Value = String> {
    let texts: Vec<String> = sources("accepted").into_iter().map(|(_, text)| text).collect();
    let edits =
        prop::collection::vec((any::<prop::sample::Index>(), 0..40usize, prop::option::of(piece())), 1..6);
    (prop::sample::select(texts), edits).prop_map(|(mut text, edits)| {
        for (at, length, replacement) in edits {
            let start = text.floor_char_boundary(at.index(text.len().max(1)));
            let end = text.floor_char_boundary((start + length).min(text.len()));
            text.replace_range(start..end, replacement.unwrap_or(""));
        }
        text
    })
}

proptest! {
    #[test]
    fn random_text(text in ".*") {
        parse_text("t.mob", &text);
    }

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        parse_text("t.mob", &String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn random_tokens(pieces in prop::collection::vec(piece(), 0..200)) {
        parse_text("t.mob", &pieces.join(" "));
        parse_text("t.mob", &format!("fn main() {{ {}", pieces.concat()));
    }

    #[test]
    fn mutated_programs(text in mutated()) {
        parse_text("t.mob", &text);
    }
}
