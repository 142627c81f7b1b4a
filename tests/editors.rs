//! What is under `editors/` agrees with the compiler, and with itself.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn json(path: &str) -> Value {
    serde_json::from_str(&text(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The words of the language: the tokens of the lexer that consist of letters.
fn keywords() -> BTreeSet<String> {
    let lexer = text("compiler/src/lexer/token.rs");
    let tokens = lexer.split("#[token(\"").skip(1).filter_map(|rest| rest.split_once('"'));
    tokens.map(|(token, _)| token).filter(|token| is_word(token)).map(str::to_owned).collect()
}

/// All regular expressions of a grammar, with the names of what they match.
fn rules<'a>(grammar: &'a Value, found: &mut Vec<(&'a str, &'a str)>) {
    match grammar {
        Value::Object(rule) => {
            let name = rule.get("name").and_then(Value::as_str).unwrap_or_default();
            for key in ["match", "begin", "end"] {
                found.extend(rule.get(key).and_then(Value::as_str).map(|regex| (name, regex)));
            }
            rule.values().for_each(|value| rules(value, found));
        }
        Value::Array(all) => all.iter().for_each(|value| rules(value, found)),
        _ => {}
    }
}

#[test]
fn the_grammar_has_the_words_of_the_language_and_no_others() {
    let grammar = json("editors/vscode/syntaxes/mob.tmLanguage.json");
    let mut all = Vec::new();
    rules(&grammar["repository"]["keywords"], &mut all);
    rules(&grammar["repository"]["declarations"], &mut all);
    let words = all.iter().flat_map(|(_, regex)| {
        let groups = regex.split('(').skip(1).filter_map(|rest| rest.split(')').next());
        groups.flat_map(|group| group.split('|')).filter(|word| is_word(word)).map(str::to_owned)
    });
    assert_eq!(words.collect::<BTreeSet<_>>(), keywords());
}

#[test]
fn vim_has_the_words_of_the_language_and_no_others() {
    let syntax = text("editors/vim/syntax/mob.vim");
    let mut words = BTreeSet::from(["test".to_owned()]);
    for line in syntax.lines().filter_map(|line| line.strip_prefix("syn keyword mob")) {
        words.extend(
            line.split(' ').skip(1).filter(|word| is_word(word) && *word != "contained").map(str::to_owned),
        );
    }
    assert!(syntax.contains(r#"syn match mobStructure '^\s*\zstest\ze\s*"'"#));
    assert_eq!(words, keywords());
}

#[test]
fn what_the_grammars_include_is_there() {
    let grammar = json("editors/vscode/syntaxes/mob.tmLanguage.json");
    let repository = grammar["repository"].as_object().unwrap();
    let text = grammar.to_string();
    let included = text.split("\"include\":\"#").skip(1).filter_map(|rest| rest.split('"').next());
    let included: BTreeSet<_> = included.collect();
    assert!(included.iter().all(|name| repository.contains_key(*name)), "{included:?}");
    assert!(repository.keys().all(|name| included.contains(name.as_str())), "a rule that nothing uses");
}

#[test]
fn the_extension_names_files_that_are_there() {
    let package = json("editors/vscode/package.json");
    let contributes = &package["contributes"];
    let mut paths = vec![package["main"].as_str().unwrap()];
    paths.extend(
        contributes["languages"].as_array().unwrap().iter().map(|l| l["configuration"].as_str().unwrap()),
    );
    for group in ["grammars", "snippets"] {
        paths.extend(
            contributes[group].as_array().unwrap().iter().map(|entry| entry["path"].as_str().unwrap()),
        );
    }
    for path in paths {
        let path = format!("editors/vscode/{}", path.strip_prefix("./").unwrap());
        if path.ends_with(".json") {
            json(&path);
        } else {
            assert!(text(&path).contains("module.exports"), "{path}");
        }
    }
    let script = text("editors/vscode/extension.js");
    for command in contributes["commands"].as_array().unwrap() {
        assert!(script.contains(command["command"].as_str().unwrap()), "{command} is registered nowhere");
    }
    assert_eq!(package["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn snippets_are_programs_once_they_are_filled_in() {
    let snippets = json("editors/vscode/snippets/mob.json");
    for (name, snippet) in snippets.as_object().unwrap() {
        let lines = snippet["body"].as_array().unwrap().iter().map(|line| line.as_str().unwrap());
        let body = filled_in(&lines.collect::<Vec<_>>().join("\n"));
        let is_item = ["fn ", "struct ", "enum ", "test "].iter().any(|word| body.starts_with(word));
        let program = if is_item { body } else { format!("fn f() {{\n{body}\n}}") };
        let formatted = mvm::compiler::format::format("snippet.mob", &program);
        assert!(formatted.is_ok(), "{name}: {program}");
    }
}

/// A snippet's text with what it suggests in its places.
fn filled_in(body: &str) -> String {
    let mut parts = body.split("${");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (place, rest) = part.split_once('}').unwrap();
        text.push_str(place.split_once(':').unwrap().1);
        text.push_str(rest);
    }
    text.replace("assert($0)", "assert(true)").replace("$0", "")
}
