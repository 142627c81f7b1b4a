//! Collects what the modules of a program declare, from their syntax trees and from the checker's notes on locals.

use foldhash::{HashMap, HashMapExt};

use super::symbol::{Symbol, SymbolKind};
use crate::ast::{self, Doc, Ident, Item, ItemKind};
use crate::check::{Facts, LocalKind};
use crate::resolve::{Module, ModuleKind};
use crate::source::{SourceMap, Span};

/// How many lines of a declaration are shown.
const LINES_MAX: usize = 24;

/// All symbols of a program, by where their names stand.
pub(super) fn declared(facts: &Facts) -> HashMap<Span, Symbol> {
    let mut symbols = HashMap::new();
    for module in &facts.modules {
        let mut declarations = Declarations { module, map: &facts.map, symbols: &mut symbols };
        declarations.module();
        for item in &module.ast.items {
            declarations.item(item);
        }
    }
    add_locals(facts, &mut symbols);
    symbols
}

/// Adds locals that no declaration of a parameter has added.
fn add_locals(facts: &Facts, symbols: &mut HashMap<Span, Symbol>) {
    let modules: HashMap<_, _> = facts.modules.iter().map(|module| (module.ast.file, module)).collect();
    for local in facts.locals() {
        let Some(module) = modules.get(&local.span.file) else { continue };
        let shown = format!("{}: {}", local.name, facts.show(local.ty));
        let (kind, signature) = match local.kind {
            LocalKind::Param => (SymbolKind::Parameter, shown),
            LocalKind::Let => (SymbolKind::Variable, format!("let {shown}")),
            LocalKind::Pattern => (SymbolKind::Variable, shown),
            LocalKind::Var => (SymbolKind::MutableVariable, format!("var {shown}")),
        };
        symbols.entry(local.span).or_insert_with(|| Symbol {
            name: local.name.clone(),
            kind,
            name_span: local.span,
            span: local.span,
            signature,
            doc: None,
            module: module.name.clone(),
            container: None,
            is_stdlib: module.kind == ModuleKind::Stdlib,
        });
    }
}

struct Declarations<'a> {
    module: &'a Module,
    map: &'a SourceMap,
    symbols: &'a mut HashMap<Span, Symbol>,
}

impl Declarations<'_> {
    fn module(&mut self) {
        let span = Span::new(self.module.ast.file, 0, 0);
        let name = Ident { name: self.module.name.clone(), span };
        let signature = format!("module {}", name.name);
        self.add(SymbolKind::Module, &name, span, signature, None, None);
    }

    fn item(&mut self, item: &Item) {
        let doc = item.doc.as_ref();
        let whole = item.span;
        match &item.kind {
            ItemKind::Use(_) => {}
            ItemKind::Struct(declared) => {
                self.add(SymbolKind::Struct, &declared.name, whole, self.text(whole), doc, None);
                self.generics(&declared.generics);
                for field in &declared.fields {
                    let container = Some(&declared.name);
                    let signature = self.text(field.span);
                    self.add(
                        SymbolKind::Field,
                        &field.name,
                        field.span,
                        signature,
                        field.doc.as_ref(),
                        container,
                    );
                }
            }
            ItemKind::Enum(declared) => {
                self.add(SymbolKind::Enum, &declared.name, whole, self.text(whole), doc, None);
                self.generics(&declared.generics);
                for variant in &declared.variants {
                    self.variant(&declared.name, variant);
                }
            }
            ItemKind::Alias(alias) => {
                self.add(SymbolKind::Alias, &alias.name, whole, self.text(whole), doc, None);
                self.generics(&alias.generics);
            }
            ItemKind::Const(constant) => {
                self.add(SymbolKind::Constant, &constant.name, whole, self.text(whole), doc, None);
            }
            ItemKind::Function(function) => {
                let head = Span { end: function.body.span.start.max(whole.start), ..whole };
                self.add(SymbolKind::Function, &function.name, whole, self.text(head), doc, None);
                self.generics(&function.generics);
                self.params(&function.params);
            }
            ItemKind::Extern(function) => {
                self.add(SymbolKind::Extern, &function.name, whole, self.text(whole), doc, None);
                self.generics(&function.generics);
                self.params(&function.params);
            }
            ItemKind::Test(test) => {
                let name = Ident { name: test.name.value.clone(), span: test.name.span };
                let head = Span { end: test.name.span.end, ..whole };
                self.add(SymbolKind::Test, &name, whole, self.text(head), None, None);
            }
        }
    }

    fn variant(&mut self, container: &Ident, variant: &ast::Variant) {
        let (doc, signature) = (variant.doc.as_ref(), self.text(variant.span));
        self.add(SymbolKind::Variant, &variant.name, variant.span, signature, doc, Some(container));
        for field in &variant.fields {
            if let Some(label) = &field.label {
                let signature = self.text(field.span);
                self.add(SymbolKind::Field, label, field.span, signature, None, Some(&variant.name));
            }
        }
    }

    fn generics(&mut self, generics: &[Ident]) {
        for generic in generics {
            self.add(SymbolKind::TypeParameter, generic, generic.span, generic.name.to_string(), None, None);
        }
    }

    fn params(&mut self, params: &[ast::Param]) {
        for param in params {
            let signature = self.text(param.span);
            self.add(SymbolKind::Parameter, &param.name, param.span, signature, None, None);
        }
    }

    fn add(
        &mut self,
        kind: SymbolKind,
        name: &Ident,
        span: Span,
        signature: String,
        doc: Option<&Doc>,
        container: Option<&Ident>,
    ) {
        let symbol = Symbol {
            name: name.name.clone(),
            kind,
            name_span: name.span,
            span,
            signature,
            doc: doc.map(|doc| doc.text.clone()),
            module: self.module.name.clone(),
            container: container.map(|container| container.name.clone()),
            is_stdlib: self.module.kind == ModuleKind::Stdlib,
        };
        self.symbols.insert(name.span, symbol);
    }

    /// The text of a declaration, cut off if it is long.
    fn text(&self, span: Span) -> String {
        let text = self.map.text(span).trim();
        let mut lines: Vec<_> = text.lines().take(LINES_MAX).collect();
        if text.lines().nth(LINES_MAX).is_some() {
            lines.push("…");
        }
        lines.join("\n")
    }
}

/// The type parameter of an item that a name at `used` means.
pub(super) fn type_param(module: &Module, map: &SourceMap, used: Span) -> Option<Span> {
    let name = map.text(used);
    let holds = |item: &&Item| item.span.start <= used.start && used.end <= item.span.end;
    let item = module.ast.items.iter().find(holds)?;
    let generics: &[Ident] = match &item.kind {
        ItemKind::Struct(item) => &item.generics,
        ItemKind::Enum(item) => &item.generics,
        ItemKind::Alias(item) => &item.generics,
        ItemKind::Function(item) => &item.generics,
        ItemKind::Extern(item) => &item.generics,
        ItemKind::Use(_) | ItemKind::Const(_) | ItemKind::Test(_) => &[],
    };
    generics.iter().find(|generic| generic.as_str() == name).map(|generic| generic.span)
}
