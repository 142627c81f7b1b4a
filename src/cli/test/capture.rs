//! What a test prints, kept until it is known whether the test fails.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mvm::Engine;

use super::super::interrupt::Interrupt;
use super::super::keyboard;

/// The most text that is kept of one test, in bytes.
const KEPT_BYTES_MAX: usize = 64 << 10;

/// What a test prints.
#[derive(Debug, Clone, Default)]
pub(super) struct Capture(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    text: String,
    bytes_lost: usize,
}

impl Capture {
    /// Gives an engine's programs a console that keeps what they print, with nobody at the keyboard, and a clock that
    /// can wait.
    pub(super) fn install(engine: &mut Engine, interrupt: &Interrupt) -> Self {
        let capture = Self::default();
        let (print, write, error) = (capture.clone(), capture.clone(), capture.clone());
        engine.register("console.print", move |text: String| print.add(&(text + "\n")));
        engine.register("console.write", move |text: String| write.add(&text));
        engine.register("console.error", move |text: String| error.add(&(text + "\n")));
        engine.register("console.read_line", || None::<String>);
        let interrupt = interrupt.clone();
        engine.register("clock.sleep", move |ms: i64| keyboard::sleep(ms, &interrupt));
        capture
    }

    /// What was printed since the last time, with a line that says so if that is not all of it.
    pub(super) fn take(&self) -> String {
        let Kept { mut text, bytes_lost } = std::mem::take(&mut *self.lock());
        if bytes_lost > 0 {
            text.push_str(&format!("\n… and {bytes_lost} bytes more\n"));
        }
        text
    }

    fn add(&self, text: &str) {
        let mut kept = self.lock();
        if kept.bytes_lost == 0 && kept.text.len() + text.len() <= KEPT_BYTES_MAX {
            kept.text.push_str(text);
        } else {
            kept.bytes_lost += text.len();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
