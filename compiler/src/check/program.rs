//! A whole program: its modules are loaded, declared and checked, and the typed tree is put together.

use super::context::Context;
use super::facts::Facts;
use super::functions::{check_function, check_test};
use super::items::{ConstId, FnItemId, Head, Items, Param, Signature, next};
use super::names::{TypeName, ValueName};
use super::record::Record;
use super::types::T;
use super::unused::warn_unused;
use crate::ast::ItemKind;
use crate::compile::Options;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::resolve::{ModuleId, ModuleKind, Modules};
use crate::source::{SourceMap, Span};
use crate::sources::Sources;
use crate::typed::{self, EnumId, FunctionId, Ty};

/// What checking a program gives.
pub(crate) struct Outcome {
    /// The program, if nothing is wrong with it.
    pub(crate) program: Option<typed::Program>,
    pub(crate) diagnostics: Diagnostics,
    pub(crate) map: SourceMap,
}

/// Checks the program whose root file has this name and text.
pub(crate) fn check_program(name: &str, text: &str, sources: &dyn Sources, options: &Options) -> Outcome {
    let mut cx = Context::new(Modules::new(sources));
    load_prelude(&mut cx);
    let (root, new) = cx.modules.load_root(name, text, options.stdlib);
    let program = match cx.modules.is_partial() {
        false => check_modules(&mut cx, root, new, options),
        // What could not be read declares nothing, and all that uses it would seem wrong.
        true => None,
    };
    Outcome { program, diagnostics: cx.modules.diagnostics, map: cx.modules.map }
}

/// A root file of a program that is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Root<'a> {
    /// The file's path as it is shown to people, with `/` between its parts.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
}

/// Checks programs for whoever asks about them, as far as that can be done where they are wrong. Gives the typed tree as
/// well if all is right; its `main` and tests are those of the first root.
pub(crate) fn examine(
    roots: &[Root<'_>],
    sources: &dyn Sources,
    options: &Options,
) -> (Facts, Option<typed::Program>) {
    let mut cx = Context::new(Modules::new(sources));
    cx.record = Some(Record::default());
    load_prelude(&mut cx);
    let mut all = Vec::new();
    let mut first = None;
    for root in roots {
        let (id, new) = cx.modules.load_root(root.name, root.text, options.stdlib);
        first = first.or(Some(id));
        all.extend(new);
    }
    let Some(first) = first else { return (Facts::new(cx), None) };
    let unreadable = cx.modules.is_partial().then(|| cx.modules.diagnostics.clone());
    let program = check_modules(&mut cx, first, all, options);
    // What could not be read declares nothing, so that what seems wrong with its uses is not worth saying.
    if let Some(diagnostics) = unreadable {
        cx.modules.diagnostics = diagnostics;
    }
    (Facts::new(cx), program)
}

pub(super) fn load_prelude(cx: &mut Context<'_>) {
    let Some((prelude, new)) = cx.modules.load_stdlib("prelude") else { return };
    for module in new {
        super::declare::declare(cx, module);
    }
    cx.prelude = Some(prelude);
    cx.option = prelude_enum(cx, prelude, "Option");
    cx.result = prelude_enum(cx, prelude, "Result");
}

fn prelude_enum(cx: &Context<'_>, prelude: ModuleId, name: &str) -> Option<EnumId> {
    match cx.names[prelude.0 as usize].types.get(name)?.what {
        TypeName::Enum(id) => Some(id),
        TypeName::Struct(_) | TypeName::Alias(_) => None,
    }
}

fn check_modules(
    cx: &mut Context<'_>,
    root: ModuleId,
    new: Vec<ModuleId>,
    options: &Options,
) -> Option<typed::Program> {
    for module in &new {
        super::declare::declare(cx, *module);
    }
    let own: Vec<_> = new.into_iter().filter(|module| is_own(cx, *module, root)).collect();
    let own = if own.is_empty() { vec![root] } else { own };
    let main = main_function(cx, root, options);
    let tests = check_bodies(cx, &own, root);
    cx.check_written_tables();
    warn_unused(cx, &own);
    let tests = if options.tests { tests } else { Vec::new() };
    (cx.error_count() == 0).then(|| assemble(cx, main, tests))
}

/// Whether a module belongs to the program itself, so that all of it is checked and not only what is used.
fn is_own(cx: &Context<'_>, module: ModuleId, root: ModuleId) -> bool {
    module == root || cx.modules.module(module).kind != ModuleKind::Stdlib
}

/// Checks all bodies of these modules, and those of the standard library that they use. Gives the root's tests.
pub(super) fn check_bodies(cx: &mut Context<'_>, own: &[ModuleId], root: ModuleId) -> Vec<typed::Test> {
    for n in 0..next(&cx.items.consts) {
        if own.contains(&cx.items.consts[n as usize].head.module) {
            cx.constant_value(ConstId(n));
        }
    }
    for n in 0..next(&cx.items.functions) {
        if own.contains(&cx.items.functions[n as usize].head.module) {
            cx.typed_function(FnItemId(n));
        }
    }
    let mut tests = Vec::new();
    for module in own {
        let file = cx.modules.module(*module).ast.clone();
        for (index, item) in file.items.iter().enumerate() {
            if let ItemKind::Test(test) = &item.kind {
                let function = check_test(cx, *module, index, test);
                if *module == root {
                    tests.push(typed::Test { name: test.name.value.to_string(), function });
                }
            }
        }
    }
    while let Some(id) = cx.queue.pop_front() {
        check_function(cx, id);
    }
    tests
}

/// The root's `main`, made part of the typed tree.
fn main_function(cx: &mut Context<'_>, root: ModuleId, options: &Options) -> Option<FunctionId> {
    let declared = cx.names[root.0 as usize].values.get("main").map(|declared| declared.what);
    let Some(ValueName::Function(id)) = declared else {
        if options.main_required {
            let file = cx.modules.module(root).ast.file;
            let message = "this program has no `main`";
            let diagnostic = Diagnostic::error(Code::BadMain, message).primary(Span::new(file, 0, 0), "");
            cx.report(
                diagnostic.help("a run begins with `fn main() { … }` or `fn main(args: List[Str]) { … }`"),
            );
        }
        return None;
    };
    let item = cx.items.function(id);
    let (signature, span) = (item.signature.clone(), item.head.name.span);
    let strings = cx.types.list(T::STR);
    let is_right = match signature.params.as_slice() {
        [] => true,
        [Param { ty, .. }] => *ty == strings || *ty == T::ERROR,
        _ => false,
    };
    if !is_right || !signature.generics.is_empty() {
        let message = "`main` takes nothing, or the arguments as one `List[Str]`";
        let diagnostic = Diagnostic::error(Code::BadMain, message).primary(span, "");
        cx.report(diagnostic.help("write `fn main() { … }` or `fn main(args: List[Str]) { … }`"));
    }
    Some(cx.typed_function(id))
}

pub(super) fn assemble(
    cx: &mut Context<'_>,
    main: Option<FunctionId>,
    tests: Vec<typed::Test>,
) -> typed::Program {
    let functions = std::mem::take(&mut cx.functions);
    let declared = Declared { cx };
    typed::Program {
        types: cx.types.clone(),
        structs: declared.structs(),
        enums: declared.enums(),
        functions: functions.into_iter().map(|function| function.unwrap_or_else(never_checked)).collect(),
        externs: declared.externs(),
        main,
        tests,
        option: cx.option,
        result: cx.result,
        input: None,
    }
}

/// Every place is filled once its body is checked; this stands in for one that is not.
fn never_checked() -> typed::Function {
    let body = typed::Expr { kind: typed::ExprKind::Unit, ty: Ty::UNIT, span: Span::default() };
    typed::Function {
        name: String::new(),
        type_params: [].into(),
        params: Vec::new(),
        result: Ty::UNIT,
        locals: Vec::new(),
        body,
        span: Span::default(),
    }
}

/// What is declared, as the typed tree has it.
struct Declared<'a, 's> {
    cx: &'a Context<'s>,
}

impl Declared<'_, '_> {
    fn items(&self) -> &Items {
        &self.cx.items
    }

    fn structs(&self) -> Vec<typed::Struct> {
        let structs = self.items().structs.iter().map(|item| typed::Struct {
            name: self.type_name(&item.head),
            params: next(&item.head.generics),
            fields: self.fields(&item.constructor),
        });
        structs.collect()
    }

    fn enums(&self) -> Vec<typed::Enum> {
        let enums = self.items().enums.iter().map(|item| typed::Enum {
            name: self.type_name(&item.head),
            params: next(&item.head.generics),
            variants: item
                .variants
                .iter()
                .map(|variant| typed::Variant {
                    name: variant.name.as_str().to_owned(),
                    fields: self.fields(&variant.constructor),
                })
                .collect(),
        });
        enums.collect()
    }

    fn type_name(&self, head: &Head) -> String {
        if self.cx.environment.is_renamed(head.module, &head.name.name) {
            return format!("{}.{}", self.cx.modules.module(head.module).name, head.name.name);
        }
        self.cx.qualified(head.module, head.name.as_str())
    }

    fn externs(&self) -> Vec<typed::Extern> {
        let externs = self.items().externs.iter().map(|item| typed::Extern {
            name: item.host_name.value.to_string(),
            type_params: item.head.generics.clone(),
            params: item.signature.params.iter().map(|param| param.ty).collect(),
            result: item.signature.result,
            span: item.head.name.span,
        });
        externs.collect()
    }

    fn fields(&self, signature: &Signature) -> Vec<(String, Ty)> {
        let fields = signature.params.iter();
        fields.map(|field| (field.name.as_deref().unwrap_or("").to_owned(), field.ty)).collect()
    }
}
