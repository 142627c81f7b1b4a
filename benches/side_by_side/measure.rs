//! One run of one command: what it prints, and the user CPU time that it takes.

use std::process::{Command, Stdio};
use std::time::Duration;

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Run {
    /// All of its standard output.
    pub(crate) output: Vec<u8>,
    /// User CPU time; wall-clock time where the system has no such account.
    pub(crate) time: Duration,
}

/// Runs a command to its end; its errors go where ours go.
pub(crate) fn run(command: &mut Command) -> Result<Run, String> {
    command.stdin(Stdio::null()).stderr(Stdio::inherit());
    let before = clock::now();
    let output = command.output().map_err(|error| error.to_string())?;
    let time = clock::now().saturating_sub(before);
    if !output.status.success() {
        return Err(output.status.to_string());
    }
    Ok(Run { output: output.stdout, time })
}

#[cfg(unix)]
mod clock {
    use std::time::Duration;

    use nix::sys::resource::{UsageWho, getrusage};

    /// The user CPU time of all children that have ended.
    pub(super) fn now() -> Duration {
        let Ok(usage) = getrusage(UsageWho::RUSAGE_CHILDREN) else { return Duration::ZERO };
        let time = usage.user_time();
        let (seconds, micros) = (u64::try_from(time.tv_sec()), u64::try_from(time.tv_usec()));
        Duration::from_secs(seconds.unwrap_or(0)) + Duration::from_micros(micros.unwrap_or(0))
    }
}

#[cfg(not(unix))]
mod clock {
    use std::sync::LazyLock;
    use std::time::{Duration, Instant};

    static START: LazyLock<Instant> = LazyLock::new(Instant::now);

    pub(super) fn now() -> Duration {
        START.elapsed()
    }
}
