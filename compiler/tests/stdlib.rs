//! The standard library passes the checker, with all that it declares.
#![allow(clippy::unwrap_used)]

mod support;

use mob_compiler::{Options, check};
use support::{Library, rendered};

#[test]
fn every_module_of_the_standard_library_is_correct() {
    let options = Options { tests: true, stdlib: true, ..Options::default() };
    for name in mob_stdlib::names() {
        let text = mob_stdlib::source(name).unwrap();
        let checked = check(&format!("std/{name}.mob"), text, &Library::default(), &options);
        assert!(checked.program.is_some(), "{}", rendered(&checked));
        assert!(checked.diagnostics.is_empty(), "{}", rendered(&checked));
    }
}
