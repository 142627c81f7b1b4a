//! Loads the modules that a program is made of, each once, and refuses cycles among them.

use std::rc::Rc;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use super::{nearest, path};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::parser;
use crate::source::{SourceMap, Span};
use crate::sources::{ReadError, Sources};

/// What begins the names that the standard library's modules have as files.
const STDLIB_FOLDER: &str = "std/";

/// Names one module of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ModuleId(pub(crate) u32);

/// Where a module comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ModuleKind {
    /// The file that the compiler was asked to compile.
    Root,
    /// A file that another one uses.
    File,
    /// What was typed into a session.
    Input,
    /// A module of the standard library.
    Stdlib,
}

/// A parsed module.
#[derive(Debug, Clone)]
pub(crate) struct Module {
    /// The last part of its path.
    pub(crate) name: Arc<str>,
    /// Where it comes from.
    pub(crate) kind: ModuleKind,
    /// Its items; see `is_outline`.
    pub(crate) ast: Rc<ast::File>,
    /// For each item that is a `use`, in order: the module that it names, if that could be loaded.
    pub(crate) uses: Vec<Option<ModuleId>>,
    /// The items, by their places in the file, whose bodies could not be read as a whole. Nothing is said of what is in
    /// them but that.
    pub(crate) broken: HashSet<usize>,
    /// Whether the bodies of functions are left out of `ast`, to be parsed when they are used: those of the standard
    /// library, of which a program uses little.
    is_outline: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Stdlib(Arc<str>),
    File(String),
    /// The n-th module, an input of a session that stands beside the files of this path's folder.
    Input(u32, String),
}

/// The modules loaded so far, and what is needed to load more.
#[derive(Clone)]
pub(crate) struct Modules<'s> {
    sources: &'s dyn Sources,
    /// Texts of files that take the place of what the sources have.
    provided: HashMap<String, String>,
    /// The text of all files that were read.
    pub(crate) map: SourceMap,
    /// All that is wrong with the program so far.
    pub(crate) diagnostics: Diagnostics,
    list: Vec<Module>,
    keys: Vec<Key>,
    by_key: HashMap<Key, Progress>,
    is_partial: bool,
}

#[derive(Debug, Clone, Copy)]
enum Progress {
    /// Its uses are being loaded.
    Begun(ModuleId),
    /// It and its uses are loaded.
    Done(ModuleId),
    /// It can't be had; that has been reported.
    Failed,
}

/// The text of a module that another one uses, with its name or path.
enum Read {
    Stdlib(Arc<str>, String),
    File(String, String),
}

/// A module whose uses are being loaded, and the one that was begun last.
struct Visit {
    module: ModuleId,
    targets: Vec<ast::UsePath>,
}

impl<'s> Modules<'s> {
    /// None yet.
    pub(crate) fn new(sources: &'s dyn Sources) -> Self {
        Self {
            sources,
            provided: HashMap::new(),
            map: SourceMap::new(),
            diagnostics: Diagnostics::new(),
            list: Vec::new(),
            keys: Vec::new(),
            by_key: HashMap::new(),
            is_partial: false,
        }
    }

    /// Whether something that modules declare could not be read, so that what uses it would seem wrong.
    pub(crate) fn is_partial(&self) -> bool {
        self.is_partial
    }

    /// The module of an id.
    pub(crate) fn module(&self, id: ModuleId) -> &Module {
        &self.list[id.0 as usize]
    }

    /// A function's body, for the one time that it is checked: parsed where the module's tree has only its place, and else
    /// taken out of the tree, so that it can be dropped while it is still in the processor's caches. None if it is to be
    /// looked at where it is: it is to be `kept` there, or the tree has other owners.
    pub(crate) fn body(&mut self, module: ModuleId, item: usize, kept: bool) -> Option<ast::Block> {
        let Module { ast, is_outline, .. } = &mut self.list[module.0 as usize];
        if *is_outline {
            let text = self.map.get(ast.file)?.text();
            return parser::parse_body(text, ast.items.get(item)?.span, &mut self.diagnostics);
        }
        let file = Rc::get_mut(ast).filter(|_| !kept)?;
        match &mut file.items.get_mut(item)?.kind {
            ast::ItemKind::Function(function) => {
                // Where the body begins is where the head ends, which documentation shows.
                let left = ast::Block { span: function.body.span, ..ast::Block::default() };
                Some(std::mem::replace(&mut function.body, left))
            }
            _ => None,
        }
    }

    /// Loads the root file and what it uses. Gives its id, and all modules that are new, each after those that it uses.
    /// With `stdlib`, the file stands for the standard module of its name.
    pub(crate) fn load_root(&mut self, name: &str, text: &str, stdlib: bool) -> (ModuleId, Vec<ModuleId>) {
        let path = path::normal(name);
        let stem: Arc<str> = path::stem(&path).into();
        let (key, kind) = match stdlib {
            true => (Key::Stdlib(stem), ModuleKind::Stdlib),
            false => (Key::File(path), ModuleKind::Root),
        };
        if let Some(Progress::Done(id)) = self.by_key.get(&key) {
            return (*id, Vec::new());
        }
        let id = self.add(key, kind, name, text);
        (id, self.load_uses(id))
    }

    /// Loads an input of a session and what it uses that is not loaded. Gives its id, its statements, and all modules
    /// that are new, each after those that it uses.
    pub(crate) fn load_input(
        &mut self,
        name: &str,
        text: &str,
    ) -> (ModuleId, Option<ast::Block>, Vec<ModuleId>) {
        let file = self.map.add(name, text);
        let input = parser::parse_input(file, text, &mut self.diagnostics);
        let key = Key::Input(u32::try_from(self.list.len()).unwrap_or(u32::MAX), path::normal(name));
        let id = self.enter(key, ModuleKind::Input, input.file, HashSet::new());
        (id, input.body, self.load_uses(id))
    }

    /// Lets files of these paths have these texts, whatever the sources say.
    pub(crate) fn provide_files(&mut self, files: Vec<(String, String)>) {
        self.provided = files.into_iter().collect();
    }

    /// Forgets which files are loaded, so that they are read again when something uses them. What is loaded stays.
    pub(crate) fn forget_files(&mut self) {
        self.by_key.retain(|key, _| !matches!(key, Key::File(_)));
    }

    /// Loads the standard module of this name, if there is one and it isn't loaded: its id, and all modules that are
    /// new, each after those that it uses.
    pub(crate) fn load_stdlib(&mut self, name: &str) -> Option<(ModuleId, Vec<ModuleId>)> {
        let key = Key::Stdlib(name.into());
        match self.by_key.get(&key) {
            Some(Progress::Begun(id) | Progress::Done(id)) => Some((*id, Vec::new())),
            Some(Progress::Failed) => None,
            None => {
                let text = self.sources.stdlib(name)?.to_owned();
                let id = self.add_stdlib(key, name, &text);
                Some((id, self.load_uses(id)))
            }
        }
    }

    fn add(&mut self, key: Key, kind: ModuleKind, name: &str, text: &str) -> ModuleId {
        let file = self.map.add(name, text);
        let mut found = Diagnostics::new();
        let ast = parser::parse(file, text, &mut found);
        let broken = self.broken_bodies(&ast, &found);
        self.diagnostics.extend(found);
        self.enter(key, kind, ast, broken)
    }

    fn add_stdlib(&mut self, key: Key, name: &str, text: &str) -> ModuleId {
        let file = self.map.add(stdlib_path(name), text);
        let ast = parser::parse_outline(file, text, &mut self.diagnostics);
        let id = self.enter(key, ModuleKind::Stdlib, ast, HashSet::new());
        self.list[id.0 as usize].is_outline = true;
        id
    }

    fn enter(&mut self, key: Key, kind: ModuleKind, ast: ast::File, broken: HashSet<usize>) -> ModuleId {
        let id = ModuleId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        let name = match &key {
            Key::Stdlib(name) => name.clone(),
            Key::File(path) => path::stem(path).into(),
            Key::Input(n, _) => format!("in{n}").into(),
        };
        let (ast, uses) = (Rc::new(ast), Vec::new());
        self.list.push(Module { name, kind, ast, uses, broken, is_outline: false });
        self.keys.push(key.clone());
        self.by_key.insert(key, Progress::Begun(id));
        id
    }

    /// The items whose bodies hold all that could not be read. If something else could not, the module is known in part.
    fn broken_bodies(&mut self, ast: &ast::File, found: &Diagnostics) -> HashSet<usize> {
        self.is_partial |= found.dropped_count() > 0;
        let mut broken = HashSet::new();
        let errors = found.iter().filter(|diagnostic| diagnostic.severity() == Severity::Error);
        for error in errors {
            let holder = error.span().and_then(|span| {
                let holds = |item: &ast::Item| body_span(item).is_some_and(|body| body.contains(span));
                ast.items.iter().position(holds)
            });
            match holder {
                Some(item) => _ = broken.insert(item),
                None => self.is_partial = true,
            }
        }
        broken
    }

    /// Depth first, with a stack of its own: a chain of uses may be longer than the native stack allows.
    fn load_uses(&mut self, first: ModuleId) -> Vec<ModuleId> {
        let mut order = Vec::new();
        let mut stack = vec![self.visit(first)];
        while let Some(visit) = stack.last_mut() {
            let id = visit.module;
            let Some(target) = visit.targets.pop() else {
                stack.pop();
                self.by_key.insert(self.keys[id.0 as usize].clone(), Progress::Done(id));
                order.push(id);
                continue;
            };
            let (found, is_new) = self.target(id, &target, &stack);
            self.list[id.0 as usize].uses.push(found);
            if let (Some(module), true) = (found, is_new) {
                stack.push(self.visit(module));
            }
        }
        order
    }

    fn visit(&self, module: ModuleId) -> Visit {
        let items = self.module(module).ast.items.iter().rev();
        let targets = items.filter_map(|item| match &item.kind {
            ast::ItemKind::Use(item) => Some(item.path.clone()),
            _ => None,
        });
        Visit { module, targets: targets.collect() }
    }

    /// The module that a `use` names, and whether its own uses are still to be loaded.
    fn target(&mut self, from: ModuleId, target: &ast::UsePath, stack: &[Visit]) -> (Option<ModuleId>, bool) {
        let key = match self.key(from, target) {
            Some(key) => key,
            None => return (None, false),
        };
        match self.by_key.get(&key) {
            Some(Progress::Done(id)) => (Some(*id), false),
            Some(Progress::Failed) => {
                let message = format!("the module `{}` can't be loaded", describe(&key));
                self.diagnostics
                    .push(Diagnostic::error(Code::MissingModule, message).primary(target.span(), ""));
                (None, false)
            }
            Some(Progress::Begun(id)) => {
                self.report_cycle(*id, target.span(), stack);
                (None, false)
            }
            None => match self.read(&key, target.span()) {
                Some(Read::Stdlib(name, text)) => (Some(self.add_stdlib(key, &name, &text)), true),
                Some(Read::File(path, text)) => (Some(self.add(key, ModuleKind::File, &path, &text)), true),
                None => {
                    self.by_key.insert(key, Progress::Failed);
                    (None, false)
                }
            },
        }
    }

    fn key(&mut self, from: ModuleId, target: &ast::UsePath) -> Option<Key> {
        match (target, &self.keys[from.0 as usize]) {
            (ast::UsePath::Stdlib(name), _) => Some(Key::Stdlib(name.name.clone())),
            (ast::UsePath::File { parents, segments, .. }, Key::File(importer) | Key::Input(_, importer)) => {
                let parts = segments.iter().map(ast::Ident::as_str);
                Some(Key::File(path::join(importer, *parents, parts)))
            }
            (ast::UsePath::File { span, .. }, Key::Stdlib(_)) => {
                let message = "a module of the standard library can use no files";
                self.diagnostics.push(Diagnostic::error(Code::MissingModule, message).primary(*span, ""));
                None
            }
        }
    }

    fn read(&mut self, key: &Key, span: Span) -> Option<Read> {
        match key {
            Key::Stdlib(name) => match self.sources.stdlib(name) {
                Some(text) => Some(Read::Stdlib(name.clone(), text.to_owned())),
                None => {
                    self.report_unknown(name, span);
                    None
                }
            },
            Key::File(path) | Key::Input(_, path) => match self.file(path) {
                Ok(text) => Some(Read::File(path.clone(), text)),
                Err(error) => {
                    let message = format!("the file `{path}` can't be read");
                    let diagnostic = Diagnostic::error(Code::MissingModule, message);
                    self.diagnostics.push(diagnostic.primary(span, error.to_string()));
                    None
                }
            },
        }
    }

    fn file(&self, path: &str) -> Result<String, ReadError> {
        match self.provided.get(path) {
            Some(text) => Ok(text.clone()),
            None => self.sources.file(path),
        }
    }

    fn report_unknown(&mut self, name: &str, span: Span) {
        let message = format!("the standard library has no module `{name}`");
        let mut diagnostic = Diagnostic::error(Code::MissingModule, message).primary(span, "");
        let near = nearest(name, self.sources.stdlib_names()).map(str::to_owned);
        diagnostic = match near {
            Some(near) => diagnostic.help(format!("there is a module `{near}`")),
            None => diagnostic.help(format!("a file beside this one is used by its path: `use ./{name}`")),
        };
        self.diagnostics.push(diagnostic);
    }

    fn report_cycle(&mut self, begun: ModuleId, span: Span, stack: &[Visit]) {
        let cycle = stack.iter().map(|visit| visit.module).skip_while(|module| *module != begun);
        let mut names: Vec<_> = cycle.map(|module| describe(&self.keys[module.0 as usize])).collect();
        names.push(describe(&self.keys[begun.0 as usize]));
        let message = "these modules use each other in a cycle";
        let diagnostic = Diagnostic::error(Code::ImportCycle, message)
            .primary(span, "this closes the cycle")
            .note(format!("the cycle is {}", names.join(" -> ")))
            .help("move what both need into a module of its own");
        self.diagnostics.push(diagnostic);
    }

    /// All modules by their ids, the text of all files, and what is wrong with them.
    pub(crate) fn into_parts(self) -> (Vec<Module>, SourceMap, Diagnostics) {
        (self.list, self.map, self.diagnostics)
    }

    /// The names of all modules of the standard library.
    pub(crate) fn stdlib_names(&self) -> Vec<&str> {
        self.sources.stdlib_names()
    }

    /// Whether the standard library has a module of this name.
    pub(crate) fn is_stdlib_name(&self, name: &str) -> bool {
        self.sources.stdlib(name).is_some()
    }
}

/// Where the body of a function or test stands.
fn body_span(item: &ast::Item) -> Option<Span> {
    match &item.kind {
        ast::ItemKind::Function(function) => Some(function.body.span),
        ast::ItemKind::Test(test) => Some(test.body.span),
        _ => None,
    }
}

/// The name by which diagnostics and stack traces call a standard module's text.
fn stdlib_path(name: &str) -> String {
    format!("{STDLIB_FOLDER}{name}.mob")
}

/// Whether a file of the source map goes by a name that the standard library's modules have.
pub(crate) fn is_stdlib_path(name: &str) -> bool {
    name.starts_with(STDLIB_FOLDER)
}

fn describe(key: &Key) -> &str {
    match key {
        Key::Stdlib(name) => name,
        Key::File(path) | Key::Input(_, path) => path,
    }
}
