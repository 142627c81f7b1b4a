//! The command line as scripts rely on it: what goes to which stream, and with which exit code commands end.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::process::Stdio;

use support::mvm::{Ended, assert_ends, finish, folder, mvm, run, run_with_input};

/// Runs `mvm` beside one file, `main.mob`.
fn run_program(source: &str, args: &[&str]) -> Ended {
    run(folder(&[("main.mob", source)]).path(), args)
}

#[test]
fn help_of_each_command() {
    let folder = folder(&[]);
    let mut text = String::new();
    let commands = run(folder.path(), &["help"]);
    text.push_str(&commands.stdout);
    let names = commands.stdout.lines().skip_while(|line| *line != "Commands:").skip(1);
    for name in names.take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next()) {
        let help = run(folder.path(), &["help", name]);
        text.push_str(&format!("\n========== mvm help {name}\n{}", help.stdout));
    }
    insta::assert_snapshot!("help", text);
}

#[test]
fn version_and_completions_go_to_stdout() {
    let folder = folder(&[]);
    assert_ends(
        &run(folder.path(), &["--version"]),
        0,
        concat!("mvm ", env!("CARGO_PKG_VERSION"), "\n"),
        &[],
    );
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ended = run(folder.path(), &["completions", shell]);
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
        assert!(ended.stdout.contains("mvm") && ended.stdout.contains("inspect"), "{shell}");
    }
}

#[test]
fn man_pages_are_of_the_same_declarations() {
    let folder = folder(&[]);
    assert_ends(&run(folder.path(), &["man", "pages"]), 0, "", &[]);
    let page = fs::read_to_string(folder.path().join("pages/mvm-run.1")).unwrap();
    assert!(page.contains("fuel"), "{page}");
}

#[test]
fn wrong_usage_is_2() {
    let folder = folder(&[]);
    for args in [&[][..], &["frob"], &["run"], &["run", "--fuel", "x", "a"], &["run", "--heap", "9Q", "a"]] {
        let ended = run(folder.path(), args);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{args:?}");
        assert!(!ended.stderr.is_empty());
    }
}

#[test]
fn output_is_on_stdout_and_main_may_fail() {
    assert_ends(&run_program("fn main() { print(\"hi\") }", &["run", "main.mob"]), 0, "hi\n", &[]);
    let source = "fn main(args: List[Str]) -> Result[(), Str] { print(args)\n Err(\"no {args.len()}\") }";
    let ended = run_program(source, &["run", "main.mob", "a", "--fuel", "-x"]);
    assert_ends(&ended, 1, "[\"a\", \"--fuel\", \"-x\"]\n", &["Err(\"no 3\")"]);
}

#[test]
fn agents_that_fail_are_told_of_on_stderr() {
    let source = "fn main() {\n let failing = spawn(|ns: Inbox[Int]| if ns.receive() > 0 { Err(\"no\") } else { Ok(()) })\n \
                  let downs = failing.monitor()\n failing.send(1)\n print(downs.receive().reason) }";
    let told = ["agent 1 ended: it returned Err(\"no\")"];
    let printed = "Failed(\"it returned Err(\\\"no\\\")\")\n";
    assert_ends(&run_program(source, &["run", "main.mob"]), 0, printed, &told);
    // In turns on one thread.
    assert_ends(&run_program(source, &["run", "--profile", "out.svg", "main.mob"]), 0, printed, &told);
}

#[test]
fn arguments_that_main_does_not_take_are_2() {
    assert_ends(&run_program("fn main() {}", &["run", "main.mob", "a"]), 2, "", &["takes no arguments"]);
}

#[test]
fn a_source_that_does_not_compile_is_2_to_run_and_1_to_check() {
    let source = "fn main() { print(nothing) }";
    let ran = run_program(source, &["run", "main.mob"]);
    assert_ends(&ran, 2, "", &["error[E", "main.mob:1:19"]);
    let checked = run_program(source, &["check", "main.mob"]);
    assert_ends(&checked, 1, "", &["error[E", "main.mob:1:19", "1 error"]);
    assert_ends(&run_program("fn main() {}", &["check", "main.mob"]), 0, "", &[]);
}

#[test]
fn check_searches_folders_and_says_once_what_several_files_have_in_common() {
    let folder = folder(&[
        ("a.mob", "use ./parts/wrong\nfn main() { wrong.f() }"),
        ("b.mob", "use ./parts/wrong\nfn main() { wrong.f() }"),
        ("parts/wrong.mob", "pub fn f() { print(nothing) }"),
        ("c.mob", "fn main() { print(either) }"),
        ("notes.txt", "no program"),
        (".hidden/d.mob", "fn main() { print(hidden) }"),
    ]);
    let ended = run(folder.path(), &["check", "."]);
    assert_ends(&ended, 1, "", &["parts/wrong.mob:1:20", "c.mob:1:19", "2 errors, 0 warnings"]);
    assert_eq!(ended.stderr.matches("error[").count(), 2, "{}", ended.stderr);
    // What can't be read doesn't keep the others from being checked.
    let ended = run(folder.path(), &["check", "none.mob", "c.mob"]);
    assert_ends(&ended, 2, "", &["cannot read none.mob: there is no such file", "c.mob:1:19", "1 error"]);
}

#[test]
fn check_gives_json() {
    let ended = run_program("fn main() { print(nothing)\n print(either) }", &["check", "--json", "main.mob"]);
    assert_eq!(ended.code, Some(1));
    let lines: Vec<serde_json::Value> =
        ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (lines[1]["file"].as_str(), lines[1]["line"].as_u64(), lines[1]["column"].as_u64()),
        (Some("main.mob"), Some(2), Some(8))
    );
    assert_eq!(lines[1]["severity"], "error");
    assert!(lines[1]["code"].as_str().unwrap().starts_with('E'));
}

#[test]
fn json_gives_places_in_bytes_and_changes_that_would_mend_them() {
    let source = "fn main() { print([1].lenght()) }";
    let ended = run_program(source, &["check", "--json", "main.mob"]);
    let said: serde_json::Value = serde_json::from_str(ended.stdout.trim()).unwrap();
    assert_eq!(said["code"], "E0407");
    assert_eq!(said["labels"][0]["primary"], true);
    assert_eq!(
        (said["labels"][0]["start"].as_u64(), said["labels"][0]["end"].as_u64()),
        (Some(22), Some(28))
    );
    assert_eq!(said["help"][0], "did you mean `len`?");
    let edit = &said["suggestions"][0]["edits"][0];
    let (start, end) = (edit["start"].as_u64().unwrap() as usize, edit["end"].as_u64().unwrap() as usize);
    let mended = format!("{}{}{}", &source[..start], edit["text"].as_str().unwrap(), &source[end..]);
    assert_eq!(mended, "fn main() { print([1].len()) }");
}

#[test]
fn codes_are_explained() {
    let folder = tempfile::tempdir().unwrap();
    assert_ends(
        &run(folder.path(), &["explain", "nonsense"]),
        2,
        "",
        &["no code \"nonsense\"", "mvm explain"],
    );
    assert_ends(&run(folder.path(), &["explain", "E0491"]), 2, "", &["did you mean E0490"]);
    let explained = run(folder.path(), &["explain", "e0501"]);
    assert_eq!(explained.code, Some(0));
    assert!(explained.stdout.starts_with("E0501: a match that misses a case\n"), "{}", explained.stdout);
    assert!(explained.stdout.contains("Wrong:") && explained.stdout.contains("Right:"));
    let all = run(folder.path(), &["explain"]);
    assert!(all.stdout.lines().any(|line| line == "W0101  a name that is never read"), "{}", all.stdout);
}

#[test]
fn a_trap_is_3_with_a_stack_trace() {
    let source = "fn half(n: Int) -> Int {\n  10 / n\n}\n\nfn main() {\n  print(half(0))\n}\n";
    let ended = run_program(source, &["run", "main.mob"]);
    assert_ends(&ended, 3, "", &["division by zero", "in half at main.mob:2", "in main at main.mob:6"]);
}

#[test]
fn what_recursion_repeats_is_shown_once() {
    let source = "fn even(n: Int) -> Bool {\n  if n == 0 { panic(\"zero\") }\n  !odd(n - 1)\n}\n\
                  fn odd(n: Int) -> Bool {\n  !even(n - 1)\n}\nfn main() { print(even(5_000)) }\n";
    let ended = run_program(source, &["run", "main.mob"]);
    let lines = [
        "in even at main.mob:2",
        "in odd at main.mob:6",
        "in even at main.mob:3",
        "… 4998 more of the same 2",
        "in main at main.mob:8",
    ];
    let trace: String = lines.iter().map(|line| format!("\n  {line}")).collect();
    assert_ends(&ended, 3, "", &[&format!("trap: panic: zero{trace}\n")]);
}

#[test]
fn limits_are_4_and_name_the_flag() {
    let endless = "fn main() { while true { } }";
    assert_ends(&run_program(endless, &["run", "--fuel", "100000", "main.mob"]), 4, "", &["fuel", "--fuel"]);
    let recursion = "fn deep(n: Int) -> Int { deep(n + 1) + 1 }\nfn main() { print(deep(0)) }";
    assert_ends(&run_program(recursion, &["run", "main.mob"]), 4, "", &["stack", "--stack"]);
    let allocation = "fn main() { var all = [\"\"]\n while true { all.push(\"x{all.len()}\") } }";
    let ended = run_program(allocation, &["run", "--heap", "1M", "main.mob"]);
    assert_ends(&ended, 4, "", &["heap", "--heap"]);
}

#[test]
fn limits_hold_on_nodes_of_this_process_too() {
    let endless = "fn main() { while true { } }";
    let ended = run_program(endless, &["run", "--nodes", "a", "--fuel", "100000", "main.mob"]);
    assert_ends(&ended, 4, "", &["fuel", "--fuel"]);
    let source = "fn main() -> Result[(), Str] { print(\"on a\")\n Err(\"no luck\") }";
    let ended = run_program(source, &["run", "--nodes", "a,b", "main.mob"]);
    assert_ends(&ended, 1, "on a\n", &["main returned Err(\"no luck\")"]);
    let ended = run_program(source, &["run", "--nodes", "a,a", "main.mob"]);
    assert_ends(&ended, 2, "", &["both be called a"]);
}

#[test]
fn nesting_without_end_is_2() {
    let nested = format!("fn main() {{ let x = {}1{} }}", "(".repeat(10_000), ")".repeat(10_000));
    assert_ends(&run_program(&nested, &["run", "main.mob"]), 2, "", &["nested too deep"]);
}

#[test]
fn hops_are_told_on_stderr_in_their_order() {
    let source = "fn main() -> Result[(), MoveError] { go(\"b\")?\n go(\"c\")?\n go(\"a\")?\n Ok(()) }";
    let ended = run_program(source, &["run", "--nodes", "a,b,c", "main.mob"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), ""), "{}", ended.transcript());
    let hops: Vec<_> = ended.stderr.lines().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(hops, ["hop a -> b", "hop b -> c", "hop c -> a"], "{}", ended.stderr);
}

#[test]
fn a_capability_that_is_not_allowed_is_5_and_names_the_flag() {
    let source = "use fs\nuse env\nfn main() { print(fs.exists(\"x\"))\n print(env.args()) }";
    let ended = run_program(source, &["run", "main.mob"]);
    assert_ends(&ended, 5, "", &["`fs`", "fs.metadata", "--allow fs=DIR"]);
    let ended = run_program(source, &["run", "--allow", "fs", "main.mob"]);
    assert_ends(&ended, 5, "", &["`env`", "env.args", "--allow env=NAME"]);
    let ended = run_program(source, &["run", "--allow", "fs", "--allow", "env", "main.mob"]);
    assert_ends(&ended, 0, "false\n[]\n", &[]);
    let ended = run_program(source, &["run", "--allow", "fs=none", "main.mob"]);
    assert_ends(&ended, 2, "", &["--allow fs=none", "can't be opened"]);
    let unknown = "extern \"shop.price\" fn price() -> Int\nfn main() { print(price()) }";
    assert_ends(&run_program(unknown, &["run", "main.mob"]), 5, "", &["`shop`", "--allow shop"]);
    assert_ends(&run_program(unknown, &["run", "--allow", "shop", "main.mob"]), 2, "", &["there is none"]);
    assert_ends(&run_program(unknown, &["run", "--allow", "shop=x", "main.mob"]), 2, "", &["has no scope"]);
}

#[test]
fn files_are_those_of_the_allowed_folder() {
    let source = r#"
        use fs
        fn main() -> Result[(), FsError] {
          fs.write_text("out.txt", fs.read_text("in.txt")?.upper())?
          print(fs.list(".")?)
          print(fs.read_text("../secret.txt"))
          Ok(())
        }
    "#;
    let source = source.replace("FsError", "fs.FsError");
    let folder = folder(&[("main.mob", &source), ("data/in.txt", "hello"), ("secret.txt", "secret")]);
    let ended = run(folder.path(), &["run", "--allow", "fs=data", "main.mob"]);
    let outside =
        "Err(Outside(\"../secret.txt: the path leads out of the folder that the program may use\"))";
    assert_ends(&ended, 0, &format!("[\"in.txt\", \"out.txt\"]\n{outside}\n"), &[]);
    assert_eq!(fs::read_to_string(folder.path().join("data/out.txt")).unwrap(), "HELLO");
    let ended = run(folder.path(), &["run", "--nodes", "a", "--allow", "fs=data", "main.mob"]);
    assert_ends(&ended, 5, "", &["`fs`", "without --nodes"]);
    let ended = run(folder.path(), &["run", "--nodes", "a", "main.mob"]);
    assert_ends(&ended, 5, "", &["`fs`", "without --nodes"]);
}

#[test]
fn variables_are_those_that_are_named() {
    let source = "use env\nfn main() { print(env.get(\"MOB_A\"))\n print(env.get(\"MOB_B\")) }";
    let folder = folder(&[("main.mob", source)]);
    let run = |scope: &str| {
        let mut command = mvm(folder.path(), &["run", "--allow", scope, "main.mob"]);
        finish(command.env("MOB_A", "a").env_remove("MOB_B").spawn().unwrap())
    };
    assert_ends(&run("env"), 0, "Some(\"a\")\nNone\n", &[]);
    assert_ends(&run("env=MOB_A,MOB_B"), 0, "Some(\"a\")\nNone\n", &[]);
    assert_ends(&run("env=MOB_A"), 3, "Some(\"a\")\n", &["`MOB_B`", "--allow env=MOB_B"]);
}

#[test]
fn programs_read_lines_of_standard_input() {
    let source =
        "use console\nfn main() {\n while let Some(line) = console.ask(\"> \") { print(line.upper()) }\n}";
    let folder = folder(&[("main.mob", source)]);
    let ended = run_with_input(folder.path(), &["run", "main.mob"], b"one\r\nt\xffo");
    assert_ends(&ended, 0, "> ONE\n> T\u{fffd}O\n> ", &[]);
    let ended = run_with_input(folder.path(), &["run", "main.mob"], &vec![b'x'; 2 << 20]);
    assert_ends(&ended, 3, "> ", &["longer than"]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_program_that_waits() {
    use std::io::Read;
    for waits in ["console.read_line()", "clock.sleep(1_000_000)"] {
        let source = format!(
            "use console\nuse clock\nfn main() {{\n console.write(\"?\")\n clock.now_ms()\n {waits}\n}}"
        );
        let folder = folder(&[("main.mob", &source)]);
        let mut child = mvm(folder.path(), &["run", "main.mob"]).stdin(Stdio::piped()).spawn().unwrap();
        // Waiting for the child would close its standard input.
        let _stdin = child.stdin.take();
        let mut begun = [0];
        child.stdout.as_mut().unwrap().read_exact(&mut begun).unwrap();
        let interrupted = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(interrupted.unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(130), "{waits}");
    }
}

#[test]
fn unreadable_files_are_2() {
    let folder = folder(&[("folder/a.mob", "")]);
    fs::write(folder.path().join("latin.mob"), b"fn main() {\n // caf\xe9\n}").unwrap();
    for command in ["run", "check", "build", "inspect", "disasm", "test"] {
        assert_ends(
            &run(folder.path(), &[command, "none.mob"]),
            2,
            "",
            &["cannot read none.mob: there is no such file"],
        );
        let ended = run(folder.path(), &[command, "latin.mob"]);
        assert_eq!(ended.code, Some(2), "{command}");
        assert!(ended.stderr.contains("latin.mob is not UTF-8: line 2"), "{}", ended.stderr);
    }
    assert_ends(&run(folder.path(), &["run", "folder"]), 2, "", &["cannot read folder: it is a folder"]);
}

#[test]
fn a_file_of_50_mb_is_refused() {
    let folder = folder(&[]);
    fs::write(folder.path().join("big.mob"), vec![b' '; 50 << 20]).unwrap();
    for command in ["run", "check", "build"] {
        assert_ends(&run(folder.path(), &[command, "big.mob"]), 2, "", &["big.mob is too long", "16.0 MiB"]);
    }
}

#[test]
fn damaged_modules_are_2() {
    let folder = folder(&[("main.mob", "fn main() { print(1) }")]);
    assert_eq!(run(folder.path(), &["build", "main.mob"]).code, Some(0));
    let module = fs::read(folder.path().join("main.mobc")).unwrap();
    let refused = |bytes: &[u8], reason: &str| {
        fs::write(folder.path().join("bad.mobc"), bytes).unwrap();
        for command in ["run", "inspect", "disasm"] {
            assert_ends(&run(folder.path(), &[command, "bad.mobc"]), 2, "", &[reason]);
        }
    };
    refused(&module[..module.len() - 1], "damaged");
    let mut flipped = module.clone();
    *flipped.last_mut().unwrap() ^= 1;
    refused(&flipped, "damaged");
    let mut newer = module;
    newer[4..6].copy_from_slice(&9_u16.to_le_bytes());
    refused(&newer, "version 9");
}

#[test]
fn a_program_may_come_from_stdin() {
    let folder = folder(&[]);
    let ended =
        run_with_input(folder.path(), &["run", "-", "x"], b"fn main(args: List[Str]) { print(args[0]) }");
    assert_ends(&ended, 0, "x\n", &[]);
    let ended = run_with_input(folder.path(), &["check", "-"], b"fn main() { ");
    assert_ends(&ended, 1, "", &["stdin:1:"]);
    let ended = run_with_input(folder.path(), &["build", "-"], b"fn main() { }");
    assert_ends(&ended, 2, "", &["-o"]);
}

#[test]
fn a_built_module_runs_and_names_its_hash() {
    let folder = folder(&[("main.mob", "fn main() { print(6 * 7) }")]);
    let built = run(folder.path(), &["build", "main.mob", "-o", "out.mobc"]);
    assert_eq!((built.code, built.stdout.trim().len()), (Some(0), 64));
    assert_ends(&run(folder.path(), &["run", "out.mobc"]), 0, "42\n", &[]);
    let inspected = run(folder.path(), &["inspect", "out.mobc"]);
    assert!(inspected.stdout.contains(built.stdout.trim()), "{}", inspected.stdout);
    assert!(inspected.stdout.contains("console"), "{}", inspected.stdout);
    let shown = run(folder.path(), &["disasm", "main.mob"]);
    assert!(shown.stdout.contains("print(6 * 7)") && shown.stdout.contains("call"), "{}", shown.stdout);
}

#[test]
fn files_beside_the_program_are_used_and_others_are_not() {
    let folder = folder(&[
        ("inner/main.mob", "use ./near\nfn main() { print(near.answer()) }"),
        ("inner/near.mob", "pub fn answer() -> Int { 42 }"),
        ("inner/lost.mob", "use ./none\nfn main() { }"),
    ]);
    assert_ends(&run(folder.path(), &["run", "inner/main.mob"]), 0, "42\n", &[]);
    assert_ends(&run(folder.path(), &["run", "inner/lost.mob"]), 2, "", &["none"]);
}

#[test]
fn a_cycle_of_uses_is_shown() {
    let folder = folder(&[("main.mob", "use ./other\nfn main() { }"), ("other.mob", "use ./main\n")]);
    assert_ends(&run(folder.path(), &["run", "main.mob"]), 2, "", &["main", "other"]);
}

#[test]
fn stats_are_on_stderr() {
    let ended = run_program("fn main() { print(1) }", &["run", "--stats", "main.mob"]);
    assert_ends(&ended, 0, "1\n", &["fuel", "heap"]);
}

#[test]
fn a_profile_names_functions_and_lines() {
    let source = "fn work(n: Int) -> Int {\n  var sum = 0\n  for i in 0..n {\n    sum += i\n  }\n  sum\n}\n\
                  fn main() {\n  print(work(100_000))\n}\n";
    let folder = folder(&[("main.mob", source)]);
    let args = ["run", "--profile", "out.svg", "main.mob"];
    assert_ends(&run(folder.path(), &args), 0, "4999950000\n", &[]);
    let svg = fs::read_to_string(folder.path().join("out.svg")).unwrap();
    for part in ["<svg", "main (main.mob:9)", "work (main.mob:", "units of fuel"] {
        assert!(svg.contains(part), "{part} in {svg}");
    }
    run(folder.path(), &args);
    assert!(svg == fs::read_to_string(folder.path().join("out.svg")).unwrap(), "it differs the second time");
}

#[test]
fn a_profile_is_written_also_of_a_program_that_traps() {
    let folder = folder(&[("main.mob", "fn main() {\n  print([1][3])\n}\n")]);
    let ended = run(folder.path(), &["run", "--profile", "out.svg", "main.mob"]);
    assert_ends(&ended, 3, "", &["index"]);
    let svg = fs::read_to_string(folder.path().join("out.svg")).unwrap();
    assert!(svg.contains("main (main.mob:2)"), "{svg}");
    let ended = run(folder.path(), &["run", "--profile", "no/out.svg", "main.mob"]);
    assert_eq!(ended.code, Some(3));
    let ended = run(folder.path(), &["run", "--profile", "out.svg", "--nodes", "a,b", "main.mob"]);
    assert_eq!(ended.code, Some(2));
}

#[test]
fn output_is_plain_in_pipes() {
    let ended = run_program("fn main() { print(nothing) }", &["run", "main.mob"]);
    assert!(!ended.stderr.contains('\x1b'), "{:?}", ended.stderr);
}

#[cfg(unix)]
#[test]
fn a_reader_that_stops_ends_the_program_quietly() {
    use std::io::{BufRead, BufReader};
    let folder = folder(&[("main.mob", "fn main() { var n = 0\n while true { print(n)\n n += 1 } }")]);
    let mut child = mvm(folder.path(), &["run", "main.mob"]).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "0\n");
    let ended = finish(child);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let folder = folder(&[("main.mob", "fn main() { print(1) }")]);
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let child = mvm(folder.path(), &["run", "main.mob"]).stdout(Stdio::from(full)).spawn().unwrap();
    let ended = finish(child);
    assert_ends(&ended, 2, "", &["cannot write to standard output"]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_is_130() {
    use std::io::{BufRead, BufReader};
    let folder = folder(&[("main.mob", "fn main() { print(\"begun\")\n while true { } }")]);
    let mut child = mvm(folder.path(), &["run", "main.mob"]).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let interrupted = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupted.unwrap().success());
    assert_ends(&finish(child), 130, "", &[]);
}
