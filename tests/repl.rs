//! `mvm repl` with its lines from a pipe, and sessions as files.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;

use mvm::{Engine, Progress, Session, SessionError, StdlibSources};
use proptest::prelude::*;
use support::mvm::run_with_input;

/// A script, and what comes of it.
fn transcript(script: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("shapes.mob"), "pub fn area(side: Int) -> Int { side * side }\n").unwrap();
    let program =
        "use ./shapes\nfn area_of_three() -> Int { shapes.area(3) }\nfn main() { print(area_of_three()) }\n";
    fs::write(folder.path().join("program.mob"), program).unwrap();
    run_with_input(folder.path(), &["repl"], script.as_bytes()).transcript()
}

#[test]
fn scripts_are_evaluated() {
    let script = "\
        let x = 2\nx + 1\n\"text\"\nprint(x)\nfn f(n: Int) -> Int {\n  n * 10\n}\nf(x)\nvar total = 0\n\
        for i in 0..5 {\n  total += i\n}\ntotal\n:vars\n:type [x]\n:quit\nnever\n";
    insta::assert_snapshot!(transcript(script));
}

#[test]
fn commands_say_what_they_do() {
    let script = "\
        :help\n:type f(\n:type print(1)\n/// Doubles a number.\nfn double(n: Int) -> Int { n * 2 }\n:doc double\n\
        :doc math.pi\n:doc nothing\n:fuel\n:fuel 100\nwhile true { }\n:fuel many\n:fuel off\n:bytecode double(4)\n\
        :nonsense\n:load\n:load missing.mob\n:reload\n:load program.mob\nmain()\n:reload\nmain()\n:restore program.mob\n";
    insta::assert_snapshot!(transcript(script));
}

#[test]
fn a_failure_in_between_is_seen_in_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let ended = run_with_input(folder.path(), &["repl"], b"nothing\n1 + 1\n");
    assert_eq!((ended.code, &ended.stdout[..]), (Some(1), "2 : Int\n"));
    let ended = run_with_input(folder.path(), &["repl"], b"1 +\n");
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("expected an expression, found the end of the line"), "{ended:?}");
}

#[test]
fn an_input_reads_the_line_that_follows_it() {
    let folder = tempfile::tempdir().unwrap();
    let script = "use console\nconsole.read_line()\n1 + 1\n2 + 2\nconsole.read_line()\n";
    let ended = run_with_input(folder.path(), &["repl"], script.as_bytes());
    assert_eq!(ended.stdout, "Some(\"1 + 1\") : Option[Str]\n4 : Int\nNone : Option[Str]\n");
}

/// The session that docs/repl.md shows is what a user sees.
#[test]
fn the_documents_session_is_true() {
    let text = fs::read_to_string(support::root().join("docs/repl.md")).unwrap();
    let block = text.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    let lines: Vec<&str> = block.lines().skip_while(|line| !line.starts_with("[1]> ")).collect();
    let lines = lines.iter().map(|line| (typed(line), line));
    let inputs: String = lines.clone().filter_map(|(input, _)| Some(format!("{}\n", input?))).collect();
    let shown: String =
        lines.filter(|(input, _)| input.is_none()).map(|(_, line)| format!("{line}\n")).collect();
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run_with_input(folder.path(), &["repl"], inputs.as_bytes()).stdout, shown);
}

/// What a line of a transcript has behind its prompt.
fn typed(line: &str) -> Option<&str> {
    line.strip_prefix('[')?.split_once("]> ").map(|(_, input)| input)
}

fn evaluate(session: &mut Session<'_>, text: &str) -> String {
    let name = session.names().next_name();
    session.begin(&name, text).unwrap_or_else(|error| panic!("{text}: {error}"));
    match session.run(1_000_000) {
        Ok(Progress::Done(evaluated)) => evaluated.value.map_or(String::new(), |value| value.text),
        other => panic!("{text}: {other:?}"),
    }
}

fn saved() -> Vec<u8> {
    let mut session = Engine::new().session(&StdlibSources);
    evaluate(&mut session, "struct Pair[A, B] { a: A, b: B }");
    evaluate(&mut session, "var pairs = [Pair(1, \"one\")]");
    evaluate(&mut session, "let add = |n: Int, name: Str| pairs.push(Pair(n, name))");
    evaluate(&mut session, "add(2, \"two\")");
    // What failed is linked too, and what it did stays.
    session.begin("[x]", "pairs.push(Pair(3, \"three\")); 1 / 0").unwrap();
    session.run(1_000_000).unwrap_err();
    session.save().unwrap()
}

#[test]
fn a_saved_session_is_the_same_session() {
    let mut session = Engine::new().restore_session(&StdlibSources, &saved()).unwrap();
    assert_eq!(
        evaluate(&mut session, "add(4, \"four\")\npairs.map(|p| p.b)"),
        r#"["one", "two", "three", "four"]"#
    );
    assert_eq!(session.variable("pairs").unwrap().ty, "List[Pair[Int, Str]]");
    let again = session.save().unwrap();
    let mut session = Engine::new().restore_session(&StdlibSources, &again).unwrap();
    assert_eq!(session.save().unwrap(), again);
}

#[test]
fn a_saved_session_has_the_agents_that_it_began() {
    let mut engine = Engine::new();
    engine.allow_standard();
    let mut session = engine.session(&StdlibSources);
    evaluate(&mut session, "var sum = 0\nlet me: Inbox[Int] = inbox()\nlet to = me.addr()");
    let adds = "let adder = spawn(|numbers: Inbox[Int]| { var sum = 0; for n in numbers { sum += n; to.send(sum) } })";
    evaluate(&mut session, adds);
    // The agent knows nothing of what is linked after it was begun.
    assert_eq!(evaluate(&mut session, "adder.send(20)\nme.receive()"), "20");
    let saved = session.save().unwrap();
    let mut session = engine.restore_session(&StdlibSources, &saved).unwrap();
    assert_eq!(evaluate(&mut session, "adder.send(22)\nme.receive()"), "42");
}

#[test]
fn a_saved_session_can_do_no_more_than_the_engine_lets_it() {
    let mut asking = Engine::new();
    asking.register("shop.price", |item: String| item.len() as i64);
    let mut session = asking.session(&StdlibSources);
    evaluate(&mut session, "extern \"shop.price\" fn price(item: Str) -> Int\nprice(\"tea\")");
    let bytes = session.save().unwrap();
    assert!(asking.restore_session(&StdlibSources, &bytes).is_ok());
    let refusal = Engine::new().restore_session(&StdlibSources, &bytes).map(|_| ()).unwrap_err();
    assert!(matches!(refusal, SessionError::Load(_)), "{refusal}");
}

#[test]
fn what_is_no_session_is_refused_with_its_reason() {
    let refusal =
        |bytes: &[u8]| Engine::new().restore_session(&StdlibSources, bytes).map(|_| ()).unwrap_err();
    let bytes = saved();
    assert!(matches!(refusal(b"MOBC"), SessionError::NotASession));
    assert!(matches!(refusal(&bytes[..20]), SessionError::Damaged));
    assert!(matches!(refusal(&bytes[..bytes.len() - 1]), SessionError::Damaged));
    let mut newer = bytes;
    newer[4] = 9;
    assert!(matches!(refusal(&newer), SessionError::OtherVersion { version: 9 }));
}

/// The session with one byte of its body changed, and a header that fits.
fn forged(bytes: &[u8], at: usize, value: u8) -> Vec<u8> {
    const HEADER: usize = 38;
    let mut bytes = bytes.to_vec();
    let at = HEADER + at % (bytes.len() - HEADER);
    bytes[at] = value;
    let hash = *blake3::hash(&bytes[HEADER..]).as_bytes();
    bytes[HEADER - 32..HEADER].copy_from_slice(&hash);
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_forged_session_never_panics(at in any::<usize>(), value in any::<u8>()) {
        let bytes = forged(&saved(), at, value);
        if let Ok(mut session) = Engine::new().restore_session(&StdlibSources, &bytes) {
            let name = session.names().next_name();
            if session.begin(&name, "add(9, \"nine\")\npairs").is_ok() {
                let _ = session.run(100_000);
            }
        }
    }
}
