//! How busy the machine is.

/// How many programs wanted a processor, on average over the last minute; 0 where the system doesn't say.
#[must_use]
pub fn load_average() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0.0)
}
