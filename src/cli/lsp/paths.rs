//! Completion of the paths of files after `use ./`, which only whoever knows the disk can offer.

use std::fs;
use std::path::Path;

use lsp_types::{CompletionItem, CompletionItemKind};

/// How many entries of a folder are offered at most.
const ENTRIES_MAX: usize = 500;

/// The files and folders that a `use` can go on with, given the text before the cursor and the file that it is in; none if
/// that is no path in a `use`.
pub(super) fn complete(before: &str, file: &str) -> Option<Vec<CompletionItem>> {
    let line = before.rsplit('\n').next()?.trim_start();
    let path = line.strip_prefix("use ")?.trim_start();
    let (folder, _) = path.rsplit_once('/')?;
    let is_path = folder.split('/').all(|part| !part.is_empty() && !part.contains(char::is_whitespace));
    if !path.starts_with('.') || !is_path {
        return None;
    }
    let file = Path::new(file);
    let folder = file.parent().filter(|parent| parent.is_absolute())?.join(folder);
    let mut items = Vec::new();
    for entry in fs::read_dir(folder).ok()?.flatten().take(ENTRIES_MAX) {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let (label, kind) = match name.strip_suffix(".mob") {
            Some(_) if path == file => continue,
            Some(stem) => (stem.to_owned(), CompletionItemKind::FILE),
            None if path.is_dir() => (format!("{name}/"), CompletionItemKind::FOLDER),
            None => continue,
        };
        if is_name(label.trim_end_matches('/')) {
            items.push(CompletionItem { label, kind: Some(kind), ..CompletionItem::default() });
        }
    }
    items.sort_by(|a, b| a.label.cmp(&b.label));
    Some(items)
}

/// Whether a `use` can name it.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
