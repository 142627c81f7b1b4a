//! Snapshot and restore of agents with large heaps.

use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mvm::Engine;
use mvm::vm::{Agent, Limits, Program, Step};

/// How often each is measured; they take turns.
pub(crate) const RUNS: usize = 5;

/// Heaps to move: what is in them, and a program that ends where it asks to go, with all of it alive.
pub(crate) const HEAPS: [(&str, &str); 2] = [
    (
        "a tree of 8,388,607 nodes",
        r#"
        enum Tree { Leaf, Node(Tree, Int, Tree) }

        fn grow(depth: Int) -> Tree {
          if depth == 0 { Leaf } else { Node(grow(depth - 1), depth, grow(depth - 1)) }
        }

        fn depth(tree: Tree) -> Int {
          match tree {
            Leaf -> 0
            Node(left, _, _) -> 1 + depth(left)
          }
        }

        fn main() -> Result[Int, MoveError] {
          let tree = grow(23)
          go("away")?
          Ok(depth(tree))
        }
        "#,
    ),
    (
        "2,000,000 records with texts and lists",
        r#"
        struct Reading { host: Str, load: Float, samples: List[Int] }

        fn main() -> Result[Int, MoveError] {
          let readings: List[Reading] = []
          for i in 0..2_000_000 {
            readings.push(Reading("host {i}", i.to_float() / 3.0, [i, i + 1, i + 2]))
          }
          go("away")?
          Ok(readings.len())
        }
        "#,
    ),
];

/// The least time of each.
pub(crate) struct Measured {
    /// The snapshot's length, which is what `memcpy` copies.
    pub(crate) bytes: usize,
    pub(crate) memcpy: Duration,
    pub(crate) snapshot: Duration,
    pub(crate) restore: Duration,
}

pub(crate) fn measure(source: &str) -> Result<Measured, Box<dyn Error>> {
    let gib = 1 << 30;
    let limits = Limits { heap_bytes: gib, snapshot_bytes: gib, ..Limits::default() };
    let mut engine = Engine::new();
    let program = Arc::clone(engine.allow_standard().compile("heap.mob", source)?.inner());
    let longest = Duration::MAX;
    let mut best = Measured { bytes: 0, memcpy: longest, snapshot: longest, restore: longest };
    for _ in 0..RUNS {
        // A new one each time: a snapshot leaves a heap in better order than a program does.
        let mut agent = departing(&program, limits)?;
        let (bytes, time) = timed(|| agent.snapshot());
        let bytes = bytes?;
        drop(agent);
        best.bytes = bytes.len();
        best.snapshot = best.snapshot.min(time);
        best.memcpy = best.memcpy.min(timed(|| bytes.clone()).1);
        let (restored, time) = timed(|| Agent::restore(&bytes, Arc::clone(&program), limits));
        restored?;
        best.restore = best.restore.min(time);
    }
    Ok(best)
}

/// An agent of the program, run until it asks to go.
pub(crate) fn departing(program: &Arc<Program>, limits: Limits) -> Result<Agent, Box<dyn Error>> {
    let mut agent = Agent::new(Arc::clone(program), limits);
    agent.start(program.main().ok_or("no main")?, &[])?;
    match agent.run(u64::MAX >> 2) {
        Step::Depart(_) => Ok(agent),
        step => Err(format!("the program was to depart, and: {step:?}").into()),
    }
}

/// What the work gives, and how long it took.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = black_box(work());
    (result, start.elapsed())
}
