//! Programs that are large, or would become so: each is compiled and verified, or refused with an error that names the
//! limit. What they ask for without a limit would take a time or memory that no machine has, so that ending at all is what
//! is tested.
#![allow(clippy::unwrap_used)]

mod support;

use mob_compiler::diagnostic::{DIAGNOSTICS_MAX, Diagnostics};
use mob_compiler::{CompileError, Compiled, Options, compile};
use mob_vm::Program;
use support::Library;

fn compiled(text: &str) -> Result<Compiled, Box<CompileError>> {
    compile("large.mob", text, &Library::default(), &Options { tests: true, ..Options::default() })
}

/// The program is compiled without an error, and the engine takes it.
fn accepted(text: &str) {
    match compiled(text) {
        Ok(compiled) => drop(Program::load(compiled.module).unwrap()),
        Err(error) => panic!("{}", error.diagnostics.render(&error.sources, Default::default())),
    }
}

/// The program is refused. Gives what is said.
fn said(text: &str) -> Diagnostics {
    compiled(text).map(|_| ()).unwrap_err().diagnostics
}

/// The program is refused with errors of this code alone, the first of which says this.
fn refused(text: &str, code: &str, message: &str) {
    let diagnostics = said(text);
    let codes: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.code().as_str()).collect();
    assert!(codes.iter().all(|found| *found == code), "{codes:?}");
    let first = diagnostics.iter().next().unwrap();
    assert!(first.message().contains(message), "{}", first.message());
    assert!(first.span().is_some(), "{}", first.message());
}

/// A text for each number below `count`, joined.
fn each(count: usize, text: impl Fn(usize) -> String) -> String {
    (0..count).map(text).collect()
}

fn nested(open: &str, middle: &str, close: &str, times: usize) -> String {
    format!("{}{middle}{}", open.repeat(times), close.repeat(times))
}

#[test]
fn generic_functions_that_need_endlessly_many_types_are_refused() {
    let growing = [
        "fn f[T](n: Int, x: T) -> Int { f(n - 1, (x, x)) }",
        "fn f[T](n: Int, x: T) -> Int { if n > 0 { f(n - 1, [x]) } else { 0 } }",
        "fn f[T](n: Int, x: T) -> Int { g(n, [x]) }\nfn g[T](n: Int, x: T) -> Int { f(n - 1, (x, 1)) }",
        "fn f[T](n: Int, x: T) -> Int { f(n - 1, || x) }",
        "fn f[T](n: Int, x: T) -> Int { let again = |y: List[T]| f(n - 1, y)\n again([x]) }",
        "struct Box[T] { held: T }\nfn f[T](n: Int, x: T) -> Int { f(n - 1, Box(x)) }",
        "fn f[T](n: Int, x: T) -> Int { f(n - 1, Some(x)) }",
    ];
    for text in growing {
        refused(&format!("{text}\nfn main() {{ print(f(3, 1)) }}\n"), "E0904", "too many different types");
    }
    let nest = "enum Nest[T] { Flat(T), Nested(Nest[(T, T)]) }";
    let main = "fn main() { let n: Nest[Int] = Flat(1)\n print(n) }";
    refused(&format!("{nest}\n{main}\n"), "E0904", "too many different types");
}

#[test]
fn generic_functions_that_need_exponentially_many_types_are_refused() {
    let doubling = each(25, |n| format!("fn f{}[T](x: T) -> Int {{ f{n}([x]) + f{n}((x, 1)) }}\n", n + 1));
    let text = format!("fn f0[T](x: T) -> Int {{ 1 }}\n{doubling}fn main() {{ print(f25(1)) }}\n");
    refused(&text, "E0904", "too many different types");
}

#[test]
fn types_that_double_are_refused() {
    let tuples = each(60, |n| format!(" let a{} = (a{n}, a{n})\n", n + 1));
    refused(&format!("fn main() {{\n let a0 = (1, 2)\n{tuples}}}\n"), "E0906", "larger than the limit");
    let aliases = each(60, |n| format!("type A{} = (A{n}, A{n})\n", n + 1));
    let text = format!("type A0 = (Int, Int)\n{aliases}fn f(a: A60) {{}}\nfn main() {{}}\n");
    refused(&text, "E0906", "larger than the limit");
    let calls = nested("pair(", "1", ")", 60);
    let text = format!("fn pair[T](x: T) -> (T, T) {{ (x, x) }}\nfn main() {{ let x = {calls} }}\n");
    refused(&text, "E0906", "larger than the limit");
    let closures = each(40, |n| format!(" let f{} = |x| (f{n}(x), f{n}(x))\n", n + 1));
    let text = format!("fn main() {{\n let f0 = |x: Int| (x, x)\n{closures} f40(1)\n}}\n");
    refused(&text, "E0906", "larger than the limit");
}

#[test]
fn deep_types_patterns_and_closures_are_refused() {
    let list = format!("fn f(x: {}) {{}}\n", nested("List[", "Int", "]", 200));
    refused(&list, "E0906", "larger than the limit");
    let list = format!("fn f(x: {}) {{}}\n", nested("List[", "Int", "]", 300));
    refused(&list, "E0902", "nested too deep");
    let pattern = nested("Some(", "x", ")", 300);
    let text = format!("fn f(x: Option[Int]) {{ match x {{ {pattern} -> 1, _ -> 0 }} }}\n");
    refused(&text, "E0902", "nested too deep");
    let text = format!("fn main() {{ let f = {}1 }}\n", "|| ".repeat(200));
    refused(&text, "E0906", "larger than the limit");
    let text = format!("fn main() {{ let f = {}1 }}\n", "|| ".repeat(300));
    refused(&text, "E0902", "nested too deep");
    let text = format!("fn main() {{ print({}) }}\n", nested("\"a{", "1", "}\"", 40));
    refused(&text, "E0902", "nested too deep");
    accepted(&format!("fn main() {{ print({}) }}\n", nested("\"a{", "1", "}\"", 15)));
    let calls = nested("(|| x + ", "1", ")()", 40);
    accepted(&format!("fn main() {{\n let x = 1\n print({calls})\n}}\n"));
}

// covers: A long list, a long `match` and a long `else if` chain are not deep; a chain of 300 `+` is.
#[test]
fn chains_of_operators_are_bounded_and_chains_of_conditions_are_not() {
    accepted(&format!("fn main() {{ print({}1) }}\n", "1 + ".repeat(150)));
    refused(&format!("fn main() {{ print({}1) }}\n", "1 + ".repeat(5_000)), "E0902", "too long a chain");
    let chain = each(3_000, |n| format!(" else if n == {n} {{ {n} }}"));
    accepted(&format!(
        "fn f(n: Int) -> Int {{\n if n < 0 {{ 0 }}{chain} else {{ 1 }}\n}}\nfn main() {{ print(f(2)) }}\n"
    ));
    let chain = each(3_000, |n| format!(" else if n == {n} {{ print({n}) }}"));
    accepted(&format!("fn main() {{\n let n = 5\n if n < 0 {{ }}{chain}\n}}\n"));
    let chain = each(400, |n| format!(" else if let Some({n}) = o {{ {n} }}"));
    let text = format!("fn f(o: Option[Int]) -> Int {{\n if let None = o {{ 0 }}{chain} else {{ 1 }}\n}}\n");
    refused(&text, "E0902", "nested too deep");
}

#[test]
fn matches_of_thousands_of_arms_are_checked() {
    let arms = |count, arm: &dyn Fn(usize) -> String| each(count, |n| format!("  {} -> {n}\n", arm(n)));
    let ints = arms(5_000, &|n| n.to_string());
    accepted(&format!("fn f(n: Int) -> Int {{\n match n {{\n{ints}  _ -> 0\n }}\n}}\n"));
    let texts = arms(5_000, &|n| format!("\"k{n}\""));
    accepted(&format!("fn f(n: Str) -> Int {{\n match n {{\n{texts}  _ -> 0\n }}\n}}\n"));
    let variants = each(2_000, |n| format!(" V{n}\n"));
    let all = arms(2_000, &|n| format!("V{n}"));
    accepted(&format!("enum E {{\n{variants}}}\nfn f(e: E) -> Int {{\n match e {{\n{all} }}\n}}\n"));
    let all_but_one = arms(1_999, &|n| format!("V{n}"));
    let text = format!("enum E {{\n{variants}}}\nfn f(e: E) -> Int {{\n match e {{\n{all_but_one} }}\n}}\n");
    refused(&text, "E0501", "misses the case `V1999`");
}

#[test]
fn matches_with_exponentially_many_cases_are_refused() {
    let tuple = |element: &str| vec![element; 25].join(", ");
    let one_of = |n: usize| {
        let columns = (0..25).map(|column| if column == n { "A" } else { "_" });
        format!("  ({}) -> {n}\n", columns.collect::<Vec<_>>().join(", "))
    };
    let types = tuple("T");
    let arms = each(25, one_of);
    let text = format!("enum T {{ A, B, C }}\nfn f(t: ({types})) -> Int {{\n match t {{\n{arms} }}\n}}\n");
    refused(&text, "E0907", "too many to check");
    let ints = tuple("Int");
    let either = tuple("1 | 2");
    let text = format!("fn f(t: ({ints})) -> Int {{\n match t {{\n ({either}) -> 1\n _ -> 0\n }}\n}}\n");
    refused(&text, "E0907", "too many to check");
}

#[test]
fn programs_with_very_many_items_are_compiled() {
    let functions = each(20_000, |n| format!("fn f{n}(x: Int) -> Int {{ x + {n} }}\n"));
    accepted(&format!("{functions}fn main() {{ print(f5(1)) }}\n"));
    let constants = each(20_000, |n| format!("const C{n}: Int = {n}\n"));
    accepted(&format!("{constants}fn main() {{ print(C5) }}\n"));
    let statements = "  x += 1\n".repeat(20_000);
    accepted(&format!("fn main() {{\n  var x = 0\n{statements}  print(x)\n}}\n"));
}

#[test]
fn very_long_lines_and_texts_are_compiled() {
    let elements = each(20_000, |n| format!("{n}, "));
    accepted(&format!("fn main() {{ let xs = [{elements}]\n print(xs.len()) }}\n"));
    let parts = "{x} ".repeat(5_000);
    accepted(&format!("fn main() {{ let x = 1\n print(\"{parts}\") }}\n"));
    accepted(&format!("const S: Str = \"{}\"\nfn main() {{ print(S.len()) }}\n", "a".repeat(500_000)));
}

#[test]
fn names_are_bounded() {
    let long = "a".repeat(255);
    accepted(&format!(
        "struct S{} {{ {long}: Int }}\nfn {long}() {{}}\nfn main() {{ {long}() }}\n",
        &long[1..]
    ));
    for text in [
        "fn main() { let NAME = 1\n print(NAME) }\n",
        "fn NAME() {}\nfn main() {}\n",
        "struct ANAME { x: Int }\nfn main() {}\n",
        "struct S { NAME: Int }\nfn main() {}\n",
        "fn f[TNAME](x: Int) {}\nfn main() {}\n",
    ] {
        let text = text.replace("NAME", &"a".repeat(5_000));
        refused(&text, "E0908", "a name has at most 255 characters");
    }
    let text = format!("test \"{}\" {{}}\nfn main() {{}}\n", "a".repeat(5_000));
    refused(&text, "E0908", "the name of a test has at most 1000 bytes");
    let text = format!("extern \"a.{}\" fn f()\nfn main() {{}}\n", "a".repeat(5_000));
    refused(&text, "E0309", "at most 255 bytes");
    // The name of a specialisation is made of those of its types.
    let params: Vec<_> = (0..200).map(|n| format!("T{n}")).collect();
    let args: Vec<_> = (0..200).map(|n| format!("x{n}: T{n}")).collect();
    let values = vec!["(1, \"a\", [(2.5, true)])"; 200].join(", ");
    let (params, args) = (params.join(", "), args.join(", "));
    accepted(&format!("fn f[{params}]({args}) {{}}\nfn main() {{ f({values}) }}\n"));
}

#[test]
fn constants_are_bounded() {
    let doubling = each(30, |n| format!("const A{}: Str = A{n} + A{n}\n", n + 1));
    let text = format!("const A0: Str = \"{}\"\n{doubling}fn main() {{ print(A30) }}\n", "a".repeat(1_000));
    refused(&text, "E0420", "longer than the limit");
    let doubling = each(30, |n| format!("const A{}: Str = \"{{A{n}}}{{A{n}}}\"\n", n + 1));
    let text = format!("const A0: Str = \"{}\"\n{doubling}fn main() {{ print(A30) }}\n", "a".repeat(1_000));
    refused(&text, "E0420", "longer than the limit");
}

#[test]
fn functions_with_very_many_values_alive_are_compiled_or_refused() {
    let texts = each(1_000, |n| format!("  let s{n} = \"a{{x}}{n}\"\n"));
    let printed = each(1_000, |n| format!("  print(s{n})\n"));
    accepted(&format!("fn f(x: Int) {{\n{texts}{printed}}}\nfn main() {{ f(1) }}\n"));
    let locals = each(40_000, |n| format!("  let s{n} = x + {n}\n"));
    let sum = each(40_000, |n| format!("  total += s{n}\n"));
    let text =
        format!("fn f(x: Int) {{\n  var total = 0\n{locals}{sum}  print(total)\n}}\nfn main() {{ f(1) }}\n");
    refused(&text, "E0905", "the function `f` is too large");
    let locals = each(400, |n| format!("  let s{n} = x + {n}\n"));
    let sum = each(400, |n| format!("    total += s{n}\n"));
    let closure = format!("  let g = || {{\n    var total = 0\n{sum}    total\n  }}\n  print(g())\n");
    let text = format!("fn f(x: Int) {{\n{locals}{closure}}}\nfn main() {{ f(1) }}\n");
    refused(&text, "E0905", "is too large");
}

// covers: errors, and warnings, that are shown | 50 each
#[test]
fn thousands_of_errors_are_counted_and_the_first_are_shown() {
    for line in ["  print(x_N)\n", "  let = N\n", "  1.function_N()\n", "  let a: T_N = 1\n", "  1 + \"N\"\n"]
    {
        let body = each(3_000, |n| line.replace('N', &n.to_string()));
        let diagnostics = said(&format!("fn main() {{\n{body}}}\n"));
        assert!(diagnostics.error_count() >= 32, "{line}: {}", diagnostics.error_count());
        assert!(diagnostics.iter().count() <= 2 * DIAGNOSTICS_MAX, "{line}");
    }
}
