//! `textDocument/inlayHint`: types that are not written.

use lsp_types::{InlayHint, InlayHintKind, InlayHintLabel, InlayHintParams};

use mvm::compiler::source::Span;

use super::position::{Lines, position_in};
use super::server::{Answer, Server};
use super::uri;

pub(super) fn hints(server: &Server, params: &InlayHintParams) -> Answer<Option<Vec<InlayHint>>> {
    let name = uri::name(&params.text_document.uri);
    let Some(analysis) = server.analysis(&name) else { return Ok(None) };
    let Some((file, source)) = analysis.sources().iter().find(|(_, file)| file.name() == name) else {
        return Ok(None);
    };
    let lines = Lines::new(source.text(), server.client.encoding);
    let offset = |position| u32::try_from(lines.offset(position)).unwrap_or(u32::MAX);
    let range = Span::new(file, offset(params.range.start), offset(params.range.end));
    let hints = analysis.inlays(range).into_iter().map(|inlay| InlayHint {
        position: position_in(source, server.client.encoding, inlay.offset),
        label: InlayHintLabel::String(inlay.text),
        kind: Some(InlayHintKind::TYPE),
        text_edits: None,
        tooltip: None,
        padding_left: None,
        padding_right: None,
        data: None,
    });
    Ok(Some(hints.collect()))
}
