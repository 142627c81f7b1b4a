//! The standard library and the explanations of diagnostics as files, so that every editor can show them.
//!
//! Their text is part of this program. When somebody goes to a definition in the standard library, the module is written
//! below the home folder, in a folder named for this version, and opened from there like any file. So are the texts of
//! `mvm explain`, to which the codes of diagnostics lead.

use std::fs;
use std::path::{Path, PathBuf};

use lsp_types::Uri;

use mvm::compiler::diagnostic::Code;

use super::uri;

/// The folder of these files.
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
        self.written(&format!("{module}.mob"), mob_stdlib::source(module)?)
    }

    /// The file with what `mvm explain` says of a code, written if it isn't there; none if that fails.
    pub(super) fn explanation(&self, code: Code) -> Option<Uri> {
        let text = format!("# {}: {}\n\n{}", code.as_str(), code.title(), code.explanation().text);
        self.written(&format!("{}.md", code.as_str()), &text)
    }

    fn written(&self, name: &str, text: &str) -> Option<Uri> {
        let path = self.folder.join(name);
        if !fs::read(&path).is_ok_and(|held| held == text.as_bytes()) {
            fs::create_dir_all(&self.folder).ok()?;
            // A reader must never see half of it.
            let unfinished = self.folder.join(format!(".{name}.{}", std::process::id()));
            fs::write(&unfinished, text).ok()?;
            fs::rename(&unfinished, &path).ok()?;
        }
        uri::of_name(&uri::name_of_path(&path))
    }

    /// Whether the document of this name is one of these files.
    pub(super) fn holds(&self, name: &str) -> bool {
        Path::new(name).parent() == Some(&self.folder)
    }
}
