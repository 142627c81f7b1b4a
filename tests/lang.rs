//! The language by example: runs each program of `tests/lang`, `examples` and `benches/programs`, and compares what it
//! does with what its comments say. Each also runs in slices of random fuel, with its snapshot taken and restored between
//! them, and with a collection at every allocation; and those that begin agents, on several threads.

mod support;

use libtest_mimic::{Arguments, Failed, Trial};
use support::expected::Expected;
use support::program::{Mode, check_file, runs};

/// Examples that need nodes or a long time; `tests/documents.rs` and `tests/e2e.rs` run them.
const ELSEWHERE: [&str; 2] = ["examples/journey.mob", "examples/primes.mob"];

/// Examples that begin agents, and do the same in whatever order these have their turns. They also run on several threads,
/// as do the programs about agents.
const THREADED: [&str; 6] = [
    "examples/bank.mob",
    "examples/chat.mob",
    "examples/parallel.mob",
    "examples/philosophers.mob",
    "examples/ping_pong.mob",
    "examples/ring.mob",
];
const ABOUT_AGENTS: &str = "tests/lang/agents/";

/// The first two say in what order agents have their turns; the others sleep for seconds, which on threads are real.
const NOT_THREADED: [&str; 4] = [
    "tests/lang/agents/supervision.mob",
    "tests/lang/agents/turns.mob",
    "tests/lang/agents/sleeping_holds_up_nobody.mob",
    "tests/lang/agents/timers.mob",
];

/// How often each of them runs on several threads.
const THREADED_RUNS: usize = 5;

fn main() {
    let programs = ["tests/lang", "examples", "benches/programs"].into_iter().flat_map(support::programs);
    let programs = programs.filter(|path| !ELSEWHERE.contains(&path.as_str()));
    let mut trials: Vec<_> = programs.flat_map(trials).collect();
    trials.extend(tests_of_the_harness());
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn trials(path: String) -> Vec<Trial> {
    let mut trials = Vec::new();
    if runs(&path) {
        let seed = path.bytes().fold(7, |seed: u64, byte| seed.wrapping_mul(31) + u64::from(byte));
        let modes = [("in slices", Mode::Sliced { seed }), ("collecting", Mode::Collecting { seed })];
        for (name, mode) in modes {
            let (name, path) = (format!("{path} {name}"), path.clone());
            trials.push(Trial::test(name, move || Ok(check_file(&path, mode)?)));
        }
    }
    let is_threaded =
        THREADED.contains(&&*path) || (path.starts_with(ABOUT_AGENTS) && !NOT_THREADED.contains(&&*path));
    if is_threaded && runs(&path) {
        let (name, path) = (format!("{path} on threads"), path.clone());
        let run = move || (0..THREADED_RUNS).try_for_each(|_| Ok(check_file(&path, Mode::Threads)?));
        trials.push(Trial::test(name, run));
    }
    trials.push(Trial::test(path.clone(), move || Ok(check_file(&path, Mode::Whole)?)));
    trials
}

/// A harness that takes anything for right would hide everything.
fn tests_of_the_harness() -> Vec<Trial> {
    vec![
        Trial::test("harness: comments are read", comments_are_read),
        Trial::test("harness: unknown comments are refused", unknown_comments_are_refused),
    ]
}

fn comments_are_read() -> Result<(), Failed> {
    let expected = Expected::of(
        "f() // prints: a  b\n// prints:\n//~^ error E0101 no such\n//~ args: x y\nx //~ trap index 3\n",
    )?;
    assert_eq!(expected.prints, ["a  b", ""]);
    assert_eq!(expected.args, ["x", "y"]);
    let error = &expected.diagnostics[0];
    assert_eq!((error.line, error.code.as_deref(), error.text.as_str()), (2, Some("E0101"), "no such"));
    assert_eq!((expected.traps[0].line, expected.traps[0].text.as_str()), (5, "index 3"));
    Ok(())
}

fn unknown_comments_are_refused() -> Result<(), Failed> {
    if Expected::of("//~ eror E0101").is_ok() { Err("a misspelt comment was taken".into()) } else { Ok(()) }
}
