//! Files of one folder, and of nothing outside of it: neither `..`, nor an absolute path, nor a symbolic link leads out,
//! even while somebody else changes the folder. `cap-std` opens every part of a path relative to the one before.

mod error;
#[cfg(test)]
mod tests;

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use cap_fs_ext::OpenOptionsSyncExt;
use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, OpenOptions};

pub use error::{FsError, FsErrorKind};

/// The largest that a file may be to be read, in bytes.
pub const FILE_BYTES_MAX: u64 = 15 << 20;
/// The most entries that a folder may have to be listed.
pub const ENTRIES_MAX: usize = 20_000;

/// A folder that programs may use. Cheap to clone.
///
/// Paths are relative to it, with `/` between their parts.
#[derive(Debug, Clone)]
pub struct Folder {
    dir: Arc<Dir>,
}

/// What is known of a file without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metadata {
    /// What it is.
    pub kind: Kind,
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was last written to, in milliseconds since 1970; 0 where the system doesn't say.
    pub modified_ms: i64,
}

/// What there is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A pipe, a socket or a device.
    Other,
}

impl Folder {
    /// The folder at a path of this machine.
    ///
    /// # Errors
    /// If there is none, or it can't be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { dir: Arc::new(Dir::open_ambient_dir(path, ambient_authority())?) })
    }

    /// A file's content.
    ///
    /// # Errors
    /// If it can't be read, or is larger than [`FILE_BYTES_MAX`].
    pub fn read(&self, path: &str) -> Result<Vec<u8>, FsError> {
        let mut options = OpenOptions::new();
        let file = self.open_file(path, options.read(true))?;
        let mut bytes = Vec::new();
        file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|error| FsError::of(path, &error))?;
        if bytes.len() as u64 > FILE_BYTES_MAX {
            let what = format!("the file is larger than {} MiB", FILE_BYTES_MAX >> 20);
            return Err(FsError::new(FsErrorKind::TooLarge, path, what));
        }
        Ok(bytes)
    }

    /// A file's content as text.
    ///
    /// # Errors
    /// As [`read`](Self::read), or if it is not UTF-8.
    pub fn read_text(&self, path: &str) -> Result<String, FsError> {
        String::from_utf8(self.read(path)?).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            FsError::new(FsErrorKind::NotText, path, format!("not UTF-8 at byte {offset}"))
        })
    }

    /// Makes the file hold these bytes and nothing else, or a new one.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn write(&self, path: &str, bytes: &[u8]) -> Result<(), FsError> {
        let mut options = OpenOptions::new();
        let mut file = self.open_file(path, options.write(true).create(true))?;
        let written = file.set_len(0).and_then(|()| file.seek(SeekFrom::Start(0)));
        written.and_then(|_| file.write_all(bytes)).map_err(|error| FsError::of(path, &error))
    }

    /// Writes these bytes to the file's end, or to a new one.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn append(&self, path: &str, bytes: &[u8]) -> Result<(), FsError> {
        let mut options = OpenOptions::new();
        let mut file = self.open_file(path, options.append(true).create(true))?;
        file.write_all(bytes).map_err(|error| FsError::of(path, &error))
    }

    /// What there is at a path, links followed.
    ///
    /// # Errors
    /// If there is nothing, or the path leads out.
    pub fn metadata(&self, path: &str) -> Result<Metadata, FsError> {
        let found = self.dir.metadata(path).map_err(|error| FsError::of(path, &error))?;
        let kind = match () {
            () if found.is_file() => Kind::File,
            () if found.is_dir() => Kind::Folder,
            () => Kind::Other,
        };
        let modified = found.modified().ok().and_then(|time| time.into_std().duration_since(UNIX_EPOCH).ok());
        let modified_ms = modified.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
        Ok(Metadata { kind, bytes: found.len(), modified_ms })
    }

    /// The names of what is in a folder, sorted.
    ///
    /// # Errors
    /// If it can't be read, or has more than [`ENTRIES_MAX`] entries.
    pub fn list(&self, path: &str) -> Result<Vec<String>, FsError> {
        let failed = |error: io::Error| FsError::of(path, &error);
        let mut names = Vec::new();
        for entry in self.dir.read_dir(path).map_err(failed)? {
            if names.len() == ENTRIES_MAX {
                let what = format!("the folder has more than {ENTRIES_MAX} entries");
                return Err(FsError::new(FsErrorKind::TooLarge, path, what));
            }
            names.push(entry.map_err(failed)?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        Ok(names)
    }

    /// Makes a folder, and those that it is to be in. One that exists is left as it is.
    ///
    /// # Errors
    /// If it can't be made.
    pub fn create_dir(&self, path: &str) -> Result<(), FsError> {
        self.dir.create_dir_all(path).map_err(|error| FsError::of(path, &error))
    }

    /// Whether there is a symbolic link at a path, wherever it leads.
    pub fn is_link(&self, path: &str) -> bool {
        self.dir.symlink_metadata(path).is_ok_and(|found| found.is_symlink())
    }

    /// Removes a file or a link, or a folder with all that is in it. Links in it are removed and not followed.
    ///
    /// # Errors
    /// If something can't be removed; what was removed before stays so.
    pub fn remove_all(&self, path: &str) -> Result<(), FsError> {
        let found = self.dir.symlink_metadata(path).map_err(|error| FsError::of(path, &error))?;
        let removed = if found.is_dir() { self.dir.remove_dir_all(path) } else { self.dir.remove_file(path) };
        removed.map_err(|error| FsError::of(path, &error))
    }

    /// Removes a file, a link, or a folder that is empty.
    ///
    /// # Errors
    /// If it can't be removed.
    pub fn remove(&self, path: &str) -> Result<(), FsError> {
        let found = self.dir.symlink_metadata(path).map_err(|error| FsError::of(path, &error))?;
        let removed = if found.is_dir() { self.dir.remove_dir(path) } else { self.dir.remove_file(path) };
        removed.map_err(|error| FsError::of(path, &error))
    }

    /// Gives a file or folder another path in this folder. A file that is there already is replaced.
    ///
    /// # Errors
    /// If it can't be moved.
    pub fn rename(&self, from: &str, to: &str) -> Result<(), FsError> {
        self.dir.rename(from, &self.dir, to).map_err(|error| FsError::of(from, &error))
    }

    /// Opens a plain file. What is none is not opened if it is known before, since that can wait or have an effect; and not
    /// used if it is known after.
    fn open_file(&self, path: &str, options: &mut OpenOptions) -> Result<File, FsError> {
        match self.dir.metadata(path) {
            Ok(found) if !found.is_file() => return Err(FsError::no_file(path)),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(FsError::of(path, &error)),
            _ => {}
        }
        options.nonblock(true);
        let failed = |error: io::Error| FsError::of(path, &error);
        let file = self.dir.open_with(path, options).map_err(failed)?;
        let is_file = file.metadata().map_err(failed)?.is_file();
        if is_file { Ok(file) } else { Err(FsError::no_file(path)) }
    }
}
