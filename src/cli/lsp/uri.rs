//! Files as the protocol names them, and as the compiler does.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::Uri;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// What stands before the path of a file's URI.
const FILE: &str = "file://";

/// Characters that don't stand for themselves in a path.
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The name by which the compiler knows a document: a file's path with `/` between its parts, or else the URI itself.
pub(super) fn name(uri: &Uri) -> String {
    let text = uri.as_str();
    let path = text.strip_prefix(FILE).and_then(|rest| rest.find('/').map(|slash| &rest[slash..]));
    let Some(path) = path else { return text.to_owned() };
    let path = percent_decode_str(path).decode_utf8_lossy().into_owned();
    // `/c:/folder` is a path with a drive.
    match path.as_bytes() {
        [b'/', drive, b':', ..] if drive.is_ascii_alphabetic() => path[1..].to_owned(),
        _ => path,
    }
}

/// The path of a document that is a file.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    uri.as_str().starts_with(FILE).then(|| PathBuf::from(name(uri)))
}

/// The URI of the document of this name.
pub(super) fn of_name(name: &str) -> Option<Uri> {
    let is_path = name.starts_with('/') || name.as_bytes().get(1) == Some(&b':');
    if !is_path {
        return Uri::from_str(name).ok();
    }
    let slash = if name.starts_with('/') { "" } else { "/" };
    Uri::from_str(&format!("{FILE}{slash}{}", utf8_percent_encode(name, ENCODED))).ok()
}

/// The name of a file, with `/` between its parts.
pub(super) fn name_of_path(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn files_keep_their_names() {
        for text in ["file:///a/b.mob", "file:///a%20b/%C3%A9%23.mob", "untitled:Untitled-1"] {
            let uri = Uri::from_str(text).unwrap();
            assert_eq!(of_name(&name(&uri)).unwrap().as_str(), text);
        }
    }

    #[test]
    fn drives_are_part_of_paths() {
        let uri = Uri::from_str("file:///c%3A/x.mob").unwrap();
        assert_eq!(name(&uri), "c:/x.mob");
        assert_eq!(of_name("c:/x.mob").unwrap().as_str(), "file:///c:/x.mob");
    }
}
