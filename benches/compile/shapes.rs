//! Programs of unlikely shape, each made of many equal things in one place: what is done anew for each of them shows
//! as a cost that grows faster than their number.

use std::fmt::Write;

use super::generate::Source;

/// A program that can be made of any size.
pub(crate) struct Shape {
    /// What there is so much of.
    pub(crate) name: &'static str,
    /// How many there are in the smaller of two programs; the other has twice as many.
    pub(crate) size: usize,
    /// Makes it.
    pub(crate) make: fn(usize) -> Source,
}

/// All of them.
pub(crate) const ALL: [Shape; 8] = [
    Shape { name: "statements in a function", size: 20_000, make: statements },
    Shape { name: "locals in a function", size: 10_000, make: locals },
    Shape { name: "elements of a list", size: 20_000, make: elements },
    Shape { name: "variants and their arms", size: 2_500, make: variants },
    Shape { name: "literals in a match", size: 5_000, make: literals },
    Shape { name: "fields of a struct", size: 5_000, make: fields },
    Shape { name: "branches of an if", size: 50, make: branches },
    Shape { name: "functions and calls", size: 10_000, make: functions },
];

fn lines(count: usize, mut line: impl FnMut(&mut String, usize)) -> String {
    let mut text = String::new();
    for n in 0..count {
        line(&mut text, n);
        text.push('\n');
    }
    text
}

fn source(text: String) -> Source {
    Source::of("", text)
}

fn statements(count: usize) -> Source {
    let body = lines(count, |text, n| _ = write!(text, "  if x > {n} {{ x = x * 3 % 1000 + {n} }}"));
    source(format!("fn main() {{\n  var x = 1\n{body}  print(x)\n}}\n"))
}

fn locals(count: usize) -> Source {
    let body = lines(count, |text, n| _ = write!(text, "  let x{} = x{n} + {n}", n + 1));
    source(format!("fn main() {{\n  let x0 = 1\n{body}  print(x{count})\n}}\n"))
}

fn elements(count: usize) -> Source {
    let body = lines(count, |text, n| _ = write!(text, "    (\"element {n}\", {n}),"));
    source(format!("fn main() {{\n  let xs = [\n{body}  ]\n  print(xs.len())\n}}\n"))
}

fn variants(count: usize) -> Source {
    let declared = lines(count, |text, n| _ = write!(text, "  Case{n}(Int)"));
    let arms = lines(count, |text, n| _ = write!(text, "    Case{n}(x) -> x + {n}"));
    source(format!(
        "enum Many {{\n{declared}}}\nfn value(m: Many) -> Int {{\n  match m {{\n{arms}  }}\n}}\n\
         fn main() {{\n  print(value(Case1(2)))\n}}\n"
    ))
}

fn literals(count: usize) -> Source {
    let arms = lines(count, |text, n| _ = write!(text, "    \"word {n}\" -> {n}"));
    source(format!(
        "fn value(s: Str) -> Int {{\n  match s {{\n{arms}    _ -> -1\n  }}\n}}\nfn main() {{\n  print(value(\"x\"))\n}}\n"
    ))
}

fn fields(count: usize) -> Source {
    let declared = lines(count, |text, n| _ = write!(text, "  field_{n}: Int"));
    let given = lines(count, |text, n| _ = write!(text, "    field_{n}: {n},"));
    let read = lines(count, |text, n| _ = write!(text, "  sum += w.field_{n}"));
    source(format!(
        "struct Wide {{\n{declared}}}\nfn total(w: Wide) -> Int {{\n  var sum = 0\n{read}  sum\n}}\n\
         fn main() {{\n  let w = Wide(\n{given}  )\n  print(total(w))\n}}\n"
    ))
}

fn branches(count: usize) -> Source {
    let chain = lines(count, |text, n| _ = write!(text, "if x == {n} {{ {n} }} else"));
    let functions = lines(100, |text, n| _ = write!(text, "fn f{n}(x: Int) -> Int {{\n{chain}{{ x }}\n}}"));
    let calls = lines(100, |text, n| _ = write!(text, "  print(f{n}({n}))"));
    source(format!("{functions}fn main() {{\n{calls}}}\n"))
}

fn functions(count: usize) -> Source {
    let declared = lines(count, |text, n| {
        _ = write!(
            text,
            "fn f{n}(x: Int) -> Int {{ if x > {n} {{ f{}(x - 1) }} else {{ x * {n} }} }}",
            n * 7 % count
        );
    });
    source(format!("{declared}fn main() {{\n  print(f0(5))\n}}\n"))
}
