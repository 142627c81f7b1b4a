//! The files that programs are made of: what is open in the editor, above what is on disk.

use std::fs;
use std::path::{Path, PathBuf};

use mvm::FileSources;
use mvm::compiler::sources::{ReadError, Sources};

use super::documents::Documents;
use super::uri;

/// How many files of a workspace are looked at for references, and how deep its folders are searched.
const FILES_MAX: usize = 4_000;
const DEPTH_MAX: usize = 16;

/// Folders in which there is no source of the workspace's own.
const PASSED_OVER: [&str; 2] = ["target", "node_modules"];

/// Source text as programs of the workspace see it.
pub(super) struct WorkspaceSources<'d> {
    documents: &'d Documents,
    /// Where files on disk may be read.
    folders: Vec<PathBuf>,
}

impl<'d> WorkspaceSources<'d> {
    /// For a program with this root: files beside it and below, as when it is compiled.
    pub(super) fn beside(documents: &'d Documents, root: &str) -> Self {
        let folder = Path::new(root).parent().filter(|folder| folder.is_absolute());
        Self { documents, folders: folder.into_iter().map(Path::to_owned).collect() }
    }

    /// For all programs of these folders.
    pub(super) fn below(documents: &'d Documents, folders: &[PathBuf]) -> Self {
        Self { documents, folders: folders.to_vec() }
    }
}

impl Sources for WorkspaceSources<'_> {
    fn file(&self, path: &str) -> Result<String, ReadError> {
        let is_allowed = self.folders.iter().any(|folder| Path::new(path).starts_with(folder));
        if is_allowed && let Some(document) = self.documents.get(path) {
            return Ok(document.text.clone());
        }
        let mut result = Err(ReadError::NotFound);
        for folder in &self.folders {
            result = FileSources::beside(&folder.join("main.mob")).file(path);
            if result.is_ok() {
                break;
            }
        }
        result
    }

    fn stdlib(&self, name: &str) -> Option<&str> {
        mob_stdlib::source(name)
    }

    fn stdlib_names(&self) -> Vec<&str> {
        mob_stdlib::names().to_vec()
    }
}

/// The names of all source files in these folders, in order. What can't be read is passed over.
pub(super) fn source_files(folders: &[PathBuf]) -> Vec<String> {
    let mut found = Vec::new();
    for folder in folders {
        search(folder, DEPTH_MAX, &mut found);
    }
    found.sort();
    found.dedup();
    found
}

fn search(folder: &Path, depth: usize, found: &mut Vec<String>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if found.len() >= FILES_MAX {
            return;
        }
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            if !name.starts_with('.') && !PASSED_OVER.contains(&&*name) {
                search(&path, depth, found);
            }
        } else if kind.is_file() && name.ends_with(".mob") {
            found.push(uri::name_of_path(&path));
        }
    }
}
