//! Testing several files at once, and telling of them in their order.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::super::failure::Failure;
use super::report::Event;
use super::run::Runner;

/// The stack of a thread that compiles, in bytes: as much as the main thread has.
const STACK_BYTES: usize = 8 << 20;

/// Files with the ends that their events go into.
type Queue<'f> = Mutex<Box<dyn Iterator<Item = (&'f Path, Sender<Event>)> + Send + 'f>>;

/// Runs the tests of all files, so many files at once, and tells of what happens file by file, as soon as it is known. Stops
/// when telling fails.
pub(super) fn run_files(
    runner: &Runner<'_>,
    files: &[PathBuf],
    jobs: usize,
    tell: impl FnMut(Event) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (senders, receivers): (Vec<Sender<Event>>, Vec<Receiver<Event>>) =
        files.iter().map(|_| channel()).unzip();
    let queue: Queue<'_> = Mutex::new(Box::new(files.iter().map(PathBuf::as_path).zip(senders)));
    thread::scope(|scope| {
        for _ in 0..jobs.min(files.len()) {
            let worker = thread::Builder::new().stack_size(STACK_BYTES);
            worker.spawn_scoped(scope, || work(runner, &queue)).map_err(Failure::usage)?;
        }
        receivers.into_iter().flatten().try_for_each(tell)
    })
}

/// Tests one file after the other until there are no more, or nobody listens.
fn work(runner: &Runner<'_>, queue: &Queue<'_>) {
    loop {
        // Taken in a statement of its own: the lock must not be held while the file is tested.
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        let Some((file, events)) = next else { return };
        let ended = runner.run_file(file, &|event| events.send(event).map_err(|_| Failure::Closed));
        if let Err(failure) = ended {
            // If nobody listens, nobody has to be told.
            events.send(Event::Stopped(failure)).unwrap_or_default();
            return;
        }
    }
}
