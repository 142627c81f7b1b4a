//! Which source files a path stands for.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::failure::Failure;

/// The deepest that folders are searched.
const DEPTH_MAX: usize = 64;

/// The files that a path stands for, in order: itself, or all in the folder that end in `.mob`. Neither links nor what begins
/// with a dot are followed inside of a folder.
pub(crate) fn sources(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error: &io::Error| Failure::file("read", path, error);
    let metadata = fs::metadata(path).map_err(|error| failed(&error))?;
    if metadata.is_dir() {
        let mut files = Vec::new();
        search(path, DEPTH_MAX, &mut files)?;
        return Ok(files);
    }
    if !is_source(path) {
        let shown = path.display();
        return Err(Failure::usage(format!("{shown} does not end in .mob")));
    }
    if !metadata.is_file() {
        return Err(Failure::usage(format!("{} is neither a file nor a folder", path.display())));
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
