//! Programs as deep as the parser lets through: every later stage walks them by recursion, and must get along with the
//! 2 MiB of stack that a thread has, or refuse what takes more of it. A quarter of that depth every stage must take.
#![allow(clippy::unwrap_used)]

mod support;

use mob_compiler::parser::DEPTH_MAX;
use mob_compiler::{Options, compile};
use support::Library;

/// `open` so often that a depth is nearly reached, given how many levels each counts; then `middle`, and as many `close`.
fn nested(depth: usize, (levels, open, middle, close): (usize, &str, &str, &str)) -> String {
    let times = (depth - 8) / levels;
    format!("{}{middle}{}", open.repeat(times), close.repeat(times))
}

#[test]
fn no_stage_overflows_its_stack() {
    let shapes = [
        (1, "(", "1", ")"),
        (1, "1 + ", "1", ""),
        (1, "", "true", " && true"),
        (1, "- ", "1", ""),
        (1, "inc(", "1", ")"),
        (1, "Some(", "1", ")"),
        (1, "[", "1", "]"),
        (2, "(1, ", "1", ")"),
        (1, "{ ", "1", " }"),
        (2, "{ let a = ", "1", "; a }"),
        (3, "if true { ", "1", " } else { 2 }"),
        (2, "if true { 2 } else { ", "1", " }"),
        (3, "match 1 { _ -> ", "1", " }"),
        (6, "match Some(1) { Some(x) -> x + ", "1", ", None -> 0 }"),
        (2, "1", "", ".abs()"),
        (2, "while true { ", "return", " }"),
        (3, "for _ in 0..1 { ", "inc(1)", " }"),
        (5, "(|x: Int| x + ", "1", ")(1)"),
        (1, "|| ", "1", ""),
        (4, "inc(if true { ", "1", " } else { 2 })"),
        (4, "inc(match 1 { _ -> ", "1", " })"),
    ];
    for shape in shapes {
        too_deep(&nested(DEPTH_MAX, shape));
        let moderate = nested(DEPTH_MAX / 4, shape);
        assert!(!too_deep(&moderate), "{moderate}");
    }
}

/// Whether compiling an expression is refused for its depth. Whether it has a type is not what this is about.
fn too_deep(expression: &str) -> bool {
    let text = format!("fn inc(x: Int) -> Int {{ x + 1 }}\n\nfn main() {{\n  let x = {expression}\n}}\n");
    let compiled = compile("deep.mob", &text, &Library::default(), &Options::default());
    compiled.is_err_and(|error| error.diagnostics.iter().any(|found| found.code().as_str() == "E0902"))
}
