//! Keeps `docs/stdlib.md` the same as what the modules themselves say.
//!
//! `MOB_UPDATE_DOCS=1 cargo test -p mob-stdlib` writes the page anew.
#![allow(clippy::unwrap_used)]

use std::fmt::Write;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/stdlib.md");

const INTRODUCTION: &str = "\
# The standard library

Every module of the standard library and all that it exports. Made from the doc comments in `stdlib/src/mob/` by the
tests of `mob-stdlib`.

The names of `prelude` are in scope everywhere, and so are `panic` and `assert`, which the language itself has. Another module is brought in with `use`, as in `use math`; but a method
needs no `use`: `xs.map(f)` finds `list.map` by the type of `xs`. Where a text says that a function traps, the agent
ends there with a stack trace.
";

/// The page as the modules have it.
fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for name in mob_stdlib::names() {
        write!(page, "\n## {name}\n\n{}", module(mob_stdlib::source(name).unwrap())).unwrap();
    }
    page
}

/// What a module's first comment says, then an entry for each public item.
fn module(source: &str) -> String {
    let head: Vec<_> = source.lines().map_while(|line| line.strip_prefix("// ")).collect();
    let mut text = format!("{}\n\n", head.join("\n"));
    let mut doc = Vec::new();
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        if let Some(sentence) = line.strip_prefix("/// ") {
            doc.push(sentence);
        } else if line.starts_with("pub ") {
            writeln!(text, "- `{}`: {}", declaration(line), doc.join(" ")).unwrap();
            if line.starts_with("pub enum") || line.starts_with("pub struct") {
                members(&mut lines, &mut text);
            }
            doc.clear();
        } else {
            doc.clear();
        }
    }
    text
}

/// Variants or fields, up to the closing brace.
fn members<'a>(lines: &mut impl Iterator<Item = &'a str>, text: &mut String) {
    let mut doc = Vec::new();
    for line in lines.map(str::trim).take_while(|line| *line != "}") {
        match line.strip_prefix("/// ") {
            Some(sentence) => doc.push(sentence),
            None => writeln!(text, "  - `{line}`: {}", std::mem::take(&mut doc).join(" ")).unwrap(),
        }
    }
}

/// A declaration as a user writes or calls it: without `pub`, the host's name, and the body.
fn declaration(line: &str) -> &str {
    let line = line.strip_prefix("pub ").unwrap();
    let line = line.find("fn ").filter(|_| line.starts_with("extern")).map_or(line, |at| &line[at..]);
    line.trim_end_matches('{').trim_end()
}

#[test]
fn page_says_what_the_modules_say() {
    let page = page();
    if std::env::var_os("MOB_UPDATE_DOCS").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    let written = std::fs::read_to_string(PAGE).unwrap().replace("\r\n", "\n");
    assert!(page == written, "docs/stdlib.md is out of date: MOB_UPDATE_DOCS=1 cargo test -p mob-stdlib");
}
