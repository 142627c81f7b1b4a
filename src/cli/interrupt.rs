//! Ctrl-C: the first asks what runs to stop where it can, the second ends the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::SIGINT;
use signal_hook::flag;

use super::failure::Failure;

const INTERRUPTED: i32 = 130;

/// Whether the user has interrupted the process.
#[derive(Debug, Clone)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from here on. Without an answer from the operating system Ctrl-C keeps ending the process at once.
    pub(crate) fn listen() -> Self {
        let flag = Arc::new(AtomicBool::new(false));
        if flag::register_conditional_shutdown(SIGINT, INTERRUPTED, Arc::clone(&flag)).is_ok() {
            flag::register(SIGINT, Arc::clone(&flag)).ok();
        }
        Self(flag)
    }

    /// Listens from here on, and never ends the process: for one that goes on when what it runs is stopped.
    pub(crate) fn listen_patiently() -> Self {
        let flag = Arc::new(AtomicBool::new(false));
        // Without an answer from the operating system Ctrl-C keeps ending the process at once.
        flag::register(SIGINT, Arc::clone(&flag)).ok();
        Self(flag)
    }

    /// Begins anew: what was interrupted has been dealt with.
    pub(crate) fn forget(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    /// Fails if the user has interrupted the process.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if self.0.load(Ordering::Relaxed) { Err(Failure::Interrupted) } else { Ok(()) }
    }
}
