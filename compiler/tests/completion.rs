//! What the analysis offers at places in source text. `$0` in a text is the cursor.
#![allow(clippy::unwrap_used)]

mod support;

use mob_compiler::analysis::{Analysis, Completion, CompletionKind, Root};
use mob_compiler::sources::MemorySources;
use support::Library;

fn complete_with(marked: &str, files: &[(&str, &str)]) -> Vec<Completion> {
    let offset = u32::try_from(marked.find("$0").unwrap()).unwrap();
    let text = marked.replacen("$0", "", 1);
    let files = files.iter().fold(MemorySources::new(), |all, (name, text)| all.with_file(*name, *text));
    Analysis::complete(&Root { name: "main.mob", text: &text }, offset, &Library { files }, false).items
}

fn complete(marked: &str) -> Vec<Completion> {
    complete_with(marked, &[])
}

fn names(items: &[Completion]) -> Vec<&str> {
    items.iter().map(|item| item.name.as_str()).collect()
}

/// The names of those that are nearest.
fn best(items: &[Completion]) -> Vec<&str> {
    let rank = items.first().map(|item| item.rank);
    items.iter().filter(|item| Some(item.rank) == rank).map(|item| item.name.as_str()).collect()
}

fn find<'a>(items: &'a [Completion], name: &str) -> &'a Completion {
    items.iter().find(|item| item.name == name).unwrap_or_else(|| panic!("no {name} in {:?}", names(items)))
}

#[test]
fn members_of_a_list_after_a_bare_dot() {
    let items = complete("fn main() {\n  let xs = [1, 2]\n  xs.$0\n  print(xs)\n}\n");
    let push = find(&items, "push");
    assert_eq!(push.kind, CompletionKind::Method);
    assert_eq!(push.arguments, Some(1));
    assert!(push.detail.as_deref().unwrap().contains("fn push[T](xs: List[T], x: T)"));
    assert!(push.doc.is_some());
    assert_eq!(find(&items, "len").arguments, Some(0));
    // Not for lists: `filled` takes a number first, `trim` a text.
    assert!(!names(&items).contains(&"filled") && !names(&items).contains(&"trim"));
}

#[test]
fn members_of_a_struct_are_fields_then_functions() {
    let text = "struct P[T] { first: T, second: Int }\nfn sum(p: P[Int]) -> Int { p.first }\nfn other(n: Int) {}\nfn f(p: P[Int]) { print(p.fi$0) }\n";
    let items = complete(text);
    assert_eq!(best(&items), ["first", "second"]);
    assert_eq!(find(&items, "first").detail.as_deref(), Some("first: Int"));
    assert_eq!(find(&items, "sum").kind, CompletionKind::Method);
    assert!(!names(&items).contains(&"other"));
}

#[test]
fn members_where_the_rest_is_not_written_yet() {
    for text in [
        "fn f(xs: List[Int]) { for x in xs.$0\n}\n",
        "fn f(xs: List[Int]) { if xs.$0\n}\n",
        "fn f(xs: List[Int]) { print(xs.$0",
        "fn f(xs: List[Int]) { let n = xs.map(|x| x).$0\n}\n",
        "fn f(xs: List[List[Int]]) { xs.map(|x| x.$0\n}\n",
        "fn f(xs: List[Int]) { print(\"{xs.$0}\") }\n",
        "fn f(xs: List[Int]) { match xs.$0\n}\n",
        "fn g(a: Int, b: Int) {}\nfn f(xs: List[Int]) { g(xs.$0) }\n",
        "fn f(xs: List[Int]) {\n  let broken: Str = 1\n  xs.$0\n}\nfn ( {\n",
    ] {
        assert!(names(&complete(text)).contains(&"reverse"), "{text}: {:?}", names(&complete(text)));
    }
}

#[test]
fn exports_of_modules_and_variants_of_enums() {
    let stats = "pub fn mean() -> Int { 1 }\nfn secret() {}\npub struct S { x: Int }\npub enum Mood { Good, Bad(why: Str) }\n";
    let files = [("stats.mob", stats)];
    let items = complete_with("use ./stats\nfn main() { stats.$0 }\n", &files);
    assert_eq!(names(&items), ["Bad", "Good", "Mood", "S", "mean"]);
    let items = complete_with("use ./stats\nfn main() { stats.Mood.$0 }\n", &files);
    assert_eq!(names(&items), ["Bad", "Good"]);
    assert_eq!((find(&items, "Good").arguments, find(&items, "Bad").arguments), (None, Some(1)));
    let items = complete_with("use ./stats.{$0}\nfn main() {}\n", &files);
    assert_eq!(names(&items), ["Bad", "Good", "Mood", "S", "mean"]);
    let items = complete_with("use ./stats\nfn f(s: stats.$0) {}\n", &files);
    assert_eq!(names(&items), ["Mood", "S"]);
}

#[test]
fn names_in_scope_nearest_first() {
    let text = "fn helper() {}\nfn main(args: List[Str]) {\n  let n = 1\n  for i in 0..n { let j = i }\n  $0\n  let later = 2\n}\n";
    let items = complete(text);
    assert_eq!(best(&items), ["args", "n"]);
    assert_eq!(find(&items, "n").detail.as_deref(), Some("let n: Int"));
    for name in ["helper", "print", "Some", "panic", "if", "Option"] {
        find(&items, name);
    }
    assert!(!names(&items).contains(&"later") && !names(&items).contains(&"j"));
    assert_eq!(find(&items, "math").import.as_deref(), Some("math"));
}

#[test]
fn closures_arms_and_loops_have_scopes() {
    let text =
        "fn f(m: Option[Int]) {\n  match m { Some(a) if a > 0 -> [a].each(|b| print($0)), _ -> {} }\n}\n";
    assert_eq!(best(&complete(text)), ["a", "b", "m"]);
    let text = "fn f(m: Option[Int]) {\n  if let Some(a) = m { $0 } else { }\n}\n";
    assert_eq!(best(&complete(text)), ["a", "m"]);
    let text = "fn f(m: Option[Int]) {\n  let Some(a) = m else { return $0 }\n}\n";
    assert_eq!(best(&complete(text)), ["m"]);
}

#[test]
fn labels_of_calls() {
    let text = "fn draw(x: Int, y: Int) {}\nfn main() { draw(x: 1, $0) }\n";
    assert_eq!(best(&complete(text)), ["y"]);
    let text = "struct P { x: Int, y: Int }\nfn main() { let p = P($0) }\n";
    let items = complete(text);
    assert_eq!(best(&items), ["x", "y"]);
    assert_eq!(find(&items, "x").kind, CompletionKind::Label);
    let text = "enum E { A(left: Int, right: Int) }\nfn f(e: E) { match e { A($0: 1, ..) -> {} } }\n";
    assert_eq!(names(&complete(text)), ["left", "right"]);
}

#[test]
fn constructors_in_patterns() {
    let text = "enum Shape { Dot, Circle(r: Float) }\nfn f(s: Shape) {\n  match s {\n    $0\n  }\n}\n";
    assert_eq!(names(&complete(text)), ["Circle", "Dot"]);
    let text = "enum Shape { Dot, Circle(r: Float) }\nfn f(s: Shape) {\n  match s {\n    Dot -> {}\n    Ci$0\n  }\n}\n";
    assert_eq!(names(&complete(text)), ["Circle", "Dot"]);
    let text = "fn f(s: Option[Option[Int]]) {\n  if let Some($0) = s {}\n}\n";
    assert_eq!(names(&complete(text)), ["None", "Some"]);
}

#[test]
fn types_where_types_stand() {
    for text in [
        "struct Own { x: Int }\nfn f[T](x: $0) {}\n",
        "struct Own { x: Int }\nfn f[T]() -> $0 {}\n",
        "struct Own { x: Int }\nfn f[T]() { let x: List[$0] = [] }\n",
        "struct Own { x: Int }\nfn f[T](x: $0\n",
    ] {
        let items = complete(text);
        assert!(!items.is_empty(), "{text}");
        for name in ["Own", "Int", "List", "Option", "T"] {
            find(&items, name);
        }
        assert!(!names(&items).contains(&"print"), "{text}");
    }
}

#[test]
fn modules_after_use() {
    let items = complete("use $0\nfn main() {}\n");
    assert!(names(&items).contains(&"math") && !names(&items).contains(&"prelude"));
    assert!(items.iter().all(|item| item.import.is_none()));
    assert!(names(&complete("use math.{$0}\nfn main() {}\n")).contains(&"sqrt"));
}

#[test]
fn nothing_where_no_known_name_can_stand() {
    for text in [
        "fn main() { let $0 }\n",
        "fn $0() {}\n",
        "// hello $0\nfn main() {}\n",
        "/// hello $0\nfn main() {}\n",
        "fn main() { print(\"hello $0 there\") }\n",
        "fn main() { let x = 12$0 }\n",
        "fn f(x$0: Int) {}\n",
    ] {
        assert_eq!(names(&complete(text)), Vec::<&str>::new(), "{text}");
    }
}

/// The signature at the cursor, with the active parameter in brackets.
fn signature(marked: &str) -> Option<String> {
    let offset = u32::try_from(marked.find("$0").unwrap()).unwrap();
    let text = marked.replacen("$0", "", 1);
    let library = Library { files: MemorySources::new() };
    let help = Analysis::signature_help(&Root { name: "main.mob", text: &text }, offset, &library, false)?;
    let active = help.active.map_or("none", |active| help.parameters[active].as_str());
    Some(format!("{} [{active}]", help.signature))
}

#[test]
fn signatures_while_arguments_are_written() {
    let draw = "fn draw(x: Int, y: Str) {}\n";
    for (call, active) in [
        ("draw($0)", "x: Int"),
        ("draw(1, $0)", "y: Str"),
        ("draw(1, $0", "y: Str"),
        ("draw(y: $0)", "y: Str"),
        ("1.draw($0)", "y: Str"),
        ("draw(1, \"a\", $0)", "none"),
        ("draw([1].len() + $0)", "x: Int"),
    ] {
        let text = format!("{draw}fn main() {{ {call} }}\n");
        assert_eq!(signature(&text).unwrap(), format!("fn draw(x: Int, y: Str) [{active}]"), "{call}");
    }
    let inner = signature(&format!("{draw}fn main() {{ draw([1].push($0)) }}\n")).unwrap();
    assert!(inner.ends_with("[x: T]"), "{inner}");
    assert_eq!(signature("fn main() { $0 }\n"), None);
}

#[test]
fn any_place_of_a_program_can_be_asked_about() {
    let text = "use math\nenum E[T] { A, B(x: T) }\nstruct S { e: E[Int] }\nconst N: Int = 2\nfn f[T](s: S, t: T) -> Int {\n  var n = N\n  for i in 0..n { n += i }\n  match s.e { A -> 1, B(x) if x > 1 -> { [x].map(|y| y + n)[0] }, _ -> math.pi().truncate() }\n}\ntest \"t\" { assert(\"{N}ä\" == \"2ä\") }\n";
    let library = Library { files: MemorySources::new() };
    for offset in 0..=text.len() {
        let root = Root { name: "main.mob", text };
        let offset = u32::try_from(offset).unwrap();
        let _ = Analysis::complete(&root, offset, &library, false);
    }
}
