//! Standard input as programs read it: line by line, and given up when the user interrupts.

use std::io::{self, BufReader, Read};
use std::thread;
use std::time::Duration;

use mvm::Failure as HostFailure;

use super::interrupt::Interrupt;

/// How long a wait lasts until the next look at whether the user has interrupted.
const LOOK: Duration = Duration::from_millis(50);

/// Lines of standard input. Nothing is read before a line is asked for, so that whoever else reads a terminal finds what
/// is typed from then on.
#[derive(Debug)]
pub(super) struct Keyboard(BufReader<Stream>);

impl Keyboard {
    /// Reads nothing yet.
    pub(super) fn new(interrupt: Interrupt) -> Self {
        Self(BufReader::new(Stream(interrupt)))
    }

    /// The next line; `None` at the end.
    pub(super) fn read_line(&mut self) -> io::Result<Option<String>> {
        mob_host::read_line(&mut self.0)
    }
}

/// Standard input, reads of which fail when the user interrupts.
#[derive(Debug)]
struct Stream(Interrupt);

impl Read for Stream {
    #[cfg(unix)]
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let stdin = rustix::stdio::stdin();
        let look = Timespec { tv_sec: 0, tv_nsec: i64::from(LOOK.subsec_nanos()) };
        loop {
            self.0.check().map_err(|_| io::Error::other(INTERRUPTED))?;
            match poll(&mut [PollFd::new(&stdin, PollFlags::IN)], Some(&look)) {
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                Ok(_) => return Ok(rustix::io::read(stdin, bytes)?),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Where nothing tells whether there is something to read, an interruption is noticed after the next line.
    #[cfg(not(unix))]
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = io::stdin().read(bytes)?;
        self.0.check().map_err(|_| io::Error::other(INTERRUPTED))?;
        Ok(read)
    }
}

const INTERRUPTED: &str = "interrupted";

/// Waits so many milliseconds, or until the user interrupts.
pub(super) fn sleep(ms: i64, interrupt: &Interrupt) -> Result<(), HostFailure> {
    wait(Duration::from_millis(u64::try_from(ms).unwrap_or(0)), interrupt)
}

/// Waits so long, or until the user interrupts.
pub(super) fn wait(mut left: Duration, interrupt: &Interrupt) -> Result<(), HostFailure> {
    while !left.is_zero() {
        // It ends the program; that it was interrupted is said by what runs it.
        interrupt.check().map_err(|_| HostFailure::new(INTERRUPTED))?;
        let nap = left.min(LOOK);
        thread::sleep(nap);
        left -= nap;
    }
    Ok(())
}
