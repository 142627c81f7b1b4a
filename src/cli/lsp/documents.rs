//! The documents that are open in the editor, with what is known of each.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use lsp_types::{TextDocumentContentChangeEvent, Uri};

use mvm::compiler::analysis::Analysis;

use super::position::{Encoding, Lines};
use super::uri;

/// An open document.
pub(super) struct Document {
    pub(super) uri: Uri,
    pub(super) version: i32,
    pub(super) text: String,
    /// What is known of the program of which it is the root; emptied when anything changes.
    pub(super) analysis: OnceCell<Analysis>,
}

/// All open documents, by the names by which the compiler knows them.
#[derive(Default)]
pub(super) struct Documents {
    open: BTreeMap<String, Document>,
}

impl Documents {
    /// Adds a document, or replaces it.
    pub(super) fn open(&mut self, uri: Uri, version: i32, text: String) {
        self.open.insert(uri::name(&uri), Document { uri, version, text, analysis: OnceCell::new() });
        self.forget();
    }

    /// Takes a document out.
    pub(super) fn close(&mut self, uri: &Uri) {
        self.open.remove(&uri::name(uri));
        self.forget();
    }

    /// Applies changes, in order. Those of a document that is not open are passed over.
    pub(super) fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) {
        let Some(document) = self.open.get_mut(&uri::name(uri)) else { return };
        document.version = version;
        for change in changes {
            let Some(range) = change.range else {
                document.text = change.text;
                continue;
            };
            let lines = Lines::new(&document.text, encoding);
            let (start, end) = (lines.offset(range.start), lines.offset(range.end));
            document.text.replace_range(start..end.max(start), &change.text);
        }
        self.forget();
    }

    /// Any document may use any other: after a change, nothing that was known is certain.
    pub(super) fn forget(&mut self) {
        for document in self.open.values_mut() {
            document.analysis = OnceCell::new();
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Document> {
        self.open.get(name)
    }

    /// All with their names.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &Document)> {
        self.open.iter()
    }
}
