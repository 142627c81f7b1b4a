//! The language server, asked as an editor asks it.
#![allow(clippy::needless_pass_by_value, clippy::unwrap_used)]

mod support;

use std::fs;

use serde_json::{Value, json};
use support::lsp::Client;
use tempfile::TempDir;

fn workspace(files: &[(&str, &str)]) -> (TempDir, Client) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let client = Client::start(folder.path());
    (folder, client)
}

/// `3:4` for each start of a range, with the file's name before it.
fn places(locations: &Value) -> Vec<String> {
    let shown = locations.as_array().unwrap().iter().map(|location| {
        let name = location["uri"].as_str().unwrap().rsplit('/').next().unwrap();
        let start = &location["range"]["start"];
        format!("{name}:{}:{}", start["line"], start["character"])
    });
    shown.collect()
}

#[test]
fn says_what_it_can_do_and_leaves_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = Client::start_unconnected(folder.path());
    assert!(client.request_error("textDocument/hover", json!({})).contains("initialize"));
    let capabilities = json!({"general": {"positionEncodings": ["utf-8", "utf-16"]}});
    let result = client.request("initialize", json!({"capabilities": capabilities}));
    assert_eq!(result["capabilities"]["positionEncoding"], "utf-8");
    assert_eq!(result["capabilities"]["hoverProvider"], true);
    client.notify("initialized", json!({}));
    assert_eq!(client.stop(), Some(0));
}

#[test]
fn leaving_without_shutting_down_is_an_error() {
    let (_folder, mut client) = workspace(&[]);
    client.notify("exit", Value::Null);
    assert_eq!(client.wait(), Some(1));
}

#[test]
fn diagnostics_follow_the_text() {
    let (_folder, mut client) = workspace(&[]);
    client.open("main.mob", "fn main() {\n  let ñ = 1\n}\n");
    assert_eq!(client.diagnostics("main.mob"), ["1:6 E0101 `ñ` can't be part of a name"]);
    let uri = client.uri("main.mob");
    let change = |range: Value, text: &str| json!({"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"range": range, "text": text}]});
    let name = json!({"start": {"line": 1, "character": 6}, "end": {"line": 1, "character": 7}});
    client.notify("textDocument/didChange", change(name.clone(), "n: Str"));
    let published = client.published("main.mob");
    assert_eq!(published[0]["code"], "E0401");
    assert_eq!(published[0]["relatedInformation"][0]["message"], "this type is written");
    let ty = json!({"start": {"line": 1, "character": 7}, "end": {"line": 1, "character": 12}});
    client.notify("textDocument/didChange", change(ty, ""));
    assert_eq!(client.diagnostics("main.mob"), ["1:6 W0101 `n` is never read"]);
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    assert!(client.diagnostics("main.mob").is_empty());
    assert_eq!(client.stop(), Some(0));
}

#[test]
fn columns_are_counted_as_agreed() {
    let (_folder, mut client) = workspace(&[]);
    client.open("main.mob", "fn main() { print(\"𝄞\" + x) }\n");
    assert_eq!(client.diagnostics("main.mob"), ["0:25 E0301 there is no `x` here"]);
    client.stop();
}

#[test]
fn open_texts_stand_before_those_on_disk() {
    let (_folder, mut client) = workspace(&[("stats.mob", "pub fn one() -> Int { 1 }\n")]);
    client.open("main.mob", "use ./stats\nfn main() { print(stats.two()) }\n");
    assert_eq!(client.diagnostics("main.mob"), ["1:24 E0305 module `stats` has no `two`"]);
    client.open("stats.mob", "pub fn two() -> Int { 2 }\n");
    assert!(client.diagnostics("main.mob").is_empty());
    client.stop();
}

#[test]
fn errors_of_files_that_are_not_open_are_told_too() {
    let (_folder, mut client) = workspace(&[("stats.mob", "pub fn one() -> Int { true }\n")]);
    client.open("main.mob", "use ./stats\nfn main() { print(stats.one()) }\n");
    assert_eq!(client.diagnostics("stats.mob"), ["0:22 E0401 expected `Int`, found `Bool`"]);
    client.stop();
}

#[test]
fn hover_shows_type_documentation_and_module() {
    let (_folder, mut client) = workspace(&[]);
    let hover =
        client.at_cursor("textDocument/hover", "main.mob", "fn main() { print([1].le$0n()) }\n", json!({}));
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(
        text.starts_with("```mob\npub extern \"vm.list.len\" fn len[T](xs: List[T]) -> Int\n```\n\n"),
        "{text}"
    );
    assert!(text.ends_with("*module `list`*"), "{text}");
    assert_eq!(hover["range"]["start"], json!({"line": 0, "character": 22}));
    let nothing = client.at_cursor("textDocument/hover", "main.mob", "$0\nfn main() {}\n", json!({}));
    assert!(nothing.is_null());
    client.stop();
}

#[test]
fn definitions_lead_to_files_and_into_the_standard_library() {
    let (_folder, mut client) = workspace(&[("stats.mob", "pub fn one() -> Int { 1 }\n")]);
    let main = "use ./stats\nfn main() { print(stats.o$0ne()) }\n";
    let there = client.at_cursor("textDocument/definition", "main.mob", main, json!({}));
    assert_eq!(places(&json!([there])), ["stats.mob:0:7"]);
    let main = "fn main() { print([1].le$0n()) }\n";
    let there = client.at_cursor("textDocument/definition", "main.mob", main, json!({}));
    let path = there["uri"].as_str().unwrap().strip_prefix("file://").unwrap().to_owned();
    let text = fs::read_to_string(&path).unwrap();
    let line = text.lines().nth(usize::try_from(there["range"]["start"]["line"].as_u64().unwrap()).unwrap());
    assert_eq!(line, Some("pub extern \"vm.list.len\" fn len[T](xs: List[T]) -> Int"));
    // The file is a document like any other, and has nothing wrong with it.
    let document = json!({"uri": there["uri"], "languageId": "mob", "version": 1, "text": text});
    client.notify("textDocument/didOpen", json!({"textDocument": document}));
    let outline =
        client.request("textDocument/documentSymbol", json!({"textDocument": {"uri": there["uri"]}}));
    assert!(outline.as_array().unwrap().iter().any(|symbol| symbol["name"] == "len"));
    assert_eq!(client.published_at(&there["uri"]), json!([]));
    client.stop();
}

#[test]
fn references_are_found_in_all_files_of_the_workspace() {
    let (_folder, mut client) = workspace(&[
        ("stats.mob", "pub fn one() -> Int { 1 }\n"),
        ("a.mob", "use ./stats\nfn main() { print(stats.one()) }\n"),
        ("b.mob", "use ./stats.{one}\nfn main() { print(one() + one()) }\n"),
    ]);
    let more = json!({"context": {"includeDeclaration": true}});
    let stats = "pub fn o$0ne() -> Int { 1 }\n";
    let mut found = places(&client.at_cursor("textDocument/references", "stats.mob", stats, more));
    found.sort();
    assert_eq!(found, ["a.mob:1:24", "b.mob:0:13", "b.mob:1:18", "b.mob:1:26", "stats.mob:0:7"]);
    client.stop();
}

#[test]
fn symbols_and_inlay_types() {
    let (_folder, mut client) = workspace(&[]);
    client.open("main.mob", "struct P { x: Int }\nfn main() {\n  let p = P(1)\n  print(p.x)\n}\n");
    let document = json!({"uri": client.uri("main.mob")});
    let symbols = client.request("textDocument/documentSymbol", json!({"textDocument": document}));
    assert_eq!(symbols[0]["name"], "P");
    assert_eq!(symbols[0]["children"][0]["name"], "x");
    assert_eq!(symbols[1]["selectionRange"]["start"], json!({"line": 1, "character": 3}));
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 5, "character": 0}});
    let hints = client.request("textDocument/inlayHint", json!({"textDocument": document, "range": range}));
    assert_eq!(hints[0]["label"], ": P");
    assert_eq!(hints[0]["position"], json!({"line": 2, "character": 7}));
    assert_eq!(hints.as_array().unwrap().len(), 1);
    client.stop();
}

#[test]
fn nonsense_does_not_end_it() {
    let (_folder, mut client) = workspace(&[]);
    client.send_raw(b"Content-Length: 7\r\n\r\n{ what!");
    assert_eq!(client.read()["error"]["code"], -32700);
    client.send(&json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": 7}));
    client.send(&json!({"jsonrpc": "2.0", "method": "no/such"}));
    assert!(client.request_error("no/such", json!({})).contains("not supported"));
    assert!(!client.request_error("textDocument/hover", json!({"textDocument": 1})).is_empty());
    let long = "x".repeat(5 << 20);
    client.open("long.mob", &long);
    assert_eq!(client.diagnostics("long.mob").len(), 1);
    client.open("deep.mob", &format!("fn main() {{ {}", "(".repeat(100_000)));
    assert!(!client.diagnostics("deep.mob").is_empty());
    let one_line = "struct A { x: Int }; ".repeat(3_000);
    client.open("line.mob", &one_line);
    let document = json!({"textDocument": {"uri": client.uri("line.mob")}});
    let symbols = client.request("textDocument/documentSymbol", document);
    assert_eq!(symbols.as_array().unwrap().len(), 3_000);
    let far = json!({"line": 4_000_000, "character": 4_000_000});
    let params = client.at("deep.mob", &far, json!({}));
    assert!(client.request("textDocument/hover", params).is_null());
    assert_eq!(client.stop(), Some(0));
}

#[test]
fn what_is_cancelled_before_its_turn_is_not_answered() {
    let (_folder, mut client) = workspace(&[]);
    client.open("main.mob", "fn main() {}\n");
    let id = 900;
    let params = client.at("main.mob", &json!({"line": 0, "character": 0}), json!({}));
    // The cancellation comes first, so that it is certain to have been read when the request's turn comes.
    client.notify("$/cancelRequest", json!({"id": id}));
    client.send(&json!({"jsonrpc": "2.0", "id": id, "method": "textDocument/hover", "params": params}));
    assert_eq!(client.response(id)["error"]["code"], -32800);
    client.stop();
}

#[test]
fn completion_writes_names_calls_and_imports() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = Client::start_unconnected(folder.path());
    let item = json!({"completionItem": {"snippetSupport": true}});
    client.request("initialize", json!({"capabilities": {"textDocument": {"completion": item}}}));
    client.notify("initialized", json!({}));
    let text = "// ñ\nfn main() {\n  let xs = [1]\n  xs.pu$0\n}\n";
    let items = client.at_cursor("textDocument/completion", "main.mob", text, json!({}));
    let push = items.as_array().unwrap().iter().find(|item| item["label"] == "push").unwrap();
    assert_eq!(push["textEdit"]["newText"], "push($0)");
    assert_eq!(push["insertTextFormat"], 2);
    let range = json!({"start": {"line": 3, "character": 5}, "end": {"line": 3, "character": 7}});
    assert_eq!(push["textEdit"]["range"], range);
    let text = "/// Docs.\nfn main() {\n  print(mat$0)\n}\n";
    let items = client.at_cursor("textDocument/completion", "main.mob", text, json!({}));
    let math = items.as_array().unwrap().iter().find(|item| item["label"] == "math").unwrap();
    assert_eq!(math["additionalTextEdits"][0]["newText"], "use math\n");
    assert_eq!(math["additionalTextEdits"][0]["range"]["start"], json!({"line": 0, "character": 0}));
    client.stop();
}

#[test]
fn paths_of_files_are_completed() {
    let files = [("stats.mob", ""), ("deep/inner.mob", ""), ("notes.txt", "")];
    let (_folder, mut client) = workspace(&files);
    let labels = |items: &Value| {
        let labels = items.as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap().to_owned());
        // The home, where explanations are written, is in the same folder.
        labels.filter(|label| label != "home/").collect::<Vec<_>>()
    };
    let items = client.at_cursor("textDocument/completion", "main.mob", "use ./$0\n", json!({}));
    assert_eq!(labels(&items), ["deep/", "stats"]);
    let items = client.at_cursor("textDocument/completion", "main.mob", "use ./deep/in$0\n", json!({}));
    assert_eq!(labels(&items), ["inner"]);
    let items = client.at_cursor("textDocument/completion", "main.mob", "fn main() { 1 ./$0 }\n", json!({}));
    assert!(!labels(&items).contains(&"stats".to_owned()));
    client.stop();
}

#[test]
fn signatures_say_which_argument_is_being_written() {
    let (_folder, mut client) = workspace(&[]);
    let text = "fn draw(x: Int, y: Str) {}\nfn main() { draw(1, $0) }\n";
    let help = client.at_cursor("textDocument/signatureHelp", "main.mob", text, json!({}));
    assert_eq!(help["signatures"][0]["label"], "fn draw(x: Int, y: Str)");
    assert_eq!(help["activeParameter"], 1);
    client.stop();
}

/// The texts after the changes of a `WorkspaceEdit`, each of which is within one line.
fn changed(edit: &Value, uri: &str, text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut changes = edit["changes"][uri].as_array().unwrap().clone();
    changes.sort_by_key(|change| std::cmp::Reverse(change["range"]["start"]["character"].as_u64()));
    for change in changes {
        let at = |end: &str| usize::try_from(change["range"][end]["character"].as_u64().unwrap()).unwrap();
        let line = usize::try_from(change["range"]["start"]["line"].as_u64().unwrap()).unwrap();
        lines[line].replace_range(at("start")..at("end"), change["newText"].as_str().unwrap());
    }
    lines.join("\n")
}

#[test]
fn renaming_reaches_files_that_are_not_open() {
    let other = "use ./stats\nfn main() { print(stats.one()) }";
    let (_folder, mut client) = workspace(&[("stats.mob", ""), ("a.mob", other)]);
    let position = client.open_at_cursor("stats.mob", "pub fn o$0ne() -> Int { 1 }\n");
    let params = client.at("stats.mob", &position, json!({"newName": "first"}));
    let edit = client.request("textDocument/rename", params);
    assert_eq!(changed(&edit, &client.uri("a.mob"), other), other.replace("one", "first"));
    assert_eq!(edit["changes"].as_object().unwrap().len(), 2);
    let params = client.at("stats.mob", &position, json!({}));
    let prepared = client.request("textDocument/prepareRename", params);
    assert_eq!(prepared["placeholder"], "one");
    let params = client.at("stats.mob", &position, json!({"newName": "First"}));
    let refused = client.request_error("textDocument/rename", params);
    assert_eq!(refused, "`First` is no name for a function: it begins with a lower-case letter");
    let position = client.open_at_cursor("b.mob", "fn main() { print([1].le$0n()) }\n");
    let params = client.at("b.mob", &position, json!({}));
    assert!(client.request_error("textDocument/prepareRename", params).contains("standard library"));
    client.stop();
}

#[test]
fn what_diagnostics_suggest_can_be_done() {
    let (_folder, mut client) = workspace(&[]);
    let text = "fn main() { let length = 1\n  print(lenght) }";
    client.open("main.mob", text);
    let place = json!({"line": 1, "character": 9});
    let params = json!({
        "textDocument": {"uri": client.uri("main.mob")},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": []},
    });
    let actions = client.request("textDocument/codeAction", params);
    assert_eq!(actions[0]["title"], "did you mean `length`?");
    assert_eq!(changed(&actions[0]["edit"], &client.uri("main.mob"), text), text.replace("lenght", "length"));
    client.stop();
}

#[test]
fn codes_lead_to_their_explanations() {
    let (_folder, mut client) = workspace(&[]);
    client.open("main.mob", "fn main() { print(nothing) }\n");
    let published = client.published("main.mob");
    let href = published[0]["codeDescription"]["href"].as_str().unwrap();
    let text = fs::read_to_string(href.strip_prefix("file://").unwrap()).unwrap();
    assert!(text.starts_with("# E0301: a name that nothing here has\n\n"), "{text}");
    client.stop();
}

#[test]
fn names_are_told_by_what_they_mean() {
    let (_folder, mut client) = workspace(&[]);
    client.open("main.mob", "fn f(a: Int) -> Int { a }\n");
    let document = json!({"textDocument": {"uri": client.uri("main.mob")}});
    let tokens = client.request("textDocument/semanticTokens/full", document);
    // Each is its distance from the one before in lines and columns, its length, its kind and its modifiers.
    assert_eq!(tokens["data"], json!([0, 3, 1, 6, 1, 0, 2, 1, 8, 3, 0, 17, 1, 8, 2]));
    let found = client.request("workspace/symbol", json!({"query": "F"}));
    assert_eq!(places(&json!([found[0]["location"]])), ["main.mob:0:3"]);
    client.stop();
}

#[test]
fn formatting_changes_what_is_not_in_style() {
    let (_folder, mut client) = workspace(&[]);
    client.open("main.mob", "fn main() {\nprint( 1 )\n}\n");
    let params = json!({
        "textDocument": {"uri": client.uri("main.mob")},
        "options": {"tabSize": 2, "insertSpaces": true},
    });
    let edits = client.request("textDocument/formatting", params.clone());
    let range = json!({"start": {"line": 1, "character": 0}, "end": {"line": 2, "character": 0}});
    assert_eq!(edits, json!([{"range": range, "newText": "  print(1)\n"}]));
    client.open("main.mob", "fn main( {\n");
    assert!(client.request("textDocument/formatting", params).is_null());
    client.stop();
}
