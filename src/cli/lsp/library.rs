//! The standard library as files, so that every editor can show it.
//!
//! Its text is part of this program. When somebody goes to a definition in it, the module is written below the home
//! folder, in a folder named for this version, and opened from there like any file.

use std::fs;
use std::path::{Path, PathBuf};

use lsp_types::Uri;

use super::uri;

/// The folder of the standard library's files.
pub(super) struct Library {
    folder: PathBuf,
}

impl Library {
    /// The one below a home.
    pub(super) fn below(home: &Path) -> Self {
        // Editors want absolute paths, and a relative home is meant relative to where the server was started.
        let home = std::path::absolute(home).unwrap_or_else(|_| home.to_owned());
        Self { folder: home.join(concat!("std-", env!("CARGO_PKG_VERSION"))) }
    }

    /// A module's file, written if it isn't there; none if that fails.
    pub(super) fn uri(&self, module: &str) -> Option<Uri> {
        let text = mob_stdlib::source(module)?;
        let path = self.folder.join(format!("{module}.mob"));
        if fs::read(&path).is_ok_and(|held| held == text.as_bytes()) {
            return uri::of_name(&uri::name_of_path(&path));
        }
        fs::create_dir_all(&self.folder).ok()?;
        // A reader must never see half of it.
        let unfinished = self.folder.join(format!(".{module}.{}", std::process::id()));
        fs::write(&unfinished, text).ok()?;
        fs::rename(&unfinished, &path).ok()?;
        uri::of_name(&uri::name_of_path(&path))
    }

    /// Whether the document of this name is one of these files.
    pub(super) fn holds(&self, name: &str) -> bool {
        Path::new(name).parent() == Some(&self.folder)
    }
}
