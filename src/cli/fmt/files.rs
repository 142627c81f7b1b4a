//! Which files are formatted, and how they are replaced.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::failure::Failure;

/// The deepest that folders are searched.
const DEPTH_MAX: usize = 64;

/// The files that a path stands for, in order: itself, or all in the folder that end in `.mob`. Neither links nor what begins
/// with a dot are followed inside of a folder.
pub(super) fn sources(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error: &io::Error| Failure::file("read", path, error);
    if fs::metadata(path).map_err(|error| failed(&error))?.is_dir() {
        let mut files = Vec::new();
        search(path, DEPTH_MAX, &mut files)?;
        return Ok(files);
    }
    if !is_source(path) {
        let shown = path.display();
        return Err(Failure::usage(format!(
            "{shown} does not end in .mob; `mvm fmt - < FILE` formats any text"
        )));
    }
    Ok(vec![path.to_owned()])
}

fn search(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |error: &io::Error| Failure::file("read", folder, error);
    let entries = fs::read_dir(folder).map_err(|error| failed(&error))?;
    let mut entries = entries.collect::<Result<Vec<_>, _>>().map_err(|error| failed(&error))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, kind) = (entry.path(), entry.file_type().map_err(|error| failed(&error))?);
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if kind.is_dir() && !is_hidden && depth > 0 {
            search(&path, depth - 1, files)?;
        } else if kind.is_file() && !is_hidden && is_source(&path) {
            files.push(path);
        }
    }
    Ok(())
}

fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "mob")
}

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
