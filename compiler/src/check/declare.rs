//! Enters what a module declares and imports into the tables, and resolves the types of its signatures.

use std::rc::Rc;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};

use super::annotate::{BUILT_IN, Place, UNSUPPORTED};
use super::constants::ConstState;
use super::context::Context;
use super::items::{
    AliasId, AliasItem, AliasState, ConstId, ConstItem, EnumItem, ExternItem, FnItem, FnItemId, Head, Param,
    Signature, StructItem, VariantItem, next,
};
use super::names::{Declared, Names, TypeName, ValueName};
use super::types::{Kind, T};
use crate::ast::{self, Ident, ItemKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::ModuleId;
use crate::source::Span;
use crate::typed::{EnumId, ExternId, StructId};

/// The most that a variant can carry and a function can take.
const PARAMS_MAX: usize = 255;

/// The most fields that a struct can have, and variants that an enum can have.
const MEMBERS_MAX: usize = 10_000;

/// The longest name of a host function, in bytes.
const HOST_NAME_BYTES_MAX: usize = 255;

/// Declares a module whose imports are declared.
pub(super) fn declare(cx: &mut Context<'_>, module: ModuleId) {
    let index = module.0 as usize;
    if cx.names.len() <= index {
        cx.names.resize_with(index + 1, Names::default);
    }
    let file = cx.modules.module(module).ast.clone();
    let mut declaring = Declaring { cx, module, file: &file, declared: Vec::new(), variants: Vec::new() };
    declaring.enter_names();
    declaring.enter_variants();
    super::imports::import(declaring.cx, module);
    declaring.resolve_signatures();
}

/// An item that has a place in a table.
enum Entered {
    Struct(StructId),
    Enum(EnumId),
    Alias(AliasId),
    Const(ConstId),
    Function(FnItemId),
    Extern(ExternId),
}

struct Declaring<'a, 's> {
    cx: &'a mut Context<'s>,
    module: ModuleId,
    file: &'a ast::File,
    declared: Vec<(usize, Entered)>,
    variants: Vec<(Ident, EnumId, u32, bool)>,
}

impl Declaring<'_, '_> {
    fn enter_names(&mut self) {
        let file = self.file;
        for (index, item) in file.items.iter().enumerate() {
            let public = item.public.is_some();
            let entered = match &item.kind {
                ItemKind::Struct(item) => self.enter_struct(item, public),
                ItemKind::Enum(item) => self.enter_enum(item, public),
                ItemKind::Alias(alias) => {
                    let head = self.head(&alias.name, &alias.generics);
                    let id = AliasId(next(&self.cx.items.aliases));
                    self.cx.items.aliases.push(AliasItem { head, item: index, state: AliasState::Waiting });
                    self.enter_type(&alias.name, TypeName::Alias(id), public);
                    Entered::Alias(id)
                }
                ItemKind::Const(item) => {
                    let head = self.head(&item.name, &[]);
                    let id = ConstId(next(&self.cx.items.consts));
                    let state = ConstState::Waiting;
                    self.cx.items.consts.push(ConstItem { head, ty: T::ERROR, item: index, state });
                    self.enter_value(&item.name, ValueName::Const(id), public);
                    Entered::Const(id)
                }
                ItemKind::Function(item) => {
                    let head = self.head(&item.name, &item.generics);
                    let id = FnItemId(next(&self.cx.items.functions));
                    let signature = empty(&head);
                    self.cx.items.functions.push(FnItem { head, signature, item: index, typed: None });
                    self.enter_value(&item.name, ValueName::Function(id), public);
                    Entered::Function(id)
                }
                ItemKind::Extern(item) => self.enter_extern(item, public),
                ItemKind::Use(_) | ItemKind::Test(_) => continue,
            };
            self.declared.push((index, entered));
        }
    }

    fn enter_struct(&mut self, item: &ast::StructItem, public: bool) -> Entered {
        let head = self.head(&item.name, &item.generics);
        let id = StructId(next(&self.cx.items.structs));
        let constructor = empty(&head);
        self.cx.items.structs.push(StructItem { head, constructor });
        self.enter_type(&item.name, TypeName::Struct(id), public);
        self.enter_value(&item.name, ValueName::Struct(id), public);
        Entered::Struct(id)
    }

    fn enter_enum(&mut self, item: &ast::EnumItem, public: bool) -> Entered {
        let head = self.head(&item.name, &item.generics);
        let id = EnumId(next(&self.cx.items.enums));
        let empty = empty(&head);
        let mut seen = HashMap::new();
        let mut variants = Vec::new();
        for variant in item.variants.iter().take(MEMBERS_MAX) {
            self.no_double(&mut seen, &variant.name, "variant");
            let tag = next(&variants);
            self.variants.push((variant.name.clone(), id, tag, public));
            variants.push(VariantItem { name: variant.name.clone(), constructor: empty.clone() });
        }
        self.limit(item.variants.len(), MEMBERS_MAX, "an enum has at most", "variants", item.name.span);
        self.cx.items.enums.push(EnumItem { head, variants });
        self.enter_type(&item.name, TypeName::Enum(id), public);
        Entered::Enum(id)
    }

    fn enter_extern(&mut self, item: &ast::ExternItem, public: bool) -> Entered {
        let head = self.head(&item.name, &item.generics);
        let id = ExternId(next(&self.cx.items.externs));
        let (signature, host_name) = (empty(&head), item.host_name.clone());
        self.check_host_name(item);
        self.cx.items.externs.push(ExternItem { head, host_name, signature });
        self.enter_value(&item.name, ValueName::Extern(id), public);
        Entered::Extern(id)
    }

    fn check_host_name(&mut self, item: &ast::ExternItem) {
        let name = &item.host_name;
        let parts: Vec<_> = name.value.split('.').collect();
        let is_word = |part: &&str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        let of_machine = parts.first() == Some(&"vm");
        let wrong = if name.value.len() > HOST_NAME_BYTES_MAX {
            Some(("the name of a host function has at most 255 bytes", "this one is longer"))
        } else if parts.len() < 2 || !parts.iter().all(is_word) {
            Some((
                "a host function is named by its capability, a dot and its name, in lower case",
                "as in `fs.read`",
            ))
        } else if of_machine && !self.cx.is_stdlib(self.module) {
            Some((
                "only the standard library can declare what the machine itself provides",
                "begins with `vm.`",
            ))
        } else if !of_machine && !item.generics.is_empty() {
            Some(("a host function can't be generic", "the host sees values of known types alone"))
        } else {
            None
        };
        if let Some((message, label)) = wrong {
            self.cx.report(Diagnostic::error(Code::BadExtern, message).primary(name.span, label));
        }
    }

    /// Variants are in scope by their own names, unless an item has the name, or another enum's variant.
    fn enter_variants(&mut self) {
        let values = &mut self.cx.names[self.module.0 as usize].values;
        for (name, id, tag, public) in self.variants.drain(..) {
            let what = ValueName::Variant(id, tag);
            let declared = Declared { what, public, span: name.span };
            let entry = values.entry(name.name).or_insert(declared);
            if entry.what != what && matches!(entry.what, ValueName::Variant(..)) {
                entry.what = ValueName::Ambiguous;
                entry.public |= public;
            }
        }
    }

    fn enter_type(&mut self, name: &Ident, what: TypeName, public: bool) {
        let reserved = BUILT_IN.contains(&name.as_str()) || UNSUPPORTED.contains(&name.as_str());
        if reserved && !self.cx.is_stdlib(self.module) {
            let message = format!("`{}` is a type of the language", name.name);
            let help = "give yours another name";
            let diagnostic = Diagnostic::error(Code::DuplicateName, message).primary(name.span, "");
            return self.cx.report(diagnostic.help(help));
        }
        let types = &mut self.cx.names[self.module.0 as usize].types;
        let before = types.get(&name.name).map(|declared| declared.span);
        types.entry(name.name.clone()).or_insert(Declared { what, public, span: name.span });
        self.report_double(name, before, "type");
    }

    fn enter_value(&mut self, name: &Ident, what: ValueName, public: bool) {
        let values = &mut self.cx.names[self.module.0 as usize].values;
        let before = values.get(&name.name).map(|declared| declared.span);
        values.entry(name.name.clone()).or_insert(Declared { what, public, span: name.span });
        // A struct is entered as a type too, and its double has been reported there.
        if !matches!(what, ValueName::Struct(_)) {
            self.report_double(name, before, "name");
        }
    }

    fn report_double(&mut self, name: &Ident, before: Option<Span>, what: &str) {
        if let Some(before) = before {
            let message = format!("the {what} `{}` is declared twice", name.name);
            let diagnostic = Diagnostic::error(Code::DuplicateName, message);
            self.cx.report(diagnostic.primary(name.span, "").secondary(before, "first declared here"));
        }
    }

    /// Reports a name among others that are declared together: fields, parameters, variants.
    fn no_double(&mut self, seen: &mut HashMap<Arc<str>, Span>, name: &Ident, what: &str) {
        if name.as_str() == "_" {
            return;
        }
        let before = seen.get(&name.name).copied();
        seen.entry(name.name.clone()).or_insert(name.span);
        self.report_double(name, before, what);
    }

    fn limit(&mut self, count: usize, max: usize, message: &str, what: &str, span: Span) {
        if count > max {
            let message = format!("{message} {max} {what}");
            let label = format!("there are {count}");
            self.cx.report(Diagnostic::error(Code::TooMany, message).primary(span, label));
        }
    }

    fn head(&mut self, name: &Ident, generics: &[Ident]) -> Head {
        let mut seen = HashMap::new();
        for generic in generics {
            self.no_double(&mut seen, generic, "type parameter");
        }
        let generics = generics.iter().map(|generic| generic.name.clone()).collect();
        Head { name: name.clone(), module: self.module, generics }
    }

    fn resolve_signatures(&mut self) {
        let file = self.file;
        for (index, entered) in std::mem::take(&mut self.declared) {
            match (&file.items[index].kind, entered) {
                (ItemKind::Struct(item), Entered::Struct(id)) => self.resolve_struct(item, id),
                (ItemKind::Enum(item), Entered::Enum(id)) => self.resolve_enum(item, id),
                (ItemKind::Alias(_), Entered::Alias(id)) => {
                    self.cx.alias_target(id);
                }
                (ItemKind::Const(item), Entered::Const(id)) => {
                    let place = Place { module: self.module, generics: &[] };
                    self.cx.items.consts[id.0 as usize].ty = self.cx.written(place, &item.ty);
                }
                (ItemKind::Function(item), Entered::Function(id)) => {
                    let generics = self.cx.items.function(id).head.generics.clone();
                    let signature =
                        self.signature(generics, &item.params, item.result.as_ref(), item.name.span);
                    self.cx.items.functions[id.0 as usize].signature = signature;
                }
                (ItemKind::Extern(item), Entered::Extern(id)) => {
                    let generics = self.cx.items.external(id).head.generics.clone();
                    let signature =
                        self.signature(generics, &item.params, item.result.as_ref(), item.name.span);
                    self.cx.items.externs[id.index()].signature = signature;
                }
                _ => {}
            }
        }
    }

    fn resolve_struct(&mut self, item: &ast::StructItem, id: StructId) {
        let generics = self.cx.items.strukt(id).head.generics.clone();
        let mut seen = HashMap::new();
        let mut params = Vec::new();
        for field in item.fields.iter().take(MEMBERS_MAX) {
            self.no_double(&mut seen, &field.name, "field");
            let ty = self.cx.written(Place { module: self.module, generics: &generics }, &field.ty);
            params.push(Param { name: Some(field.name.name.clone()), ty, span: field.span });
        }
        self.limit(item.fields.len(), MEMBERS_MAX, "a struct has at most", "fields", item.name.span);
        let args = self.own_params(generics.len());
        let result = self.cx.types.intern(Kind::Struct(id, args));
        self.cx.items.structs[id.index()].constructor =
            Rc::new(Signature::new(generics, "field", params, result));
    }

    fn resolve_enum(&mut self, item: &ast::EnumItem, id: EnumId) {
        let generics = self.cx.items.enumeration(id).head.generics.clone();
        let args = self.own_params(generics.len());
        let result = self.cx.types.intern(Kind::Enum(id, args));
        for (tag, variant) in item.variants.iter().take(MEMBERS_MAX).enumerate() {
            let mut seen = HashMap::new();
            let mut params = Vec::new();
            for field in variant.fields.iter().take(PARAMS_MAX) {
                if let Some(label) = &field.label {
                    self.no_double(&mut seen, label, "field");
                }
                let ty = self.cx.written(Place { module: self.module, generics: &generics }, &field.ty);
                let name = field.label.as_ref().map(|label| label.name.clone());
                params.push(Param { name, ty, span: field.span });
            }
            let (count, span) = (variant.fields.len(), variant.name.span);
            self.limit(count, PARAMS_MAX, "a variant carries at most", "fields", span);
            let generics = generics.clone();
            let constructor = Rc::new(Signature::new(generics, "field", params, result));
            self.cx.items.enums[id.index()].variants[tag].constructor = constructor;
        }
    }

    fn own_params(&mut self, count: usize) -> Rc<[T]> {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        (0..count).map(|n| self.cx.types.intern(Kind::Param(n))).collect()
    }

    fn signature(
        &mut self,
        generics: Rc<[Arc<str>]>,
        written: &[ast::Param],
        result: Option<&ast::TypeExpr>,
        span: Span,
    ) -> Rc<Signature> {
        let mut seen = HashMap::new();
        let mut params = Vec::new();
        let place = Place { module: self.module, generics: &generics };
        for param in written.iter().take(PARAMS_MAX) {
            self.no_double(&mut seen, &param.name, "parameter");
            let ty = self.cx.written(place, &param.ty);
            params.push(Param { name: Some(param.name.name.clone()), ty, span: param.span });
        }
        self.limit(written.len(), PARAMS_MAX, "a function has at most", "parameters", span);
        let result = result.map_or(T::UNIT, |result| self.cx.written(place, result));
        Rc::new(Signature::new(generics, "parameter", params, result))
    }
}

/// The signature of what is entered, until it is resolved.
fn empty(head: &Head) -> Rc<Signature> {
    let generics = head.generics.clone();
    Rc::new(Signature::new(generics, "parameter", Vec::new(), T::ERROR))
}
