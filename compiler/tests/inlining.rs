//! Traps in functions whose code stands in place of their calls: traces read as if the calls had been made.
#![allow(clippy::unwrap_used)]

mod support;

use mob_compiler::diagnostic::Style;
use mob_compiler::{Options, compile};
use mob_vm::{Agent, Limits, Program, Step};
use support::Library;

/// The trap that a program ends in, with its trace; places in the standard library without their lines.
fn trap(text: &str) -> String {
    let options = Options { main_required: true, ..Options::default() };
    let compiled = match compile("t.mob", text, &Library::default(), &options) {
        Ok(compiled) => compiled,
        Err(error) => panic!("{}", error.diagnostics.render(&error.sources, Style::Plain)),
    };
    let program = Program::load(compiled.module).unwrap();
    let mut agent = Agent::new(program.clone(), Limits::default());
    agent.start(program.main().unwrap(), &[]).unwrap();
    let Step::Trap(trap) = agent.run(1_000_000) else { panic!("it does not trap") };
    let trap = trap.to_string();
    let lines = trap.lines().map(|line| match line.split_once(" at std/") {
        Some((call, place)) => format!("{call} at std/{}", place.split(':').next().unwrap()),
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_small_function_has_its_line_and_its_callers() {
    let text = "fn third(xs: List[Int]) -> Int {
  xs[2]
}

fn last(xs: List[Int]) -> Int {
  let doubled = third(xs)
  doubled * 2
}

fn main() {
  print(
    last([1])
  )
}";
    let trace = "index 2 is out of range for length 1
  in third at t.mob:2
  in last at t.mob:6
  in main at t.mob:12";
    assert_eq!(trap(text), trace);
}

#[test]
fn a_closure_is_called_by_the_function_that_it_is_given_to() {
    let text = "fn main() {
  let zero = 0
  let xs = [1, 2]
    .map(|x| x + 1)
    .filter(|x| x / zero == 1)
  print(xs)
}";
    let trace = "division by zero
  in main.closure@5 at t.mob:5
  in list.filter[Int] at std/list.mob
  in main at t.mob:3";
    assert_eq!(trap(text), trace);
}

#[test]
fn what_follows_a_replaced_call_is_its_callers_again() {
    let text = "fn small(x: Int) -> Int {
  x * 2
}

fn main() {
  let xs = [1]
  print(xs[small(3)])
}";
    assert_eq!(trap(text), "index 6 is out of range for length 1\n  in main at t.mob:7");
}

#[test]
fn calls_of_a_function_within_itself_are_counted() {
    let text = "fn down(n: Int) -> Int {
  if n == 0 { 1 / n } else { down(n - 1) + 1 }
}

fn main() {
  print(down(5))
}";
    let trace = "division by zero
  in down at t.mob:2
  … 5 more of the same
  in main at t.mob:6";
    assert_eq!(trap(text), trace);
}

#[test]
fn a_panic_in_the_standard_library_says_who_called() {
    let trace = "panic: unwrap of None
  in option.expect[Int] at std/option.mob
  in option.unwrap[Int] at std/option.mob
  in main at t.mob:2";
    assert_eq!(trap("fn main() {\n  print(\"x\".parse_int().unwrap())\n}"), trace);
}
