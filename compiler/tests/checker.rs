//! The checker never panics, hangs or overflows the native stack, whatever parses.
#![allow(clippy::unwrap_used)]

mod support;

use mob_compiler::lexer;
use mob_compiler::source::FileId;
use mob_compiler::{Options, check};
use proptest::prelude::*;
use support::{Library, rendered};

/// Programs that use most of the language.
const PROGRAMS: [&str; 4] = [
    include_str!("diagnostics/E0409_wrong_arguments.mob"),
    include_str!("diagnostics/E0501_missing_case.mob"),
    include_str!("diagnostics/E0401_wrong_type.mob"),
    include_str!("diagnostics/E0503_or_bindings.mob"),
];

/// The texts of a program's tokens, with what stands before each.
fn pieces(text: &str) -> Vec<&str> {
    let tokens = lexer::lex(FileId(0), text, &mut mob_compiler::diagnostic::Diagnostics::new());
    let mut at = 0;
    let mut pieces = Vec::new();
    for token in tokens.tokens {
        let end = (token.end as usize).max(at);
        pieces.extend(text.get(at..end));
        at = end;
    }
    pieces
}

fn said(text: &str) -> String {
    rendered(&check("main.mob", text, &Library::default(), &Options::default()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn mutated_programs_do_not_panic(
        program in 0..PROGRAMS.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..3u8), 1..5),
    ) {
        let original = pieces(PROGRAMS[program]);
        let mut mutated = original.clone();
        for (at, from, how) in changes {
            let (at, from) = (at.index(mutated.len()), from.index(original.len()));
            match how {
                0 if mutated.len() > 1 => drop(mutated.remove(at)),
                1 => mutated.insert(at, original[from]),
                _ => mutated[at] = original[from],
            }
        }
        let _ = said(&mutated.concat());
    }
}

/// `open`, so often, around `middle`.
fn nested(open: &str, middle: &str, close: &str, times: usize) -> String {
    let helpers = "fn f(x: Int) -> Int { x }\nfn g(x: Int, y: Int) -> Int { x + y }\n";
    format!("{helpers}fn main() {{ let x = {}{middle}{} }}", open.repeat(times), close.repeat(times))
}

#[test]
fn deep_nesting_fits_the_native_stack_or_is_refused() {
    let shapes = [
        ("f(", "1", ")"),
        ("g(y: 1, x: ", "1", ")"),
        ("1.g(", "1", ")"),
        ("1 + ", "1", ""),
        ("{ ", "1", " }"),
        ("if true { 1 } else ", "{ 2 }", ""),
        ("if let Some(y) = Some(1) { y } else ", "{ 2 }", ""),
        ("match 1 { _ -> ", "1", " }"),
        ("|a: Int| ", "1", ""),
    ];
    for (open, middle, close) in shapes {
        for times in [60, 100, 150, 250, 5_000] {
            let _ = said(&nested(open, middle, close, times));
        }
    }
}

#[test]
fn patterns_with_exponentially_many_cases_are_refused_in_time() {
    let flags = 24;
    let tuple = |n: usize, flag: &str| {
        let columns: Vec<_> = (0..flags).map(|column| if column / 2 == n { flag } else { "_" }).collect();
        format!("({})", columns.join(", "))
    };
    let arms: Vec<_> = (0..flags / 2).map(|n| format!("{} -> {n}", tuple(n, "true"))).collect();
    let types = vec!["Bool"; flags].join(", ");
    let text = format!("fn f(t: ({types})) -> Int {{\n match t {{\n{}\n}}\n}}", arms.join("\n"));
    let said = said(&text);
    assert!(said.contains("E0501") || said.contains("E0907"), "{said}");
}

#[test]
fn long_matches_are_checked() {
    let arms: Vec<_> = (0..5_000).map(|n| format!("{n} -> {n}")).collect();
    let text = format!("pub fn f(n: Int) -> Int {{\n match n {{\n{}\n_ -> 0\n}}\n}}", arms.join("\n"));
    assert_eq!(said(&text), "");
}

#[test]
fn too_many_parameters_are_refused() {
    let params: Vec<_> = (0..300).map(|n| format!("p{n}: Int")).collect();
    let said = said(&format!("fn f({}) {{ }}", params.join(", ")));
    assert!(said.contains("E0908"), "{said}");
}

#[test]
fn chains_of_aliases_and_constants_are_bounded() {
    let aliases: String = (0..5_000).map(|n| format!("type A{n} = (A{0}, A{0})\n", n + 1)).collect();
    assert!(said(&format!("{aliases}type A5000 = Int\n")).contains("E0906"));
    let constants: String = (0..5_000).map(|n| format!("const A{n}: Int = A{}\n", n + 1)).collect();
    assert!(said(&format!("{constants}const A5000: Int = 1\n")).contains("E0902"));
}
