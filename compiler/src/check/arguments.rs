//! Arguments find their parameters: by position, by label, and types by what the arguments are.

use std::rc::Rc;
use std::sync::Arc;

use smallvec::SmallVec;

use super::body::{Body, Expr, wrong};
use super::calls::{Call, are_given, count};
use super::items::Signature;
use super::types::T;
use super::why::Why;
use crate::ast::{self, Argument, ExprKind as Ast};
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::resolve::nearest;
use crate::source::Span;

/// What comes of a signature once its arguments are checked.
pub(super) struct Applied {
    pub(super) type_args: Vec<T>,
    /// The arguments in the order in which they are evaluated.
    pub(super) args: Vec<Expr>,
    /// The position of each one's parameter.
    pub(super) positions: Positions,
    pub(super) result: T,
}

/// The positions of arguments' parameters. Calls are many and their arguments few: their lists need no room of their own.
pub(super) type Positions = SmallVec<[usize; 4]>;

impl Body<'_, '_> {
    /// Checks the arguments of a call against a signature; none if they don't belong to it, which is reported.
    pub(super) fn apply(
        &mut self,
        signature: &Rc<Signature>,
        callee: Span,
        receiver: Option<Expr>,
        call: Call<'_>,
    ) -> Option<Applied> {
        let type_args = self.type_arguments(signature, callee, call);
        let wanted: SmallVec<[T; 8]> =
            signature.params.iter().map(|param| self.cx.types.substitute(param.ty, &type_args)).collect();
        let result = self.cx.types.substitute(signature.result, &type_args);
        let Some(positions) = self.positions(signature, callee, receiver.is_some(), call) else {
            self.call_unknown(call);
            return None;
        };
        let mut args = Vec::with_capacity(positions.len());
        if let (Some(receiver), Some(first)) = (receiver, signature.params.first()) {
            args.push(self.coerce(receiver, wanted[0], &Why::Receiver(Some(first.span))));
        }
        if let Some(hint) = call.hint {
            // What is expected helps to know the types of closures' parameters; if it doesn't fit, that is said later.
            let _ = self.vars.unify(&self.cx.types, hint, result);
        }
        self.check_given(&mut args, call.args, |at| {
            let param = &signature.params[positions[at]];
            (wanted[positions[at]], Why::Param(param.name.clone(), Some(param.span)))
        });
        Some(Applied { type_args, args, positions, result })
    }

    /// Checks arguments, and appends them to the receiver, if there is one. `wanted` tells the type of a parameter and why
    /// it is expected, by the place of its argument. Closures come last, when the others have said what types their
    /// parameters have.
    pub(super) fn check_given(
        &mut self,
        args: &mut Vec<Expr>,
        given: &[Argument],
        wanted: impl Fn(usize) -> (T, Why),
    ) {
        let is_closure = |e: &ast::Expr| matches!(e.kind, Ast::Closure { .. });
        let first = args.len();
        args.extend(given.iter().map(|arg| wrong(arg.value.span)));
        for closures in [false, true] {
            for (at, arg) in (first..).zip(given) {
                if is_closure(&arg.value) == closures {
                    let (ty, why) = wanted(at);
                    args[at] = self.expr_of(&arg.value, ty, &why);
                }
            }
        }
    }

    fn type_arguments(&mut self, signature: &Rc<Signature>, callee: Span, call: Call<'_>) -> Vec<T> {
        let Some(first) = call.type_args.first() else { return self.instantiate(signature, callee) };
        let (wanted, given) = (signature.generics.len(), call.type_args.len());
        let mut types: Vec<_> = call.type_args.iter().map(|ty| self.written(ty)).collect();
        if wanted != given {
            let text = self.cx.modules.map.text(callee).to_owned();
            let message = format!("`{text}` has {}, and {}", type_params(wanted), are_given(given));
            self.error(Code::WrongTypeArguments, message, first.span, "");
            types.resize(wanted, T::ERROR);
        }
        types
    }

    /// For each argument, the receiver included, the position of its parameter.
    fn positions(
        &mut self,
        signature: &Signature,
        callee: Span,
        has_receiver: bool,
        call: Call<'_>,
    ) -> Option<Positions> {
        let mut taken: SmallVec<[bool; 16]> = SmallVec::from_elem(false, signature.params.len());
        let first = usize::from(has_receiver);
        if let Some(slot) = taken.first_mut() {
            *slot = has_receiver;
        } else if has_receiver {
            let message = "this function takes no arguments, so it can't be called on a value";
            self.error(Code::WrongArguments, message, callee, "");
            return None;
        }
        let mut positions = Positions::new();
        if has_receiver {
            positions.push(0);
        }
        let mut out_of_place = None;
        for (n, arg) in call.args.iter().enumerate() {
            let position = match (&arg.label, out_of_place) {
                (Some(label), _) => self.labelled(signature, label)?,
                (None, Some(label)) => {
                    self.report_unlabelled(signature, arg, label);
                    return None;
                }
                (None, None) => first + n,
            };
            if position != first + n {
                out_of_place = arg.label.as_ref().map(|label| label.span);
            }
            match taken.get_mut(position) {
                Some(slot) if !*slot => *slot = true,
                Some(_) => {
                    self.report_twice(signature, position, arg);
                    return None;
                }
                None => {
                    self.report_count(signature, callee, first, call);
                    return None;
                }
            }
            positions.push(position);
        }
        if taken.contains(&false) {
            self.report_missing(signature, &taken, callee, first, call);
            return None;
        }
        Some(positions)
    }

    fn labelled(&mut self, signature: &Signature, label: &ast::Ident) -> Option<usize> {
        let position = signature.position(&label.name);
        match position.and_then(|position| signature.params.get(position)) {
            Some(param) => self.cx.note_param(label.span, param),
            None => self.report_no_label(&label.name, label.span, signature),
        }
        position
    }

    /// Reports a label that no parameter has.
    pub(super) fn report_no_label(&mut self, label: &Arc<str>, span: Span, signature: &Signature) {
        let names: Vec<_> = signature.params.iter().filter_map(|param| param.name.as_deref()).collect();
        let near = nearest(label, names.iter().copied());
        let message = format!("there is no {} `{label}`", signature.part);
        let diagnostic = Diagnostic::error(Code::WrongArguments, message).primary(span, "");
        let diagnostic = match near {
            Some(near) => diagnostic.did_you_mean(span, Some(near)),
            None if names.is_empty() => diagnostic.help("leave the label out"),
            None if names.len() == 1 => diagnostic.help(format!("the only one is {}", listed(&names))),
            None => diagnostic.help(format!("there are {}", listed(&names))),
        };
        self.cx.report(diagnostic);
    }

    fn report_unlabelled(&mut self, signature: &Signature, arg: &Argument, label: Span) {
        let message = "an argument without a label stands after one that is out of its place";
        let diagnostic = Diagnostic::error(Code::WrongArguments, message).primary(arg.value.span, "");
        let diagnostic = diagnostic.secondary(label, "from here on each argument needs a label");
        let same = match &arg.value.kind {
            Ast::Name(name) => signature.params.iter().any(|param| param.name.as_ref() == Some(&name.name)),
            _ => false,
        };
        let text = self.cx.modules.map.text(arg.value.span);
        self.cx.report(if same {
            let edits = [Edit::before(arg.value.span, format!("{text}: "))];
            diagnostic.suggest(format!("write `{text}: {text}`"), edits)
        } else {
            diagnostic
        });
    }

    fn report_twice(&mut self, signature: &Signature, position: usize, arg: &Argument) {
        let param = &signature.params[position];
        let name = param.name.as_deref().unwrap_or("_");
        let message = format!("`{name}` is given twice");
        let span = arg.label.as_ref().map_or(arg.value.span, |label| label.span);
        let diagnostic = Diagnostic::error(Code::WrongArguments, message).primary(span, "");
        self.cx.report(diagnostic.secondary(param.span, "declared here"));
    }

    fn report_count(&mut self, signature: &Signature, callee: Span, first: usize, call: Call<'_>) {
        let wanted = signature.params.len() - first.min(signature.params.len());
        let name = self.cx.modules.map.text(callee).to_owned();
        let message = format!("`{name}` takes {}, and {}", count(wanted), are_given(call.args.len()));
        let extra = call.args.get(wanted).map_or(call.span, |arg| arg.value.span);
        let diagnostic =
            Diagnostic::error(Code::WrongArguments, message).primary(extra, "this one is too many");
        let diagnostic = match name.as_str() {
            "print" => diagnostic.help("put the values into one text: `print(\"{a} {b}\")`"),
            _ => diagnostic,
        };
        self.cx.report(match signature.params.last() {
            Some(last) => diagnostic.secondary(last.span, "the last one is declared here"),
            None => diagnostic,
        });
    }

    fn report_missing(
        &mut self,
        signature: &Signature,
        taken: &[bool],
        callee: Span,
        first: usize,
        call: Call<'_>,
    ) {
        let name = self.cx.modules.map.text(callee).to_owned();
        let missing =
            signature.params.iter().zip(taken).filter(|(_, taken)| !**taken).map(|(param, _)| param);
        let missing: Vec<_> = missing.collect();
        let names: Vec<_> = missing.iter().filter_map(|param| param.name.as_deref()).collect();
        let wanted = count(signature.params.len() - first);
        let message = format!("`{name}` takes {wanted}, and {}", are_given(call.args.len()));
        let label = if names.len() == missing.len() {
            format!("{} missing", is_or_are(&names))
        } else {
            String::new()
        };
        let end = Span::new(call.span.file, callee.start, call.span.end);
        let diagnostic = Diagnostic::error(Code::WrongArguments, message).primary(end, label);
        let diagnostic = match missing.first() {
            Some(param) => diagnostic.secondary(param.span, "declared here"),
            None => diagnostic,
        };
        self.cx.report(match name.as_str() {
            "Ok" if call.args.is_empty() => {
                let inside = Span::new(callee.file, callee.end, call.span.end);
                diagnostic.suggest(
                    "where there is nothing to give, write `Ok(())`",
                    [Edit::replace(inside, "(())")],
                )
            }
            _ => diagnostic,
        });
    }
}

fn type_params(n: usize) -> String {
    match n {
        0 => "no type parameters".to_owned(),
        1 => "1 type parameter".to_owned(),
        n => format!("{n} type parameters"),
    }
}

fn is_or_are(names: &[&str]) -> String {
    format!("{} {}", listed(names), if names.len() == 1 { "is" } else { "are" })
}

/// Names in backquotes, joined as in a sentence.
pub(super) fn listed(names: &[impl std::fmt::Display]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}
