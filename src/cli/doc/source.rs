//! The text of a module as a page, whose lines can be linked to.

use maud::{Markup, html};
use mvm::compiler::ast::Item;

use super::highlight::highlight;
use super::library::Module;

/// The page of a module's text. Its folder stands beside that of the module's own page.
pub(super) fn path(module: &Module) -> String {
    module.page.replacen('/', "-source/", 1)
}

/// Where an item stands in the text of its module, seen from the folder of the module's page.
pub(super) fn link(module: &Module, item: &Item) -> String {
    format!("../{}#L{}", path(module), module.source.line(item.span.start))
}

/// The text with the numbers of its lines.
pub(super) fn contents(module: &Module) -> Markup {
    let text = module.source.text();
    let count = text.lines().count();
    html! {
        h1 { a href={ "../" (module.page) } { (module.title) } }
        div.source {
            pre.lines { @for line in 1..=count {
                a #{ "L" (line) } href={ "#L" (line) } { (line) } "\n"
            } }
            pre { code { (highlight(text)) } }
        }
    }
}
