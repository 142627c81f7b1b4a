//! `textDocument/codeAction`: the changes that diagnostics suggest.

use lsp_types::{CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, TextEdit};

use super::diagnostics::convert;
use super::edits::Edits;
use super::server::{Answer, Server};
use super::uri;

pub(super) fn actions(
    server: &Server,
    params: &CodeActionParams,
) -> Answer<Option<Vec<CodeActionOrCommand>>> {
    let name = uri::name(&params.text_document.uri);
    let Some(analysis) = server.analysis(&name) else { return Ok(None) };
    let file = analysis.file(&name);
    let mut actions = Vec::new();
    for found in analysis.diagnostics().iter() {
        let is_here = found.span().filter(|span| Some(span.file) == file).is_some_and(|span| {
            let range = server.range(analysis, span);
            range.start <= params.range.end && params.range.start <= range.end
        });
        if !is_here {
            continue;
        }
        for suggestion in found.suggestions() {
            let mut edits = Edits::default();
            for edit in &suggestion.edits {
                let uri = server.uri_of(analysis, edit.span.file);
                let range = server.range(analysis, edit.span);
                edits.extend(uri, TextEdit { range, new_text: edit.text.clone() });
            }
            actions.push(CodeActionOrCommand::CodeAction(CodeAction {
                title: suggestion.message.clone(),
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![convert(server, analysis, found)]),
                edit: Some(edits.into_workspace_edit()),
                is_preferred: Some(found.suggestions().len() == 1),
                ..CodeAction::default()
            }));
        }
    }
    Ok(Some(actions))
}
