//! The modules that pages are made of.

use std::collections::BTreeMap;

use mvm::compiler::ast::{self, Item, ItemKind, UsePath};
use mvm::compiler::diagnostic::Diagnostics;
use mvm::compiler::parser::parse;
use mvm::compiler::source::{SourceFile, SourceMap};

/// All modules, and where their pages are.
#[derive(Debug, Default)]
pub(super) struct Library {
    modules: Vec<Module>,
    /// The position of each module by its key.
    by_key: BTreeMap<Key, usize>,
}

/// What a module is known by to those who use it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// A module of the standard library, by its name.
    Standard(String),
    /// A file, by its path without `.mob` and without `.` and needless `..`.
    File(String),
}

/// A module.
#[derive(Debug)]
pub(super) struct Module {
    pub(super) key: Key,
    /// What it is called in titles and lists.
    pub(super) title: String,
    /// Its page, relative to the first, with `/` between its parts.
    pub(super) page: String,
    /// What its first comment says.
    pub(super) about: String,
    pub(super) source: SourceFile,
    pub(super) tree: ast::File,
}

/// A file with syntax errors.
#[derive(Debug)]
pub(super) struct SyntaxErrors {
    pub(super) diagnostics: Diagnostics,
    pub(super) sources: SourceMap,
}

impl Library {
    /// The standard library.
    pub(super) fn standard() -> Self {
        let mut library = Self::default();
        for name in mob_stdlib::names() {
            let text = mob_stdlib::source(name).unwrap_or_default();
            // Its own tests make sure that it has no syntax errors.
            library.add(Key::Standard((*name).to_owned()), name, name, text).unwrap_or_default();
        }
        library
    }

    /// Adds a file, unless it is there, under this title.
    pub(super) fn add_file(&mut self, path: &str, title: &str, text: &str) -> Result<(), Box<SyntaxErrors>> {
        self.add(Key::file(path), title, path, text)
    }

    fn add(&mut self, key: Key, title: &str, path: &str, text: &str) -> Result<(), Box<SyntaxErrors>> {
        if self.by_key.contains_key(&key) {
            return Ok(());
        }
        let mut sources = SourceMap::new();
        let file = sources.add(path, text);
        let mut diagnostics = Diagnostics::new();
        let tree = parse(file, text, &mut diagnostics);
        if diagnostics.has_errors() {
            return Err(Box::new(SyntaxErrors { diagnostics, sources }));
        }
        let page = self.free_page(&key, title);
        self.by_key.insert(key.clone(), self.modules.len());
        self.modules.push(Module {
            key,
            title: title.to_owned(),
            page,
            about: first_comment(text),
            source: SourceFile::new(path, text),
            tree,
        });
        Ok(())
    }

    /// A page that no other module has.
    fn free_page(&self, key: &Key, title: &str) -> String {
        let name = match key {
            Key::Standard(_) => format!("std/{title}"),
            Key::File(_) => format!("modules/{}", file_name(title)),
        };
        let is_free = |page: &String| self.modules.iter().all(|module| module.page != *page);
        let numbered = (2..).map(|number| format!("{name}-{number}.html"));
        std::iter::once(format!("{name}.html")).chain(numbered).find(is_free).unwrap_or_default()
    }

    /// The modules, those of the standard library first.
    pub(super) fn modules(&self) -> &[Module] {
        &self.modules
    }

    /// The module of a key.
    pub(super) fn get(&self, key: &Key) -> Option<&Module> {
        self.by_key.get(key).and_then(|at| self.modules.get(*at))
    }

    /// The module that another one uses by this path.
    pub(super) fn used_by(&self, module: &Module, path: &UsePath) -> Option<&Module> {
        match (path, &module.key) {
            (UsePath::Stdlib(name), _) => self.get(&Key::Standard(name.to_string())),
            (UsePath::File { parents, segments, .. }, Key::File(from)) => {
                let up = "../".repeat(1 + *parents as usize);
                let down = segments.iter().map(ToString::to_string).collect::<Vec<_>>().join("/");
                self.get(&Key::File(normalised(&format!("{from}/{up}{down}"))))
            }
            _ => None,
        }
    }
}

impl Key {
    /// The key of a file.
    fn file(path: &str) -> Self {
        Self::File(normalised(path.strip_suffix(".mob").unwrap_or(path)))
    }
}

/// What files are called in titles: their paths without what all folders have in common, and without `.mob`.
pub(super) fn titles(paths: &[String]) -> Vec<String> {
    let paths: Vec<_> =
        paths.iter().map(|path| normalised(path.strip_suffix(".mob").unwrap_or(path))).collect();
    let folders = paths.iter().map(|path| path.rsplit_once('/').map_or("", |(folder, _)| folder).split('/'));
    let in_common = folders.map(Iterator::collect::<Vec<_>>).reduce(|common, folder| {
        common.into_iter().zip(folder).take_while(|(a, b)| a == b).map(|(part, _)| part).collect()
    });
    let count = in_common.map_or(0, |common| if common == [""] { 0 } else { common.len() });
    paths.iter().map(|path| path.split('/').skip(count).collect::<Vec<_>>().join("/")).collect()
}

impl Module {
    /// The items that others can use.
    pub(super) fn exports(&self) -> impl Iterator<Item = &Item> {
        self.tree.items.iter().filter(|item| item.public.is_some())
    }

    /// Whether it exports something of this name.
    pub(super) fn exports_name(&self, name: &str) -> bool {
        self.exports().any(|item| name_of(item) == Some(name))
    }
}

/// The name that an item declares.
pub(super) fn name_of(item: &Item) -> Option<&str> {
    match &item.kind {
        ItemKind::Struct(it) => Some(it.name.as_str()),
        ItemKind::Enum(it) => Some(it.name.as_str()),
        ItemKind::Alias(it) => Some(it.name.as_str()),
        ItemKind::Const(it) => Some(it.name.as_str()),
        ItemKind::Function(it) => Some(it.name.as_str()),
        ItemKind::Extern(it) => Some(it.name.as_str()),
        ItemKind::Use(_) | ItemKind::Test(_) => None,
    }
}

/// A path without `.`, and without what a `..` takes back.
fn normalised(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match (part, parts.last()) {
            ("" | ".", Some(_)) | (".", None) => {}
            ("..", Some(last)) if !matches!(*last, ".." | "") => {
                parts.pop();
            }
            (part, _) => parts.push(part),
        }
    }
    parts.join("/")
}

/// A path as the name of a file that every system takes and no link has to escape.
fn file_name(path: &str) -> String {
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') { c } else { '-' };
    parts.map(|part| part.chars().map(safe).collect::<String>()).collect::<Vec<_>>().join(".")
}

/// What the lines of comments say with which a file begins.
fn first_comment(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix("//").filter(|line| !line.starts_with('/')));
    lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn titles_leave_out_what_all_have_in_common() {
        let titles =
            |paths: &[&str]| titles(&paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>());
        assert_eq!(titles(&["./a.mob", "b/c.mob"]), ["a", "b/c"]);
        assert_eq!(titles(&["/x/y/a.mob", "/x/y/b/c.mob"]), ["a", "b/c"]);
        assert_eq!(titles(&["../x/a.mob"]), ["a"]);
        assert_eq!(titles(&[]), [""; 0]);
    }

    #[test]
    fn paths_are_normalised() {
        assert_eq!(normalised("./a/../b/./c"), "b/c");
        assert_eq!(normalised("../a"), "../a");
        assert_eq!(normalised("/a//b"), "/a/b");
    }

    #[test]
    fn pages_have_names_of_their_own() {
        let mut library = Library::default();
        for path in ["a b.mob", "a-b.mob", "../a-b.mob", "x/é\".mob"] {
            assert!(library.add_file(path, path.strip_suffix(".mob").unwrap(), "").is_ok());
        }
        let pages: Vec<_> = library.modules().iter().map(|module| module.page.as_str()).collect();
        let expected = ["modules/a-b.html", "modules/a-b-2.html", "modules/a-b-3.html", "modules/x.--.html"];
        assert_eq!(pages, expected);
    }

    #[test]
    fn the_first_comment_is_about_the_module() {
        assert_eq!(first_comment("// One.\n//\n//  two\n\n// three"), "One.\n\n two");
        assert_eq!(first_comment("/// Documentation\nfn f() {}"), "");
    }
}
