//! `mvm test` as people and scripts see it.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::mvm::{Ended, folder, run};

/// Runs `mvm test`, and leaves out how long things took.
fn run_tests(folder: &Path, args: &[&str]) -> Ended {
    let mut ended = run(folder, &[&["test"], args].concat());
    let untimed = |line: &str| match line.rsplit_once(" (") {
        Some((before, time)) if time.ends_with(" ms)") => format!("{before}\n"),
        _ => format!("{line}\n"),
    };
    ended.stdout = ended.stdout.lines().map(untimed).collect();
    ended
}

const ARITHMETIC: &str = r#"use console
fn double(n: Int) -> Int { n * 3 }

test "one" { assert(double(1) == 3) }

test "two" {
  print("seen")
  console.error("also seen")
  assert(double(2) < 4 + 1)
}

test "text" {
  let greeting = "hello "
  assert(greeting == "hello")
}

test "deep" {
  fail_on(0)
}

fn fail_on(n: Int) -> Int {
  10 / n
}
"#;

#[test]
fn failures_show_both_sides_and_the_line() {
    let folder = folder(&[("a.mob", ARITHMETIC)]);
    let ended = run_tests(folder.path(), &[]);
    insta::assert_snapshot!(ended.transcript());
}

#[test]
fn each_result_is_a_line_of_json() {
    let folder = folder(&[("a.mob", ARITHMETIC), ("b.mob", "test \"x\" { nothing }")]);
    let ended = run(folder.path(), &["test", "--json"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(2), ""), "{}", ended.transcript());
    let lines: Vec<Value> = ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let keys = |line: &Value| line.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(lines.len(), 6);
    let test = "at file fuel kind left line message milliseconds outcome output right test trace";
    assert_eq!((keys(&lines[0]).as_str(), keys(&lines[1]).as_str()), (test, test));
    assert_eq!(lines[0]["outcome"], "passed");
    let two = &lines[1];
    assert_eq!(
        (&two["kind"], &two["test"], &two["outcome"]),
        (&"test".into(), &"two".into(), &"failed".into())
    );
    assert_eq!((&two["left"], &two["right"], &two["line"]), (&"6".into(), &"5".into(), &9.into()));
    assert_eq!(two["message"], "assertion failed: double(2) < 4 + 1");
    assert_eq!(two["output"], "seen\nalso seen\n");
    assert_eq!((&lines[2]["left"], &lines[2]["right"]), (&"\"hello \"".into(), &"\"hello\"".into()));
    assert_eq!(lines[3]["trace"].as_array().unwrap().len(), 2);
    assert_eq!(keys(&lines[4]), "file kind message outcome");
    assert_eq!((&lines[4]["kind"], &lines[4]["outcome"]), (&"file".into(), &"broken".into()));
    assert!(lines[4]["message"].as_str().unwrap().contains("b.mob:1:12"), "{}", lines[4]);
    let summary = &lines[5];
    assert_eq!(keys(summary), "broken failed kind milliseconds passed");
    assert_eq!(
        (&summary["passed"], &summary["failed"], &summary["broken"]),
        (&1.into(), &3.into(), &1.into())
    );
}

#[test]
fn folders_are_searched_and_names_filtered() {
    let folder = folder(&[
        ("a/main.mob", "fn main() { }\ntest \"one\" { }"),
        ("b.mob", "test \"two\" { }\ntest \"three\" { }"),
        (".hidden/c.mob", "test \"no\" { assert(false) }"),
        ("notes.txt", "no source"),
    ]);
    let all = run_tests(folder.path(), &[]);
    let expected =
        "passed ./a/main.mob: one\npassed ./b.mob: two\npassed ./b.mob: three\n3 passed, 0 failed\n";
    assert_eq!((all.code, all.stdout.as_str()), (Some(0), expected));
    let some = run_tests(folder.path(), &["--filter", "t", "a", "b.mob"]);
    let expected = "passed b.mob: two\npassed b.mob: three\n2 passed, 0 failed, 1 left out\n";
    assert_eq!((some.code, some.stdout.as_str()), (Some(0), expected));
    assert_eq!(run_tests(folder.path(), &["none.mob"]).code, Some(2));
}

#[test]
fn whatever_one_test_does_the_others_run() {
    let source = r#"
        test "for ever" { while true { } }
        test "deep" { deep(0) }
        test "large" { let xs = [""]
          while true { xs.push("{xs.len()}") } }
        test "loud" { while true { print("again and again") } }
        test "gone" { match go("elsewhere") { Ok(_) -> panic("moved"), Err(_) -> { } } }
        test "fine" { }
        fn deep(n: Int) -> Int { deep(n + 1) + 1 }
    "#;
    let folder = folder(&[("a.mob", source), ("broken.mob", "test \"x\" {"), ("latin.mob", "")]);
    fs::write(folder.path().join("latin.mob"), b"// caf\xe9").unwrap();
    let ended = run_tests(folder.path(), &["--fuel", "3000000"]);
    assert_eq!(ended.code, Some(2));
    for line in
        ["failed ./a.mob: for ever", "failed ./a.mob: deep", "failed ./a.mob: large", "failed ./a.mob: loud"]
    {
        assert!(ended.stdout.contains(line), "{line}: {}", ended.transcript());
    }
    for text in [
        "raise that with --fuel",
        "stack limit",
        "passed ./a.mob: gone",
        "passed ./a.mob: fine",
        "bytes more",
    ] {
        assert!(ended.stdout.contains(text), "{text}: {}", ended.transcript());
    }
    assert!(ended.stdout.contains("broken ./broken.mob\nbroken ./latin.mob\n"), "{}", ended.transcript());
    assert!(
        ended.stdout.ends_with("2 passed, 4 failed, 1 file does not compile, 1 file could not be tested\n"),
        "{}",
        ended.stdout
    );
    assert!(ended.stderr.contains("broken.mob:1"), "{}", ended.stderr);
}

#[test]
fn tests_use_what_is_allowed() {
    let source = "use fs\nuse console\ntest \"files\" {\n  assert(fs.read_text(\"a.txt\") == Ok(\"hello\"))\n  assert(console.read_line() == None)\n}";
    let folder = folder(&[("a.mob", source), ("data/a.txt", "hello")]);
    let refused = run_tests(folder.path(), &[]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("--allow fs=DIR"), "{}", refused.transcript());
    assert_eq!(run_tests(folder.path(), &["--allow", "fs=data"]).code, Some(0));
}

#[test]
fn every_comparison_shows_both_sides() {
    let source = "test \"ne\" { assert([1] != [1]) }\ntest \"lt\" { assert(\"b\" < \"a\") }\ntest \"ge\" { assert(1 >= 2) }\n";
    let folder = folder(&[("a.mob", source)]);
    let ended = run_tests(folder.path(), &["a.mob"]);
    for sides in
        ["left: [1]\n      right: [1]\n", "left: \"b\"\n      right: \"a\"\n", "left: 1\n      right: 2\n"]
    {
        assert!(ended.stdout.contains(sides), "{sides}: {}", ended.transcript());
    }
}

#[test]
fn random_numbers_follow_from_the_seed() {
    let source = "use random\ntest \"one\" { panic(\"{random.bits()}\") }\ntest \"two\" { panic(\"{random.bits()}\") }\n";
    let folder = folder(&[("a.mob", source)]);
    let numbers = |args: &[&str]| {
        let ended = run(folder.path(), &[&["test", "--json", "a.mob"], args].concat());
        let lines = ended.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter_map(|line| line["message"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let zero = numbers(&[]);
    assert!(zero.len() == 2 && zero[0] == zero[1], "{zero:?}");
    assert_eq!(numbers(&["--filter", "two"]), zero[1..]);
    assert_ne!(numbers(&["--seed", "1"]), zero);
}

#[test]
fn files_are_told_of_in_their_order_however_many_are_tested_at_once() {
    let slow = "test \"slow\" { var i = 0\n while i < 300_000 { i += 1 } }\n";
    let files: Vec<(String, String)> = (0..12)
        .map(|n| {
            let more = format!("use ./shared\ntest \"t{n}\" {{ assert(shared.double({n}) == 2 * {n}) }}\n");
            (format!("f{n:02}.mob"), if n % 4 == 0 { more + slow } else { more })
        })
        .collect();
    let mut all: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    all.push((
        "shared.mob",
        "pub fn double(n: Int) -> Int { n + n }\ntest \"own\" { assert(double(1) == 2) }\n",
    ));
    let folder = folder(&all);
    let one = run_tests(folder.path(), &["--jobs", "1"]);
    let many = run_tests(folder.path(), &["--jobs", "8", ".", "f00.mob", "./f00.mob"]);
    assert!(one.stdout.ends_with("16 passed, 0 failed\n"), "{}", one.transcript());
    assert!(many.stdout.ends_with("18 passed, 0 failed\n"), "{}", many.transcript());
    let lines = |ended: &Ended| ended.stdout.lines().take(16).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines(&one), lines(&many));
    assert_eq!(run_tests(folder.path(), &["--jobs", "0"]).code, Some(2));
}
