//! Where the compiler's source text comes from: files, and the standard library that is part of this crate.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use mob_compiler::source::SOURCE_BYTES_MAX;
use mob_compiler::sources::{ReadError, Sources};

/// The standard library and no files: `use ./other` finds nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct StdlibSources;

impl Sources for StdlibSources {
    fn file(&self, _: &str) -> Result<String, ReadError> {
        Err(ReadError::NotFound)
    }

    fn stdlib(&self, name: &str) -> Option<&str> {
        mob_stdlib::source(name)
    }

    fn stdlib_names(&self) -> Vec<&str> {
        mob_stdlib::names().to_vec()
    }
}

/// The standard library, and the files in the folder of a program's root file and below it.
///
/// A file outside of that folder is refused, also if a symbolic link leads there: a program's text that came from
/// somebody else can't make the compiler read, and quote, other files.
#[derive(Debug, Clone)]
pub struct FileSources {
    folder: PathBuf,
}

impl FileSources {
    /// Files beside this root file.
    #[must_use]
    pub fn beside(root: &Path) -> Self {
        let folder = root.parent().filter(|parent| !parent.as_os_str().is_empty());
        Self { folder: folder.unwrap_or(Path::new(".")).to_owned() }
    }

    fn is_inside(&self, path: &Path) -> Result<bool, ReadError> {
        let folder = fs::canonicalize(&self.folder).map_err(|error| read_error(&error))?;
        let path = fs::canonicalize(path).map_err(|error| read_error(&error))?;
        Ok(path.starts_with(folder))
    }
}

impl Sources for FileSources {
    fn file(&self, path: &str) -> Result<String, ReadError> {
        let path = Path::new(path);
        if self.is_inside(path)? {
            read_source(path)
        } else {
            Err(ReadError::Other("it lies outside of the program's folder".to_owned()))
        }
    }

    fn stdlib(&self, name: &str) -> Option<&str> {
        mob_stdlib::source(name)
    }

    fn stdlib_names(&self) -> Vec<&str> {
        mob_stdlib::names().to_vec()
    }
}

/// Reads a source file. No more is read of it than a source file may have.
///
/// # Errors
/// If it can't be read, is too long, or is not UTF-8.
pub fn read_source(path: &Path) -> Result<String, ReadError> {
    let file = File::open(path).map_err(|error| read_error(&error))?;
    let bytes = read_up_to(file, SOURCE_BYTES_MAX).map_err(|error| read_error(&error))?;
    decode_source(bytes.ok_or(ReadError::TooLong)?)
}

/// All bytes of a stream; `None` if there are more than `bytes_max`.
pub(crate) fn read_up_to(stream: impl Read, bytes_max: usize) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    stream.take(bytes_max as u64 + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() <= bytes_max).then_some(bytes))
}

/// The text of a source file's bytes.
pub(crate) fn decode_source(bytes: Vec<u8>) -> Result<String, ReadError> {
    String::from_utf8(bytes).map_err(|error| ReadError::NotUtf8 { offset: error.utf8_error().valid_up_to() })
}

fn read_error(error: &io::Error) -> ReadError {
    match error.kind() {
        io::ErrorKind::NotFound => ReadError::NotFound,
        io::ErrorKind::IsADirectory => ReadError::Other("it is a folder".to_owned()),
        io::ErrorKind::PermissionDenied => ReadError::Other("permission denied".to_owned()),
        _ => ReadError::Other(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn files_outside_of_the_folder_are_refused() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("program");
        fs::create_dir(&folder).unwrap();
        fs::write(outer.path().join("secret.mob"), "secret").unwrap();
        fs::write(folder.join("near.mob"), "near").unwrap();
        let sources = FileSources::beside(&folder.join("main.mob"));
        let read = |path: &str| sources.file(folder.join(path).to_str().unwrap());
        assert_eq!(read("near.mob"), Ok("near".to_owned()));
        assert_eq!(read("none.mob"), Err(ReadError::NotFound));
        assert!(matches!(read("../secret.mob"), Err(ReadError::Other(_))));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("../secret.mob", folder.join("link.mob")).unwrap();
            assert!(matches!(read("link.mob"), Err(ReadError::Other(_))));
        }
    }

    #[test]
    fn text_that_is_none_is_refused_with_its_place() {
        assert_eq!(decode_source(b"ab\xffc".to_vec()), Err(ReadError::NotUtf8 { offset: 2 }));
    }

    #[test]
    fn endless_files_are_not_read_to_their_end() {
        assert_eq!(read_up_to(io::repeat(b'x'), 1000).unwrap(), None);
        assert_eq!(read_up_to(&b"abc"[..], 3).unwrap(), Some(b"abc".to_vec()));
    }
}
