//! Functions and tests: a body, checked from its parameters to its typed tree.

use std::rc::Rc;
use std::sync::Arc;

use super::body::{Body, Expr, Frame};
use super::context::Context;
use super::finish::Finish;
use super::items::FnItemId;
use super::locals::LocalKind;
use super::types::T;
use super::why::{Expect, Why};
use crate::ast::{self, Ident, ItemKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::ModuleId;
use crate::typed::{self, FunctionId, LocalId};

/// Checks the body of a function that has a place in the typed tree.
pub(super) fn check_function(cx: &mut Context<'_>, id: FnItemId) {
    let (module, item) = (cx.items.function(id).head.module, cx.items.function(id).item);
    quietly_if_broken(cx, module, item, |cx| check_whole_function(cx, id));
}

/// Checks a body. Where it could not be read as a whole, nothing more is said of it, and it is looked at only for those who
/// ask about places in it.
fn quietly_if_broken(
    cx: &mut Context<'_>,
    module: ModuleId,
    item: usize,
    check: impl FnOnce(&mut Context<'_>),
) {
    if !cx.modules.module(module).broken.contains(&item) {
        return check(cx);
    }
    if cx.record.is_some() {
        let said = cx.modules.diagnostics.clone();
        check(cx);
        cx.modules.diagnostics = said;
    }
}

fn check_whole_function(cx: &mut Context<'_>, id: FnItemId) {
    let item = cx.items.function(id);
    let (module, index, typed) = (item.head.module, item.item, item.typed);
    let (signature, generics) = (item.signature.clone(), item.head.generics.clone());
    cx.uses.checking = Some(id);
    // Whoever asks about places in it needs the tree later on.
    let kept = cx.record.is_some();
    let taken = cx.modules.body(module, index, kept);
    let file = cx.modules.module(module).ast.clone();
    let (Some(ItemKind::Function(function)), Some(typed)) =
        (file.items.get(index).map(|item| &item.kind), typed)
    else {
        return;
    };
    let name = cx.qualified(module, &function.name.name);
    let declared = function.result.as_ref().map_or(function.name.span, |result| result.span);
    let frame = Frame::new(signature.result, Some(declared));
    let mut body = Body::new(cx, module, generics.clone(), frame);
    let mut params = Vec::with_capacity(signature.params.len());
    for (param, declared) in function.params.iter().zip(&signature.params) {
        params.push(body.param(&param.name, declared.ty));
    }
    let head = Checked { name, type_params: generics, params, result: signature.result };
    let block = taken.as_ref().unwrap_or(&function.body);
    let function = body.function(head, block, function.name.span);
    cx.functions[typed.index()] = Some(function);
}

/// The longest name of a test, in bytes.
const TEST_NAME_BYTES_MAX: usize = 1000;

/// Checks a `test` block. Gives its place in the typed tree.
pub(super) fn check_test(
    cx: &mut Context<'_>,
    module: ModuleId,
    item: usize,
    test: &ast::TestItem,
) -> FunctionId {
    let id = cx.new_function();
    quietly_if_broken(cx, module, item, |cx| check_whole_test(cx, module, test, id));
    id
}

fn check_whole_test(cx: &mut Context<'_>, module: ModuleId, test: &ast::TestItem, id: FunctionId) {
    let frame = Frame::new(T::UNIT, Some(test.name.span));
    cx.uses.checking = None;
    if test.name.value.len() > TEST_NAME_BYTES_MAX {
        let message = format!("the name of a test has at most {TEST_NAME_BYTES_MAX} bytes");
        cx.report(Diagnostic::error(Code::TooMany, message).primary(test.name.span, ""));
    }
    let name = format!("test \"{}\"", test.name.value);
    let mut body = Body::new(cx, module, Rc::from([]), frame);
    let head = Checked { name, type_params: Rc::from([]), params: Vec::new(), result: T::UNIT };
    let function = body.function(head, &test.body, test.name.span);
    cx.functions[id.index()] = Some(function);
}

/// What is known of a function before its body is.
struct Checked {
    name: String,
    type_params: Rc<[Arc<str>]>,
    params: Vec<LocalId>,
    result: T,
}

impl Body<'_, '_> {
    fn param(&mut self, name: &Ident, ty: T) -> LocalId {
        let local = self.locals.add(name, ty, LocalKind::Param, 0);
        if name.as_str() != "_" {
            self.locals.show(local);
        }
        local
    }

    fn function(&mut self, head: Checked, block: &ast::Block, span: crate::source::Span) -> typed::Function {
        let errors = self.cx.error_count();
        let mut body = self.function_body(block, head.result);
        self.check_demands();
        self.note_body();
        let is_wrong = self.cx.error_count() > errors;
        let mut finish = Finish::new(self);
        // After an error, nothing is gained by what only follows from it: types that can't be found, missing cases.
        let (locals, result) = if is_wrong {
            body = super::body::unit(span);
            (Vec::new(), T::UNIT)
        } else {
            finish.expr(&mut body);
            (finish.locals(), finish.ty(head.result, span))
        };
        if self.cx.error_count() == errors {
            self.warn_unused();
        }
        let Checked { name, type_params, params, .. } = head;
        typed::Function { name, type_params, params, result, locals, body, span }
    }

    fn function_body(&mut self, block: &ast::Block, result: T) -> Expr {
        if result == T::UNIT {
            return self.block(block, Expect::Drop);
        }
        let why = Why::Result(self.frames.first().and_then(|frame| frame.declared));
        self.block(block, Expect::Type(result, &why))
    }

    pub(super) fn warn_unused(&mut self) {
        if self.cx.is_stdlib(self.module) {
            return;
        }
        let unused = self.locals.iter().filter(|local| {
            !local.used
                && local.kind != LocalKind::Param
                && !local.name.is_empty()
                && !local.name.starts_with('_')
        });
        let unused: Vec<_> = unused.cloned().collect();
        for local in unused {
            let message = format!("`{}` is never read", local.name);
            let diagnostic = Diagnostic::warning(Code::UnusedName, message).primary(local.span, "");
            let help = format!("write `_` or `_{}` if that is intended", local.name);
            self.cx.report(diagnostic.help(help));
        }
    }
}
