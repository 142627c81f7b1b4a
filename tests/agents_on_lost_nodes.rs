//! Agents that watch and write to others on nodes that die: real processes, which are killed.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;

use support::node::{Node, Running};

/// Watches an agent on node b, says so, and says how that ends; then writes and calls to where nobody is.
const WATCHER: &str = r#"
fn main() {
  let agent = spawn(|requests: Inbox[Addr[Int]]| {
    if let Err(error) = go("b") { print("{error}") }
    for reply in requests { reply.send(7) }
  })
  let ends = monitor(agent)
  print(agent.call(|reply| reply, within: 300_000))
  match ends.receive().reason {
    // By the name that it had.
    Lost(why) if why.contains("node b") -> print("lost")
    other -> print(other)
  }
  match agent.call(|reply| reply, within: 300_000) {
    Err(Ended(_)) -> print("nobody answers")
    other -> print(other)
  }
  for _ in 0..100 { let _ = agent.try_send(inbox().addr()) }
  print("and on it goes")
}
"#;

const EXPECTED: [&str; 3] = ["lost", "nobody answers", "and on it goes"];

/// Kills the node that is watched, and perhaps starts it again.
fn watch_a_node_die(comes_back: bool) {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("main.mob"), WATCHER).unwrap();
    let (_a, b) = (Node::start(home.path(), "a"), Node::start(home.path(), "b"));
    let mut sender = Running::start(home.path(), &["send", "main.mob", "a"]);
    assert_eq!(sender.line(), "Ok(7)");
    b.kill();
    let _b = comes_back.then(|| Node::start(home.path(), "b"));
    assert_eq!([sender.line(), sender.line(), sender.line()], EXPECTED);
    assert_eq!(sender.finish().code, Some(0));
}

#[test]
fn the_death_of_a_node_is_told_to_who_watches_its_agents() {
    watch_a_node_die(false);
}

#[test]
fn a_node_that_comes_back_does_not_have_its_agents() {
    watch_a_node_die(true);
}

/// Calls an agent on node b until there is no answer, and once more with patience; then waits until it is lost, and calls it until
/// there is an answer.
const CALLER: &str = r#"
fn main() {
  let agent = match spawn_at("b", |requests: Inbox[Addr[Int]]| { for reply in requests { reply.send(7) } }) {
    Ok(agent) -> agent
    Err(error) -> panic("{error}")
  }
  let ends = monitor(agent)
  print(agent.call(|reply| reply, within: 300_000))
  while agent.call(|reply| reply, within: 200).is_ok() {}
  print("no answer")
  print("{agent.call(|reply| reply, within: 300_000)} {ends.try_receive()}")
  match ends.receive().reason {
    Lost(_) -> print("lost")
    other -> print(other)
  }
  while agent.call(|reply| reply, within: 1_000).is_err() {}
  print("it answers again")
}
"#;

#[test]
fn a_node_that_is_cut_off_for_a_moment_is_not_lost_and_one_that_comes_back_answers_again() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("main.mob"), CALLER).unwrap();
    let (_a, b) = (Node::start(home.path(), "a"), Node::start(home.path(), "b"));
    let mut sender = Running::start(home.path(), &["send", "main.mob", "a"]);
    assert_eq!(sender.line(), "Ok(7)");
    b.is_cut_off(true);
    assert_eq!(sender.line(), "no answer");
    b.is_cut_off(false);
    assert_eq!(sender.line(), "Ok(7) None");
    b.is_cut_off(true);
    assert_eq!(sender.line(), "lost");
    b.is_cut_off(false);
    assert_eq!(sender.line(), "it answers again");
    assert_eq!(sender.finish().code, Some(0));
}
