//! The names that there are for a place.

use std::collections::HashSet;

use super::place::{Call, Located, Place};
use super::{Completion, CompletionKind};
use crate::analysis::{Analysis, Symbol, SymbolKind};
use crate::ast::{Expr, ExprKind, Ident, UsePath};
use crate::check::{BUILT_IN, Visible};
use crate::resolve::ModuleId;
use crate::source::{FileId, Span};

/// Words with which an expression or a statement begins.
const KEYWORDS: [&str; 12] =
    ["break", "continue", "false", "for", "if", "let", "match", "return", "true", "var", "while", "else"];

/// Functions that the language itself has: names and how they are called.
const BUILT_IN_FUNCTIONS: [(&str, &str); 2] =
    [("assert", "assert(condition: Bool)"), ("panic", "panic(message: Str)")];

/// How near names are; see [`Completion::rank`].
mod rank {
    pub(super) const LOCAL: u8 = 0;
    pub(super) const MEMBER: u8 = 0;
    pub(super) const LABEL: u8 = 1;
    pub(super) const DECLARED: u8 = 2;
    pub(super) const MODULE: u8 = 3;
    pub(super) const KEYWORD: u8 = 4;
    pub(super) const FAR: u8 = 5;
}

/// What can stand in the place of the name that begins at an offset.
pub(super) fn offer(
    analysis: &Analysis,
    file: FileId,
    at: u32,
    located: &Located<'_>,
    stdlib: &[&str],
) -> Vec<Completion> {
    let Some(module) = analysis.facts.module_of(file) else { return Vec::new() };
    let mut offers = Offers { analysis, module, at, items: Vec::new(), names: HashSet::new() };
    match located.place {
        Place::Value(call) => {
            offers.labels(call);
            offers.values(located, stdlib);
        }
        Place::Label(call) => offers.labels(Some(call)),
        Place::Member(base) => offers.members(base),
        Place::Type => offers.types(located.generics),
        Place::TypeOf(of) => offers.exports(of.span, is_type),
        Place::Pattern(span) => offers.patterns(span),
        Place::PatternOf(of) => offers.constructors_of(of),
        Place::PatternLabel(path) => offers.fields_of(path.segments.last()),
        Place::Module => offers.standard_modules(stdlib, false),
        Place::Import(path) => {
            if let Some(last) = UsePath::last(path) {
                offers.exports(last.span, |_| true);
            }
        }
        Place::NewName => {}
    }
    let mut items = offers.items;
    items.sort_by(|a, b| (a.rank, &a.name).cmp(&(b.rank, &b.name)));
    items
}

struct Offers<'a> {
    analysis: &'a Analysis,
    module: ModuleId,
    at: u32,
    items: Vec<Completion>,
    /// Names that are offered already; what is nearer comes first.
    names: HashSet<String>,
}

impl Offers<'_> {
    fn push(&mut self, completion: Completion) {
        if self.names.insert(completion.name.clone()) {
            self.items.push(completion);
        }
    }

    fn word(&mut self, name: &str, kind: CompletionKind, rank: u8, detail: Option<String>) {
        let name = name.to_owned();
        self.push(Completion { name, kind, detail, doc: None, arguments: None, rank, import: None });
    }

    fn visible(&mut self, visible: &Visible, rank: u8) {
        if let Some(symbol) = self.analysis.symbols.get(&visible.definition) {
            self.symbol(&visible.name, symbol, CompletionKind::Symbol(symbol.kind), rank);
        }
    }

    fn symbol(&mut self, name: &str, symbol: &Symbol, kind: CompletionKind, rank: u8) {
        let is_method = kind == CompletionKind::Method;
        let params = self.analysis.parameters(symbol.name_span).map(|params| params.len());
        let arguments = match symbol.kind {
            // A variant that carries nothing is written without parentheses.
            SymbolKind::Variant => params.filter(|count| *count > 0),
            SymbolKind::Function | SymbolKind::Extern | SymbolKind::Struct => params,
            _ => None,
        };
        self.push(Completion {
            name: name.to_owned(),
            kind,
            detail: Some(symbol.signature.clone()),
            doc: symbol.doc.clone(),
            arguments: arguments.map(|count| count - usize::from(is_method && count > 0)),
            rank,
            import: None,
        });
    }

    /// The labels of a call's parameters that are not given yet.
    fn labels(&mut self, call: Option<Call<'_>>) {
        let Some(call) = call else { return };
        let Some(callee) = callee_name(call.callee).and_then(|name| self.analysis.meaning(name.span)) else {
            return;
        };
        let params = self.analysis.parameters(callee.name_span).unwrap_or_default();
        let given = |name: &str| {
            call.args.iter().any(|arg| {
                arg.label.as_ref().is_some_and(|label| label.as_str() == name && label.span.start != self.at)
            })
        };
        let wanted = params.into_iter().filter(|param| !param.name.is_empty() && !given(&param.name));
        for param in wanted.collect::<Vec<_>>() {
            self.word(&param.name, CompletionKind::Label, rank::LABEL, Some(param.text));
        }
    }

    fn values(&mut self, located: &Located<'_>, stdlib: &[&str]) {
        for local in located.locals.iter().rev().filter(|local| local.as_str() != "_") {
            if let Some(symbol) = self.analysis.symbols.get(&local.span) {
                self.symbol(&local.name, symbol, CompletionKind::Symbol(symbol.kind), rank::LOCAL);
            }
        }
        let facts = &self.analysis.facts;
        for value in facts.values_in(self.module) {
            self.visible(&value, rank::DECLARED);
        }
        for ty in facts.types_in(self.module) {
            if self.kind_of(&ty) == Some(SymbolKind::Enum) {
                self.visible(&ty, rank::DECLARED);
            }
        }
        self.modules();
        for (name, signature) in BUILT_IN_FUNCTIONS {
            let kind = CompletionKind::Symbol(SymbolKind::Function);
            let (name, detail) = (name.to_owned(), Some(signature.to_owned()));
            let rank = rank::DECLARED;
            self.push(Completion { name, kind, detail, doc: None, arguments: Some(1), rank, import: None });
        }
        for keyword in KEYWORDS {
            self.word(keyword, CompletionKind::Keyword, rank::KEYWORD, None);
        }
        self.standard_modules(stdlib, true);
    }

    fn modules(&mut self) {
        for (name, module) in self.analysis.facts.modules_in(self.module) {
            let file = self.analysis.facts.modules[module.0 as usize].ast.file;
            self.visible(&Visible { name, definition: Span::new(file, 0, 0) }, rank::MODULE);
        }
    }

    /// Modules of the standard library, perhaps with the `use` that brings them in.
    fn standard_modules(&mut self, names: &[&str], with_import: bool) {
        let kind = CompletionKind::Symbol(SymbolKind::Module);
        for name in names.iter().filter(|name| **name != "prelude") {
            let import = with_import.then(|| (*name).to_owned());
            let detail = Some(format!("module {name}"));
            let (name, rank) = ((*name).to_owned(), if with_import { rank::FAR } else { rank::MODULE });
            self.push(Completion { name, kind, detail, doc: None, arguments: None, rank, import });
        }
    }

    /// What follows a dot.
    fn members(&mut self, base: &Expr) {
        let meaning = last_name(base).and_then(|name| self.analysis.meaning(name.span));
        match meaning.map(|symbol| (symbol.kind, symbol.name_span)) {
            Some((SymbolKind::Module, span)) => return self.exports_of(span.file, |_| true),
            Some((SymbolKind::Enum, span)) => {
                let variants = self.analysis.facts.variants_at(span);
                return variants.iter().for_each(|variant| self.visible(variant, rank::MEMBER));
            }
            _ => {}
        }
        let facts = &self.analysis.facts;
        let Some((_, ty)) = facts.expressions(|span| span == base.span).next() else { return };
        if facts.is_unknown(ty) {
            return;
        }
        for (name, ty, definition) in facts.fields(ty) {
            let kind = CompletionKind::Symbol(SymbolKind::Field);
            let doc =
                definition.and_then(|span| self.analysis.symbols.get(&span)).and_then(|s| s.doc.clone());
            let detail = Some(format!("{name}: {ty}"));
            self.push(Completion {
                name,
                kind,
                detail,
                doc,
                arguments: None,
                rank: rank::MEMBER,
                import: None,
            });
        }
        let (of_type, in_scope) = facts.methods(ty, self.module);
        for (methods, rank) in [(of_type, rank::DECLARED), (in_scope, rank::FAR)] {
            for method in methods {
                if let Some(symbol) = self.analysis.symbols.get(&method.definition) {
                    self.symbol(&method.name, symbol, CompletionKind::Method, rank);
                }
            }
        }
    }

    fn types(&mut self, generics: &[Ident]) {
        for generic in generics {
            self.word(generic.as_str(), CompletionKind::Symbol(SymbolKind::TypeParameter), rank::LOCAL, None);
        }
        for ty in self.analysis.facts.types_in(self.module) {
            self.visible(&ty, rank::DECLARED);
        }
        for name in BUILT_IN {
            self.word(name, CompletionKind::BuiltInType, rank::DECLARED, None);
        }
        self.modules();
    }

    /// What the module exports that a name means.
    fn exports(&mut self, name: Span, wanted: impl Fn(SymbolKind) -> bool) {
        if let Some(module) = self.analysis.meaning(name).filter(|symbol| symbol.kind == SymbolKind::Module) {
            self.exports_of(module.name_span.file, wanted);
        }
    }

    fn exports_of(&mut self, file: FileId, wanted: impl Fn(SymbolKind) -> bool) {
        let Some(module) = self.analysis.facts.module_of(file) else { return };
        for export in self.analysis.facts.exports(module) {
            if self.kind_of(&export).is_some_and(&wanted) {
                self.visible(&export, rank::MEMBER);
            }
        }
    }

    /// What a value can be matched against: the variants of its type, or else all constructors.
    fn patterns(&mut self, span: Span) {
        let facts = &self.analysis.facts;
        let ty = facts.expressions(|other| other == span).next();
        let variants = ty.map(|(_, ty)| facts.variants(ty)).unwrap_or_default();
        for variant in &variants {
            self.visible(variant, rank::MEMBER);
        }
        if variants.is_empty() {
            let values = facts.values_in(self.module);
            let constructors = values.iter().filter(|value| self.kind_of(value).is_some_and(is_constructor));
            for value in constructors.cloned().collect::<Vec<_>>() {
                self.visible(&value, rank::DECLARED);
            }
            self.modules();
            for word in ["true", "false"] {
                self.word(word, CompletionKind::Keyword, rank::KEYWORD, None);
            }
        }
    }

    fn constructors_of(&mut self, of: &Ident) {
        let meaning = self.analysis.meaning(of.span).map(|symbol| (symbol.kind, symbol.name_span));
        match meaning {
            Some((SymbolKind::Module, span)) => {
                self.exports_of(span.file, |kind| is_constructor(kind) || kind == SymbolKind::Enum);
            }
            Some((SymbolKind::Enum, span)) => {
                let variants = self.analysis.facts.variants_at(span);
                variants.iter().for_each(|variant| self.visible(variant, rank::MEMBER));
            }
            _ => {}
        }
    }

    fn fields_of(&mut self, constructor: Option<&Ident>) {
        let Some(symbol) = constructor.and_then(|name| self.analysis.meaning(name.span)) else { return };
        for param in self.analysis.parameters(symbol.name_span).unwrap_or_default() {
            if !param.name.is_empty() {
                self.word(&param.name, CompletionKind::Label, rank::LABEL, Some(param.text));
            }
        }
    }

    fn kind_of(&self, visible: &Visible) -> Option<SymbolKind> {
        self.analysis.symbols.get(&visible.definition).map(|symbol| symbol.kind)
    }
}

fn is_type(kind: SymbolKind) -> bool {
    matches!(kind, SymbolKind::Struct | SymbolKind::Enum | SymbolKind::Alias)
}

fn is_constructor(kind: SymbolKind) -> bool {
    matches!(kind, SymbolKind::Struct | SymbolKind::Variant | SymbolKind::Constant)
}

/// The name that says what an expression means, if it is a path.
fn last_name(e: &Expr) -> Option<&Ident> {
    match &e.kind {
        ExprKind::Name(name) | ExprKind::Field { name, .. } => Some(name),
        _ => None,
    }
}

/// Whether a call has its first argument before the dot.
pub(super) fn is_method(analysis: &Analysis, callee: &Expr) -> bool {
    match &callee.kind {
        ExprKind::TypeArgs { base, .. } => is_method(analysis, base),
        ExprKind::Field { base, .. } => {
            let meaning = last_name(base).and_then(|name| analysis.meaning(name.span));
            !meaning.is_some_and(|symbol| matches!(symbol.kind, SymbolKind::Module | SymbolKind::Enum))
        }
        _ => false,
    }
}

/// The name of what is called.
pub(super) fn callee_name(callee: &Expr) -> Option<&Ident> {
    match &callee.kind {
        ExprKind::TypeArgs { base, .. } => last_name(base),
        _ => last_name(callee),
    }
}
