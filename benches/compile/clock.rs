//! What this process and its children have used so far: CPU time, which a busy machine doesn't stretch as it does time on
//! the wall, and memory.

pub(crate) use system::{now, of_children, peak_kib, peak_kib_of_children};

#[cfg(unix)]
mod system {
    use std::time::Duration;

    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeVal;

    /// The CPU time of this process, that of the system on its behalf included.
    pub(crate) fn now() -> Duration {
        cpu_time(UsageWho::RUSAGE_SELF)
    }

    /// The CPU time of all children that have ended.
    pub(crate) fn of_children() -> Duration {
        cpu_time(UsageWho::RUSAGE_CHILDREN)
    }

    fn cpu_time(who: UsageWho) -> Duration {
        let Ok(usage) = getrusage(who) else { return Duration::ZERO };
        duration(usage.user_time()) + duration(usage.system_time())
    }

    fn duration(time: TimeVal) -> Duration {
        let (seconds, micros) = (u64::try_from(time.tv_sec()), u64::try_from(time.tv_usec()));
        Duration::from_secs(seconds.unwrap_or(0)) + Duration::from_micros(micros.unwrap_or(0))
    }

    /// The most memory that the process has had, in KiB.
    pub(crate) fn peak_kib() -> Option<u64> {
        peak_kib_of(UsageWho::RUSAGE_SELF)
    }

    /// The most memory that one of the children has had that have ended, in KiB.
    pub(crate) fn peak_kib_of_children() -> Option<u64> {
        peak_kib_of(UsageWho::RUSAGE_CHILDREN)
    }

    fn peak_kib_of(who: UsageWho) -> Option<u64> {
        let peak = u64::try_from(getrusage(who).ok()?.max_rss()).ok()?;
        // Apple's systems count bytes.
        Some(if cfg!(target_vendor = "apple") { peak / 1024 } else { peak })
    }
}

#[cfg(not(unix))]
mod system {
    use std::sync::LazyLock;
    use std::time::{Duration, Instant};

    static START: LazyLock<Instant> = LazyLock::new(Instant::now);

    /// The time since the first call: there is no account of CPU time here.
    pub(crate) fn now() -> Duration {
        START.elapsed()
    }

    /// The same.
    pub(crate) fn of_children() -> Duration {
        now()
    }

    /// Not known here.
    pub(crate) fn peak_kib() -> Option<u64> {
        None
    }

    /// Not known here.
    pub(crate) fn peak_kib_of_children() -> Option<u64> {
        None
    }
}
