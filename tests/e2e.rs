//! Nodes as people run them: real processes, real sockets, programs sent and moved from the command line.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::net::UdpSocket;
use std::path::Path;

use support::mvm::{Ended, run};
use support::node::{Node, Running, agent_until};
use tempfile::TempDir;

/// Prints where it is, works there until it finds itself elsewhere, twice, and prints that.
const WANDERER: &str = r#"
use node

fn work_until_moved(from: Str) -> Int {
  var steps = 0
  while node.name() == from {
    steps += 1
  }
  steps
}

fn main() {
  for i in 0..2 {
    let here = node.name()
    print("{i}: on {here}")
    let steps = work_until_moved(here)
    print("{i}: from {here} to {node.name()}, worked {steps > 0}")
  }
}
"#;

/// The primes below the first are counted in some seconds by a debug build. A fast machine may be done with them before it is told
/// to move the program; then more are counted.
const COUNTED: [&str; 3] = ["3000000", "9000000", "27000000"];

fn home() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("wanderer.mob"), WANDERER).unwrap();
    fs::write(folder.path().join("endless.mob"), "fn main() { print(\"begun\")\n while true { } }").unwrap();
    folder
}

fn program(folder: &Path, source: &str) {
    fs::write(folder.join("main.mob"), source).unwrap();
}

fn example(name: &str) -> String {
    support::root().join("examples").join(name).to_str().unwrap().to_owned()
}

fn assert_code(ended: &Ended, code: i32, stderr_has: &str) {
    assert!(ended.code == Some(code) && ended.stderr.contains(stderr_has), "{}", ended.transcript());
}

/// The id that a detached `send` prints.
fn sent(folder: &Path, file: &str, node: &str) -> String {
    let ended = run(folder, &["send", "--detach", file, node]);
    assert_eq!(ended.code, Some(0), "{}", ended.transcript());
    ended.stdout.trim().to_owned()
}

/// Has a home know a node called `dead`, where nobody answers for as long as the socket is held.
fn add_dead_peer(home: &Path) -> UdpSocket {
    let gone = Node::start(home, "gone");
    let key = gone.key.clone();
    gone.kill();
    let silence = UdpSocket::bind("127.0.0.1:0").unwrap();
    let addr = silence.local_addr().unwrap().to_string();
    assert_code(&run(home, &["peer", "add", "dead", &addr, &key]), 0, "");
    silence
}

fn is_at(node: &str) -> impl Fn(&serde_json::Value) -> bool {
    move |agent| agent["where"] == node
}

#[test]
fn a_program_is_sent_and_its_output_and_end_come_back() {
    let home = home();
    let _node = Node::start(home.path(), "a");
    let ended_as = |source: &str, args: &[&str]| {
        program(home.path(), source);
        run(home.path(), &[&["send", "main.mob", "a"], args].concat())
    };
    let ended =
        ended_as("use node\nfn main(args: List[Str]) { print(\"{args} on {node.name()}\") }", &["x", "-y"]);
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (Some(0), "[\"x\", \"-y\"] on a\n"),
        "{}",
        ended.transcript()
    );
    let ended = ended_as("fn main() -> Result[(), Str] { print(1)\n Err(\"no luck\") }", &[]);
    assert_eq!(ended.stdout, "1\n");
    assert_code(&ended, 1, "no luck");
    let ended = ended_as("fn main() {\n print(1)\n let xs = [1]\n print(xs[4]) }", &[]);
    assert_eq!(ended.stdout, "1\n");
    assert_code(&ended, 3, "main.mob:4");
    assert_code(&ended_as("fn main() { wrong }", &[]), 2, "main.mob:1");
    assert_code(&ended_as("fn main() { }", &["superfluous"]), 5, "takes no arguments");
}

#[test]
fn limits_of_the_node_hold() {
    let home = home();
    let _node = Node::start_with(home.path(), "a", &["--heap", "1M", "--fuel", "100000000"]);
    program(home.path(), "fn main() { let xs = [\"\"]\n while true { xs.push(\"{xs.len()}\") } }");
    assert_code(&run(home.path(), &["send", "main.mob", "a"]), 4, "heap");
    let ended = run(home.path(), &["send", "endless.mob", "a"]);
    assert_eq!(ended.stdout, "begun\n");
    assert_code(&ended, 4, "fuel");
}

#[test]
fn primes_move_while_they_are_counted() {
    assert!(COUNTED.iter().any(|limit| primes_below(limit)), "they are always counted before they are moved");
}

/// Whether the program was moved before it ended.
fn primes_below(limit: &str) -> bool {
    let home = home();
    let primes = example("primes.mob");
    let _a = Node::start(home.path(), "a");
    let _b = Node::start(home.path(), "b");
    let mut sender = Running::start(home.path(), &["send", &primes, "a", limit]);
    sender.line();
    let id = agent_until(home.path(), "", |_| true)["id"].as_str().unwrap().to_owned();
    let migrated = run(home.path(), &["migrate", &id, "b"]);
    if migrated.stderr.contains("has ended") {
        return false;
    }
    assert_eq!(migrated.code, Some(0), "{}", migrated.transcript());
    agent_until(home.path(), &id, is_at("b"));
    let ended = sender.finish();
    assert_eq!(ended.code, Some(0), "{}", ended.transcript());
    let undisturbed = run(home.path(), &["run", &primes, limit]);
    assert_eq!(ended.stdout, undisturbed.stdout, "{}", ended.transcript());
    true
}

#[test]
fn a_program_is_moved_there_and_back_without_its_knowing() {
    let home = home();
    let _a = Node::start(home.path(), "a");
    let _b = Node::start(home.path(), "b");
    let mut sender = Running::start(home.path(), &["send", "wanderer.mob", "a"]);
    assert_eq!(sender.line(), "0: on a");
    let id = agent_until(home.path(), "", is_at("a"))["id"].as_str().unwrap().to_owned();
    assert_code(&run(home.path(), &["migrate", &id, "b"]), 0, "");
    assert_eq!(sender.line(), "0: from a to b, worked true");
    assert_eq!(sender.line(), "1: on b");
    let moved = agent_until(home.path(), &id, is_at("b"));
    assert_eq!(moved["hops"], 1);
    assert_code(&run(home.path(), &["migrate", &id, "a"]), 0, "");
    let ended = sender.finish();
    assert_eq!(ended.code, Some(0), "{}", ended.transcript());
    let expected = "0: on a\n0: from a to b, worked true\n1: on b\n1: from b to a, worked true\n";
    assert_eq!(ended.stdout, expected);
}

#[test]
fn a_detached_program_is_listed_and_its_log_can_be_followed() {
    let home = home();
    let _a = Node::start(home.path(), "a");
    let _b = Node::start(home.path(), "b");
    let id = sent(home.path(), "wanderer.mob", "a");
    let listed = agent_until(home.path(), &id, |agent| agent["fuel"].as_u64() > Some(0));
    for key in ["id", "name", "state", "where", "age", "fuel", "heap", "hops", "owner"] {
        assert!(!listed[key].is_null(), "{key} is missing in {listed}");
    }
    let mut log = Running::start(home.path(), &["logs", &id, "-f"]);
    assert_eq!(log.line(), "0: on a");
    assert_code(&run(home.path(), &["migrate", &id, "b"]), 0, "");
    assert_eq!(log.line(), "0: from a to b, worked true");
    assert_code(&run(home.path(), &["kill", &id]), 0, "");
    let ended = log.finish();
    assert!(ended.stdout.starts_with("0: on a\n0: from a to b, worked true\n"), "{}", ended.transcript());
    agent_until(home.path(), &id, |agent| agent["state"] == "killed");
}

#[test]
fn a_killed_program_is_told_to_its_sender() {
    let home = home();
    let _a = Node::start(home.path(), "a");
    let mut sender = Running::start(home.path(), &["send", "endless.mob", "a"]);
    assert_eq!(sender.line(), "begun");
    let id = agent_until(home.path(), "", |_| true)["id"].as_str().unwrap().to_owned();
    assert_code(&run(home.path(), &["kill", &id]), 0, "");
    let ended = sender.finish();
    assert!(ended.code != Some(0) && ended.stderr.contains("killed"), "{}", ended.transcript());
}

#[test]
fn nodes_that_are_not_there_are_5() {
    let home = home();
    let a = Node::start(home.path(), "a");
    assert_code(&run(home.path(), &["send", "endless.mob", "nowhere"]), 5, "nowhere");
    let _silence = add_dead_peer(home.path());
    assert_code(&run(home.path(), &["send", "endless.mob", "dead"]), 5, "dead");
    // A peer whose key is another than the one that is expected.
    let elsewhere = tempfile::tempdir().unwrap();
    let key = run(elsewhere.path(), &["id"]).stdout.trim().to_owned();
    assert_code(&run(home.path(), &["peer", "add", "wrong", &a.addr, &key]), 0, "");
    assert_code(&run(home.path(), &["send", "endless.mob", "wrong"]), 5, "wrong");
}

#[test]
fn a_move_that_fails_leaves_the_agent_where_it_was() {
    let home = home();
    let _a = Node::start(home.path(), "a");
    let _silence = add_dead_peer(home.path());
    let id = sent(home.path(), "wanderer.mob", "a");
    assert_code(&run(home.path(), &["migrate", &id, "dead"]), 5, "nothing answers");
    agent_until(home.path(), &id, is_at("a"));
    // That it ran on shows where it can go.
    let _b = Node::start(home.path(), "b");
    assert_code(&run(home.path(), &["migrate", &id, "b"]), 0, "");
    let mut log = Running::start(home.path(), &["logs", &id, "-f"]);
    assert_eq!(log.line(), "0: on a");
    assert_eq!(log.line(), "0: from a to b, worked true");
    assert_code(&run(home.path(), &["kill", &id]), 0, "");
}

#[test]
fn strangers_are_refused_until_they_are_trusted() {
    let home = home();
    let stranger = tempfile::tempdir().unwrap();
    program(stranger.path(), "fn main() { print(\"in\") }");
    let a = Node::start(home.path(), "a");
    let add = |node: &Node| run(stranger.path(), &["peer", "add", &node.name, &node.addr, &node.key]);
    assert_code(&add(&a), 0, "");
    assert_code(&run(stranger.path(), &["send", "main.mob", "a"]), 5, "");
    let key = run(stranger.path(), &["id"]).stdout.trim().to_owned();
    let b = Node::start_with(home.path(), "b", &["--trust", &key]);
    assert_code(&add(&b), 0, "");
    let ended = run(stranger.path(), &["send", "main.mob", "b"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), "in\n"), "{}", ended.transcript());
}

#[test]
fn a_node_that_dies_is_told_to_the_sender() {
    let home = home();
    let a = Node::start(home.path(), "a");
    let mut sender = Running::start(home.path(), &["send", "endless.mob", "a"]);
    assert_eq!(sender.line(), "begun");
    a.kill();
    let ended = sender.finish();
    assert_code(&ended, 5, "");
}

#[test]
fn a_node_ends_when_it_is_interrupted() {
    let home = home();
    let a = Node::start(home.path(), "a");
    assert_eq!(a.interrupt(), Some(130));
    // Its name is free again.
    assert_eq!(Node::start(home.path(), "a").name, "a");
}

#[test]
fn a_node_that_is_interrupted_tells_the_homes_of_its_agents() {
    let home = home();
    let _b = Node::start(home.path(), "b");
    let a = Node::start(home.path(), "a");
    let source = "fn main() {\n let _ = go(\"a\")\n print(\"there\")\n while true { }\n}";
    fs::write(home.path().join("stays.mob"), source).unwrap();
    let mut sender = Running::start(home.path(), &["send", "stays.mob", "b"]);
    assert_eq!(sender.line(), "there");
    assert_eq!(a.interrupt(), Some(130));
    let ended = sender.finish();
    assert_code(&ended, 5, "");
    assert!(ended.stderr.contains("node a was shut down"), "{}", ended.transcript());
}

#[test]
fn two_nodes_of_one_name_are_refused() {
    let home = home();
    let _a = Node::start(home.path(), "a");
    let second = run(home.path(), &["node", "--name", "a"]);
    assert_code(&second, 2, "a node called a already runs");
}

#[test]
fn the_journey_is_made_between_processes() {
    let home = home();
    let nodes: Vec<_> = ["a", "b", "c"].iter().map(|name| Node::start(home.path(), name)).collect();
    let ended = run(home.path(), &["send", &example("journey.mob"), "a", "b", "c"]);
    assert_eq!(ended.code, Some(0), "{}", ended.transcript());
    assert!(ended.stdout.starts_with("a -> b -> c -> a\n"), "{}", ended.transcript());
    assert_eq!(nodes.len(), 3);
}
