//! The outside as programs of the tests see it: the same in each run, since runs are compared.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use mvm::{Captured, Engine};

/// A clock and random numbers that count the questions, and lines of input.
#[derive(Debug, Clone)]
pub(crate) struct World {
    asked: Arc<AtomicI64>,
    lines: Arc<[String]>,
    lines_read: Arc<AtomicUsize>,
}

impl World {
    /// Gives an engine's programs this world, with these lines to read.
    pub(crate) fn install(engine: &mut Engine, lines: &[String]) -> Self {
        let world = Self { asked: Arc::default(), lines: lines.into(), lines_read: Arc::default() };
        let (random, now, elapsed) = (world.clone(), world.clone(), world.clone());
        // An odd factor spreads the count over all bits.
        engine.register("random.bits", move || random.ask().wrapping_mul(0x1e37_79b9_7f4a_7c15));
        engine.register("clock.now_ms", move || 1_700_000_000_000 + now.ask());
        engine.register("clock.elapsed_us", move || elapsed.ask());
        let reader = world.clone();
        // Only a program of one agent calls it: where there are several, the others go on meanwhile.
        engine.register("clock.sleep", |_: i64| ());
        engine.register("console.read_line", move || reader.read_line());
        world
    }

    fn ask(&self) -> i64 {
        self.asked.fetch_add(1, Ordering::Relaxed)
    }

    fn read_line(&self) -> Option<String> {
        self.lines.get(self.lines_read.fetch_add(1, Ordering::Relaxed)).cloned()
    }

    /// Begins anew, and gives what was printed until then.
    pub(crate) fn begin(&self, captured: &Captured) -> String {
        self.asked.store(0, Ordering::Relaxed);
        self.lines_read.store(0, Ordering::Relaxed);
        captured.take()
    }
}
