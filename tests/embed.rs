//! The embedding API from outside: what a Rust program can say to a Mob program, and what it hears.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use mvm::{Agent, Engine, Failure, Limits, LoadError, Outcome, RunError, StartError, TrapKind, Value};

/// The example that the book of embedding points at.
#[path = "../examples/embed.rs"]
mod example;

const FUEL: u64 = 1_000_000;

#[test]
fn the_example_runs() {
    example::main().unwrap();
}

#[test]
fn values_of_every_kind_cross_over() {
    let mut engine = Engine::new();
    engine.register("t.all", |n: i64, x: f64, yes: bool, s: String, list: Vec<i64>, pair: (i64, String)| {
        format!("{n} {x} {yes} {s} {list:?} {pair:?}")
    });
    engine.register("t.maybe", |n: i64| (n > 0).then_some(vec![n]));
    engine.register("t.bytes", |bytes: Vec<u8>| bytes.len() as i64);
    let source = r#"
        extern "t.all" fn all(n: Int, x: Float, yes: Bool, s: Str, list: List[Int], pair: (Int, Str)) -> Str
        extern "t.maybe" fn maybe(n: Int) -> Option[List[Int]]
        extern "t.bytes" fn bytes(b: Bytes) -> Int
        fn main() -> (Str, Option[List[Int]], Option[List[Int]], Int) {
          (all(1, 2.5, true, "s", [3, 4], (5, "p")), maybe(6), maybe(0), bytes(b"\x00\xff"))
        }
    "#;
    type Answer = (String, Option<Vec<i64>>, Option<Vec<i64>>, i64);
    let answer: Answer = engine.eval(source, FUEL).unwrap();
    assert_eq!(answer, ("1 2.5 true s [3, 4] (5, \"p\")".to_owned(), Some(vec![6]), None, 2));
}

#[test]
fn maps_and_sets_cross_over() {
    let mut engine = Engine::new();
    engine.register("t.total", |prices: HashMap<String, i64>| prices.values().sum::<i64>());
    engine.register("t.doubled", |prices: BTreeMap<String, i64>| {
        prices.into_iter().map(|(name, price)| (name, 2 * price)).collect::<BTreeMap<_, _>>()
    });
    engine.register("t.even", |numbers: BTreeSet<i64>| {
        numbers.into_iter().filter(|n| n % 2 == 0).collect::<BTreeSet<_>>()
    });
    engine.register("t.raw", || {
        let entry = |key: i64, value: &str| (Value::Int(key), Value::Str(value.to_owned()));
        Value::Map(vec![entry(2, "two"), entry(1, "one"), entry(2, "again")])
    });
    let source = r#"
        extern "t.total" fn total(prices: Map[Str, Int]) -> Int
        extern "t.doubled" fn doubled(prices: Map[Str, Int]) -> Map[Str, Int]
        extern "t.even" fn even(numbers: Set[Int]) -> Set[Int]
        extern "t.raw" fn raw() -> Map[Int, Str]
        fn main() -> Str {
          let prices = ["tea": 3, "cake": 5]
          let twice = doubled(prices)
          twice["jam"] = 1
          let numbers: Set[Int] = [4, 3, 2]
          "{total(prices)} {twice} {twice["tea"]} {even(numbers)} {raw()}"
        }
    "#;
    let answer: String = engine.eval(source, FUEL).unwrap();
    assert_eq!(answer, r#"8 ["cake": 10, "tea": 6, "jam": 1] 6 [2, 4] [2: "again", 1: "one"]"#);
}

#[test]
fn structs_are_tuples_of_their_fields() {
    let mut engine = Engine::new();
    engine.register("t.double", |(x, y): (i64, i64)| (x * 2, y * 2));
    let source = r#"
        struct Point { x: Int, y: Int }
        extern "t.double" fn double(p: Point) -> Point
        fn main() -> Point { double(Point(x: 1, y: 2)) }
    "#;
    assert_eq!(engine.eval::<(i64, i64)>(source, FUEL).unwrap(), (2, 4));
}

#[test]
fn a_result_is_for_the_program_and_a_failure_ends_it() {
    let mut engine = Engine::new();
    engine.register("t.soft", || Err::<i64, String>("soft".to_owned()));
    engine.register("t.hard", || Err::<i64, Failure>(Failure::new("hard")));
    let soft = "extern \"t.soft\" fn soft() -> Result[Int, Str]\nfn main() -> Result[Int, Str] { soft() }";
    assert_eq!(engine.eval::<Result<i64, String>>(soft, FUEL).unwrap(), Err("soft".to_owned()));
    let hard = "extern \"t.hard\" fn hard() -> Int\nfn main() -> Int {\n  hard()\n}";
    let Err(RunError::Trap(trap)) = engine.eval::<i64>(hard, FUEL) else { panic!("no trap") };
    assert_eq!(trap.kind, TrapKind::Host("hard".to_owned()));
    assert!(trap.to_string().contains("main.mob:3"), "{trap}");
}

#[test]
fn wrong_declarations_are_found_at_load() {
    let mut engine = Engine::new();
    engine.register("t.f", |n: i64| n);
    let load = |declaration: &str, call: &str| {
        let source = format!("extern \"{declaration}\nfn main() {{ {call} }}");
        engine.compile("main.mob", &source).unwrap_err()
    };
    let error = load("t.f\" fn f(n: Int, m: Int) -> Int", "let _ = f(1, 2)");
    assert!(matches!(&error, LoadError::Signature { .. }), "{error}");
    let error = load("t.g\" fn g()", "g()");
    assert!(matches!(&error, LoadError::Unknown { function } if function == "t.g"), "{error}");
    let error = load("other.f\" fn f()", "f()");
    assert!(matches!(&error, LoadError::Forbidden { capability, .. } if capability == "other"), "{error}");
}

#[test]
fn what_is_forbidden_stays_so() {
    let mut engine = Engine::new();
    engine.forbid("console");
    let error = engine.compile("main.mob", "fn main() { print(1) }").unwrap_err();
    assert!(matches!(&error, LoadError::Forbidden { capability, .. } if capability == "console"), "{error}");
    engine.allow("console");
    assert!(engine.compile("main.mob", "fn main() { print(1) }").is_ok());
}

#[test]
fn closures_share_state_with_their_host() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let mut engine = Engine::new();
    let ear = Arc::clone(&heard);
    engine.register("t.tell", move |n: i64| ear.lock().unwrap().push(n));
    let source = "extern \"t.tell\" fn tell(n: Int)\nfn main() { for i in 0..3 { tell(i) } }";
    engine.eval::<()>(source, FUEL).unwrap();
    assert_eq!(*heard.lock().unwrap(), [0, 1, 2]);
}

#[test]
fn fuel_and_limits_hold() {
    let mut engine = Engine::new();
    engine.limits(Limits { heap_bytes: 1 << 20, stack_bytes: 1 << 16, ..Limits::default() });
    let end = |source: &str| engine.eval::<()>(source, 50_000_000).unwrap_err();
    assert!(matches!(end("fn main() { while true { } }"), RunError::OutOfFuel(50_000_000)));
    let limit = |error| match error {
        RunError::Trap(trap) => trap.kind.limit(),
        _ => None,
    };
    assert_eq!(limit(end("fn f(n: Int) -> Int { f(n) + 1 }\nfn main() { let _ = f(1) }")), Some("stack"));
    assert_eq!(limit(end("fn main() { let xs = [0]\n while true { xs.push(1) } }")), Some("heap"));
}

#[test]
fn an_agent_that_departs_is_told_what_became_of_it() {
    let mut engine = Engine::new();
    engine.allow("agent");
    let output = engine.capture();
    let source = r#"
        fn main() {
          for place in ["here", "there"] {
            match go(place) {
              Ok(_) -> print("arrived {place}")
              Err(e) -> print("stayed: {e}")
            }
          }
        }
    "#;
    let program = engine.compile("main.mob", source).unwrap();
    let mut agent = Agent::start(&program, &[]).unwrap();
    assert_eq!(agent.run(FUEL).unwrap(), Outcome::Depart("here".to_owned()));
    agent.stay("it rains").unwrap();
    assert_eq!(agent.run(FUEL).unwrap(), Outcome::Depart("there".to_owned()));
    let mut arrived = Agent::restore(&program, &agent.snapshot().unwrap()).unwrap();
    assert_eq!(arrived.run(FUEL).unwrap(), Outcome::Depart("there".to_owned()));
    arrived.arrive().unwrap();
    assert_eq!(arrived.run(FUEL).unwrap(), Outcome::Done);
    let text = output.take();
    assert!(text.contains("it rains") && text.ends_with("arrived there\n"), "{text}");
    assert!(arrived.arrive().is_err());
}

#[test]
fn snapshots_of_others_are_refused() {
    let engine = Engine::new();
    let one = engine.compile("one.mob", "fn main() -> Int { 1 }").unwrap();
    let two = engine.compile("two.mob", "fn main() -> Int { 2 }").unwrap();
    let snapshot = Agent::start(&one, &[]).unwrap().snapshot().unwrap();
    assert!(Agent::restore(&one, &snapshot).is_ok());
    assert!(Agent::restore(&two, &snapshot).is_err());
    assert!(Agent::restore(&one, &snapshot[..snapshot.len() - 1]).is_err());
    assert!(Agent::restore(&one, b"MOBS").is_err());
}

#[test]
fn snapshots_go_through_files_piece_by_piece() {
    let engine = Engine::new();
    let program = engine.compile("one.mob", "fn main() -> Int { 1 }").unwrap();
    let mut agent = Agent::start(&program, &[]).unwrap();
    let mut file = Vec::new();
    agent.write_snapshot(&mut file).unwrap();
    assert_eq!(file, agent.snapshot().unwrap());
    let mut read = Agent::read_snapshot(&program, &mut &file[..]).unwrap();
    assert_eq!(read.snapshot().unwrap(), file);
    let error = Agent::read_snapshot(&program, &mut &file[1..]).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
    assert!(error.to_string().contains("not a snapshot"), "{error}");
}

/// The hash seed of the agent that is attacked in the test below.
const KNOWN_SEED: [u64; 2] = [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210];

/// The mark of a key of these words, under the known seed. `docs/snapshot.md` says how it is made.
fn mark(words: &[u64]) -> u32 {
    let state = words.iter().fold(KNOWN_SEED[0], |state, word| {
        let product = u128::from(state ^ word) * u128::from(KNOWN_SEED[1] | 1);
        product as u64 ^ (product >> 64) as u64
    });
    (state ^ state >> 32) as u32 | 1
}

/// The mark of a short text: of its length, and its bytes as one word.
fn mark_of_text(text: &str) -> u32 {
    let mut bytes = [0; 8];
    bytes[..text.len()].copy_from_slice(text.as_bytes());
    mark(&[text.len() as u64, u64::from_le_bytes(bytes)])
}

/// Whether a map of two thousand looks for a key with this mark in the very first slot.
fn is_first(mark: u32) -> bool {
    (mark >> 1).trailing_zeros() >= 11
}

/// Counts the fuel that a map of these keys takes with this seed, and checks that its order is that in which they came.
fn fuel_of_map(key_type: &str, keys: &[Value], hash_seed: Option<[u64; 2]>) -> u64 {
    let mut engine = Engine::new();
    let handed_out = keys.to_vec();
    engine.register("t.keys", move || Value::List(handed_out.clone()));
    let source = "
        extern \"t.keys\" fn keys() -> List[KEY]
        fn main() -> List[KEY] {
          let seen: Map[KEY, Int] = [:]
          for key in keys() { seen[key] = seen.len() }
          seen.keys()
        }
    ";
    let program = engine.compile("main.mob", &source.replace("KEY", key_type)).unwrap();
    let mut agent = match hash_seed {
        Some(seed) => Agent::start_seeded(&program, &[], seed).unwrap(),
        None => Agent::start(&program, &[]).unwrap(),
    };
    assert_eq!(agent.run(5_000).unwrap(), Outcome::OutOfFuel);
    let mut agent = Agent::restore(&program, &agent.snapshot().unwrap()).unwrap();
    assert_eq!(agent.finish::<Value>(10 * FUEL).unwrap(), Value::List(keys.to_vec()));
    agent.fuel_used()
}

#[test]
fn keys_chosen_for_one_seed_do_no_harm_under_another() {
    let numbers = (0..).filter(|n| is_first(mark(&[*n as u64])));
    let numbers: Vec<_> = numbers.take(2000).map(Value::Int).collect();
    let texts = (0..).map(|n: i64| n.to_string()).filter(|text| is_first(mark_of_text(text)));
    let texts: Vec<_> = texts.take(2000).map(Value::Str).collect();
    for (key_type, keys) in [("Int", numbers), ("Str", texts)] {
        // Fuel tells the work that looking up took: the same on each machine.
        let attacked = fuel_of_map(key_type, &keys, Some(KNOWN_SEED));
        let other = fuel_of_map(key_type, &keys, Some([0x9e37_79b9_7f4a_7c15, 0xc2b2_ae3d_27d4_eb4f]));
        assert_eq!(other, fuel_of_map(key_type, &keys, None));
        assert!(attacked > 4 * other, "{key_type}: {attacked} against {other}");
    }
}

#[test]
fn a_built_module_is_the_same_program() {
    let engine = Engine::new();
    let program = engine.compile("main.mob", "fn main() -> Int { 42 }").unwrap();
    let again = engine.load_bytes(&program.encode()).unwrap();
    assert_eq!(again.hash(), program.hash());
    let mut agent = Agent::start(&again, &[]).unwrap();
    assert_eq!(agent.finish::<i64>(FUEL).unwrap(), 42);
    assert!(matches!(engine.load_bytes(b"MOBC"), Err(LoadError::Decode(_))));
}

#[test]
fn results_are_what_was_asked_for_or_an_error() {
    let engine = Engine::new();
    let Err(error) = engine.eval::<String>("fn main() -> List[Int] { [1] }", FUEL) else {
        panic!("no error")
    };
    assert_eq!(error.to_string(), "`main` returns List[Int], and Str was asked for");
    let value: Value = engine.eval("fn main() -> List[Int] { [1] }", FUEL).unwrap();
    assert_eq!(value, Value::List(vec![Value::Int(1)]));
    let program = engine.compile("main.mob", "fn main() { }").unwrap();
    assert_eq!(Agent::start(&program, &["x"]).unwrap_err(), StartError::NoArguments);
}

#[test]
fn diagnostics_are_readable() {
    let Err(error) = Engine::new().compile("main.mob", "fn main() { nothing() }") else { panic!("no error") };
    assert!(error.to_string().contains("main.mob:1:13"), "{error}");
}

#[test]
fn a_map_of_a_million_entries_travels() {
    let source = "
        fn main() -> (Int, Int, Int) {
          let m: Map[Int, Int] = [:]
          for i in 0..1_000_000 { m[i * 7_919 % 1_000_003] = i }
          m.remove(0)
          var sum = 0
          for (key, i) in m { sum += key ^ i }
          (m.len(), m.keys()[0], sum)
        }
    ";
    let program = Engine::new().compile("main.mob", source).unwrap();
    let mut agent = Agent::start(&program, &[]).unwrap();
    assert_eq!(agent.run(6_000_000).unwrap(), Outcome::OutOfFuel);
    assert!(agent.heap_bytes() > 10 << 20, "{} bytes are no large map", agent.heap_bytes());
    let mut agent = Agent::restore(&program, &agent.snapshot().unwrap()).unwrap();
    let sum = (1..1_000_000).map(|i| (i * 7_919 % 1_000_003) ^ i).sum();
    assert_eq!(agent.finish::<(i64, i64, i64)>(100_000_000).unwrap(), (999_999, 7_919, sum));
}
