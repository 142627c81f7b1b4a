//! Random numbers from the operating system.

use std::io;

/// 64 random bits, good enough for secrets.
///
/// # Errors
/// If the system has none to give.
pub fn random_bits() -> io::Result<i64> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(i64::from_le_bytes(bytes))
}
