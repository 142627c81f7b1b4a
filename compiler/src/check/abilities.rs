//! What types must be capable of, checked when all types of a body are known.

use foldhash::{HashSet, HashSetExt};

use super::body::{Ability, Body, Demand};
use super::types::{Kind, T, parts};
use crate::diagnostic::{Code, Diagnostic};

/// How many types are looked at for one that is a function, before it is taken that there is none. Types can refer to
/// ever larger ones.
const VISITED_MAX: usize = 1_000;

impl Body<'_, '_> {
    /// Checks what was demanded of types while the body was checked.
    pub(super) fn check_demands(&mut self) {
        for demand in std::mem::take(&mut self.demands) {
            match demand.what {
                Ability::Arithmetic(op) => self.check_arithmetic(op, &demand),
                Ability::Compared(op) => {
                    let message = format!("`{op}` compares data, and a function is none");
                    self.check_data(Code::FunctionsWithin, message, &demand);
                }
                Ability::Shown => {
                    let message = "a function can't be shown as text".to_owned();
                    self.check_data(Code::FunctionsWithin, message, &demand);
                }
                Ability::Dropped => self.warn_dropped(&demand),
                Ability::Key => self.check_key(&demand),
            }
        }
    }

    fn check_arithmetic(&mut self, op: &str, demand: &Demand) {
        match self.kind(demand.ty) {
            Kind::Int | Kind::Float | Kind::Error | Kind::Never | Kind::Var(_) => return,
            Kind::Str if op == "+" => return,
            _ => {}
        }
        let shown = self.show(demand.ty);
        let message = format!("`{op}` doesn't work on `{shown}`");
        let diagnostic = Diagnostic::error(Code::BadOperand, message).primary(demand.span, "");
        let diagnostic = match self.kind(demand.ty) {
            Kind::Param(_) => diagnostic.help(format!(
                "`{shown}` may be any type: all data can be compared and shown, but only `Int` and `Float` have arithmetic"
            )),
            Kind::List(_) if op == "+" => diagnostic
                .help("`xs.concat(ys)` is a new list of the elements of both, and `xs.extend(ys)` appends to the first"),
            Kind::Set(_) if op == "+" || op == "-" => {
                diagnostic.help("sets have `a.union(b)`, `a.intersection(b)` and `a.difference(b)`")
            }
            Kind::Map(..) if op == "+" => {
                diagnostic.help("`a.merge(b)` inserts the entries of `b` into `a`")
            }
            _ => diagnostic,
        };
        self.cx.report(diagnostic);
    }

    fn check_data(&mut self, code: Code, message: String, demand: &Demand) {
        let mut visited = HashSet::new();
        if self.has_function(demand.ty, &mut visited) {
            let label = format!("this is about `{}`", self.show(demand.ty));
            self.error(code, message, demand.span, label);
        }
    }

    /// Whether a value of the type can hold a function. What a type parameter holds is not known here.
    fn has_function(&mut self, t: T, visited: &mut HashSet<T>) -> bool {
        let mut waiting = vec![t];
        while let Some(t) = waiting.pop() {
            let t = self.shallow(t);
            if visited.len() > VISITED_MAX || !visited.insert(t) {
                continue;
            }
            match self.cx.types.kind(t).clone() {
                Kind::Fn(..) => return true,
                Kind::Addr(_) | Kind::Inbox(_) => {}
                Kind::Struct(id, args) => {
                    let signature = self.cx.items.strukt(id).constructor.clone();
                    waiting.extend(
                        signature.params.iter().map(|field| self.cx.types.substitute(field.ty, &args)),
                    );
                }
                Kind::Enum(id, args) => {
                    let variants = self.cx.items.enumeration(id).variants.iter();
                    let variants: Vec<_> = variants.map(|variant| variant.constructor.clone()).collect();
                    for field in variants.iter().flat_map(|variant| &variant.params) {
                        waiting.push(self.cx.types.substitute(field.ty, &args));
                    }
                }
                kind => waiting.extend(parts(&kind)),
            }
        }
        self.cx.types.overflowed = false;
        false
    }

    fn warn_dropped(&mut self, demand: &Demand) {
        match self.kind(demand.ty) {
            Kind::Enum(id, _) if Some(*id) == self.cx.result => {
                let message = "a `Result` that nobody looks at";
                let diagnostic =
                    Diagnostic::warning(Code::UnusedResult, message).primary(demand.span, "this may fail");
                let help = "hand the error on with `?`, look at it with `match`, or say `let _ = …`";
                self.cx.report(diagnostic.help(help));
            }
            _ => {}
        }
    }
}
