//! `textDocument/documentSymbol`: what a file declares.

use lsp_types::{DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, SymbolKind};

use mvm::compiler::analysis::{self, Analysis, Outline};

use super::server::{Answer, Server};
use super::uri;

pub(super) fn symbols(
    server: &Server,
    params: &DocumentSymbolParams,
) -> Answer<Option<DocumentSymbolResponse>> {
    let name = uri::name(&params.text_document.uri);
    let Some(analysis) = server.analysis(&name) else { return Ok(None) };
    let Some(file) = analysis.file(&name) else { return Ok(None) };
    let symbols = analysis.outline(file).iter().map(|outline| symbol(server, analysis, outline)).collect();
    Ok(Some(DocumentSymbolResponse::Nested(symbols)))
}

fn symbol(server: &Server, analysis: &Analysis, outline: &Outline) -> DocumentSymbol {
    let parts: Vec<_> = outline.parts.iter().map(|part| symbol(server, analysis, part)).collect();
    #[expect(deprecated, reason = "the field must be filled")]
    DocumentSymbol {
        name: if outline.name.is_empty() { "\"\"".to_owned() } else { outline.name.clone() },
        detail: None,
        kind: kind(outline.kind),
        tags: None,
        deprecated: None,
        range: server.range(analysis, outline.span),
        selection_range: server.range(analysis, outline.name_span),
        children: (!parts.is_empty()).then_some(parts),
    }
}

/// What the protocol has for it.
pub(super) fn kind(kind: analysis::SymbolKind) -> SymbolKind {
    use analysis::SymbolKind as Mob;
    match kind {
        Mob::Module => SymbolKind::MODULE,
        Mob::Struct => SymbolKind::STRUCT,
        Mob::Enum => SymbolKind::ENUM,
        Mob::Variant => SymbolKind::ENUM_MEMBER,
        Mob::Field => SymbolKind::FIELD,
        Mob::Alias => SymbolKind::INTERFACE,
        Mob::Constant => SymbolKind::CONSTANT,
        Mob::Function | Mob::Extern => SymbolKind::FUNCTION,
        Mob::Test => SymbolKind::METHOD,
        Mob::TypeParameter => SymbolKind::TYPE_PARAMETER,
        Mob::Parameter | Mob::Variable | Mob::MutableVariable => SymbolKind::VARIABLE,
    }
}
