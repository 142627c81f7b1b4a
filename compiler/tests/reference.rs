//! The language reference: its examples are Mob, and every sentence of it is covered by a test that says so.
//!
//! A test says which sentence it covers in a comment, `// covers: ` and how the sentence, or the row of a table, begins.
//! That beginning must fit one sentence alone, so that whoever changes a sentence finds the tests that are about it.
#![allow(clippy::unwrap_used)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::parse_text;

const BOOK: &str = include_str!("../../docs/language.md");

/// The sections that say what the language is. The others speak of the page itself.
const SECTIONS: [&str; 11] = [
    "Text",
    "Newlines",
    "Literals",
    "Types",
    "Items",
    "Names",
    "Blocks and statements",
    "Expressions",
    "Patterns",
    "Agents",
    "Limits",
];

#[test]
fn examples_are_parsed() {
    let examples: Vec<_> =
        BOOK.split("```mob\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(examples.len() >= 5);
    for example in examples {
        let (tree, shown) = parse_text("language.md", example);
        assert_eq!(shown, "", "{example}");
        assert!(!tree.items.is_empty());
    }
}

#[test]
fn every_sentence_is_covered_by_a_test() {
    let sentences = sentences();
    assert!(sentences.len() > 150, "{}", sentences.len());
    let covers = covers();
    let begins = |sentence: &String, cover: &str| sentence.starts_with(cover);
    let mut problems = Vec::new();
    for (path, cover) in &covers {
        let fitting = sentences.iter().filter(|sentence| begins(sentence, cover)).count();
        if fitting != 1 {
            problems.push(format!("{}: {fitting} sentences begin with: {cover}", path.display()));
        }
    }
    for sentence in &sentences {
        if !covers.iter().any(|(_, cover)| begins(sentence, cover)) {
            problems.push(format!("no test covers: {sentence}"));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// The sentences and rows of tables of the sections that count, without what makes text bold.
fn sentences() -> Vec<String> {
    let mut sentences = Vec::new();
    for section in SECTIONS.map(section) {
        let mut paragraph = String::new();
        for line in section.lines().chain([""]).map(str::trim) {
            let begins_anew = line.is_empty() || line.starts_with(['|', '-']) || line.starts_with("1.");
            if begins_anew || line.starts_with("2.") {
                split(&std::mem::take(&mut paragraph), &mut sentences);
            }
            match line.strip_prefix("| ") {
                Some(row) => sentences.push(row.to_owned()),
                None if line.starts_with('|') => {}
                None => {
                    paragraph = format!("{paragraph} {}", line.trim_start_matches(['-', '1', '2', '.', ' ']));
                }
            }
        }
    }
    // The first row of a table is its head.
    let heads = ["literal |", "type |", "operators |", "pattern |", "--- |", "| at most |", "call |"];
    sentences.retain(|sentence| !heads.iter().any(|head| sentence.starts_with(head)));
    sentences
}

/// The text of a section, its examples left out.
fn section(name: &str) -> String {
    let start = BOOK.lines().position(|line| line.trim_start_matches('#').trim() == name).unwrap();
    let mut in_example = false;
    let lines = BOOK.lines().skip(start + 1).filter(|line| {
        let is_fence = line.starts_with("```");
        in_example ^= is_fence;
        !is_fence && !in_example
    });
    lines.take_while(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect()
}

/// Cuts a paragraph after each full stop that is not code.
fn split(paragraph: &str, sentences: &mut Vec<String>) {
    let paragraph = paragraph.replace("**", "");
    let (mut sentence, mut is_code) = (String::new(), false);
    for word in paragraph.split_whitespace() {
        sentence.push_str(word);
        is_code ^= word.matches('`').count() % 2 == 1;
        if word.ends_with('.') && !is_code {
            sentences.push(std::mem::take(&mut sentence));
        } else {
            sentence.push(' ');
        }
    }
    let rest = sentence.trim();
    if !rest.is_empty() {
        sentences.push(rest.to_owned());
    }
}

/// What the tests say that they cover, and where they say it.
fn covers() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("../tests"), root.join("tests")];
    let mut covers = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "mob" || extension == "rs") {
                let text = fs::read_to_string(&path).unwrap_or_default();
                let said = text.lines().filter_map(|line| line.trim_start().strip_prefix("// covers: "));
                covers.extend(said.map(|cover| (path.clone(), cover.trim_end().to_owned())));
            }
        }
    }
    covers
}
