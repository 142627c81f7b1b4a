//! Who is to be called at what time.

use std::collections::BTreeMap;
use std::collections::btree_map::OccupiedEntry;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// A clock with alarms: one timer for all, since most alarms are called off long before they would ring.
#[derive(Debug)]
pub(super) struct Alarms<T> {
    start: Instant,
    set: Mutex<Set<T>>,
    made: AtomicU64,
    /// An alarm is to ring before the clock would look.
    is_earlier: Notify,
}

/// The alarms that are set.
#[derive(Debug)]
struct Set<T> {
    alarms: BTreeMap<AlarmId, T>,
    /// When the clock looks whether one is due, in milliseconds. It may be too early, as what it waited for was called off: to
    /// look once in vain costs less than to be woken for each alarm that is set while there is no other.
    look_at: u64,
}

/// When an alarm rings, in milliseconds, and which it is.
pub(super) type AlarmId = (u64, u64);

impl<T> Alarms<T> {
    pub(super) fn new() -> Self {
        Self {
            start: Instant::now(),
            set: Mutex::new(Set { alarms: BTreeMap::new(), look_at: 0 }),
            made: AtomicU64::new(0),
            is_earlier: Notify::new(),
        }
    }

    /// Milliseconds since the beginning.
    pub(super) fn now_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Sets an alarm.
    pub(super) fn set(&self, at: u64, whom: T) -> AlarmId {
        let id = (at, self.made.fetch_add(1, Ordering::Relaxed));
        let mut set = self.set_alarms();
        set.alarms.insert(id, whom);
        if at < set.look_at {
            set.look_at = at;
            drop(set);
            self.is_earlier.notify_one();
        }
        id
    }

    /// Calls an alarm off, if it has not rung.
    pub(super) fn call_off(&self, id: AlarmId) {
        let removed = self.set_alarms().alarms.remove(&id);
        // It may be the last that holds what it would have called, whose end may call others.
        drop(removed);
    }

    /// Calls all alarms off.
    pub(super) fn clear(&self) {
        let removed = std::mem::take(&mut self.set_alarms().alarms);
        drop(removed);
    }

    /// Lets alarms ring, each at its time, for ever.
    pub(super) async fn ring(&self, call: impl Fn(T)) {
        loop {
            let now = self.now_ms();
            while let Some(whom) = self.take_due(now) {
                call(whom);
            }
            match self.next_look().and_then(|at| self.start.checked_add(Duration::from_millis(at))) {
                Some(at) => tokio::select! {
                    () = tokio::time::sleep_until(at.into()) => {}
                    () = self.is_earlier.notified() => {}
                },
                None => self.is_earlier.notified().await,
            }
        }
    }

    /// When to look again, if ever.
    fn next_look(&self) -> Option<u64> {
        let mut set = self.set_alarms();
        let first = set.alarms.first_key_value().map(|((at, _), _)| *at);
        set.look_at = first.unwrap_or(u64::MAX);
        first
    }

    fn take_due(&self, now: u64) -> Option<T> {
        let mut set = self.set_alarms();
        let due = set.alarms.first_entry().filter(|first| first.key().0 <= now);
        due.map(OccupiedEntry::remove)
    }

    fn set_alarms(&self) -> MutexGuard<'_, Set<T>> {
        self.set.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::future::Future;
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::{Context, Wake, Waker};

    use tokio::sync::mpsc;

    use super::*;

    /// Nothing here takes this long unless it hangs.
    const PATIENCE: Duration = Duration::from_secs(60);
    const HOUR_MS: u64 = 3_600_000;

    #[tokio::test]
    async fn an_earlier_alarm_rings_first_and_one_that_was_called_off_never() {
        let alarms = Arc::new(Alarms::new());
        let off = alarms.set(HOUR_MS, "off");
        let (sender, mut rung) = mpsc::unbounded_channel();
        let ringing = tokio::spawn({
            let alarms = alarms.clone();
            async move { alarms.ring(|whom| sender.send(whom).unwrap()).await }
        });
        // It waits for the one in an hour, and has to be told of others.
        while alarms.set_alarms().look_at != HOUR_MS {
            tokio::task::yield_now().await;
        }
        let soon = alarms.now_ms() + 1;
        alarms.set(soon + 1, "second");
        alarms.set(soon, "first");
        alarms.call_off(off);
        for expected in ["first", "second"] {
            assert_eq!(tokio::time::timeout(PATIENCE, rung.recv()).await.unwrap(), Some(expected));
        }
        ringing.abort();
        assert!(alarms.set_alarms().alarms.is_empty());
    }

    #[derive(Default)]
    struct Woken(AtomicU64);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[tokio::test]
    async fn the_clock_is_woken_by_what_is_earlier_alone() {
        let alarms = Alarms::new();
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(woken.clone());
        let mut ring = pin!(alarms.ring(|_: ()| unreachable!("no alarm is due")));
        let mut poll = || assert!(ring.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        poll();
        let first = alarms.set(HOUR_MS, ());
        assert_eq!(woken.0.load(Ordering::Relaxed), 1);
        poll();
        alarms.call_off(first);
        for later in 0..100 {
            let id = alarms.set(HOUR_MS + later, ());
            alarms.call_off(id);
        }
        assert_eq!(woken.0.load(Ordering::Relaxed), 1);
    }
}
