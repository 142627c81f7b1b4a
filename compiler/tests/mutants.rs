//! Programs with some of their tokens exchanged: they look like Mob, and most are wrong in some way that nobody
//! thought of. The compiler must answer each with a module that verifies, or with an error, and editors must be able to
//! ask about any place of it.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::path::Path;

use mob_compiler::analysis::{Analysis, Root};
use mob_compiler::diagnostic::{Diagnostics, Style};
use mob_compiler::lexer::{Token, lex};
use mob_compiler::source::{FileId, Span};
use mob_compiler::{Options, compile};
use mob_vm::Program;
use proptest::prelude::*;
use proptest::sample::Index;
use support::Library;

/// All programs in the folders of examples and of the language's tests.
fn programs() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders = vec![root.join("examples"), root.join("tests/lang")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "mob") {
                files.push(path);
            }
        }
    }
    files.sort();
    // Some of the tests are about files that are not text.
    files.iter().filter_map(|file| fs::read_to_string(file).ok()).collect()
}

/// A change to a program: the token at one place becomes that at another, is left out, or is doubled.
#[derive(Debug, Clone)]
enum Edit {
    Replace(Index, Index),
    Remove(Index),
    Double(Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        6 => (any::<Index>(), any::<Index>()).prop_map(|(at, from)| Edit::Replace(at, from)),
        1 => any::<Index>().prop_map(Edit::Remove),
        1 => any::<Index>().prop_map(Edit::Double),
    ]
}

/// Whether one token can stand for another without the text falling apart.
fn alike(a: &Token, b: &Token) -> bool {
    use Token::{Bytes, Float, Int, Lower, Str, Upper};
    let class = |token: &Token| match token {
        Lower(_) | Int(_) | Float(_) | Str(_) | Bytes(_) | Token::True | Token::False => 1,
        Upper(_) => 2,
        token if token.closer().is_some() || token.is_closer() => 3,
        Token::Newline | Token::Comma | Token::Semicolon => 4,
        _ => 5,
    };
    class(a) == class(b)
}

fn mutate(text: &str, edits: &[Edit]) -> String {
    let mut text = text.to_owned();
    for edit in edits {
        let tokens = lex(FileId(0), &text, &mut Diagnostics::new()).tokens;
        if tokens.is_empty() {
            break;
        }
        let range = |at: usize| tokens[at].start as usize..tokens[at].end as usize;
        match edit {
            Edit::Replace(at, from) => {
                let at = at.index(tokens.len());
                let others: Vec<_> =
                    (0..tokens.len()).filter(|i| alike(&tokens[at].token, &tokens[*i].token)).collect();
                let new = text[range(others[from.index(others.len())])].to_owned();
                text.replace_range(range(at), &new);
            }
            Edit::Remove(at) => text.replace_range(range(at.index(tokens.len())), ""),
            Edit::Double(at) => {
                let range = range(at.index(tokens.len()));
                let doubled = format!(" {} ", &text[range.clone()]);
                text.insert_str(range.end, &doubled);
            }
        }
    }
    text
}

/// Compiles a program: what comes out must verify, and what is refused must be refused with an error.
fn compile_or_refuse(text: &str) {
    let options = Options { tests: true, ..Options::default() };
    match compile("mutant.mob", text, &Library::default(), &options) {
        Ok(compiled) => {
            if let Err(error) = Program::load(compiled.module) {
                panic!("the module doesn't verify: {error}\n{text}");
            }
        }
        Err(error) => {
            assert!(error.diagnostics.has_errors(), "refused without an error:\n{text}");
            let shown = error.diagnostics.render(&error.sources, Style::Plain);
            assert!(!shown.is_empty());
        }
    }
}

/// Asks all that can be asked about a place. What is answered must lie in the texts that there are.
fn ask(text: &str, place: &Index) {
    let root = Root { name: "mutant.mob", text };
    let library = Library::default();
    let analysis = Analysis::new(&[root], &library, false);
    let file = analysis.file("mutant.mob").unwrap();
    let offset = u32::try_from(place.index(text.len() + 1)).unwrap();
    let is_text = |span: Span| {
        let file = analysis.sources().get(span.file).unwrap();
        assert!(file.text().get(span.range()).is_some(), "{span:?} is no place in\n{text}");
    };
    analysis.definition(file, offset).into_iter().for_each(is_text);
    analysis.references(file, offset).into_iter().for_each(is_text);
    analysis.names(file).into_iter().for_each(|(span, _)| is_text(span));
    for inlay in analysis.inlays(Span::new(file, 0, u32::MAX)) {
        is_text(Span::new(file, inlay.offset, inlay.offset));
    }
    let _ = (analysis.hover(file, offset), analysis.outline(file));
    let _ = analysis.rename(file, offset, "renamed", &[root], &library);
    let completions = Analysis::complete(&root, offset, &library, false);
    assert!(completions.start <= offset);
    assert!(completions.items.windows(2).all(|pair| pair[0].rank <= pair[1].rank));
    let _ = Analysis::signature_help(&root, offset, &library, false);
}

proptest! {
    #[test]
    fn can_be_asked_about(
        (text, edits) in (prop::sample::select(programs()), prop::collection::vec(edit(), 1..6)),
        place in any::<Index>(),
    ) {
        ask(&mutate(&text, &edits), &place);
    }

    #[test]
    fn are_compiled_or_refused(
        (text, edits) in (prop::sample::select(programs()), prop::collection::vec(edit(), 1..6)),
    ) {
        compile_or_refuse(&mutate(&text, &edits));
    }
}
