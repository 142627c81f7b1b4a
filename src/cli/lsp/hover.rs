//! `textDocument/hover`: what a name means, its type and its documentation.

use lsp_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};

use mvm::compiler::analysis;

use super::server::{Answer, Place, Server};

pub(super) fn hover(server: &Server, params: &HoverParams) -> Answer<Option<Hover>> {
    let Some(Place { analysis, file, offset }) = server.place(&params.text_document_position_params) else {
        return Ok(None);
    };
    Ok(analysis.hover(file, offset).map(|hover| Hover {
        contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value: text(&hover) }),
        range: Some(server.range(analysis, hover.span)),
    }))
}

fn text(hover: &analysis::Hover) -> String {
    let mut text = format!("```mob\n{}\n```", hover.signature);
    if let Some(here) = &hover.here {
        text.push_str(&format!("\n\nHere it is `{here}`."));
    }
    if let Some(doc) = &hover.doc {
        text.push_str(&format!("\n\n{doc}"));
    }
    if let Some(module) = &hover.module {
        text.push_str(&format!("\n\n*module `{module}`*"));
    }
    text
}
