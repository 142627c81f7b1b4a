//! What stands at the top level of a file.

use super::doc::{Doc, docs};
use super::printer::Printer;
use crate::ast::{
    ConstItem, EnumItem, ExternItem, Field, Function, Item, ItemKind, Param, StructItem, TestItem, TypeAlias,
    TypeExpr, UseItem, Variant,
};
use crate::lexer::Token;

impl<'a> Printer<'a> {
    pub(super) fn item(&mut self, item: &Item) -> Doc<'a> {
        let documentation = self.documentation();
        let public = if item.public.is_some() { docs![self.token(), " "] } else { Doc::nil() };
        let kind = match &item.kind {
            ItemKind::Use(it) => self.use_item(it, item.span.end),
            ItemKind::Struct(it) => self.struct_item(it),
            ItemKind::Enum(it) => self.enum_item(it),
            ItemKind::Alias(it) => self.alias(it),
            ItemKind::Const(it) => self.const_item(it),
            ItemKind::Function(it) => self.function(it),
            ItemKind::Extern(it) => self.extern_item(it),
            ItemKind::Test(it) => self.test(it),
        };
        docs![documentation, public, kind]
    }

    fn use_item(&mut self, it: &UseItem, end: u32) -> Doc<'a> {
        let head = docs![self.token(), " ", self.tokens_until(it.path.span().end)];
        let Some(names) = &it.names else {
            return match it.alias {
                Some(_) => docs![head, " ", self.token(), " ", self.token()],
                None => docs![head, self.tokens_until(end)],
            };
        };
        let dot = self.token();
        let names = self.list(|printer, at| match names.get(at) {
            Some(name) if name.alias.is_some() => {
                docs![printer.token(), " ", printer.token(), " ", printer.token()]
            }
            Some(_) => printer.token(),
            None => Doc::nil(),
        });
        docs![head, dot, names.group()]
    }

    fn struct_item(&mut self, it: &StructItem) -> Doc<'a> {
        let head = docs![self.token(), " ", self.generics(), " "];
        let fields =
            self.list(|printer, at| it.fields.get(at).map_or(Doc::nil(), |field| printer.field(field)));
        docs![head, fields.braced()]
    }

    fn field(&mut self, field: &Field) -> Doc<'a> {
        docs![self.documentation(), self.token(), self.annotation(&field.ty)]
    }

    fn enum_item(&mut self, it: &EnumItem) -> Doc<'a> {
        let head = docs![self.token(), " ", self.generics(), " "];
        let variants = self
            .list(|printer, at| it.variants.get(at).map_or(Doc::nil(), |variant| printer.variant(variant)));
        docs![head, variants.braced()]
    }

    fn variant(&mut self, variant: &Variant) -> Doc<'a> {
        let name = docs![self.documentation(), self.token()];
        if !self.cursor.is_at(&Token::ParenOpen) {
            return name;
        }
        let fields = self.list(|printer, at| match variant.fields.get(at) {
            Some(field) if field.label.is_some() => docs![printer.token(), printer.annotation(&field.ty)],
            Some(field) => printer.ty(&field.ty),
            None => Doc::nil(),
        });
        docs![name, fields.group()]
    }

    fn alias(&mut self, it: &TypeAlias) -> Doc<'a> {
        docs![self.token(), " ", self.generics(), " ", self.token(), " ", self.ty(&it.ty)]
    }

    fn const_item(&mut self, it: &ConstItem) -> Doc<'a> {
        let head = docs![self.token(), " ", self.token(), self.annotation(&it.ty), " "];
        docs![head, self.token(), self.value_after_line(&it.value)]
    }

    fn function(&mut self, it: &Function) -> Doc<'a> {
        let head = docs![self.token(), " ", self.generics()];
        let signature = self.signature(&it.params, it.result.as_ref());
        docs![head, signature, " ", self.block(&it.body)]
    }

    fn extern_item(&mut self, it: &ExternItem) -> Doc<'a> {
        let head = docs![self.token(), " ", self.token(), " ", self.token(), " ", self.generics()];
        docs![head, self.signature(&it.params, it.result.as_ref())]
    }

    fn test(&mut self, it: &TestItem) -> Doc<'a> {
        docs![self.token(), " ", self.token(), " ", self.block(&it.body)]
    }

    /// `name[T, U]`
    fn generics(&mut self) -> Doc<'a> {
        let name = self.token();
        if !self.cursor.is_at(&Token::SquareOpen) {
            return name;
        }
        let generics = self.list(|printer, _| printer.token());
        docs![name, generics.group()]
    }

    fn signature(&mut self, params: &[Param], result: Option<&TypeExpr>) -> Doc<'a> {
        let params = self.list(|printer, at| match params.get(at) {
            Some(param) => docs![printer.token(), printer.annotation(&param.ty)],
            None => Doc::nil(),
        });
        let params = params.group();
        match result {
            Some(result) => docs![params, " ", self.token(), " ", self.ty(result)],
            None => params,
        }
    }
}
