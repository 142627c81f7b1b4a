//! What this process has used so far: CPU time, which a busy machine doesn't stretch as it does time on the wall, and memory.

pub(crate) use system::{now, peak_kib};

#[cfg(unix)]
mod system {
    use std::time::Duration;

    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeVal;

    /// The CPU time of this process, that of the system on its behalf included.
    pub(crate) fn now() -> Duration {
        let Ok(usage) = getrusage(UsageWho::RUSAGE_SELF) else { return Duration::ZERO };
        duration(usage.user_time()) + duration(usage.system_time())
    }

    fn duration(time: TimeVal) -> Duration {
        let (seconds, micros) = (u64::try_from(time.tv_sec()), u64::try_from(time.tv_usec()));
        Duration::from_secs(seconds.unwrap_or(0)) + Duration::from_micros(micros.unwrap_or(0))
    }

    /// The most memory that the process has had, in KiB.
    pub(crate) fn peak_kib() -> Option<u64> {
        let peak = u64::try_from(getrusage(UsageWho::RUSAGE_SELF).ok()?.max_rss()).ok()?;
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

    /// Not known here.
    pub(crate) fn peak_kib() -> Option<u64> {
        None
    }
}
