//! What the analysis says about places in source text. `$0` in a text is the cursor.
#![allow(clippy::unwrap_used)]

mod support;

use mob_compiler::analysis::{Analysis, Hover, Root};
use mob_compiler::diagnostic::Diagnostics;
use mob_compiler::lexer::{Token, lex};
use mob_compiler::source::{FileId, Span};
use mob_compiler::sources::MemorySources;
use support::Library;

/// A program with a cursor in it.
struct Program {
    analysis: Analysis,
    file: FileId,
    offset: u32,
}

/// A text without its cursor, and where that was.
fn unmarked(marked: &str) -> (String, u32) {
    let offset = marked.find("$0").unwrap();
    (marked.replacen("$0", "", 1), u32::try_from(offset).unwrap())
}

/// Analyses `main.mob` with a cursor in it, beside other files.
fn program_with(marked: &str, files: &[(&str, &str)]) -> Program {
    let (text, offset) = unmarked(marked);
    let files = files.iter().fold(MemorySources::new(), |all, (name, text)| all.with_file(*name, *text));
    let root = Root { name: "main.mob", text: &text };
    let analysis = Analysis::new(&[root], &Library { files }, false);
    let file = analysis.file("main.mob").unwrap();
    Program { analysis, file, offset }
}

fn program(marked: &str) -> Program {
    program_with(marked, &[])
}

impl Program {
    fn hover(&self) -> Hover {
        self.analysis.hover(self.file, self.offset).unwrap()
    }

    fn place(&self, span: Span) -> String {
        let file = self.analysis.sources().get(span.file).unwrap();
        let place = file.line_column(span.start);
        format!("{}:{}:{}", file.name(), place.line, place.column)
    }

    fn definition(&self) -> Option<String> {
        self.analysis.definition(self.file, self.offset).map(|span| self.place(span))
    }

    fn references(&self) -> Vec<String> {
        let references = self.analysis.references(self.file, self.offset);
        references.into_iter().map(|span| self.place(span)).collect()
    }

    fn inlays(&self) -> Vec<String> {
        let text = self.analysis.sources().get(self.file).unwrap().text();
        let whole = Span::new(self.file, 0, u32::try_from(text.len()).unwrap());
        let inlays = self.analysis.inlays(whole).into_iter();
        let name =
            |offset: u32| text[..offset as usize].rsplit(|c: char| !c.is_alphanumeric()).next().unwrap();
        inlays.map(|inlay| format!("{}{}", name(inlay.offset), inlay.text)).collect()
    }
}

#[test]
fn hover_gives_a_function_with_its_documentation() {
    let hover =
        program("/// Twice as much.\nfn twice(n: Int) -> Int { n + n }\nfn main() { print(twi$0ce(2)) }\n")
            .hover();
    assert_eq!(hover.signature, "fn twice(n: Int) -> Int");
    assert_eq!(hover.doc.as_deref(), Some("Twice as much."));
    assert_eq!(hover.module, None);
}

#[test]
fn hover_names_the_module_of_a_method() {
    let hover = program("fn main() {\n  let xs = [1]\n  xs.pu$0sh(2)\n}\n").hover();
    assert_eq!(hover.signature, "pub extern \"vm.list.push\" fn push[T](xs: List[T], x: T)");
    assert_eq!(hover.module.as_deref(), Some("list"));
}

#[test]
fn hover_gives_inferred_types() {
    let text =
        "fn main() {\n  var xs = []\n  xs.push((1, \"a\"))\n  let f = |p| p\n  print($0xs)\n  f(1)\n}\n";
    assert_eq!(program(text).hover().signature, "var xs: List[(Int, Str)]");
    let text = "fn main() {\n  let ok = [1].map(|n$0| n > 0)\n  print(ok)\n}\n";
    assert_eq!(program(text).hover().signature, "n: Int");
}

#[test]
fn hover_gives_the_type_that_a_generic_field_has_here() {
    let text = "struct Box[T] { value: T }\nfn main() {\n  let b = Box(1)\n  print(b.val$0ue)\n}\n";
    let hover = program(text).hover();
    assert_eq!(hover.signature, "Box.value: T");
    assert_eq!(hover.here.as_deref(), Some("Int"));
}

#[test]
fn hover_tells_what_the_language_has() {
    assert_eq!(program("fn f(xs: Li$0st[Int]) {}\n").hover().signature, "List[T]");
    assert_eq!(program("fn f() { as$0sert(true) }\n").hover().signature, "assert(condition: Bool)");
    let comment = program("// an In$0t\nfn f() {}\n");
    assert_eq!(comment.analysis.hover(comment.file, comment.offset), None);
}

#[test]
fn names_mean_what_they_mean_in_bodies_with_errors() {
    let text = "fn main() {\n  let count = 1\n  let wrong: Str = count\n  nothing(cou$0nt)\n}\n";
    let program = program(text);
    assert_eq!(program.definition().as_deref(), Some("main.mob:2:7"));
    assert_eq!(program.references(), ["main.mob:2:7", "main.mob:3:20", "main.mob:4:11"]);
    assert_eq!(program.analysis.diagnostics().error_count(), 2);
}

#[test]
fn what_can_not_be_parsed_leaves_the_rest() {
    let text = "fn a() -> Int { 1 }\nfn b() { let = }\nfn c() { print($0a()) }\n";
    let program = program(text);
    assert_eq!(program.definition().as_deref(), Some("main.mob:1:4"));
    assert_eq!(program.analysis.diagnostics().error_count(), 1);
}

#[test]
fn references_cross_files() {
    let stats = "/// One.\npub struct One { pub_value: Int }\npub fn one() -> One { One(pub_value: 1) }\n";
    let text = "use ./stats\nfn main() {\n  let o: stats.One = stats.o$0ne()\n  print(o.pub_value)\n}\n";
    let program = program_with(text, &[("stats.mob", stats)]);
    assert_eq!(program.definition().as_deref(), Some("stats.mob:3:8"));
    assert_eq!(program.references(), ["main.mob:3:28", "stats.mob:3:8"]);
}

#[test]
fn labels_fields_and_patterns_mean_their_declarations() {
    let text = "struct P { x: Int, y: Int }\nfn main() {\n  let p = P($0x: 1, y: 2)\n  let P(x: a, y: _) = P(..p, x: 3)\n  p.x = a + p.x\n}\n";
    let program = program(text);
    let places = ["1:12", "3:13", "4:9", "4:30", "5:5", "5:15"];
    assert_eq!(program.references(), places.map(|place| format!("main.mob:{place}")));
}

#[test]
fn type_parameters_are_those_of_the_item_around() {
    let text = "fn id[T](x: T) -> T { let y: $0T = x\n y }\nfn other[T](x: T) -> T { x }\n";
    assert_eq!(
        program(text).references(),
        ["main.mob:1:7", "main.mob:1:13", "main.mob:1:19", "main.mob:1:30"]
    );
}

#[test]
fn variants_enums_and_modules_are_found() {
    let text = "use math as m\nenum Shape { Dot, Circle(r: Float) }\nfn area(s: Shape) -> Float {\n  match s {\n    Dot -> 0.0\n    Circle(r) -> r * m.pi()\n  }\n}\nfn main() { print(area(Shape.$0Circle(r: 1.0))) }\n";
    assert_eq!(program(text).references(), ["main.mob:2:19", "main.mob:6:5", "main.mob:9:30"]);
    let text = "use math as m\nfn main() { print($0m.sqrt(2.0)) }\n";
    assert_eq!(program(text).definition().as_deref(), Some("std/math.mob:1:1"));
}

#[test]
fn the_name_before_the_cursor_counts_if_none_is_under_it() {
    let text = "fn f(a: Int) -> Int { a$0 }\n";
    assert_eq!(program(text).definition().as_deref(), Some("main.mob:1:6"));
}

#[test]
fn types_that_are_not_written_are_shown() {
    let text = "fn main() {\n  let a = 1\n  let b: Int = a\n  var c = [a, b]\n  c = c.map(|d| d + 1).filter(|e: Int| e > 1)\n  for f in c { print(f) }\n}$0\n";
    assert_eq!(program(text).inlays(), ["a: Int", "c: List[Int]", "d: Int"]);
}

#[test]
fn the_outline_has_items_and_their_parts() {
    let program =
        program("struct P { x: Int }\nenum E { A, B }\nconst N: Int = 1\nfn f() {}\ntest \"t\" {}\n$0");
    let outline = program.analysis.outline(program.file);
    let shown = outline.iter().map(|item| {
        let parts: Vec<_> = item.parts.iter().map(|part| part.name.as_str()).collect();
        format!("{} {} {}", item.kind.as_str(), item.name, parts.join(" "))
    });
    assert_eq!(
        shown.collect::<Vec<_>>(),
        ["struct P x", "enum E A B", "constant N ", "function f ", "test t "]
    );
}

/// Renames what is at the cursor: all texts that change, or why not.
fn rename(marked: &str, files: &[(&str, &str)], new: &str) -> Result<Vec<String>, String> {
    let (text, offset) = unmarked(marked);
    let library = Library {
        files: files.iter().fold(MemorySources::new(), |all, (name, text)| all.with_file(*name, *text)),
    };
    let mut roots = vec![Root { name: "main.mob", text: &text }];
    roots.extend(files.iter().map(|(name, text)| Root { name, text }));
    let analysis = Analysis::new(&roots, &library, false);
    let file = analysis.file("main.mob").unwrap();
    let rename = analysis.rename(file, offset, new, &roots, &library).map_err(|error| error.to_string())?;
    let changed = roots.iter().filter_map(|root| {
        let file = analysis.file(root.name).unwrap();
        let mut text = root.text.to_owned();
        for place in rename.places.iter().rev().filter(|place| place.file == file) {
            text.replace_range(place.range(), &rename.name);
        }
        (text != root.text).then_some(text)
    });
    Ok(changed.collect())
}

#[test]
fn renaming_changes_all_uses_in_all_files() {
    let main = "use ./stats\nfn main() { print(stats.o$0ne(n: 1)) }\n";
    let files = [
        ("stats.mob", "pub fn one(n: Int) -> Int { n }\ntest \"one\" { assert(one(1) == 1) }\n"),
        ("other.mob", "use ./stats.{one as uno}\nfn main() { print(uno(1)) }\n"),
    ];
    let changed = rename(main, &files, "first").unwrap();
    assert_eq!(
        changed,
        [
            "use ./stats\nfn main() { print(stats.first(n: 1)) }\n",
            "pub fn first(n: Int) -> Int { n }\ntest \"one\" { assert(first(1) == 1) }\n",
            "use ./stats.{first as uno}\nfn main() { print(uno(1)) }\n",
        ]
    );
}

#[test]
fn renaming_changes_labels_fields_and_aliases() {
    let text = "struct P { x$0: Int }\nfn main() { let p = P(x: 1)\n  print(P(..p, x: p.x).x) }\n";
    let changed =
        "struct P { left: Int }\nfn main() { let p = P(left: 1)\n  print(P(..p, left: p.left).left) }\n";
    assert_eq!(rename(text, &[], "left").unwrap(), [changed]);
    let text = "fn f(a$0: Int) -> Int { a }\nfn main() { print(f(a: 1)) }\n";
    assert_eq!(
        rename(text, &[], "b").unwrap(),
        ["fn f(b: Int) -> Int { b }\nfn main() { print(f(b: 1)) }\n"]
    );
    let text = "use math as m\nfn main() { print($0m.pi()) }\n";
    assert_eq!(rename(text, &[], "maths").unwrap(), ["use math as maths\nfn main() { print(maths.pi()) }\n"]);
}

#[test]
fn names_that_would_clash_are_refused() {
    let text = "fn main() {\n  let a$0 = 1\n  let b = 2\n  print(a + b)\n}\n";
    assert_eq!(rename(text, &[], "c").unwrap().len(), 1);
    assert_eq!(
        rename(text, &[], "b").unwrap_err(),
        "with the name `b`, main.mob:4 would mean something else"
    );
    let text = "fn one() {}\nfn two$0() {}\n";
    assert!(rename(text, &[], "one").unwrap_err().contains("would mean something else"));
    let text = "fn main() { let print$0er = 1\n  print(printer) }\n";
    assert!(rename(text, &[], "print").unwrap_err().contains("would mean something else"));
}

#[test]
fn names_that_are_none_are_refused() {
    let text = "fn main() { let a$0 = 1\n  print(a) }\n";
    for (new, part) in [
        ("A", "it begins with a lower-case letter"),
        ("let", "it is a word of the language"),
        ("a b", "names consist of letters"),
        ("", "names consist of letters"),
        ("a.b", "names consist of letters"),
        (" b", "names consist of letters"),
        ("_", "no name at all"),
    ] {
        let refused = rename(text, &[], new).unwrap_err();
        assert!(refused.contains(part), "{new}: {refused}");
    }
    assert!(rename("enum E { A$0 }\n", &[], "a").unwrap_err().contains("upper-case"));
}

#[test]
fn what_others_declare_keeps_its_name() {
    let stdlib = rename("fn main() { print([1].le$0n()) }\n", &[], "length").unwrap_err();
    assert_eq!(stdlib, "`len` belongs to the standard library; a `use … as …` can give it another name here");
    let module = rename("use $0math\nfn main() { print(math.pi()) }\n", &[], "m").unwrap_err();
    assert!(module.starts_with("a module is named by its file"));
    assert_eq!(
        rename("$0\nfn main() {}\n", &[], "m").unwrap_err(),
        "there is no name here that is declared somewhere"
    );
}

/// What a name may be besides something that is declared: types and functions of the language itself.
const BUILT_IN: [&str; 12] =
    ["Int", "Float", "Bool", "Str", "Bytes", "List", "Map", "Set", "Addr", "Inbox", "assert", "panic"];

/// The names in a text that mean nothing, with their lines.
fn meaningless(analysis: &Analysis, file: FileId) -> Vec<String> {
    let source = analysis.sources().get(file).unwrap();
    let tokens = lex(file, source.text(), &mut Diagnostics::new()).tokens;
    let names = tokens.iter().filter_map(|token| match &token.token {
        Token::Lower(name) | Token::Upper(name) if !BUILT_IN.contains(&&**name) => Some((name, token)),
        _ => None,
    });
    let lost = names.filter(|(_, token)| analysis.symbol_at(file, token.start).is_none());
    lost.map(|(name, token)| format!("{}:{} {name}", source.name(), source.line(token.start))).collect()
}

#[test]
fn every_name_of_every_example_means_something() {
    let all = examples().into_iter();
    let library =
        Library { files: all.fold(MemorySources::new(), |all, (name, text)| all.with_file(name, text)) };
    let mut lost = Vec::new();
    for (name, text) in examples() {
        let analysis = Analysis::new(&[Root { name: &name, text: &text }], &library, false);
        let file = analysis.file(&name).unwrap();
        lost.extend(meaningless(&analysis, file));
        let renders = analysis.diagnostics().iter().map(|diagnostic| diagnostic.message().to_owned());
        assert_eq!(renders.collect::<Vec<_>>(), Vec::<String>::new(), "{name}");
    }
    assert!(lost.is_empty(), "{lost:#?}");
}

fn examples() -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "mob"));
    let read = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    files.map(read).collect()
}
