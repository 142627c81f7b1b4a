//! Snapshot and restore of an agent with a large heap of lists, structs and strings.

use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mvm::Engine;
use mvm::vm::{Agent, Limits, Step};

/// How often each is measured; they take turns.
pub(crate) const RUNS: usize = 7;

/// A run of this ends where it asks to go, with all of it alive.
const PROGRAM: &str = r#"
    struct Reading { host: Str, load: Float, samples: List[Int] }

    fn main() -> Result[Int, MoveError] {
      let readings: List[Reading] = []
      for i in 0..500_000 {
        readings.push(Reading("host {i}", i.to_float() / 3.0, [i, i + 1, i + 2]))
      }
      go("away")?
      Ok(readings.len())
    }
"#;

/// The least time of each.
pub(crate) struct Measured {
    /// The snapshot's length, which is what `memcpy` copies.
    pub(crate) bytes: usize,
    pub(crate) memcpy: Duration,
    pub(crate) snapshot: Duration,
    pub(crate) restore: Duration,
}

pub(crate) fn measure() -> Result<Measured, Box<dyn Error>> {
    let limits = Limits::default();
    let mut engine = Engine::new();
    let program = Arc::clone(engine.allow_standard().compile("heap.mob", PROGRAM)?.inner());
    let mut agent = Agent::new(Arc::clone(&program), limits);
    agent.start(program.main().ok_or("no main")?, &[])?;
    match agent.run(u64::MAX >> 2) {
        Step::Depart(_) => {}
        step => return Err(format!("the program was to depart, and: {step:?}").into()),
    }

    let mut best = Measured {
        bytes: agent.snapshot()?.len(),
        memcpy: Duration::MAX,
        snapshot: Duration::MAX,
        restore: Duration::MAX,
    };
    for _ in 0..RUNS {
        let start = Instant::now();
        let bytes = black_box(agent.snapshot()?);
        best.snapshot = best.snapshot.min(start.elapsed());

        let start = Instant::now();
        black_box(bytes.clone());
        best.memcpy = best.memcpy.min(start.elapsed());

        let start = Instant::now();
        black_box(Agent::restore(&bytes, Arc::clone(&program), limits)?);
        best.restore = best.restore.min(start.elapsed());
    }
    Ok(best)
}
