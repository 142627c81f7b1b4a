//! What `mvm explain` shows: the wrong program of each explanation gives exactly its code, and the right one nothing. What
//! is said about the wrong one is a golden file, so that every code has one.
#![allow(clippy::unwrap_used)]

mod support;

use std::fmt::Write;

use mob_compiler::diagnostic::{Code, Diagnostic, Diagnostics, Style};
use mob_compiler::source::{SOURCE_BYTES_MAX, SourceMap};
use mob_compiler::{CompileError, Compiled, Options, compile};
use support::program;

/// Compiles a program whose further files begin with `// file: NAME`: all that is said about it.
fn said(text: &str) -> (Diagnostics, SourceMap) {
    let (root, library) = program(text);
    match compile("main.mob", root, &library, &Options::default()) {
        Ok(Compiled { warnings, sources, .. }) => (warnings, sources),
        Err(error) => {
            let CompileError { diagnostics, sources } = *error;
            (diagnostics, sources)
        }
    }
}

fn codes(diagnostics: &Diagnostics) -> Vec<Code> {
    let mut codes: Vec<_> = diagnostics.iter().map(Diagnostic::code).collect();
    codes.dedup();
    codes
}

/// A program that is wrong in a way for which a program must be too large to be read.
fn large(code: Code) -> String {
    let many = |count: usize, part: &str, between: &str| vec![part; count].join(between);
    match code {
        Code::SourceTooLong => " ".repeat(SOURCE_BYTES_MAX + 1),
        Code::TooDeep => format!("fn main() {{\n  print({}1{})\n}}\n", "(".repeat(300), ")".repeat(300)),
        Code::TooLarge => {
            let mut text = String::from("fn f(x: Int) {\n");
            for n in 0..70_000 {
                let _ = writeln!(text, "  let x{n} = x + {n}");
            }
            let all: Vec<_> = (0..70_000).map(|n| format!("    print(x{n})\n")).collect();
            format!("{text}{}}}\nfn main() {{ f(1) }}\n", all.concat())
        }
        Code::TypeTooLarge => {
            let mut text = String::from("fn main() {\n  let a0 = (1, 2)\n");
            for n in 0..20 {
                let _ = writeln!(text, "  let a{} = (a{n}, a{n})", n + 1);
            }
            format!("{text}}}\n")
        }
        Code::MatchTooComplex => {
            let arm = |n: usize| {
                let columns = (0..24).map(|column| if column / 2 == n { "true" } else { "_" });
                format!("    ({}) -> {n}\n", columns.collect::<Vec<_>>().join(", "))
            };
            let arms: String = (0..12).map(arm).collect();
            let types = many(24, "Bool", ", ");
            format!("pub fn f(flags: ({types})) -> Int {{\n  match flags {{\n{arms}  }}\n}}\n")
        }
        Code::TooMany => format!("pub fn f({}) {{}}\n", {
            let params: Vec<_> = (0..300).map(|n| format!("_p{n}: Int")).collect();
            params.join(", ")
        }),
        other => panic!("{} needs a wrong program in its explanation", other.as_str()),
    }
}

#[test]
fn every_code_has_an_explanation_and_a_golden_file() {
    let mut problems = Vec::new();
    for code in Code::ALL.iter().copied() {
        let explanation = code.explanation();
        let first = explanation.text.lines().next().unwrap_or_default();
        if first.len() < 20 || first.starts_with("```") {
            problems.push(format!("{}: the explanation begins with what the code means", code.as_str()));
        }
        let (shown, text) = match explanation.wrong() {
            Some(wrong) => (format!("{wrong}{}\n", "-".repeat(80)), wrong.to_owned()),
            None => (String::new(), large(code)),
        };
        let (diagnostics, sources) = said(&text);
        let rendered = diagnostics.render(&sources, Style::Plain);
        if codes(&diagnostics) != [code] {
            problems.push(format!("{}: the wrong program gives this:\n{rendered}", code.as_str()));
        }
        insta::assert_snapshot!(code.as_str(), format!("{shown}{rendered}"));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn what_is_right_compiles_without_a_warning() {
    for code in Code::ALL.iter().copied() {
        let Some(right) = code.explanation().right() else { continue };
        let (diagnostics, sources) = said(right);
        assert!(diagnostics.is_empty(), "{}:\n{}", code.as_str(), diagnostics.render(&sources, Style::Plain));
    }
}

#[test]
fn codes_are_found_by_their_text() {
    assert_eq!(Code::parse("e0101"), Some(Code::UnknownCharacter));
    assert_eq!(Code::parse("W0101"), Some(Code::UnusedName));
    assert_eq!(Code::parse("E9999"), None);
}
