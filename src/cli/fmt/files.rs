//! How a file is replaced by its formatted text.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::cli::failure::Failure;

/// Replaces a file's content: all of it or, if that fails, nothing. What a link points to is replaced, not the link.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: &io::Error| Failure::file("write", path, error);
    let target = fs::canonicalize(path).map_err(|error| failed(&error))?;
    let permissions = fs::metadata(&target).map_err(|error| failed(&error))?.permissions();
    if permissions.readonly() {
        return Err(Failure::usage(format!("cannot write {}: it is read-only", path.display())));
    }
    let folder = target.parent().unwrap_or(Path::new("."));
    let write = || -> io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(".mvm-fmt-").tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().set_permissions(permissions)?;
        file.as_file().sync_all()?;
        file.persist(&target)?;
        Ok(())
    };
    write().map_err(|error| failed(&error))
}
