//! What the tests of the formatter share: all programs that there are, and how two texts are compared.

// Each test file is a program of its own, and none uses everything.
#![allow(dead_code)]

use std::fs;
use std::path::{Path, PathBuf};

use mob_compiler::diagnostic::{Diagnostics, Style};
use mob_compiler::format::{FormatError, format};
use mob_compiler::lexer::lex;
use mob_compiler::source::FileId;
use mob_compiler::sources::{ReadError, Sources};

use crate::common::parse_text;
use crate::common::tree::show_file;

/// Where programs are kept, from the repository's root.
const FOLDERS: [&str; 7] = [
    "stdlib/src/mob",
    "examples",
    "benches",
    "tests/lang",
    "compiler/tests/accepted",
    "compiler/tests/format",
    "compiler/tests/sessions",
];

/// All programs without syntax errors, with their paths: files, and what the documents show.
pub(crate) fn corpus() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for folder in FOLDERS {
        collect(&root.join(folder), "mob", &mut files);
    }
    let mut documents = vec![root.join("README.md")];
    collect(&root.join("docs"), "md", &mut documents);
    // Some of the tests are about files that are not text.
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).ok()?;
        Some((path.strip_prefix(&root).unwrap().to_string_lossy().into_owned(), text))
    };
    let shown = documents.into_iter().filter_map(read).flat_map(|(path, text)| blocks(&path, &text));
    let mut programs: Vec<_> = files.into_iter().filter_map(read).chain(shown).collect();
    programs.retain(|(path, text)| parse_text(path, text).1.is_empty());
    programs.sort();
    programs
}

fn collect(folder: &Path, extension: &str, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, extension, files);
        } else if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
}

/// The programs that a document shows, each with the number of its first line.
fn blocks(path: &str, text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        if line == "```mob" {
            let block: Vec<_> =
                lines.by_ref().map(|(line, _)| line).take_while(|line| *line != "```").collect();
            blocks.push((format!("{path}:{}", number + 1), block.join("\n") + "\n"));
        }
    }
    blocks
}

/// A text, formatted. It must be one without syntax errors.
pub(crate) fn formatted(name: &str, text: &str) -> String {
    match format(name, text) {
        Ok(formatted) => formatted,
        Err(FormatError::Syntax { diagnostics, sources }) => {
            panic!("{name}\n{}\n{text}", diagnostics.render(&sources, Style::Plain))
        }
        Err(error @ FormatError::Unfaithful) => panic!("{name}: {error}\n{text}"),
    }
}

/// The formatted text has the same tree and comments, and formatting it again changes nothing.
pub(crate) fn assert_faithful(name: &str, text: &str) {
    let once = formatted(name, text);
    let twice = formatted(name, &once);
    assert!(
        once == twice,
        "{name} changes when it is formatted again\n{text}\n--- once\n{once}\n--- twice\n{twice}"
    );
    assert!(tree_if_valid(text) == tree_if_valid(&once), "{name} has another tree\n{text}\n--- then\n{once}");
    assert_eq!(comments(text), comments(&once), "{name} has other comments");
}

/// The tree of a text, without places; none if there is something wrong with it.
pub(crate) fn tree_if_valid(text: &str) -> Option<String> {
    let (file, diagnostics) = parse_text("t.mob", text);
    diagnostics.is_empty().then(|| show_file(&file))
}

/// The comments, in order.
pub(crate) fn comments(text: &str) -> Vec<String> {
    let lexed = lex(FileId(0), text, &mut Diagnostics::new());
    lexed.comments.iter().map(|comment| text[comment.span.range()].trim_end().to_owned()).collect()
}

/// The files of this repository, and its standard library.
pub(crate) struct Disk;

impl Sources for Disk {
    fn file(&self, path: &str) -> Result<String, ReadError> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        fs::read_to_string(root.join(path)).map_err(|_| ReadError::NotFound)
    }

    fn stdlib(&self, name: &str) -> Option<&str> {
        mob_stdlib::source(name)
    }

    fn stdlib_names(&self) -> Vec<&str> {
        mob_stdlib::names().to_vec()
    }
}
