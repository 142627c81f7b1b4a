//! `textDocument/publishDiagnostics`: what is wrong with the open documents and with the files that they use.

use std::collections::BTreeMap;

use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    NumberOrString, PublishDiagnosticsParams,
};

use mvm::compiler::analysis::Analysis;
use mvm::compiler::diagnostic::{self, Code, Severity};

use super::server::Server;
use super::uri;

/// The name by which diagnostics say where they come from.
const SOURCE: &str = "mob";

/// What the editor has to be told, since it is not what it was told last.
pub(super) fn changed(server: &mut Server) -> Vec<PublishDiagnosticsParams> {
    let found = all(server);
    let gone = server.published.keys().filter(|name| !found.contains_key(*name)).cloned();
    let gone: Vec<_> = gone.collect();
    let mut changed = Vec::new();
    for name in gone {
        server.published.remove(&name);
        changed.extend(params(server, &name, Vec::new()));
    }
    for (name, diagnostics) in found {
        let is_open = server.documents.get(&name).is_some();
        let last = server.published.get(&name);
        if last == Some(&diagnostics) || last.is_none() && diagnostics.is_empty() && !is_open {
            continue;
        }
        changed.extend(params(server, &name, diagnostics.clone()));
        server.published.insert(name, diagnostics);
    }
    changed
}

fn params(server: &Server, name: &str, diagnostics: Vec<Diagnostic>) -> Option<PublishDiagnosticsParams> {
    let open = server.documents.get(name);
    let uri = open.map(|document| document.uri.clone()).or_else(|| uri::of_name(name))?;
    Some(PublishDiagnosticsParams { uri, diagnostics, version: open.map(|document| document.version) })
}

/// What is wrong with each file. An open document's own analysis speaks for it; for other files, those of all programs
/// that use them do.
fn all(server: &Server) -> BTreeMap<String, Vec<Diagnostic>> {
    let mut all: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
    for (name, _) in server.documents.iter() {
        all.entry(name.clone()).or_default();
        let Some(analysis) = server.analysis(name) else { continue };
        for found in analysis.diagnostics().iter() {
            let file = found.span().and_then(|span| analysis.sources().get(span.file));
            let about = file.map_or(name.as_str(), |file| file.name());
            let is_others = about != name && server.documents.get(about).is_some();
            let is_stdlib = found.span().is_some_and(|span| analysis.stdlib_module(span.file).is_some());
            if is_others || is_stdlib {
                continue;
            }
            let converted = convert(server, analysis, found);
            let of_file = all.entry(about.to_owned()).or_default();
            if !of_file.contains(&converted) {
                of_file.push(converted);
            }
        }
    }
    all
}

/// A diagnostic as the protocol says it.
pub(super) fn convert(server: &Server, analysis: &Analysis, found: &diagnostic::Diagnostic) -> Diagnostic {
    let related = found.labels().iter().filter(|label| !label.primary).filter_map(|label| {
        let location = server.location(analysis, label.span)?;
        let text = if label.text.is_empty() { "see here" } else { &label.text };
        Some(DiagnosticRelatedInformation { location, message: text.to_owned() })
    });
    let related: Vec<_> = related.collect();
    Diagnostic {
        range: found.span().map(|span| server.range(analysis, span)).unwrap_or_default(),
        severity: Some(match found.severity() {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
        }),
        code: Some(NumberOrString::String(found.code().as_str().to_owned())),
        code_description: server.library.explanation(found.code()).map(|href| CodeDescription { href }),
        source: Some(SOURCE.to_owned()),
        message: message(found),
        related_information: (!related.is_empty()).then_some(related),
        tags: tags(found.code()),
        ..Diagnostic::default()
    }
}

/// Everything that is said at the place itself.
fn message(found: &diagnostic::Diagnostic) -> String {
    let mut text = found.message().to_owned();
    let here = found.labels().iter().filter(|label| label.primary && !label.text.is_empty());
    for label in here {
        text.push_str(&format!("\n{}", label.text));
    }
    for note in found.notes() {
        text.push_str(&format!("\nnote: {note}"));
    }
    for help in found.helps() {
        text.push_str(&format!("\nhelp: {help}"));
    }
    text
}

/// What editors grey out.
fn tags(code: Code) -> Option<Vec<DiagnosticTag>> {
    let is_unnecessary =
        matches!(code, Code::UnusedName | Code::UnusedImport | Code::Unreachable | Code::UnreachableArm);
    is_unnecessary.then(|| vec![DiagnosticTag::UNNECESSARY])
}
