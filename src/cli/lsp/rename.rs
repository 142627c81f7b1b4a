//! `textDocument/prepareRename` and `textDocument/rename`.

use lsp_server::ErrorCode;
use lsp_types::{PrepareRenameResponse, RenameParams, TextDocumentPositionParams, TextEdit, WorkspaceEdit};

use mvm::compiler::analysis::{RenameError, Root};

use super::edits::Edits;
use super::server::{Answer, Place, Refusal, Server};
use super::workspace::WorkspaceSources;

/// Whether what is at a place can be renamed, and which text that is.
pub(super) fn prepare(
    server: &Server,
    params: &TextDocumentPositionParams,
) -> Answer<Option<PrepareRenameResponse>> {
    let Some(Place { analysis, file, offset }) = server.place(params) else { return Ok(None) };
    match analysis.renamable(file, offset) {
        Ok(span) => Ok(Some(PrepareRenameResponse::RangeWithPlaceholder {
            range: server.range(analysis, span),
            placeholder: analysis.sources().text(span).to_owned(),
        })),
        Err(RenameError::NoName) => Ok(None),
        Err(error) => Err(refused(&error)),
    }
}

/// Renames in all files of the workspace.
pub(super) fn rename(server: &Server, params: &RenameParams) -> Answer<Option<WorkspaceEdit>> {
    let Some(Place { analysis, file, offset }) = server.place_in_whole(&params.text_document_position) else {
        return Ok(None);
    };
    let texts = server.texts();
    let roots: Vec<_> = texts.iter().map(|(name, text)| Root { name, text }).collect();
    let sources = WorkspaceSources::below(&server.documents, &server.all_folders());
    let renamed = analysis.rename(file, offset, &params.new_name, &roots, &sources);
    let renamed = renamed.map_err(|error| refused(&error))?;
    let mut edits = Edits::default();
    for place in renamed.places {
        let edit = TextEdit { range: server.range(analysis, place), new_text: renamed.name.clone() };
        edits.extend(server.uri_of(analysis, place.file), edit);
    }
    Ok(Some(edits.into_workspace_edit()))
}

fn refused(error: &RenameError) -> Refusal {
    Refusal { code: ErrorCode::RequestFailed, message: error.to_string() }
}
