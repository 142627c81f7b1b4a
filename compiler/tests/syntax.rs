//! Golden files of what the front of the compiler makes of a source: trees, and diagnostics as they are shown.
#![allow(clippy::unwrap_used)]

mod common;

use common::tree::show_file;
use common::{parse_text, sources};
use mob_compiler::diagnostic::Diagnostics;
use mob_compiler::lexer::{Token, lex};
use mob_compiler::source::FileId;

/// Each source in `tests/errors`, with its diagnostics.
#[test]
fn diagnostics() {
    for (name, text) in sources("errors") {
        let (_, shown) = parse_text(&format!("{name}.mob"), &text);
        assert!(!shown.is_empty(), "{name} has no mistake");
        insta::assert_snapshot!(format!("errors__{name}"), format!("{text}\n{:-<80}\n\n{shown}", ""));
    }
}

/// Each source in `tests/accepted` is parsed without a diagnostic.
#[test]
fn accepted() {
    for (name, text) in sources("accepted") {
        let (tree, shown) = parse_text(&format!("{name}.mob"), &text);
        assert_eq!(shown, "", "{name}");
        assert!(!tree.items.is_empty(), "{name}");
    }
}

/// The trees of the sources in `tests/accepted`.
#[test]
fn trees() {
    for (name, text) in sources("accepted") {
        let (tree, _) = parse_text(&format!("{name}.mob"), &text);
        insta::assert_snapshot!(format!("trees__{name}"), show_file(&tree));
    }
}

/// How tightly the operators bind: an expression a line, with its tree.
#[test]
fn precedence() {
    let expressions = [
        "a || b && c == d | e ^ f & g << h + i * -j",
        "-a * b + c << d & e ^ f | g == h && i || j",
        "a - b - c",
        "a / b * c % d",
        "-a.b(c)[d]?.e",
        "!a == b",
        "- -a",
        "a + 1..b * 2",
        "|x| x + 1 | y",
        "|x| y = x + 1",
        "return a || b",
        "if a { b } else { c } + d",
        "pair.0.1",
        "1.5.floor() - 1.abs()",
        "-9223372036854775808",
        "a - 1",
        "f(|x| x, y)",
        "(a, b).0",
        "f[Int](x)[i](y)",
        "m[RED](x)",
        "(m[Red])(x)",
    ];
    let shown = expressions.map(|text| {
        let (tree, shown) = parse_text("t.mob", &format!("test \"\" {{ {text} }}"));
        assert_eq!(shown, "", "{text}");
        format!("{text}\n    {}", show_file(&tree).replace("(test \"\" ", "").replace(")\n", "\n"))
    });
    insta::assert_snapshot!(shown.concat());
}

/// Tokens and comments of a short file, with their places.
#[test]
fn tokens() {
    let text = "/// Doc\n/// more\nfn f() { // note\n  \"a {b + \"{c}\"}\" + \"\"\"\n    x\n     y\n    \"\"\"\n}\n// end\n";
    let mut diagnostics = Diagnostics::new();
    let lexed = lex(FileId(0), text, &mut diagnostics);
    assert!(diagnostics.is_empty());
    let mut shown = format!("{text}\n");
    for token in &lexed.tokens {
        let source = &text[token.start as usize..token.end as usize];
        shown += &format!("{:>3}..{:<3} {:?}   {source:?}\n", token.start, token.end, token.token);
    }
    for comment in &lexed.comments {
        shown += &format!("comment {:?} own line: {}\n", &text[comment.span.range()], comment.own_line);
    }
    insta::assert_snapshot!(shown);
    assert_eq!(lexed.tokens.iter().filter(|token| token.token == Token::Newline).count(), 3);
}
