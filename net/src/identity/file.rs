//! The identity's file: the secret key as PKCS #8 DER, made atomically at first use.

use std::io;
use std::path::{Path, PathBuf};

use crate::files;

/// Longest key file read; an Ed25519 key takes 83 bytes.
const FILE_LEN_MAX: u64 = 4096;

/// Why there is no identity.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The key file can't be read, or the fresh key not be written.
    #[error("cannot use the identity file {}: {source}", path.display())]
    File {
        /// The key file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file holds something other than a key.
    #[error("{} does not hold an Ed25519 key in PKCS #8; move it away to have a new one made", path.display())]
    NotAKey {
        /// The key file.
        path: PathBuf,
    },
    /// The system gives no random numbers.
    #[error("the system gives no random numbers to make a key from")]
    Randomness,
}

/// The bytes of the file at `path`; if there is none, what `make` gives, written there for its owner alone.
pub(super) fn load_or_create(
    path: &Path,
    make: impl FnOnce() -> Result<Vec<u8>, IdentityError>,
) -> Result<Vec<u8>, IdentityError> {
    let failed = |source| IdentityError::File { path: path.to_owned(), source };
    let folder = path.parent().unwrap_or(Path::new("."));
    if let Some(bytes) = read(path).map_err(failed)? {
        return Ok(bytes);
    }
    files::create_private_dir(folder).map_err(failed)?;
    let _lock = files::lock(folder).map_err(failed)?;
    // Another process may have made the key while this one waited for the lock.
    if let Some(bytes) = read(path).map_err(failed)? {
        return Ok(bytes);
    }
    let bytes = make()?;
    files::write_atomically(path, &bytes).map_err(failed)?;
    Ok(bytes)
}

fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    files::read_up_to(path, FILE_LEN_MAX)
}
