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
    set: Mutex<BTreeMap<AlarmId, T>>,
    made: AtomicU64,
    /// The first alarm is another one.
    changed: Notify,
}

/// When an alarm rings, in milliseconds, and which it is.
pub(super) type AlarmId = (u64, u64);

impl<T> Alarms<T> {
    pub(super) fn new() -> Self {
        Self {
            start: Instant::now(),
            set: Mutex::new(BTreeMap::new()),
            made: AtomicU64::new(0),
            changed: Notify::new(),
        }
    }

    /// Milliseconds since the beginning.
    pub(super) fn now_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Sets an alarm.
    pub(super) fn set(&self, at: u64, whom: T) -> AlarmId {
        let id = (at, self.made.fetch_add(1, Ordering::Relaxed));
        let mut set = self.alarms();
        set.insert(id, whom);
        if set.first_key_value().is_some_and(|(first, _)| *first == id) {
            self.changed.notify_one();
        }
        id
    }

    /// Calls an alarm off, if it has not rung.
    pub(super) fn call_off(&self, id: AlarmId) {
        let removed = self.alarms().remove(&id);
        // It may be the last that holds what it would have called, whose end may call others.
        drop(removed);
    }

    /// Calls all alarms off.
    pub(super) fn clear(&self) {
        let removed = std::mem::take(&mut *self.alarms());
        drop(removed);
    }

    /// Lets alarms ring, each at its time, for ever.
    pub(super) async fn ring(&self, call: impl Fn(T)) {
        loop {
            let now = self.now_ms();
            while let Some(whom) = self.take_due(now) {
                call(whom);
            }
            let first = self.alarms().first_key_value().map(|((at, _), _)| *at);
            let at = first.and_then(|at| self.start.checked_add(Duration::from_millis(at)));
            match at {
                Some(at) => tokio::select! {
                    () = tokio::time::sleep_until(at.into()) => {}
                    () = self.changed.notified() => {}
                },
                None => self.changed.notified().await,
            }
        }
    }

    fn take_due(&self, now: u64) -> Option<T> {
        let mut set = self.alarms();
        let due = set.first_entry().filter(|first| first.key().0 <= now);
        due.map(OccupiedEntry::remove)
    }

    fn alarms(&self) -> MutexGuard<'_, BTreeMap<AlarmId, T>> {
        self.set.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
