//! The pages: one for each module, one for its text, one with all names, and what they need to look well and be searched.

use maud::{DOCTYPE, Markup, html};
use mvm::compiler::ast::{Item, ItemKind};
use serde_json::json;

use super::library::{Key, Library, Module, name_of};
use super::links::Links;
use super::source;

/// The page to begin with.
pub(super) const FIRST: &str = "index.html";

const STYLE: &str = include_str!("assets/style.css");
const SEARCH: &str = include_str!("assets/search.js");

/// The headings under which a module's items are listed, in order.
const KINDS: [(Kind, &str); 3] =
    [(Kind::Type, "Types"), (Kind::Constant, "Constants"), (Kind::Function, "Functions")];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Type,
    Constant,
    Function,
}

/// All files, by their paths in the folder that is written.
pub(super) fn all(library: &Library) -> Vec<(String, String)> {
    let of_module = |module| [module_page(library, module), source_page(library, module)];
    let mut files: Vec<_> = library.modules().iter().flat_map(of_module).collect();
    files.push((FIRST.to_owned(), first_page(library)));
    files.push(("style.css".to_owned(), STYLE.to_owned()));
    files.push(("search.js".to_owned(), SEARCH.to_owned()));
    files.push(("names.js".to_owned(), names(library)));
    files
}

/// A page around its contents. `root` is the way to the first page's folder.
fn page(library: &Library, title: &str, root: &str, current: Option<&Module>, contents: &Markup) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="stylesheet" href={ (root) "style.css" };
                script src={ (root) "names.js" } defer {}
                script src={ (root) "search.js" } defer {}
            }
            body data-root=(root) {
                nav {
                    a.home href={ (root) (FIRST) } { "Mob" }
                    input #mob-search type="search" placeholder="Search names ( / )" aria-label="Search names"
                        autocomplete="off" hidden;
                    ol #mob-found hidden {}
                    div #mob-modules {
                        (module_list(library, root, current, "Standard library", |key| matches!(key, Key::Standard(_))))
                        (module_list(library, root, current, "Modules", |key| matches!(key, Key::File(_))))
                    }
                }
                main { (contents) }
            }
        }
    };
    markup.into_string()
}

fn module_list(
    library: &Library,
    root: &str,
    current: Option<&Module>,
    heading: &str,
    belongs: impl Fn(&Key) -> bool,
) -> Markup {
    let modules: Vec<_> = library.modules().iter().filter(|module| belongs(&module.key)).collect();
    let is_current = |module: &Module| current.is_some_and(|current| current.key == module.key);
    html! {
        @if !modules.is_empty() {
            h2 { (heading) }
            ul {
                @for module in modules {
                    li { a href={ (root) (module.page) } aria-current=[is_current(module).then_some("page")] {
                        (module.title)
                    } }
                }
            }
        }
    }
}

/// The modules with what they are about, and all names.
fn first_page(library: &Library) -> String {
    let mut all: Vec<_> = library
        .modules()
        .iter()
        .flat_map(|module| module.exports().filter_map(name_of).map(move |name| (name, module)))
        .collect();
    all.sort_by_key(|(name, module)| (name.to_lowercase(), &module.title));
    let contents = html! {
        h1 { "Modules" }
        dl.modules {
            @for module in library.modules() {
                dt { a href=(module.page) { (module.title) } }
                dd { (Links { library, module }.summary(&module.about)) }
            }
        }
        h1 { "All names" }
        ul.names {
            @for (name, module) in all {
                li { a href={ (module.page) "#" (name) } { (name) } " " small { (module.title) } }
            }
        }
    };
    page(library, "Mob modules", "", None, &contents)
}

fn module_page(library: &Library, module: &Module) -> (String, String) {
    let links = Links { library, module };
    let contents = html! {
        h1 { (module.title) }
        (how_to_use(&module.key))
        (links.markdown(&module.about))
        @if module.exports().next().is_none() { p { "This module exports nothing." } }
        @for (kind, heading) in KINDS {
            @let items: Vec<_> = module.exports().filter(|item| kind_of(item) == Some(kind)).collect();
            @if !items.is_empty() {
                h2 { (heading) }
                ul.names {
                    @for name in items.iter().filter_map(|item| name_of(item)) {
                        li { a href={ "#" (name) } { (name) } }
                    }
                }
                @for item in items { (entry(&links, item)) }
            }
        }
    };
    let title = format!("{} - Mob", module.title);
    (module.page.clone(), page(library, &title, "../", Some(module), &contents))
}

fn source_page(library: &Library, module: &Module) -> (String, String) {
    let title = format!("{}.mob - Mob", module.title);
    let text = page(library, &title, "../", Some(module), &source::contents(module));
    (source::path(module), text)
}

fn how_to_use(key: &Key) -> Markup {
    match key {
        Key::Standard(name) if name == "prelude" => html! { p.use { "In scope everywhere." } },
        Key::Standard(name) => html! { p.use { code { "use " (name) } } },
        Key::File(_) => html! {},
    }
}

/// An item with its documentation, and that of its fields or variants.
fn entry(links: &Links<'_>, item: &Item) -> Markup {
    let name = name_of(item).unwrap_or_default();
    let members = match &item.kind {
        ItemKind::Struct(it) => links.fields(it),
        ItemKind::Enum(it) => links.variants(it),
        _ => Vec::new(),
    };
    html! {
        section #(name) {
            h3 {
                a.anchor href={ "#" (name) } aria-label={ "Link to " (name) } { "#" }
                a.anchor href=(source::link(links.module, item)) aria-label={ "Source of " (name) } { "source" }
                code { (links.signature(item)) }
            }
            @if let ItemKind::Extern(it) = &item.kind {
                @if let Some(capability) = capability(&it.host_name.value) {
                    p.use { "Needs the capability " code { (capability) } "." }
                }
            }
            @if let Some(doc) = &item.doc { (links.markdown(&doc.text)) }
            @if !members.is_empty() {
                dl {
                    @for (anchor, signature, doc) in members {
                        dt #(anchor) { code { (signature) } }
                        dd { @if let Some(doc) = doc { (links.markdown(&doc)) } }
                    }
                }
            }
        }
    }
}

/// What a program needs leave for that calls this host function; none for what is part of the machine.
fn capability(host_name: &str) -> Option<&str> {
    host_name
        .rsplit_once('.')
        .map(|(capability, _)| capability)
        .filter(|name| *name != "vm" && !name.starts_with("vm."))
}

fn kind_of(item: &Item) -> Option<Kind> {
    match item.kind {
        ItemKind::Struct(_) | ItemKind::Enum(_) | ItemKind::Alias(_) => Some(Kind::Type),
        ItemKind::Const(_) => Some(Kind::Constant),
        ItemKind::Function(_) | ItemKind::Extern(_) => Some(Kind::Function),
        ItemKind::Use(_) | ItemKind::Test(_) => None,
    }
}

/// A script that holds all names with their modules and where they lead, variants and fields included.
fn names(library: &Library) -> String {
    let mut all = Vec::new();
    for module in library.modules() {
        let title = &module.title;
        all.push(json!([title, "", module.page]));
        for item in module.exports() {
            let name = name_of(item).unwrap_or_default();
            all.push(json!([name, title, format!("{}#{name}", module.page)]));
            if let ItemKind::Enum(it) = &item.kind {
                for variant in &it.variants {
                    let anchor = format!("{name}.{}", variant.name);
                    all.push(json!([anchor, title, format!("{}#{anchor}", module.page)]));
                }
            }
        }
    }
    format!("const MOB_NAMES = {};\n", json!(all))
}
