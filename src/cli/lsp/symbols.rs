//! What a file declares, and what all files do.

use lsp_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, SymbolInformation, SymbolKind,
    WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

use mvm::compiler::analysis::{self, Analysis, Outline};

use super::server::{Answer, Server};
use super::uri;

/// How many symbols of the workspace are listed at most.
const FOUND_MAX: usize = 1_000;

/// `textDocument/documentSymbol`: what a file declares, as a tree.
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
fn kind(kind: analysis::SymbolKind) -> SymbolKind {
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

/// `workspace/symbol`: what the workspace's files declare whose name has the letters of a query, in their order.
pub(super) fn in_workspace(
    server: &Server,
    params: &WorkspaceSymbolParams,
) -> Answer<Option<WorkspaceSymbolResponse>> {
    let analysis = server.whole();
    let mut found = Vec::new();
    for file in analysis.own_files() {
        for outline in analysis.outline(file) {
            add_matching(server, analysis, &params.query, &outline, None, &mut found);
        }
    }
    Ok(Some(WorkspaceSymbolResponse::Flat(found)))
}

fn add_matching(
    server: &Server,
    analysis: &Analysis,
    query: &str,
    outline: &Outline,
    container: Option<&str>,
    found: &mut Vec<SymbolInformation>,
) {
    if found.len() >= FOUND_MAX {
        return;
    }
    if has_letters(&outline.name, query)
        && let Some(location) = server.location(analysis, outline.name_span)
    {
        #[expect(deprecated, reason = "the field must be filled")]
        found.push(SymbolInformation {
            name: outline.name.clone(),
            kind: kind(outline.kind),
            tags: None,
            deprecated: None,
            location,
            container_name: container.map(str::to_owned),
        });
    }
    for part in &outline.parts {
        add_matching(server, analysis, query, part, Some(&outline.name), found);
    }
}

/// Whether a name has the letters of a query in their order, perhaps with others between them.
fn has_letters(name: &str, query: &str) -> bool {
    let mut letters = name.chars();
    query.chars().all(|wanted| letters.any(|letter| letter.eq_ignore_ascii_case(&wanted)))
}
