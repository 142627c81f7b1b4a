//! Calls: what is called, and what comes of it.

use std::rc::Rc;

use super::body::{Body, Expr, ExprKind, Pattern, Stmt, wrong};
use super::items::Signature;
use super::methods::Method;
use super::names::ValueName;
use super::types::{Kind, T};
use super::why::{Expect, Why};
use crate::ast::{self, Argument, ExprKind as Ast, Ident, TypeExpr};
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::source::Span;
use crate::typed::{StructId, Target};

/// A call as it is written, but for what is called.
#[derive(Clone, Copy)]
pub(super) struct Call<'a> {
    /// `f[Int](x)`: the types given by hand, and where; empty without them.
    pub(super) type_args: &'a [TypeExpr],
    pub(super) args: &'a [Argument],
    /// `..r`
    pub(super) base: Option<&'a ast::Expr>,
    /// The whole call.
    pub(super) span: Span,
    /// The type that is expected of it.
    pub(super) hint: Option<T>,
}

impl Body<'_, '_> {
    /// `callee(args)`.
    pub(super) fn call(
        &mut self,
        callee: &ast::Expr,
        base: Option<&ast::Expr>,
        args: &[Argument],
        span: Span,
        hint: Option<T>,
    ) -> Expr {
        let (callee, type_args) = match &callee.kind {
            Ast::TypeArgs { base, args } => (&**base, args.as_slice()),
            _ => (callee, [].as_slice()),
        };
        let call = Call { type_args, args, base, span, hint };
        match &callee.kind {
            Ast::Name(name) => self.call_name(name, call),
            Ast::Field { base, name } => self.call_member(base, name, call),
            _ => {
                let callee = self.expr(callee, Expect::Any);
                self.call_value(callee, call)
            }
        }
    }

    fn call_name(&mut self, name: &Ident, call: Call<'_>) -> Expr {
        if let Some(local) = self.locals.find(&name.name) {
            let callee = self.use_local(local, name.span);
            return self.call_value(callee, call);
        }
        if matches!(name.as_str(), "panic" | "assert")
            && self.cx.value_named(self.module, &name.name).is_none()
        {
            return self.call_built_in(name, call);
        }
        match self.resolve_name(name, call.hint) {
            Some(value) => self.call_declared(value, name.span, None, call),
            None => self.call_unknown(call),
        }
    }

    /// A call of nothing: its arguments are looked at all the same.
    pub(super) fn call_unknown(&mut self, call: Call<'_>) -> Expr {
        for arg in call.args {
            // A closure's parameters would have no types, which would be reported without need.
            if !matches!(arg.value.kind, Ast::Closure { .. }) {
                self.expr(&arg.value, Expect::Any);
            }
        }
        wrong(call.span)
    }

    fn call_built_in(&mut self, name: &Ident, call: Call<'_>) -> Expr {
        let span = call.span;
        let [Argument { label: None, value }] = call.args else {
            let message = format!("`{}` takes one argument", name.name);
            let diagnostic = Diagnostic::error(Code::WrongArguments, message).primary(span, "");
            self.cx.report(match (name.as_str(), call.args.len()) {
                ("assert", 2..) => diagnostic.help(
                    "it shows the condition and both sides of a comparison by itself; for a text of yours, write `if !condition { panic(text) }`",
                ),
                _ => diagnostic,
            });
            return self.call_unknown(call);
        };
        if name.as_str() == "panic" {
            let message = self.expr_of(value, T::STR, &Why::Message);
            return Expr { kind: ExprKind::Panic(Box::new(message)), ty: T::NEVER, span };
        }
        let condition = self.expr_of(value, T::BOOL, &Why::Condition);
        let text = self.cx.modules.map.text(value.span).to_owned();
        Expr { kind: ExprKind::Assert(Box::new(condition), text), ty: T::UNIT, span }
    }

    /// `base.name(args)`: a module's function, an enum's variant, a field that holds a function, or a method.
    fn call_member(&mut self, base: &ast::Expr, name: &Ident, call: Call<'_>) -> Expr {
        if let Some(qualifier) = self.qualifier(base) {
            return match self.qualified(&qualifier, name) {
                Some(value) => self.call_declared(value, name.span, None, call),
                None => self.call_unknown(call),
            };
        }
        let receiver = self.expr(base, Expect::Any);
        if let Some((index, ty)) = self.field_of(receiver.ty, name) {
            let span = receiver.span.to(name.span);
            let callee = Expr { kind: ExprKind::Field(Box::new(receiver), index), ty, span };
            return self.call_value(callee, call);
        }
        match self.kind(receiver.ty) {
            Kind::Error | Kind::Never => return self.call_unknown(call),
            Kind::Var(_) => {
                self.needs_type(&receiver, &format!("its function `{}`", name.name));
                return self.call_unknown(call);
            }
            _ => {}
        }
        match self.method(receiver.ty, name) {
            Some(Method::Declared(value)) => {
                self.cx.note_value(name.span, value);
                self.call_declared(value, name.span, Some(receiver), call)
            }
            Some(Method::Local(local)) => {
                let callee = self.use_local(local, name.span);
                self.call_value_with(callee, Some(receiver), call)
            }
            None => {
                self.report_no_method(&receiver, name);
                self.call_unknown(call)
            }
        }
    }

    /// A call of something that is declared with a signature.
    fn call_declared(
        &mut self,
        value: ValueName,
        callee: Span,
        receiver: Option<Expr>,
        call: Call<'_>,
    ) -> Expr {
        let signature = match value {
            ValueName::Function(id) => self.cx.items.function(id).signature.clone(),
            ValueName::Extern(id) => self.cx.items.external(id).signature.clone(),
            ValueName::Struct(id) => {
                let signature = self.cx.items.strukt(id).constructor.clone();
                if let Some(base) = call.base {
                    return self.update(id, &signature, base, call);
                }
                signature
            }
            ValueName::Variant(id, tag) => {
                let signature = self.cx.items.variant(id, tag).constructor.clone();
                if signature.params.is_empty() {
                    self.report_empty_variant(id, tag, callee, call.span);
                    return self.call_unknown(call);
                }
                signature
            }
            ValueName::Const(_) | ValueName::Ambiguous => {
                let callee = self.value_of(value, callee);
                return self.call_value(callee, call);
            }
        };
        self.reject_base(call);
        let Some(applied) = self.apply(&signature, callee, receiver, call) else { return wrong(call.span) };
        let type_args = applied.type_args.clone();
        let kind = |args: Vec<Expr>, body: &mut Self| match value {
            ValueName::Function(id) => {
                body.cx.uses.function(id);
                ExprKind::Call(Target::Function(body.cx.typed_function(id), type_args), args)
            }
            ValueName::Extern(id) => ExprKind::Call(Target::Extern(id, type_args), args),
            ValueName::Variant(_, tag) => ExprKind::Variant(tag, args),
            _ => ExprKind::Struct(args),
        };
        self.in_order((applied.args, &applied.positions), applied.result, call.span, kind)
    }

    fn report_empty_variant(&mut self, id: crate::typed::EnumId, tag: u32, callee: Span, span: Span) {
        let name = self.cx.items.variant(id, tag).name.clone();
        let message = format!("`{}` carries nothing", name.name);
        let diagnostic = Diagnostic::error(Code::WrongArguments, message).primary(span, "");
        let diagnostic = diagnostic.secondary(name.span, "declared here");
        let text = self.cx.modules.map.text(callee).to_owned();
        self.cx.report(diagnostic.help(format!("write it without parentheses: `{text}`")));
    }

    fn reject_base(&mut self, call: Call<'_>) {
        if let Some(base) = call.base {
            self.expr(base, Expect::Any);
            let message = "only a struct's constructor can copy the other fields from a value";
            self.error(Code::WrongArguments, message, base.span, "");
        }
    }

    /// `Reading(..r, load: 0.9)`.
    fn update(&mut self, id: StructId, signature: &Rc<Signature>, base: &ast::Expr, call: Call<'_>) -> Expr {
        let args = self.instantiate(signature, call.span);
        let ty = self.cx.types.substitute(signature.result, &args);
        let base = self.expr_of(base, ty, &Why::Param(None, None));
        let mut fields: Vec<(u32, Expr)> = Vec::with_capacity(call.args.len());
        for arg in call.args {
            let Some(label) = &arg.label else {
                let message = "the fields of a record update are named";
                self.error(Code::WrongArguments, message, arg.value.span, "write `field: value`");
                self.expr(&arg.value, Expect::Any);
                continue;
            };
            let Some((index, t)) = self.field_of(ty, label) else {
                self.report_no_label(&label.name, label.span, signature);
                self.expr(&arg.value, Expect::Any);
                continue;
            };
            let span = signature.params.get(index as usize).map(|field| field.span);
            let value = self.expr_of(&arg.value, t, &Why::Param(Some(label.name.clone()), span));
            if fields.iter().any(|(other, _)| *other == index) {
                let message = format!("the field `{}` is given twice", label.name);
                self.error(Code::WrongArguments, message, label.span, "");
                continue;
            }
            fields.push((index, value));
        }
        if fields.is_empty() && call.args.is_empty() {
            let name = self.cx.items.strukt(id).head.name.name.clone();
            let message = format!("this copies a `{name}` and changes nothing");
            self.cx.report(Diagnostic::warning(Code::Pointless, message).primary(call.span, ""));
        }
        Expr { kind: ExprKind::StructUpdate(Box::new(base), fields), ty, span: call.span }
    }

    /// A call of a function value.
    fn call_value(&mut self, callee: Expr, call: Call<'_>) -> Expr {
        self.call_value_with(callee, None, call)
    }

    fn call_value_with(&mut self, callee: Expr, receiver: Option<Expr>, call: Call<'_>) -> Expr {
        self.reject_base(call);
        if let Some(first) = call.type_args.first() {
            let message = "a function value has no type parameters";
            self.error(Code::WrongTypeArguments, message, first.span, "");
        }
        let (params, result) = match self.kind(callee.ty).clone() {
            Kind::Fn(params, result) => (params, result),
            Kind::Error | Kind::Never => return self.call_unknown(call),
            Kind::Var(_) => {
                self.needs_type(&callee, "its parameters");
                return self.call_unknown(call);
            }
            _ => {
                self.report_not_callable(&callee, call);
                return self.call_unknown(call);
            }
        };
        let Some(args) = self.value_arguments(&params, receiver, call) else { return wrong(call.span) };
        Expr { kind: ExprKind::CallValue(Box::new(callee), args), ty: result, span: call.span }
    }

    fn report_not_callable(&mut self, callee: &Expr, call: Call<'_>) {
        let shown = self.show(callee.ty);
        let message = format!("`{shown}` is not a function and can't be called");
        let diagnostic =
            Diagnostic::error(Code::NotCallable, message).primary(callee.span, format!("this is `{shown}`"));
        let parentheses = Span::new(call.span.file, callee.span.end, call.span.end);
        let is_field = matches!(callee.kind, ExprKind::Field(..));
        self.cx.report(match self.kind(callee.ty) {
            _ if is_field && call.args.is_empty() => {
                let edits = [Edit::replace(parentheses, "")];
                diagnostic.suggest("it is a field: leave the parentheses out", edits)
            }
            Kind::List(_) => diagnostic.help("an element is taken with `[…]`, as in `xs[0]`"),
            _ => diagnostic,
        });
    }

    fn value_arguments(&mut self, params: &[T], receiver: Option<Expr>, call: Call<'_>) -> Option<Vec<Expr>> {
        if let Some(label) = call.args.iter().find_map(|arg| arg.label.as_ref()) {
            let message = "the parameters of a function value have no names";
            self.error(Code::WrongArguments, message, label.span, "leave the label out");
        }
        let given = call.args.len() + usize::from(receiver.is_some());
        if given != params.len() {
            let message = format!("this function takes {}, and {}", count(params.len()), are_given(given));
            self.error(Code::WrongArguments, message, call.span, "");
            self.call_unknown(call);
            return None;
        }
        let mut args = Vec::with_capacity(given);
        if let (Some(receiver), Some(param)) = (receiver, params.first()) {
            args.push(self.coerce(receiver, *param, &Why::Receiver(None)));
        }
        self.check_given(&mut args, call.args, |at| (params[at], Why::Param(None, None)));
        Some(args)
    }

    /// Whether the tree that is being built is deeper than the limit, which is reported.
    pub(super) fn too_deep(&mut self, span: Span) -> bool {
        let is_too_deep = self.depth > super::expr::DEPTH_MAX;
        if is_too_deep {
            let message = "this is nested too deeply";
            let diagnostic = Diagnostic::error(Code::TooDeep, message).primary(span, "");
            self.cx.report(diagnostic.help("move parts of it into functions, or use `match`"));
        }
        is_too_deep
    }

    /// A call whose arguments are evaluated in the order in which they are written, and handed over in that of the
    /// parameters.
    fn in_order(
        &mut self,
        (args, positions): (Vec<Expr>, &[usize]),
        ty: T,
        span: Span,
        kind: impl FnOnce(Vec<Expr>, &mut Self) -> ExprKind,
    ) -> Expr {
        if positions.is_sorted() {
            return Expr { kind: kind(args, self), ty, span };
        }
        let mut stmts = Vec::with_capacity(args.len());
        let mut ordered = Vec::with_capacity(args.len());
        for (position, arg) in positions.iter().zip(args) {
            let (stmt, local) = self.temporary(arg);
            stmts.push(stmt);
            ordered.push((position, local));
        }
        ordered.sort_by_key(|(position, _)| *position);
        let args = ordered.into_iter().map(|(_, arg)| arg).collect();
        let value = Expr { kind: kind(args, self), ty, span };
        let block = crate::typed::Block { stmts, value: Some(Box::new(value)) };
        Expr { kind: ExprKind::Block(block), ty, span }
    }

    /// A statement that keeps a value in a local of its own, and the local.
    fn temporary(&mut self, value: Expr) -> (Stmt, Expr) {
        let (ty, span) = (value.ty, value.span);
        let local = self.locals.temporary(ty, span, self.closure_depth());
        let pattern = Pattern { kind: crate::typed::PatternKind::Bind(local, None), ty, span };
        let stmt = Stmt { kind: crate::typed::StmtKind::Let(pattern, value), span };
        (stmt, Expr { kind: ExprKind::Local(local), ty, span })
    }
}

/// How many are given, as a clause.
pub(super) fn are_given(n: usize) -> String {
    match n {
        0 => "none are given".to_owned(),
        1 => "1 is given".to_owned(),
        n => format!("{n} are given"),
    }
}

/// A number of arguments in words.
pub(super) fn count(n: usize) -> String {
    match n {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        n => format!("{n} arguments"),
    }
}
