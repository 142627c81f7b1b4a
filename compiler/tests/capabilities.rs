//! What a module says that it needs of the outside.
#![allow(clippy::unwrap_used)]

mod support;

use mob_compiler::{Options, compile};
use support::Library;

fn capabilities(text: &str) -> Vec<String> {
    compile("main.mob", text, &Library::default(), &Options::default()).unwrap().module.capabilities
}

// covers: The capabilities that a program can reach stand in its module, and the list is exact.
#[test]
fn are_those_that_main_can_reach() {
    let declared = "use clock\nuse fs\nextern \"probe.read\" fn probe() -> Int\n";
    let others =
        "pub fn unused() -> Int { clock.now_ms() }\nfn save() { fs.write_text(\"a\", \"b\").unwrap() }\n";
    let program = |main: &str| format!("{declared}{others}fn main() {{\n{main}\n}}\n");
    assert_eq!(capabilities(&program("")), [""; 0]);
    assert_eq!(capabilities(&program("probe()")), ["probe"]);
    assert_eq!(capabilities(&program("let f = || probe()\nlet g = [save]")), ["fs", "probe"]);
    assert_eq!(capabilities(&program("save()\nprint(unused())")), ["clock", "console", "fs"]);
}
