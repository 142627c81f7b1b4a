//! Changes of several documents, as the protocol wants them.

use std::collections::HashMap;

use lsp_types::{TextEdit, Uri, WorkspaceEdit};

/// Changes by document.
#[derive(Default)]
pub(super) struct Edits {
    changes: HashMap<Uri, Vec<TextEdit>>,
}

impl Edits {
    /// Adds a change of a document; one of no document is passed over.
    pub(super) fn extend(&mut self, uri: Option<Uri>, edit: TextEdit) {
        if let Some(uri) = uri {
            self.changes.entry(uri).or_default().push(edit);
        }
    }

    pub(super) fn into_workspace_edit(self) -> WorkspaceEdit {
        WorkspaceEdit { changes: Some(self.changes), ..WorkspaceEdit::default() }
    }
}
