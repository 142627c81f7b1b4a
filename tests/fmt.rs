//! `mvm fmt` as scripts and editors rely on it, and the style of what is in this repository.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::path::Path;

use support::mvm::{assert_ends, folder, run, run_with_input};

const UNTIDY: &str = "fn main( ) { print( 1 ) }\n";
const TIDY: &str = "fn main() { print(1) }\n";

/// The standard library and the examples are in the style.
#[test]
fn repository_is_formatted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert_ends(&run(root, &["fmt", "--check", "stdlib", "examples", "benches"]), 0, "", &[]);
}

#[test]
fn files_and_folders_are_formatted_in_place() {
    let folder = folder(&[
        ("a.mob", UNTIDY),
        ("sub/b.mob", UNTIDY),
        ("sub/tidy.mob", TIDY),
        ("sub/c.txt", UNTIDY),
        ("sub/.hidden/d.mob", UNTIDY),
    ]);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let before = fs::metadata(folder.path().join("sub/tidy.mob")).unwrap().modified().unwrap();
    let ended = run(folder.path(), &["fmt", "a.mob", "sub"]);
    assert_ends(&ended, 0, "", &["2 files changed, 1 did not have to"]);
    assert_eq!([read("a.mob"), read("sub/b.mob"), read("sub/tidy.mob")], [TIDY; 3]);
    assert_eq!([read("sub/c.txt"), read("sub/.hidden/d.mob")], [UNTIDY; 2]);
    assert_eq!(fs::metadata(folder.path().join("sub/tidy.mob")).unwrap().modified().unwrap(), before);
    assert_eq!(fs::read_dir(folder.path().join("sub")).unwrap().count(), 4);
    assert_ends(&run(folder.path(), &["fmt", "."]), 0, "", &[]);
}

#[test]
fn check_changes_nothing_and_shows_what_differs() {
    let folder = folder(&[("a.mob", UNTIDY), ("b.mob", TIDY)]);
    let ended = run(folder.path(), &["fmt", "--check", "."]);
    let difference = "./a.mob:1\n-fn main( ) { print( 1 ) }\n+fn main() { print(1) }\n";
    assert_ends(&ended, 1, difference, &["1 file would change, 1 did not have to"]);
    assert_eq!(fs::read_to_string(folder.path().join("a.mob")).unwrap(), UNTIDY);
    assert_ends(&run(folder.path(), &["fmt", "--check", "b.mob"]), 0, "", &[]);
}

#[test]
fn standard_input_is_filtered() {
    let folder = folder(&[]);
    assert_ends(&run_with_input(folder.path(), &["fmt", "-"], UNTIDY.as_bytes()), 0, TIDY, &[]);
    let difference = "stdin:1\n-fn main( ) { print( 1 ) }\n+fn main() { print(1) }\n";
    assert_ends(
        &run_with_input(folder.path(), &["fmt", "--check", "-"], UNTIDY.as_bytes()),
        1,
        difference,
        &[],
    );
    assert_ends(&run_with_input(folder.path(), &["fmt", "--check", "-"], TIDY.as_bytes()), 0, "", &[]);
    assert_ends(&run_with_input(folder.path(), &["fmt", "-"], b""), 0, "", &[]);
    assert_ends(&run_with_input(folder.path(), &["fmt", "-"], b"fn f( {"), 2, "", &["stdin:1:"]);
    let huge = "\n".repeat(5 << 20);
    let refusal = "stdin is longer than a source file may be";
    assert_ends(&run_with_input(folder.path(), &["fmt", "-"], huge.as_bytes()), 2, "", &[refusal]);
    assert_ends(
        &run_with_input(folder.path(), &["fmt", "-", "a.mob"], TIDY.as_bytes()),
        2,
        "",
        &["`-` stands for"],
    );
}

#[test]
fn a_file_that_fails_does_not_hold_up_the_others() {
    let folder = folder(&[("a.mob", "fn f( {\n"), ("b.mob", UNTIDY), ("text.txt", UNTIDY)]);
    fs::write(folder.path().join("bytes.mob"), b"fn f() {}\n\xff").unwrap();
    fs::write(folder.path().join("huge.mob"), "\n".repeat(5 << 20)).unwrap();
    let ended = run(folder.path(), &["fmt", ".", "missing.mob", "text.txt"]);
    let said = [
        "a.mob:1:",
        "bytes.mob is not UTF-8: line 2",
        "huge.mob is longer than a source file may be",
        "cannot read missing.mob: there is no such file",
        "text.txt does not end in .mob",
        "1 file changed",
        "5 files could not be formatted",
    ];
    assert_ends(&ended, 2, "", &said);
    assert_eq!(fs::read_to_string(folder.path().join("b.mob")).unwrap(), TIDY);
    assert_eq!(fs::read_to_string(folder.path().join("a.mob")).unwrap(), "fn f( {\n");
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder(&[("real/a.mob", UNTIDY), ("b.mob", UNTIDY)]);
    let path = |name: &str| folder.path().join(name);
    let set_mode =
        |name: &str, mode| fs::set_permissions(path(name), fs::Permissions::from_mode(mode)).unwrap();
    set_mode("real/a.mob", 0o750);
    set_mode("b.mob", 0o444);
    symlink("real/a.mob", path("link.mob")).unwrap();
    symlink("real", path("loop")).unwrap();
    let ended = run(folder.path(), &["fmt", "link.mob", "b.mob"]);
    assert_ends(&ended, 2, "", &["cannot write b.mob: it is read-only"]);
    assert_eq!(fs::read_to_string(path("b.mob")).unwrap(), UNTIDY);
    assert_eq!(fs::read_to_string(path("real/a.mob")).unwrap(), TIDY);
    assert!(fs::symlink_metadata(path("link.mob")).unwrap().is_symlink());
    assert_eq!(fs::metadata(path("real/a.mob")).unwrap().permissions().mode() & 0o777, 0o750);
}
