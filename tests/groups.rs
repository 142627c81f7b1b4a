//! Snapshots of programs of several agents, as an embedder has them: whole, through bytes, and from strangers.
#![allow(clippy::unwrap_used)]

use std::io::Read;
use std::sync::LazyLock;

use mvm::{Agent, Captured, Engine, Limits, Outcome, Program, SnapshotError};
use proptest::prelude::*;

/// Agents that watch, are linked, are found by name, wait for messages, for time and to be answered; some have ended.
const SOURCE: &str = r#"
    use clock
    use node

    fn double(requests: Inbox[(Int, Addr[Int])]) {
      for (n, reply) in requests { reply.send(2 * n) }
    }

    fn main() {
      let doubler = spawn(double)
      assert(node.publish("doubler", doubler))
      let late = spawn(|words: Inbox[Str]| {
        clock.sleep(1_000)
        print("late")
        print(words.receive())
      })
      late.send("a word")
      let ends = late.monitor()
      let exits: Inbox[Down] = inbox()
      trap_exits(exits.addr())
      let doomed = spawn(|orders: Inbox[Int]| orders.receive())
      link(doomed)
      let counter = spawn(|numbers: Inbox[Int]| {
        var sum = 0
        while let Some(n) = numbers.receive_within(5_000) { sum += n }
        print("sum {sum}")
      })
      for n in 0..50 {
        match doubler.call(|reply: Addr[Int]| (n, reply), within: 60_000) {
          Ok(answer) -> counter.send(answer)
          Err(_) -> panic("no answer")
        }
      }
      ends.receive()
      counter.monitor().receive()
      doomed.exit("enough")
      print(exits.receive().reason)
      let found: Result[Addr[Int], node.FindError] = node.find(node.name(), "doubler")
      print(found.is_ok())
    }
"#;

/// What the program prints, if nobody stops it.
const PRINTED: &str = "late\na word\nsum 2450\nFailed(\"a linked agent ended: enough\")\ntrue\n";

fn engine(limits: Limits) -> (Engine, Captured) {
    let mut engine = Engine::new();
    engine.allow_standard().limits(limits);
    // Where there are several agents, none of them gets as far as this.
    engine.register("clock.sleep", |_: i64| ());
    let captured = engine.capture();
    (engine, captured)
}

fn program(limits: Limits) -> (Program, Captured) {
    let (engine, captured) = engine(limits);
    (engine.compile("main.mob", SOURCE).unwrap(), captured)
}

/// Runs for so much fuel, whatever the agents wait for.
fn run(agent: &mut Agent, fuel: u64) -> Outcome {
    loop {
        match agent.run(fuel).unwrap() {
            Outcome::Asleep(time) => agent.skip_time(time),
            outcome => return outcome,
        }
    }
}

/// The agent in the middle of the program.
fn begun(program: &Program) -> Agent {
    let mut agent = Agent::start(program, &[]).unwrap();
    assert_eq!(agent.run(3_000).unwrap(), Outcome::OutOfFuel);
    assert!(agent.agents_begun() > 3);
    agent
}

#[test]
fn one_alone_has_the_snapshot_of_an_agent_and_several_have_another() {
    let (program, _) = program(Limits::default());
    let alone = Agent::start(&program, &[]).unwrap().snapshot().unwrap();
    assert!(alone.starts_with(b"MOBS"));
    assert!(begun(&program).snapshot().unwrap().starts_with(b"MOBG"));
}

#[test]
fn a_group_goes_on_from_bytes_as_if_it_had_never_stopped() {
    let (program, captured) = program(Limits::default());
    let mut agent = Agent::start(&program, &[]).unwrap();
    assert_eq!(run(&mut agent, 1_000_000), Outcome::Done);
    assert_eq!(captured.take(), PRINTED);
    let (fuel, begun) = (agent.fuel_used(), agent.agents_begun());
    for slice in [1, 7, 100, 1_000] {
        let mut agent = Agent::start(&program, &[]).unwrap();
        while run(&mut agent, slice) != Outcome::Done {
            agent = Agent::restore(&program, &agent.snapshot().unwrap()).unwrap();
        }
        assert_eq!(captured.take(), PRINTED, "in slices of {slice}");
        assert_eq!((agent.fuel_used(), agent.agents_begun()), (fuel, begun), "in slices of {slice}");
    }
}

#[test]
fn groups_of_version_1_load_for_ever_and_go_on() {
    let golden =
        |name| std::fs::read(format!("{}/tests/golden/v1/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let (engine, captured) = engine(Limits::default());
    let program = engine.load_bytes(&golden("group.mobc")).unwrap();
    let bytes = golden("group.mobg");
    let mut agent = Agent::restore(&program, &bytes).unwrap();
    assert!(agent.snapshot().unwrap() == bytes, "it is written in another way than before");
    assert_eq!(run(&mut agent, 1_000_000), Outcome::Done);
    assert_eq!(captured.take(), PRINTED);
}

/// Agents that flood others, whose inboxes hold a few of the messages; what comes when is printed.
const FLOOD: &str = r#"
    fn flood(to: Addr[(Int, List[Int])], log: Addr[Str], sender: Int) {
      for n in 0..40 {
        if n % 7 == sender {
          to.send_urgent((sender, [n]))
        } else if n % 5 == 0 {
          log.send("{sender} {n} {to.try_send((sender, [n, n]))}")
        } else {
          to.send((sender, [n, n, n]))
        }
      }
    }

    fn main() {
      let home: Inbox[Str] = inbox()
      let log = home.addr()
      let sink = spawn(|tuples: Inbox[(Int, List[Int])]| {
        for (sender, numbers) in tuples { log.send("{sender} {numbers}") }
      })
      let sum = spawn(|numbers: Inbox[Int]| {
        var sum = 0
        for number in numbers {
          sum += number
          if number % 100 == 50 { log.send("sum {sum}, {numbers.len()} wait") }
        }
      })
      for sender in 0..3 { spawn(|_: Inbox[()]| flood(sink, log, sender)) }
      spawn(|_: Inbox[()]| {
        for n in 0..401 { sum.send(n) }
      })
      while let Some(line) = home.receive_within(1_000) { print(line) }
    }
"#;

/// What is printed, and the fuel that it takes, if the agents run for so much fuel at a time, over and over, and go on from a snapshot
/// where the other says so.
fn flooded(slices: &[(u64, bool)]) -> (String, u64) {
    let (engine, captured) = engine(Limits { mail_bytes: 1 << 10, ..Limits::default() });
    let program = engine.compile("flood.mob", FLOOD).unwrap();
    let mut agent = Agent::start(&program, &[]).unwrap();
    for (fuel, moves) in slices.iter().cycle() {
        if run(&mut agent, *fuel) == Outcome::Done {
            break;
        }
        if *moves {
            agent = Agent::restore(&program, &agent.snapshot().unwrap()).unwrap();
        }
    }
    (captured.take(), agent.fuel_used())
}

static FLOODED: LazyLock<(String, u64)> = LazyLock::new(|| flooded(&[(u64::MAX, false)]));

#[test]
fn a_flood_is_held_back_and_overtaken_and_arrives() {
    let (printed, _) = &*FLOODED;
    insta::assert_snapshot!(printed);
}

/// Reads a byte at a time.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let len = into.len().min(1);
        self.0.read(&mut into[..len])
    }
}

#[test]
fn groups_go_through_files_piece_by_piece() {
    let (program, _) = program(Limits::default());
    let mut agent = begun(&program);
    let mut file = Vec::new();
    agent.write_snapshot(&mut file).unwrap();
    assert_eq!(file, agent.snapshot().unwrap());
    let mut read = Agent::read_snapshot(&program, &mut Slow(&file)).unwrap();
    assert_eq!(read.snapshot().unwrap(), file);
    for len in 0..file.len() {
        assert!(Agent::restore(&program, &file[..len]).is_err(), "cut off after {len} bytes");
        assert!(Agent::read_snapshot(&program, &mut &file[..len]).is_err(), "cut off after {len} bytes");
    }
    file.push(0);
    assert!(Agent::restore(&program, &file).is_err());
}

#[test]
fn a_group_is_within_the_limit_on_snapshots() {
    let (roomy, _) = program(Limits::default());
    let snapshot = begun(&roomy).snapshot().unwrap();
    let narrow = Limits { snapshot_bytes: snapshot.len() - 1, ..Limits::default() };
    let (narrow, _) = program(narrow);
    let is_too_long = |error: SnapshotError| matches!(error, SnapshotError::TooLong { .. });
    assert!(is_too_long(begun(&narrow).snapshot().unwrap_err()));
    assert!(is_too_long(Agent::restore(&narrow, &snapshot).unwrap_err()));
}

#[test]
fn groups_of_other_programs_and_versions_are_refused() {
    let (program, _) = program(Limits::default());
    let other = Engine::new().compile("other.mob", "fn main() {}").unwrap();
    let mut snapshot = begun(&program).snapshot().unwrap();
    assert!(matches!(Agent::restore(&other, &snapshot), Err(SnapshotError::WrongProgram { .. })));
    snapshot[4] = 2;
    assert_eq!(Agent::restore(&program, &snapshot).unwrap_err(), SnapshotError::NewerVersion { version: 2 });
    snapshot[4] = 0;
    assert_eq!(
        Agent::restore(&program, &snapshot).unwrap_err(),
        SnapshotError::UnknownVersion { version: 0 }
    );
}

/// The program, and a snapshot from the middle of it.
static SAMPLE: LazyLock<(Program, Vec<u8>)> = LazyLock::new(|| {
    let (program, _) = program(Limits::default());
    let snapshot = begun(&program).snapshot().unwrap();
    (program, snapshot)
});

/// Lets the header state the hash of a description that was changed.
fn with_right_hash(mut snapshot: Vec<u8>) -> Vec<u8> {
    let len = u32::from_le_bytes(snapshot[38..42].try_into().unwrap()) as usize;
    if let Some(description) = snapshot.get(42..42_usize.saturating_add(len)) {
        let hash = *blake3::hash(description).as_bytes();
        snapshot[6..38].copy_from_slice(&hash);
    }
    snapshot
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn damaged_groups_are_refused(at in any::<prop::sample::Index>(), bit in 0..8) {
        let (program, mut snapshot) = SAMPLE.clone();
        let at = at.index(snapshot.len());
        snapshot[at] ^= 1_u8 << bit;
        prop_assert!(Agent::restore(&program, &snapshot).is_err());
    }

    #[test]
    fn forged_groups_are_refused_or_run(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let (program, mut snapshot) = SAMPLE.clone();
        let end = 42 + u32::from_le_bytes(snapshot[38..42].try_into().unwrap()) as usize;
        for (at, byte) in changes {
            snapshot[38 + at.index(end - 38)] = byte;
        }
        if let Ok(mut agent) = Agent::restore(&program, &with_right_hash(snapshot)) {
            for _ in 0..20 {
                match agent.run(10_000) {
                    Ok(Outcome::Asleep(time)) => agent.skip_time(time),
                    Ok(Outcome::OutOfFuel) => {}
                    _ => break,
                }
            }
            prop_assert!(agent.snapshot().is_ok());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn a_flood_is_the_same_in_any_slices(slices in prop::collection::vec((1_u64..3_000, prop::bool::weighted(0.3)), 1..20)) {
        prop_assert_eq!(&flooded(&slices), &*FLOODED);
    }
}
