//! `textDocument/completion` and `textDocument/signatureHelp`.

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionParams, CompletionResponse, CompletionTextEdit,
    Documentation, InsertTextFormat, MarkupContent, MarkupKind, ParameterInformation, ParameterLabel,
    Position, Range, SignatureHelp, SignatureHelpParams, SignatureInformation, TextDocumentPositionParams,
    TextEdit,
};

use mvm::compiler::analysis::{Analysis, Completion, CompletionKind, Completions, Root, SymbolKind};

use super::paths;
use super::position::Lines;
use super::server::{Answer, Server};
use super::uri;
use super::workspace::WorkspaceSources;

/// What can be written at a place.
pub(super) fn completion(server: &Server, params: &CompletionParams) -> Answer<Option<CompletionResponse>> {
    let at = &params.text_document_position;
    let name = uri::name(&at.text_document.uri);
    let (Some(document), Some(offset)) = (server.documents.get(&name), server.offset(&name, at.position))
    else {
        return Ok(None);
    };
    let before = document.text.get(..offset as usize).unwrap_or_default();
    if let Some(paths) = paths::complete(before, &name) {
        return Ok(Some(CompletionResponse::Array(paths)));
    }
    let sources = WorkspaceSources::beside(&server.documents, &name);
    let root = Root { name: &name, text: &document.text };
    let found = Analysis::complete(&root, offset, &sources, server.library.holds(&name));
    let lines = Lines::new(&document.text, server.client.encoding);
    let writing = Writing {
        range: Range { start: lines.position(found.start as usize), end: at.position },
        import_at: lines.position(found.import_at as usize),
        with_snippets: server.client.snippets,
        is_called: document.text[offset as usize..].starts_with('('),
    };
    let Completions { items, .. } = found;
    Ok(Some(CompletionResponse::Array(items.into_iter().map(|item| writing.item(item)).collect())))
}

/// Where and how a completion is written.
struct Writing {
    range: Range,
    import_at: Position,
    with_snippets: bool,
    /// Whether parentheses follow already.
    is_called: bool,
}

impl Writing {
    fn item(&self, completion: Completion) -> CompletionItem {
        let (text, is_snippet) = self.text(&completion);
        let import = completion.import.map(|module| TextEdit {
            range: Range { start: self.import_at, end: self.import_at },
            new_text: format!("use {module}\n"),
        });
        CompletionItem {
            kind: Some(kind(completion.kind)),
            detail: completion.detail,
            documentation: completion.doc.map(|doc| markdown(&doc)),
            sort_text: Some(format!("{}{}", completion.rank, completion.name)),
            insert_text_format: is_snippet.then_some(InsertTextFormat::SNIPPET),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit { range: self.range, new_text: text })),
            additional_text_edits: import.map(|import| vec![import]),
            label: completion.name,
            ..CompletionItem::default()
        }
    }

    /// What is written, and whether it says where the cursor goes.
    fn text(&self, completion: &Completion) -> (String, bool) {
        let name = &completion.name;
        match completion.arguments {
            _ if completion.kind == CompletionKind::Label => (format!("{name}: "), false),
            Some(0) if !self.is_called => (format!("{name}()"), false),
            Some(_) if !self.is_called && self.with_snippets => (format!("{name}($0)"), true),
            _ => (name.clone(), false),
        }
    }
}

fn kind(kind: CompletionKind) -> CompletionItemKind {
    let symbol = match kind {
        CompletionKind::Method => return CompletionItemKind::METHOD,
        CompletionKind::BuiltInType => return CompletionItemKind::CLASS,
        CompletionKind::Keyword => return CompletionItemKind::KEYWORD,
        CompletionKind::Label => return CompletionItemKind::PROPERTY,
        CompletionKind::Symbol(symbol) => symbol,
    };
    match symbol {
        SymbolKind::Module => CompletionItemKind::MODULE,
        SymbolKind::Struct => CompletionItemKind::STRUCT,
        SymbolKind::Enum => CompletionItemKind::ENUM,
        SymbolKind::Variant => CompletionItemKind::ENUM_MEMBER,
        SymbolKind::Field => CompletionItemKind::FIELD,
        SymbolKind::Alias => CompletionItemKind::INTERFACE,
        SymbolKind::Constant => CompletionItemKind::CONSTANT,
        SymbolKind::Function | SymbolKind::Extern | SymbolKind::Test => CompletionItemKind::FUNCTION,
        SymbolKind::TypeParameter => CompletionItemKind::TYPE_PARAMETER,
        SymbolKind::Parameter | SymbolKind::Variable | SymbolKind::MutableVariable => {
            CompletionItemKind::VARIABLE
        }
    }
}

fn markdown(text: &str) -> Documentation {
    Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value: text.to_owned() })
}

/// What is being called while its arguments are written.
pub(super) fn signature_help(server: &Server, params: &SignatureHelpParams) -> Answer<Option<SignatureHelp>> {
    let TextDocumentPositionParams { text_document, position } = &params.text_document_position_params;
    let name = uri::name(&text_document.uri);
    let (Some(document), Some(offset)) = (server.documents.get(&name), server.offset(&name, *position))
    else {
        return Ok(None);
    };
    let sources = WorkspaceSources::beside(&server.documents, &name);
    let root = Root { name: &name, text: &document.text };
    let help = Analysis::signature_help(&root, offset, &sources, server.library.holds(&name));
    Ok(help.map(|help| {
        let active = help.active.and_then(|active| u32::try_from(active).ok());
        let parameters = help.parameters.into_iter().map(|parameter| ParameterInformation {
            label: ParameterLabel::Simple(parameter),
            documentation: None,
        });
        let signature = SignatureInformation {
            label: help.signature,
            documentation: help.doc.map(|doc| markdown(&doc)),
            parameters: Some(parameters.collect()),
            active_parameter: active,
        };
        SignatureHelp { signatures: vec![signature], active_signature: Some(0), active_parameter: active }
    }))
}
