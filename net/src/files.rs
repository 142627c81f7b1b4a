//! Small files written so that no reader ever sees half of one, and no two writers at once.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

/// Name of the file that writers of a folder lock.
const LOCK_NAME: &str = ".lock";

/// Holds a folder's lock until dropped.
pub(crate) struct FolderLock(#[allow(dead_code)] File);

/// Waits until no other process or thread holds the lock of `folder`, and takes it.
pub(crate) fn lock(folder: &Path) -> io::Result<FolderLock> {
    let file =
        private(OpenOptions::new().create(true).truncate(false).write(true)).open(folder.join(LOCK_NAME))?;
    file.lock()?;
    Ok(FolderLock(file))
}

/// Makes `folder` and its parents, for the owner alone.
pub(crate) fn create_private_dir(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Replaces the file at `path` by `bytes`, readable by the owner alone: written beside it, synced, renamed.
/// The caller holds the folder's lock.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut temporary = name.to_owned();
    temporary.push(".new");
    let temporary = path.with_file_name(temporary);
    // A left-over of a writer that was killed would keep its permissions.
    match fs::remove_file(&temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = private(OpenOptions::new().create_new(true).write(true)).open(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)
}

/// The file's bytes, at most `len_max` and one of them; `None` if there is no such file.
pub(crate) fn read_up_to(path: &Path, len_max: u64) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(len_max + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}
