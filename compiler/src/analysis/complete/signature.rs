//! The signature of what is being called, while its arguments are written.

use std::sync::Arc;

use super::offer::{callee_name, is_method};
use super::{Located, mark_file};
use crate::analysis::{Analysis, Root};
use crate::sources::Sources;

/// What is being called, and how far that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureHelp {
    /// The declaration in Mob, without a body.
    pub signature: String,
    /// The documentation, as Markdown.
    pub doc: Option<Arc<str>>,
    /// Each parameter as it stands in the signature.
    pub parameters: Vec<String>,
    /// The position of the parameter whose argument is being written, if there is one.
    pub active: Option<usize>,
}

impl Analysis {
    /// The function or constructor among whose arguments an offset of a root's text is. The arguments are those of
    /// [`Analysis::complete`].
    #[must_use]
    pub fn signature_help(
        root: &Root<'_>,
        offset: u32,
        sources: &dyn Sources,
        stdlib: bool,
    ) -> Option<SignatureHelp> {
        let marked = mark_file(root.text, offset)?;
        let analysis = Self::new(&[Root { name: root.name, text: &marked.text }], sources, stdlib);
        let file = analysis.file(root.name)?;
        let located = analysis.located(file, None, marked.at)?;
        analysis.signature_of(&located)
    }

    fn signature_of(&self, located: &Located<'_>) -> Option<SignatureHelp> {
        let (call, position) = located.call?;
        let symbol = self.meaning(callee_name(call.callee)?.span)?;
        let parameters = self.parameters(symbol.name_span)?;
        let label = call.args.get(position).and_then(|arg| arg.label.as_ref());
        let active = match label {
            Some(label) => parameters.iter().position(|parameter| parameter.name == label.as_str()),
            None => Some(position + usize::from(is_method(self, call.callee))),
        };
        Some(SignatureHelp {
            signature: symbol.signature.clone(),
            doc: symbol.doc.clone(),
            active: active.filter(|active| *active < parameters.len()),
            parameters: parameters.into_iter().map(|parameter| parameter.text).collect(),
        })
    }
}
