//! Warnings about what a file imports or declares for itself and then never uses.

use foldhash::{HashSet, HashSetExt};

use super::context::Context;
use super::items::{ConstId, FnItemId, Head, next};
use super::names::ValueName;
use crate::ast::ItemKind;
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::ModuleId;
use crate::source::Span;

/// The functions and constants that something uses.
#[derive(Debug, Clone)]
pub(super) struct Uses {
    functions: HashSet<u32>,
    constants: HashSet<u32>,
    /// The function whose body is being checked: that it calls itself is no use of it.
    pub(super) checking: Option<FnItemId>,
}

impl Uses {
    pub(super) fn new() -> Self {
        Self { functions: HashSet::new(), constants: HashSet::new(), checking: None }
    }

    /// Something calls the function, or takes it as a value.
    pub(super) fn function(&mut self, id: FnItemId) {
        if self.checking != Some(id) {
            self.functions.insert(id.0);
        }
    }

    /// Something reads the constant.
    pub(super) fn constant(&mut self, id: ConstId) {
        self.constants.insert(id.0);
    }
}

/// Warns about what these modules, each checked as a whole, don't use of their own. What others can see may be used by them.
pub(super) fn warn_unused(cx: &mut Context<'_>, modules: &[ModuleId]) {
    for module in modules {
        // What is wrong elsewhere may have been meant to use it.
        if cx.error_count() == 0 && !cx.is_stdlib(*module) {
            warn_unused_imports(cx, *module);
            let unused = if has_beginning(cx, *module) { unused_items(cx, *module) } else { Vec::new() };
            for (name, span) in unused {
                let message = format!("`{name}` is never used");
                let diagnostic = Diagnostic::warning(Code::UnusedName, message).primary(span, "");
                cx.report(diagnostic.help(format!(
                    "take it out, or put `pub` before it for other files, or call it `_{name}`"
                )));
            }
        }
    }
}

fn warn_unused_imports(cx: &mut Context<'_>, module: ModuleId) {
    let unused = cx.names[module.0 as usize].imports.iter().filter(|import| !import.used);
    let unused: Vec<_> = unused.cloned().collect();
    for import in unused {
        let message = format!("`{}` is imported and never used", import.name);
        cx.report(Diagnostic::warning(Code::UnusedImport, message).primary(import.span, ""));
    }
}

/// Whether the file has something that others begin with. Without that it is a part of a program that is still to be written.
fn has_beginning(cx: &Context<'_>, module: ModuleId) -> bool {
    let items = &cx.modules.module(module).ast.items;
    items.iter().any(|item| match &item.kind {
        ItemKind::Test(_) => true,
        ItemKind::Function(function) if function.name.as_str() == "main" => true,
        _ => item.public.is_some(),
    })
}

/// The functions and constants that nothing uses, in the order of the file.
fn unused_items(cx: &Context<'_>, module: ModuleId) -> Vec<(String, Span)> {
    let is_own = |head: &Head| {
        let name = head.name.as_str();
        let is_main = name == "main";
        let declared = cx.names[module.0 as usize].values.get(&head.name.name);
        head.module == module
            && !is_main
            && !name.starts_with('_')
            && declared.is_some_and(|declared| !declared.public && is_item(declared.what))
    };
    let functions = (0..next(&cx.items.functions)).filter(|id| !cx.uses.functions.contains(id));
    let functions = functions.map(|id| &cx.items.functions[id as usize].head);
    let constants = (0..next(&cx.items.consts)).filter(|id| !cx.uses.constants.contains(id));
    let constants = constants.map(|id| &cx.items.consts[id as usize].head);
    let mut unused: Vec<_> = functions.chain(constants).filter(|head| is_own(head)).collect();
    unused.sort_by_key(|head| head.name.span.start);
    unused.into_iter().map(|head| (head.name.as_str().to_owned(), head.name.span)).collect()
}

fn is_item(value: ValueName) -> bool {
    matches!(value, ValueName::Function(_) | ValueName::Const(_))
}
