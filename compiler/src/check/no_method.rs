//! What is said when a value has no function of a name: which was probably meant, or which module has it.

use super::annotate::UNSUPPORTED;
use super::body::{Body, Expr};
use super::methods::built_in_home;
use super::names::ValueName;
use super::types::{Kind, T};
use crate::ast::Ident;
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::resolve::{ModuleId, nearest};
use crate::source::Span;

/// Functions that other languages have, and what Mob calls them.
const FOREIGN_NAMES: [(&str, &str); 40] = [
    ("length", "len"),
    ("size", "len"),
    ("count", "len"),
    ("append", "push"),
    ("add", "push"),
    ("add", "insert"),
    ("push_back", "push"),
    ("to_string", "to_str"),
    ("toString", "to_str"),
    ("string", "to_str"),
    ("substring", "slice"),
    ("substr", "slice"),
    ("unwrap_or", "or"),
    ("getOrElse", "or"),
    ("has", "contains"),
    ("includes", "contains"),
    ("to_upper", "upper"),
    ("to_uppercase", "upper"),
    ("to_lower", "lower"),
    ("to_lowercase", "lower"),
    ("reduce", "fold"),
    ("for_each", "each"),
    ("flatMap", "flat_map"),
    ("to_int", "truncate"),
    ("to_int", "parse_int"),
    ("to_float", "parse_float"),
    ("parse", "parse_int"),
    ("strip", "trim"),
    ("put", "insert"),
    ("split_whitespace", "words"),
    ("fields", "words"),
    ("splitlines", "lines"),
    ("ljust", "pad_end"),
    ("rjust", "pad_start"),
    ("zfill", "pad_start"),
    ("clone", "copy"),
    ("items", "entries"),
    ("head", "first"),
    ("charAt", "slice"),
    ("delete", "remove"),
];

/// What Mob calls the function that was probably meant, if other languages call it so; `known` are those there are.
fn foreign_name(name: &str, known: &[&str]) -> Option<&'static str> {
    let foreign = nearest(name, FOREIGN_NAMES.iter().map(|(foreign, _)| *foreign))?;
    let mut ours = FOREIGN_NAMES.iter().filter(|(theirs, _)| *theirs == foreign).map(|(_, ours)| *ours);
    ours.find(|ours| known.contains(ours))
}

/// What a value can be made into: the module of that type, the type, and what is written for it.
fn conversions(kind: &Kind) -> &'static [(&'static str, &'static str, &'static str)] {
    const TEXT: (&str, &str, &str) = ("str", "Str", ".to_str()");
    match kind {
        Kind::Int => &[TEXT, ("float", "Float", ".to_float()")],
        Kind::Float => &[TEXT, ("int", "Int", ".round()")],
        Kind::Bool => &[TEXT],
        Kind::Str => &[("list", "List[Str]", ".chars()")],
        Kind::Bytes => &[("list", "List[Int]", ".to_list()")],
        Kind::Set(_) => &[("list", "List", ".to_list()")],
        Kind::Map(..) => &[("list", "List", ".entries()")],
        _ => &[],
    }
}

impl Body<'_, '_> {
    /// Reports that a value has no function of this name.
    pub(super) fn report_no_method(&mut self, receiver: &Expr, name: &Ident) {
        let kind = self.kind(receiver.ty).clone();
        let homes = self.cx.home_modules(&kind);
        if let Some((home, span)) = self.private_method(&homes, name) {
            return self.cx.report_private(home, name, span);
        }
        let shown = self.show(receiver.ty);
        if self.cx.has_enough_errors() {
            return self.error(Code::NoSuchMethod, "there is no such function", name.span, "");
        }
        let message = format!("`{shown}` has no function `{}`", name.name);
        let diagnostic = Diagnostic::error(Code::NoSuchMethod, message)
            .primary(name.span, "")
            .secondary(receiver.span, format!("this is `{shown}`"));
        let near = self.near_method(&kind, &homes, name);
        let diagnostic = match self.module_with(receiver, name) {
            Some(module) => self.suggest_module(diagnostic, &module, receiver, name),
            None if near.is_some() => diagnostic.did_you_mean(name.span, near),
            None => match &kind {
                Kind::Param(_) => {
                    diagnostic.help(format!("`{shown}` may be any type: pass the function as a parameter"))
                }
                _ if UNSUPPORTED.contains(&shown.as_str()) => diagnostic.note("it is not supported yet"),
                Kind::Enum(id, args) if Some(*id) == self.cx.option || Some(*id) == self.cx.result => {
                    let inner = args.first().copied();
                    self.suggest_inside(diagnostic, inner, name)
                }
                Kind::Unit => diagnostic.help(
                    "`{}` is an empty block, and its value `()`; an empty map is `[:]` and an empty list `[]`",
                ),
                _ => self.suggest_conversion(diagnostic, &kind, receiver, name),
            },
        };
        self.cx.report(diagnostic);
    }

    /// The field or function of the type that was probably meant.
    pub(super) fn near_method(&self, kind: &Kind, homes: &[ModuleId], name: &Ident) -> Option<String> {
        let mut known = self.public_functions(homes);
        if let Kind::Struct(id, _) = kind {
            let fields = &self.cx.items.strukt(*id).constructor.params;
            known.extend(fields.iter().filter_map(|field| field.name.as_deref()));
        }
        let ours = foreign_name(&name.name, &known);
        // What another language calls so says more than what is written alike.
        let exact = FOREIGN_NAMES.iter().any(|(theirs, _)| *theirs == &*name.name);
        ours.filter(|_| exact).or(nearest(&name.name, known)).or(ours).map(str::to_owned)
    }

    /// The imported or standard module that has a function of this name for such values, though it isn't the type's own.
    fn module_with(&mut self, receiver: &Expr, name: &Ident) -> Option<Found> {
        let here = &self.cx.names[self.module.0 as usize].modules;
        let mut imported: Vec<_> =
            here.iter().map(|(name, module)| (name.to_string(), module.what, false)).collect();
        imported.sort();
        let standard: Vec<_> = self.cx.modules.stdlib_names().into_iter().map(str::to_owned).collect();
        for (called, module, needs_use) in imported {
            if self.has_function_for(module, name, receiver.ty) {
                return Some(Found { called, needs_use });
            }
        }
        standard.into_iter().find_map(|called| {
            let module = self.cx.type_module(&called)?;
            let fits = self.has_function_for(module, name, receiver.ty);
            fits.then_some(Found { called, needs_use: true })
        })
    }

    fn has_function_for(&self, module: ModuleId, name: &Ident, t: T) -> bool {
        let Some(declared) = self.cx.names[module.0 as usize].values.get(&name.name) else { return false };
        declared.public && self.first_param(declared.what).is_some_and(|first| self.is_alike(first, t))
    }

    fn first_param(&self, function: ValueName) -> Option<T> {
        let params = match function {
            ValueName::Function(id) => &self.cx.items.function(id).signature.params,
            ValueName::Extern(id) => &self.cx.items.external(id).signature.params,
            _ => return None,
        };
        params.first().map(|first| first.ty)
    }

    /// Whether a parameter takes such a value, as far as the outermost part of their types tells.
    fn is_alike(&self, param: T, t: T) -> bool {
        match (self.kind(param), self.kind(t)) {
            (Kind::Struct(a, _), Kind::Struct(b, _)) => a == b,
            (Kind::Enum(a, _), Kind::Enum(b, _)) => a == b,
            (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
        }
    }

    fn suggest_module(
        &self,
        diagnostic: Diagnostic,
        found: &Found,
        receiver: &Expr,
        name: &Ident,
    ) -> Diagnostic {
        let Found { called, needs_use } = found;
        let text = self.cx.modules.map.text(receiver.span);
        let text = if text.len() > 40 || text.contains('\n') { "…" } else { text };
        let message = if *needs_use {
            format!(
                "module `{called}` has it: write `use {called}`, and then `{called}.{}({text})`",
                name.name
            )
        } else {
            format!("module `{called}` has it: write `{called}.{}({text})`", name.name)
        };
        diagnostic.help(message)
    }

    /// What the value can be made into may have the function, or what a list holds.
    fn suggest_conversion(
        &mut self,
        diagnostic: Diagnostic,
        kind: &Kind,
        receiver: &Expr,
        name: &Ident,
    ) -> Diagnostic {
        for (home, ty, call) in conversions(kind) {
            if self.is_function_of(home, name) {
                let help = format!("`{ty}` has it: write `{call}.{}(…)`", name.name);
                return diagnostic.suggest(help, [Edit::after(receiver.span, *call)]);
            }
        }
        let Kind::List(element) = kind else { return diagnostic };
        match built_in_home(self.kind(*element)) {
            Some(home) if self.is_function_of(home, name) => {
                let shown = self.show(*element);
                diagnostic
                    .help(format!("its elements, `{shown}`, have it: write `.map(|x| x.{}(…))`", name.name))
            }
            _ => diagnostic,
        }
    }

    /// Whether a standard module has a function of this name that is called on values of the module's type.
    pub(super) fn is_function_of(&mut self, home: &str, name: &Ident) -> bool {
        let Some(module) = self.cx.type_module(home) else { return false };
        let Some(declared) = self.cx.names[module.0 as usize].values.get(&name.name) else { return false };
        declared.public
            && self
                .first_param(declared.what)
                .is_some_and(|first| built_in_home(self.kind(first)) == Some(home))
    }

    /// What an `Option` or `Result` holds may have the function.
    pub(super) fn suggest_inside(
        &mut self,
        diagnostic: Diagnostic,
        inner: Option<T>,
        name: &Ident,
    ) -> Diagnostic {
        let Some(inner) = inner else { return diagnostic };
        if self.method(inner, name).is_none() && self.field_of(inner, name).is_none() {
            return diagnostic;
        }
        let shown = self.show(inner);
        let help = format!(
            "what it holds, `{shown}`, has it: take that out with `?`, with `match`, or with `.or(default)`"
        );
        let dot = Span::new(name.span.file, name.span.start.saturating_sub(1), name.span.start);
        match self.cx.modules.map.text(dot) {
            "." => diagnostic.suggest(help, [Edit::before(dot, "?")]),
            _ => diagnostic.help(help),
        }
    }

    fn private_method(&self, homes: &[ModuleId], name: &Ident) -> Option<(ModuleId, Span)> {
        // What the standard library keeps to itself might as well not be there.
        let mut own = homes.iter().filter(|home| !self.cx.is_stdlib(**home));
        own.find_map(|home| {
            let declared = self.cx.names[home.0 as usize].values.get(&name.name)?;
            let is_function = matches!(declared.what, ValueName::Function(_) | ValueName::Extern(_));
            is_function.then_some((*home, declared.span))
        })
    }

    fn public_functions(&self, homes: &[ModuleId]) -> Vec<&str> {
        let values = homes.iter().flat_map(|home| &self.cx.names[home.0 as usize].values);
        let functions = values.filter(|(_, declared)| {
            declared.public && matches!(declared.what, ValueName::Function(_) | ValueName::Extern(_))
        });
        functions.map(|(name, _)| &**name).collect()
    }
}

/// A module that has what was looked for.
struct Found {
    /// What the module is called here, or would be.
    called: String,
    /// Whether a `use` would have to bring it in.
    needs_use: bool,
}
