//! Which files `mvm test` is to run.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::failure::Failure;

/// The deepest that folders are searched.
const DEPTH_MAX: usize = 32;

/// The files that are named, and all source files in the folders that are; without any name, in the current folder.
pub(super) fn find_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here[..] } else { paths };
    let mut files = Vec::new();
    for path in paths {
        let found = fs::metadata(path).map_err(|error| Failure::file("read", path, &error))?;
        if found.is_dir() {
            find_sources(path, DEPTH_MAX, &mut files)?;
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

/// All source files below a folder, in alphabetical order; hidden folders and links to folders are left out.
fn find_sources(folder: &Path, depth_left: usize, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |error| Failure::file("search", folder, &error);
    let entries: Result<Vec<_>, _> = fs::read_dir(folder).map_err(failed)?.collect();
    let mut paths: Vec<_> = entries.map_err(failed)?.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if path.is_dir() && !is_hidden && !path.is_symlink() && depth_left > 0 {
            find_sources(&path, depth_left - 1, files)?;
        } else if path.is_file() && path.extension().is_some_and(|extension| extension == "mob") {
            files.push(path);
        }
    }
    Ok(())
}
