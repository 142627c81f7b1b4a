//! Statements that do nothing: a value is made and dropped.

use super::body::{Body, Expr, ExprKind};
use super::types::{Kind, T};
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::typed::{self, Binary as Op};

impl Body<'_, '_> {
    /// Warns of a function that stands where something is to be done, and isn't called.
    pub(super) fn warn_uncalled(&mut self, value: &Expr) {
        if matches!(self.kind(value.ty), Kind::Fn(..)) {
            self.warn_pointless(value);
        }
    }

    /// Warns of a value that is not used and whose making does nothing else.
    pub(super) fn warn_pointless(&mut self, value: &Expr) {
        if self.cx.is_stdlib(self.module) || self.shallow(value.ty) == T::ERROR || !does_nothing(&value.kind)
        {
            return;
        }
        let diagnostic = Diagnostic::warning(Code::Pointless, "the value of this is not used")
            .primary(value.span, "nothing else comes of it");
        let diagnostic = match (&value.kind, self.kind(value.ty)) {
            (ExprKind::Binary(Op::Eq, ..), _) => diagnostic.help("`==` compares; `=` assigns"),
            (ExprKind::Closure(_), _) => diagnostic.help("a closure is run when it is called"),
            (_, Kind::Fn(params, _)) if params.is_empty() => {
                diagnostic.suggest("call it: `…()`", [Edit::after(value.span, "()")])
            }
            (_, Kind::Fn(..)) => diagnostic.help("a function is run when it is called: `…(…)`"),
            _ => diagnostic.help("use it, leave it out, or say `let _ = …`"),
        };
        self.cx.report(diagnostic);
    }
}

/// Whether computing this has no effect but its value, as far as its outermost part tells.
fn does_nothing(kind: &ExprKind) -> bool {
    use typed::ExprKind::*;
    match kind {
        Int(_) | Float(_) | Bool(_) | Str(_) | Bytes(_) | Interpolate(_) | Local(_) | Function(..)
        | Extern(..) | StructFn | VariantFn(_) | Tuple(_) | List(_) | Struct(_) | Closure(_) | Field(..) => {
            true
        }
        Variant(_, fields) => fields.is_empty(),
        // Arithmetic may trap, and a comparison can't.
        Binary(op, ..) => {
            matches!(op, Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge)
        }
        _ => false,
    }
}
