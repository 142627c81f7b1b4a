//! `textDocument/semanticTokens/full`: names coloured by what they mean, beyond what a grammar can tell.

use lsp_types::{
    SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokens, SemanticTokensLegend,
    SemanticTokensParams, SemanticTokensResult,
};

use mvm::compiler::analysis::{Symbol, SymbolKind};

use super::position::position_in;
use super::server::{Answer, Server};
use super::uri;

/// Kinds of names, by their positions in what the client is told.
const TYPES: [SemanticTokenType; 10] = [
    SemanticTokenType::NAMESPACE,
    SemanticTokenType::STRUCT,
    SemanticTokenType::ENUM,
    SemanticTokenType::ENUM_MEMBER,
    SemanticTokenType::PROPERTY,
    SemanticTokenType::TYPE,
    SemanticTokenType::FUNCTION,
    SemanticTokenType::TYPE_PARAMETER,
    SemanticTokenType::PARAMETER,
    SemanticTokenType::VARIABLE,
];

/// What else is said of names; a bit each.
const MODIFIERS: [SemanticTokenModifier; 3] = [
    SemanticTokenModifier::DECLARATION,
    SemanticTokenModifier::READONLY,
    SemanticTokenModifier::DEFAULT_LIBRARY,
];

/// What the client is told of kinds and modifiers.
pub(super) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend { token_types: TYPES.to_vec(), token_modifiers: MODIFIERS.to_vec() }
}

pub(super) fn tokens(server: &Server, params: &SemanticTokensParams) -> Answer<Option<SemanticTokensResult>> {
    let name = uri::name(&params.text_document.uri);
    let Some(analysis) = server.analysis(&name) else { return Ok(None) };
    let Some((file, source)) = analysis.sources().iter().find(|(_, file)| file.name() == name) else {
        return Ok(None);
    };
    let (mut line, mut character) = (0, 0);
    let mut data = Vec::new();
    for (span, symbol) in analysis.names(file) {
        let start = position_in(source, server.client.encoding, span.start);
        // Each place is told relative to the one before.
        let delta_line = start.line - line;
        let delta_start = if delta_line == 0 { start.character - character } else { start.character };
        (line, character) = (start.line, start.character);
        data.push(SemanticToken {
            delta_line,
            delta_start,
            // Names are ASCII, so that all encodings agree on their lengths.
            length: span.end - span.start,
            token_type: kind(symbol.kind),
            token_modifiers_bitset: modifiers(symbol, symbol.name_span == span),
        });
    }
    Ok(Some(SemanticTokensResult::Tokens(SemanticTokens { result_id: None, data })))
}

fn kind(kind: SymbolKind) -> u32 {
    match kind {
        SymbolKind::Module => 0,
        SymbolKind::Struct => 1,
        SymbolKind::Enum => 2,
        SymbolKind::Variant => 3,
        SymbolKind::Field => 4,
        SymbolKind::Alias => 5,
        SymbolKind::Function | SymbolKind::Extern | SymbolKind::Test => 6,
        SymbolKind::TypeParameter => 7,
        SymbolKind::Parameter => 8,
        SymbolKind::Constant | SymbolKind::Variable | SymbolKind::MutableVariable => 9,
    }
}

fn modifiers(symbol: &Symbol, is_declaration: bool) -> u32 {
    let is_readonly =
        matches!(symbol.kind, SymbolKind::Constant | SymbolKind::Variable | SymbolKind::Parameter);
    u32::from(is_declaration) | u32::from(is_readonly) << 1 | u32::from(symbol.is_stdlib) << 2
}
