//! Programs as deep as the parser lets through: every later stage walks them by recursion, and must get along with the
//! 2 MiB of stack that a thread has.
#![allow(clippy::unwrap_used)]

mod support;

use mob_compiler::parser::DEPTH_MAX;
use mob_compiler::{Options, compile};
use support::Library;

/// `open` so often that the limit on depth is nearly reached, given how many levels each counts; then `middle`, and
/// as many `close`.
fn nested(levels: usize, open: &str, middle: &str, close: &str) -> String {
    let times = (DEPTH_MAX - 8) / levels;
    format!("{}{middle}{}", open.repeat(times), close.repeat(times))
}

#[test]
fn no_stage_overflows_its_stack() {
    let expressions = [
        nested(1, "(", "1", ")"),
        nested(1, "1 + ", "1", ""),
        nested(1, "", "true", " && true"),
        nested(1, "- ", "1", ""),
        nested(1, "inc(", "1", ")"),
        nested(1, "Some(", "1", ")"),
        nested(1, "[", "1", "]"),
        nested(2, "(1, ", "1", ")"),
        nested(1, "{ ", "1", " }"),
        nested(2, "{ let a = ", "1", "; a }"),
        nested(3, "if true { ", "1", " } else { 2 }"),
        nested(2, "if true { 2 } else { ", "1", " }"),
        nested(3, "match 1 { _ -> ", "1", " }"),
        nested(6, "match Some(1) { Some(x) -> x + ", "1", ", None -> 0 }"),
        nested(2, "1", "", ".abs()"),
        nested(2, "while true { ", "return", " }"),
        nested(3, "for _ in 0..1 { ", "inc(1)", " }"),
        nested(5, "(|x: Int| x + ", "1", ")(1)"),
        nested(1, "|| ", "1", ""),
        nested(4, "inc(if true { ", "1", " } else { 2 })"),
        nested(4, "inc(match 1 { _ -> ", "1", " })"),
    ];
    for expression in expressions {
        let text = format!("fn inc(x: Int) -> Int {{ x + 1 }}\n\nfn main() {{\n  let x = {expression}\n}}\n");
        // Whether it has a type is not what this is about.
        if let Err(error) = compile("deep.mob", &text, &Library::default(), &Options::default()) {
            let too_deep = error.diagnostics.iter().any(|diagnostic| diagnostic.code().as_str() == "E0902");
            assert!(!too_deep, "{expression}");
        }
    }
}
