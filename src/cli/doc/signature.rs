//! Declarations as they are written in Mob, their types linked to where they are explained.

use maud::{Markup, html};
use mvm::compiler::ast::{
    EnumItem, Expr, Field, Ident, Item, ItemKind, Param, Path, StructItem, TypeExpr, TypeKind, Variant,
    VariantField,
};

use super::highlight::highlight;
use super::links::Links;

/// The longest signature, in columns, that stands on one line.
const WIDTH: usize = 88;

impl Links<'_> {
    /// An item without its body. Fields and variants are shown by themselves.
    pub(super) fn signature(&self, item: &Item) -> Markup {
        match &item.kind {
            ItemKind::Struct(it) => {
                html! { (keyword("struct")) " " (named(&it.name)) (generics(&it.generics)) }
            }
            ItemKind::Enum(it) => html! { (keyword("enum")) " " (named(&it.name)) (generics(&it.generics)) },
            ItemKind::Alias(it) => html! {
                (keyword("type")) " " (named(&it.name)) (generics(&it.generics)) " = " (self.ty(&it.ty))
            },
            ItemKind::Const(it) => html! {
                (keyword("const")) " " (named(&it.name)) ": " (self.ty(&it.ty)) (self.constant(&it.value))
            },
            ItemKind::Function(it) => self.function(&it.name, &it.generics, &it.params, it.result.as_ref()),
            ItemKind::Extern(it) => self.function(&it.name, &it.generics, &it.params, it.result.as_ref()),
            ItemKind::Use(_) | ItemKind::Test(_) => html! {},
        }
    }

    /// ` = value` as it is written, if that is short.
    fn constant(&self, value: &Expr) -> Markup {
        let text = self.module.source.text().get(value.span.range()).unwrap_or_default();
        let is_short = text.len() <= WIDTH && !text.contains('\n');
        html! { @if is_short { " = " (highlight(text)) } }
    }

    fn function(&self, name: &Ident, types: &[Ident], params: &[Param], result: Option<&TypeExpr>) -> Markup {
        let lengths = params.iter().map(|param| (param.span.end - param.span.start) as usize + 2);
        let result_length = result.map_or(0, |ty| (ty.span.end - ty.span.start) as usize + 4);
        let is_long = lengths.sum::<usize>() + name.as_str().len() + result_length > WIDTH;
        let (edge, separator) = if is_long { ("\n  ", "\n  ") } else { ("", ", ") };
        html! {
            (keyword("fn")) " " (named(name)) (generics(types)) "(" (edge)
            @for (at, param) in params.iter().enumerate() {
                @if at > 0 { (separator) }
                (param.name) ": " (self.ty(&param.ty))
            }
            @if is_long { "\n" }
            ")"
            @if let Some(result) = result { " -> " (self.ty(result)) }
        }
    }

    /// Each field of a struct, by the anchor that leads to it.
    pub(super) fn fields(&self, it: &StructItem) -> Vec<(String, Markup, Option<String>)> {
        let field = |field: &Field| {
            let anchor = format!("{}.{}", it.name, field.name);
            let doc = field.doc.as_ref().map(|doc| doc.text.to_string());
            (anchor, html! { (field.name) ": " (self.ty(&field.ty)) }, doc)
        };
        it.fields.iter().map(field).collect()
    }

    /// Each variant of an enum, by the anchor that leads to it.
    pub(super) fn variants(&self, it: &EnumItem) -> Vec<(String, Markup, Option<String>)> {
        let variant = |variant: &Variant| {
            let doc = variant.doc.as_ref().map(|doc| doc.text.to_string());
            (format!("{}.{}", it.name, variant.name), self.variant(variant), doc)
        };
        it.variants.iter().map(variant).collect()
    }

    fn variant(&self, variant: &Variant) -> Markup {
        let field = |field: &VariantField| match &field.label {
            Some(label) => html! { (label) ": " (self.ty(&field.ty)) },
            None => self.ty(&field.ty),
        };
        html! {
            (type_name(variant.name.as_str()))
            @if !variant.fields.is_empty() { "(" (separated(variant.fields.iter().map(field))) ")" }
        }
    }

    fn ty(&self, ty: &TypeExpr) -> Markup {
        let all = |types: &[TypeExpr]| separated(types.iter().map(|ty| self.ty(ty)));
        match &ty.kind {
            TypeKind::Named { path, args } if args.is_empty() => self.path(path),
            TypeKind::Named { path, args } => html! { (self.path(path)) "[" (all(args)) "]" },
            TypeKind::Tuple(elements) => html! { "(" (all(elements)) ")" },
            TypeKind::Function { params, result } => html! {
                (keyword("fn")) "(" (all(params)) ")"
                @if let Some(result) = result { " -> " (self.ty(result)) }
            },
            TypeKind::Error => html! { "?" },
        }
    }

    fn path(&self, path: &Path) -> Markup {
        let name = path.segments.iter().map(Ident::as_str).collect::<Vec<_>>().join(".");
        match self.of(&name) {
            Some(href) => html! { a href=(href) { (type_name(&name)) } },
            None => type_name(&name),
        }
    }
}

fn separated(parts: impl Iterator<Item = Markup>) -> Markup {
    html! { @for (at, part) in parts.enumerate() { @if at > 0 { ", " } (part) } }
}

fn keyword(word: &str) -> Markup {
    html! { span.keyword { (word) } }
}

fn named(name: &Ident) -> Markup {
    html! { span.declared { (name) } }
}

fn type_name(name: &str) -> Markup {
    html! { span.type { (name) } }
}

fn generics(generics: &[Ident]) -> Markup {
    html! { @if !generics.is_empty() { "[" (separated(generics.iter().map(|name| type_name(name.as_str())))) "]" } }
}
