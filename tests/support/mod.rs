//! What the test harnesses share.
#![allow(dead_code, clippy::needless_pass_by_value, clippy::unwrap_used)]

#[cfg(feature = "net")]
pub(crate) mod cluster;
pub(crate) mod expected;
pub(crate) mod lsp;
pub(crate) mod mvm;
pub(crate) mod node;
pub(crate) mod program;
pub(crate) mod world;

use std::fs;
use std::path::{Path, PathBuf};

/// The repository's folder, in which all paths that tests show are relative.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All programs below a folder of the repository, as paths relative to it. Folders called `parts` hold files that
/// others use.
pub(crate) fn programs(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found);
    let shown = |path: PathBuf| path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
    let mut found: Vec<_> = found.into_iter().map(shown).collect();
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("parts") {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "mob") {
            found.push(path);
        }
    }
}
