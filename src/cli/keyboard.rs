//! Standard input as programs read it: line by line, and given up when the user interrupts.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use mvm::Failure as HostFailure;

use super::interrupt::Interrupt;

/// How long a wait lasts until the next look at whether the user has interrupted.
const LOOK: Duration = Duration::from_millis(50);

type Line = io::Result<Option<String>>;

/// Lines of standard input. They are read by a thread of their own, and only when one is asked for.
#[derive(Debug)]
pub(super) struct Keyboard {
    reader: Option<Reader>,
    interrupt: Interrupt,
}

#[derive(Debug)]
struct Reader {
    asks: SyncSender<()>,
    lines: Receiver<Line>,
}

impl Keyboard {
    /// Reads nothing yet.
    pub(super) fn new(interrupt: Interrupt) -> Self {
        Self { reader: None, interrupt }
    }

    /// The next line; `None` at the end.
    pub(super) fn read_line(&mut self) -> Result<Option<String>, HostFailure> {
        let reader = self.reader.get_or_insert_with(Reader::start);
        // A reader that has ended shows below.
        reader.asks.send(()).unwrap_or_default();
        loop {
            match reader.lines.recv_timeout(LOOK) {
                Ok(line) => return Ok(line?),
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
                Err(RecvTimeoutError::Timeout) => stop_if_interrupted(&self.interrupt)?,
            }
        }
    }
}

impl Reader {
    fn start() -> Self {
        let (asks, asked) = sync_channel::<()>(1);
        let (answers, lines) = sync_channel(1);
        thread::spawn(move || {
            let mut stdin = io::stdin().lock();
            while asked.recv().is_ok() {
                if answers.send(mob_host::read_line(&mut stdin)).is_err() {
                    return;
                }
            }
        });
        Self { asks, lines }
    }
}

/// Waits so many milliseconds, or until the user interrupts.
pub(super) fn sleep(ms: i64, interrupt: &Interrupt) -> Result<(), HostFailure> {
    let mut left = Duration::from_millis(u64::try_from(ms).unwrap_or(0));
    while !left.is_zero() {
        stop_if_interrupted(interrupt)?;
        let nap = left.min(LOOK);
        thread::sleep(nap);
        left -= nap;
    }
    Ok(())
}

/// Ends the program; that it was interrupted is said by what runs it.
fn stop_if_interrupted(interrupt: &Interrupt) -> Result<(), HostFailure> {
    interrupt.check().map_err(|_| HostFailure::new("interrupted"))
}
