//! What is said about names that nothing has: values, variants and fields; which was probably meant, and where it is.

use super::body::{Body, Expr, ExprKind};
use super::methods::Method;
use super::names::ValueName;
use super::types::{Kind, T};
use crate::ast::Ident;
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::parser::snake_case;
use crate::resolve::nearest;
use crate::source::Span;
use crate::typed::EnumId;

/// Functions of the language that this compiler doesn't support, by name.
const UNSUPPORTED: [&str; 4] = ["clone_to", "at", "fetch", "checkpoint"];

impl Body<'_, '_> {
    /// Reports a name that stands for no value.
    pub(super) fn report_unknown_value(&mut self, name: &Ident) {
        let text = name.as_str();
        if UNSUPPORTED.contains(&text) {
            self.unsupported(&format!("`{text}` is"), name.span);
            return;
        }
        if self.cx.is_missing_import(self.module, text) {
            return;
        }
        if let Some(module) = self.cx.module_named(self.module, text) {
            let module = self.cx.modules.module(module).name.clone();
            let message = format!("`{module}` is a module, not a value");
            return self.error(Code::UnknownName, message, name.span, "what it declares follows after a dot");
        }
        let is_type = super::annotate::BUILT_IN.contains(&text);
        if is_type || self.cx.type_named(self.module, text).is_some() {
            let message = format!("`{text}` is a type, not a value");
            let diagnostic = Diagnostic::error(Code::UnknownName, message).primary(name.span, "");
            return self.cx.report(match text {
                "List" => diagnostic.help("a list is written `[1, 2]`, and an empty one `[]`"),
                "Map" => diagnostic.help("a map is written `[\"a\": 1]`, and an empty one `[:]`"),
                "Set" => diagnostic.help(
                    "after `use set`, `set.from_list([1, 2])` makes a set, and `set.new()` an empty one",
                ),
                _ => diagnostic,
            });
        }
        let message = format!("there is no `{text}` here");
        let diagnostic = Diagnostic::error(Code::UnknownName, message).primary(name.span, "");
        let near = self.cx.near_value(self.module, self.locals.names(), text);
        let is_variable = self.cx.is_input(self.module) && self.cx.environment.has_variable(text);
        let is_module = self.cx.modules.is_stdlib_name(text);
        let diagnostic = match (foreign_name(text), near) {
            _ if is_variable => diagnostic
                .note("it is a variable of the session, which functions don't see")
                .help("take it as a parameter, or make the function a closure: `let f = || …`"),
            (Some(advice), _) => diagnostic.help(advice),
            (None, Some(near)) if !is_module => diagnostic.did_you_mean(name.span, Some(near)),
            (None, _) if is_module => {
                let help = format!("bring the standard module in with `use {text}`");
                let diagnostic = diagnostic.suggest(help, [self.use_module(text)]);
                converter(text).into_iter().fold(diagnostic, Diagnostic::help)
            }
            (None, _) if self.cx.has_enough_errors() => diagnostic,
            (None, _) => self.advise_module(diagnostic, name),
        };
        self.cx.report(diagnostic);
    }

    /// Reports an assignment to a name that nothing declares.
    pub(super) fn report_undeclared(&mut self, name: &Ident) {
        let near = self.cx.near_value(self.module, self.locals.names(), &name.name);
        if near.is_some() || self.cx.is_missing_import(self.module, &name.name) {
            return self.report_unknown_value(name);
        }
        let message = format!("there is no `{}` here", name.name);
        let diagnostic = Diagnostic::error(Code::UnknownName, message).primary(name.span, "");
        let help = format!(
            "declare it where it gets its first value: `let {0} = …`, or `var {0} = …` if it changes",
            name.name
        );
        self.cx.report(diagnostic.help(help));
    }

    /// Reports a name in upper case in a pattern that is no constructor's and no constant's.
    pub(super) fn report_no_constructor(&mut self, name: &Ident, may_be_variable: bool) {
        let text = name.as_str();
        if self.cx.is_missing_import(self.module, text) {
            return;
        }
        let message = format!("there is no constructor or constant `{text}` here");
        let diagnostic = Diagnostic::error(Code::UnknownName, message).primary(name.span, "");
        let near = self.cx.near_value(self.module, std::iter::empty(), text);
        let near = near.filter(|near| near.starts_with(|c: char| c.is_ascii_uppercase()));
        self.cx.report(match near {
            Some(near) => diagnostic.did_you_mean(name.span, Some(near)),
            None if !may_be_variable => diagnostic,
            None => diagnostic.help(format!(
                "the name of a variable begins with a lower-case letter: `{}`",
                snake_case(text)
            )),
        });
    }

    /// A line that brings in a standard module, before the first item.
    fn use_module(&self, module: &str) -> Edit {
        let file = &self.cx.modules.module(self.module).ast;
        let first = file.items.first().map(|item| item.doc.as_ref().map_or(item.span, |doc| doc.span));
        Edit::before(first.unwrap_or(Span::new(file.file, 0, 0)), format!("use {module}\n"))
    }

    /// A function of this name in a standard module: one that belongs to a type is called on a value.
    fn advise_module(&mut self, diagnostic: Diagnostic, name: &Ident) -> Diagnostic {
        let modules: Vec<_> = self.cx.modules.stdlib_names().into_iter().map(str::to_owned).collect();
        let has = |body: &mut Self, module: &String| {
            let id = body.cx.type_module(module)?;
            let declared = body.cx.names[id.0 as usize].values.get(&name.name)?;
            let is_function = matches!(declared.what, ValueName::Function(_) | ValueName::Extern(_));
            (declared.public && is_function).then_some(())
        };
        let Some(module) = modules.into_iter().find(|module| has(self, module).is_some()) else {
            return diagnostic;
        };
        let of_type = self.is_function_of(&module, name) || matches!(module.as_str(), "option" | "result");
        let text = &name.name;
        match of_type {
            true => diagnostic.help(format!(
                "it is called on a value: `x.{text}(…)`; to pass it on, write a closure: `|x| x.{text}(…)`"
            )),
            false => diagnostic.help(format!("write `use {module}`, and then `{module}.{text}`")),
        }
    }

    /// Reports a name that no variant of the enum has.
    pub(super) fn report_no_variant(&mut self, id: EnumId, name: &Ident) {
        let item = self.cx.items.enumeration(id);
        let variants: Vec<_> = item.variants.iter().map(|variant| variant.name.as_str()).collect();
        let near = nearest(&name.name, variants.iter().copied()).map(str::to_owned);
        let message = format!("`{}` has no variant `{}`", item.head.name.name, name.name);
        let diagnostic = Diagnostic::error(Code::UnknownMember, message)
            .primary(name.span, "")
            .secondary(item.head.name.span, "declared here");
        const LISTED_MAX: usize = 8;
        let diagnostic = match near {
            Some(near) => diagnostic.did_you_mean(name.span, Some(near)),
            None if variants.is_empty() || variants.len() > LISTED_MAX => diagnostic,
            None => diagnostic.help(format!("it has {}", super::arguments::listed(&variants))),
        };
        self.cx.report(diagnostic);
    }

    /// Reports a name that is no field of the value.
    pub(super) fn report_no_field(&mut self, base: &Expr, name: &Ident) {
        match self.kind(base.ty).clone() {
            Kind::Error | Kind::Never => {}
            Kind::Var(_) => {
                self.needs_type(base, &format!("its `{}`", name.name));
            }
            Kind::Fn(..) if matches!(base.kind, ExprKind::StructFn) => {
                let text = self.cx.modules.map.text(base.span).to_owned();
                let message = format!("`{text}` is a type, and only its values have fields");
                self.error(Code::NoSuchField, message, name.span, "");
            }
            kind => self.report_no_field_of(base, &kind, name),
        }
    }

    fn report_no_field_of(&mut self, base: &Expr, kind: &Kind, name: &Ident) {
        let shown = self.show(base.ty);
        let message = format!("`{shown}` has no field `{}`", name.name);
        let diagnostic = Diagnostic::error(Code::NoSuchField, message)
            .primary(name.span, "")
            .secondary(base.span, format!("this is `{shown}`"));
        if self.method(base.ty, name).is_some() {
            let call = self.call_text(base.ty, name);
            let help = format!("it is a function: call it, `.{}{call}`", name.name);
            let edits = (call == "()").then(|| Edit::after(name.span, "()"));
            self.cx.report(match edits {
                Some(edit) => diagnostic.suggest(help, [edit]),
                None => diagnostic.help(help),
            });
            return;
        }
        if let Kind::Enum(id, args) = kind
            && (Some(*id) == self.cx.option || Some(*id) == self.cx.result)
        {
            let diagnostic = self.suggest_inside(diagnostic, args.first().copied(), name);
            return self.cx.report(diagnostic);
        }
        let fields = match kind {
            Kind::Struct(id, _) => self.cx.items.strukt(*id).constructor.params.as_slice(),
            _ => &[],
        };
        let near = nearest(&name.name, fields.iter().filter_map(|field| field.name.as_deref()));
        let near = near.map(str::to_owned);
        let homes = self.cx.home_modules(kind);
        let diagnostic = match near {
            Some(near) => diagnostic.did_you_mean(name.span, Some(near)),
            None => match self.near_method(kind, &homes, name) {
                Some(near) => {
                    let function = Ident { name: near.as_str().into(), span: name.span };
                    let call = self.call_text(base.ty, &function);
                    let edits = [Edit::replace(name.span, format!("{near}()"))];
                    match call {
                        "()" => diagnostic.suggest(format!("did you mean `{near}()`?"), edits),
                        _ => diagnostic.help(format!("did you mean `{near}(…)`?")),
                    }
                }
                None => self.list_fields(diagnostic, kind),
            },
        };
        self.cx.report(diagnostic);
    }

    /// What follows the name of a function in a call on a value of the type.
    fn call_text(&mut self, t: T, name: &Ident) -> &'static str {
        let params = match self.method(t, name) {
            Some(Method::Declared(ValueName::Function(id))) => {
                self.cx.items.function(id).signature.params.len()
            }
            Some(Method::Declared(ValueName::Extern(id))) => {
                self.cx.items.external(id).signature.params.len()
            }
            _ => 0,
        };
        if params == 1 { "()" } else { "(…)" }
    }

    fn list_fields(&self, diagnostic: Diagnostic, kind: &Kind) -> Diagnostic {
        const LISTED_MAX: usize = 8;
        let Kind::Struct(id, _) = kind else { return diagnostic };
        let item = self.cx.items.strukt(*id);
        let fields: Vec<_> =
            item.constructor.params.iter().filter_map(|field| field.name.as_deref()).collect();
        let diagnostic = diagnostic.secondary(item.head.name.span, "declared here");
        match fields.len() {
            0 => diagnostic.help("it has no fields"),
            1..=LISTED_MAX => diagnostic.help(format!("it has {}", super::arguments::listed(&fields))),
            _ => diagnostic,
        }
    }
}

/// What is probably meant by a standard module's name, if that is a function elsewhere.
fn converter(module: &str) -> Option<&'static str> {
    Some(match module {
        "str" => "to make a text of a value, write `\"{x}\"` or `x.to_str()`",
        "int" => "to make an `Int`, write `s.parse_int()` or `x.truncate()`",
        "float" => "to make a `Float`, write `s.parse_float()` or `n.to_float()`",
        "bool" => "to make a `Bool`, compare: `n != 0`, `s != \"\"`",
        "console" => "to write a line, `print(x)` is enough",
        _ => return None,
    })
}

/// Advice for a name that other languages have.
fn foreign_name(name: &str) -> Option<&'static str> {
    Some(match name {
        "println" | "printf" | "puts" | "echo" => "Mob calls it `print`",
        "null" | "nil" | "undefined" => {
            "there is no null: what may be missing is an `Option`, with `None` and `Some(…)`"
        }
        "self" | "this" => "functions take all that they work on as parameters",
        "throw" | "raise" => "there are no exceptions: give an `Err(…)`, or `panic(…)`",
        "range" => "numbers one after the other are gone through with `for i in 0..10 { … }`",
        "String" | "sprintf" | "format" => "a value as text is `\"{x}\"`",
        "fmt" | "System" => "Mob's `print(x)` needs no module",
        "Math" => "write `use math`, and then `math.sqrt(x)`",
        "True" => "Mob writes `true`",
        "False" => "Mob writes `false`",
        "assert_eq" | "assertEqual" | "assertEquals" => {
            "write `assert(a == b)`: if it fails, it shows both sides"
        }
        "assert_ne" => "write `assert(a != b)`: if it fails, it shows both sides",
        "dict" | "HashMap" => "a map is written `[\"a\": 1]`, and an empty one `[:]`",
        "sorted" => "`xs.sort()` sorts a list, and `xs.copy().sort()` a copy of it",
        "reversed" => "`xs.reverse()` reverses a list, and `xs.copy().reverse()` a copy of it",
        "input" | "readline" | "read_line" | "gets" => {
            "after `use console`, `console.read_line()` reads a line"
        }
        _ => return None,
    })
}
