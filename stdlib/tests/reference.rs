//! Keeps `docs/stdlib.md` the same as what the modules themselves say.
//!
//! `MOB_UPDATE_DOCS=1 cargo test -p mob-stdlib` writes the page anew.
#![allow(clippy::unwrap_used)]

use std::fmt::Write;
use std::mem;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/stdlib.md");

const INTRODUCTION: &str = "\
# The standard library

Every module of the standard library and all that it exports. Made from the doc comments in `stdlib/src/mob/` by the
tests of `mob-stdlib`. The examples are run by the tests too.

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
    let mut doc = Doc::default();
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        if let Some(said) = line.strip_prefix("///") {
            doc.read(said);
        } else if line.starts_with("pub ") {
            let Doc { sentences, example, .. } = mem::take(&mut doc);
            writeln!(text, "- `{}`: {}", declaration(line), sentences.join(" ")).unwrap();
            if line.starts_with("pub enum") || line.starts_with("pub struct") {
                members(&mut lines, &mut text);
            }
            if !example.is_empty() {
                let indented: String = example.iter().map(|line| format!("  {line}\n")).collect();
                write!(text, "\n  ```mob\n{indented}  ```\n\n").unwrap();
            }
        } else {
            doc = Doc::default();
        }
    }
    text.replace("\n\n\n", "\n\n").trim_end().to_owned() + "\n"
}

/// A doc comment: what it says, and its example.
#[derive(Debug, Default)]
struct Doc<'a> {
    sentences: Vec<&'a str>,
    example: Vec<&'a str>,
    is_in_example: bool,
}

impl<'a> Doc<'a> {
    /// Takes a line, without the slashes before it.
    fn read(&mut self, line: &'a str) {
        let line = line.strip_prefix(' ').unwrap_or(line);
        if line.starts_with("```") {
            self.is_in_example = !self.is_in_example;
        } else if self.is_in_example {
            self.example.push(line);
        } else if !line.is_empty() {
            self.sentences.push(line);
        }
    }
}

/// Variants or fields, up to the closing brace.
fn members<'a>(lines: &mut impl Iterator<Item = &'a str>, text: &mut String) {
    let mut doc = Vec::new();
    for line in lines.map(str::trim).take_while(|line| *line != "}") {
        match line.strip_prefix("/// ") {
            Some(sentence) => doc.push(sentence),
            None => writeln!(text, "  - `{line}`: {}", mem::take(&mut doc).join(" ")).unwrap(),
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
