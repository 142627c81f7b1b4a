//! Definitions, references, and the other places of a name in its file.

use lsp_types::{
    DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, GotoDefinitionParams,
    GotoDefinitionResponse, Location, ReferenceParams,
};

use super::server::{Answer, Place, Server};

/// `textDocument/definition`
pub(super) fn definition(
    server: &Server,
    params: &GotoDefinitionParams,
) -> Answer<Option<GotoDefinitionResponse>> {
    let Some(Place { analysis, file, offset }) = server.place(&params.text_document_position_params) else {
        return Ok(None);
    };
    let span = analysis.definition(file, offset);
    Ok(span.and_then(|span| server.location(analysis, span)).map(GotoDefinitionResponse::Scalar))
}

/// `textDocument/references`
pub(super) fn references(server: &Server, params: &ReferenceParams) -> Answer<Option<Vec<Location>>> {
    let Some(Place { analysis, file, offset }) = server.place_in_whole(&params.text_document_position) else {
        return Ok(None);
    };
    let definition = analysis.definition(file, offset);
    let wanted = analysis.references(file, offset).into_iter();
    let wanted = wanted.filter(|span| params.context.include_declaration || Some(*span) != definition);
    // What the standard library does with its own functions is nobody's reference.
    let own = wanted.filter(|span| analysis.stdlib_module(span.file).is_none() || Some(*span) == definition);
    Ok(Some(own.filter_map(|span| server.location(analysis, span)).collect()))
}

/// `textDocument/documentHighlight`
pub(super) fn highlights(
    server: &Server,
    params: &DocumentHighlightParams,
) -> Answer<Option<Vec<DocumentHighlight>>> {
    let Some(Place { analysis, file, offset }) = server.place(&params.text_document_position_params) else {
        return Ok(None);
    };
    let here = analysis.references(file, offset).into_iter().filter(|span| span.file == file);
    let highlights = here.map(|span| DocumentHighlight {
        range: server.range(analysis, span),
        kind: Some(DocumentHighlightKind::TEXT),
    });
    Ok(Some(highlights.collect()))
}
