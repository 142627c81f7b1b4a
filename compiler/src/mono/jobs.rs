//! The functions that a module will have: which are asked for, and because of what.

use std::rc::Rc;

use foldhash::{HashMap, HashSet};
use mob_vm::bytecode::{FuncId, TypeId};

use crate::source::Span;
use crate::typed::{Closure, ExternId, FunctionId, Input};

/// Where the ids of functions begin that are not generated, since a module that is linked before has them.
pub(crate) const FIRST_LINK: u32 = 1 << 23;

/// How many functions a program may become.
pub(crate) const INSTANCES_MAX: usize = 50_000;

/// The types that stand for type parameters.
pub(crate) type TypeArgs = Rc<[TypeId]>;

/// What a function of the module is made of.
#[derive(Debug, Clone)]
pub(crate) enum Body<'p> {
    /// A function of the program.
    Function(FunctionId, TypeArgs),
    /// A closure in a function of the program.
    Closure(&'p Closure, FunctionId, TypeArgs, Span),
    /// An extern as a value.
    Extern(ExternId, TypeArgs),
    /// The statements of a session's input.
    Input(&'p Input),
    /// A struct's constructor as a value.
    Struct,
    /// A variant's constructor as a value.
    Variant(u32),
}

/// A function of the module that is to be generated.
#[derive(Debug, Clone)]
pub(crate) struct Job<'p> {
    /// Its place in the module.
    pub(crate) id: FuncId,
    /// What it is made of.
    pub(crate) body: Body<'p>,
    /// Its type as a caller sees it; only for externs and constructors as values.
    pub(crate) signature: Option<TypeId>,
}

/// What equal requests have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Function(FunctionId, TypeArgs),
    Extern(ExternId, TypeArgs, TypeId),
    Struct(TypeId),
    Variant(u32, TypeId),
}

/// Why a function is in the module: the place that first asked for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin {
    /// The place; none for the roots.
    pub(crate) asked: Option<(Span, FuncId)>,
    /// Whether the function is a specialisation.
    pub(crate) is_generic: bool,
}

/// The functions to generate.
#[derive(Debug, Default)]
pub(crate) struct Jobs<'p> {
    ids: HashMap<Key, FuncId>,
    /// All that were asked for, each at the place of its id.
    all: Vec<Job<'p>>,
    /// How many of them are, or were, among those that wait: the others were asked for since the last one was taken out.
    seen: usize,
    /// Those that are to be generated, the next one last.
    waiting: Vec<usize>,
    origins: Vec<Origin>,
    /// Functions that a module linked before has.
    linked: HashSet<FunctionId>,
    /// Those that were asked for, whose ids count from [`FIRST_LINK`].
    links: Vec<FunctionId>,
}

impl<'p> Jobs<'p> {
    /// None yet. Leaves out these functions.
    pub(crate) fn without(linked: HashSet<FunctionId>) -> Self {
        Self { linked, ..Self::default() }
    }

    /// The function of this body, which is to be generated if nobody asked for it before. `signature` is the type of a
    /// function value.
    pub(crate) fn request(
        &mut self,
        body: Body<'p>,
        signature: Option<TypeId>,
        asked: Option<(Span, FuncId)>,
    ) -> FuncId {
        let as_value = signature.unwrap_or(TypeId(0));
        let (key, is_generic) = match &body {
            Body::Function(id, args) => (Some(Key::Function(*id, args.clone())), !args.is_empty()),
            Body::Closure(_, _, args, _) => (None, !args.is_empty()),
            Body::Input(_) => (None, false),
            Body::Extern(id, args) => (Some(Key::Extern(*id, args.clone(), as_value)), true),
            Body::Struct => (Some(Key::Struct(as_value)), true),
            Body::Variant(tag) => (Some(Key::Variant(*tag, as_value)), true),
        };
        if let Some(id) = key.as_ref().and_then(|key| self.ids.get(key)) {
            return *id;
        }
        if let Body::Function(id, args) = &body
            && args.is_empty()
            && self.linked.contains(id)
        {
            let link = FuncId(FIRST_LINK + self.links.len() as u32);
            self.links.push(*id);
            self.ids.extend(key.map(|key| (key, link)));
            return link;
        }
        let id = FuncId(self.origins.len() as u32);
        self.ids.extend(key.map(|key| (key, id)));
        self.all.push(Job { id, body, signature });
        self.origins.push(Origin { asked, is_generic });
        id
    }

    /// The next function to generate: the first that the last one has asked for, since their trees are likely to be near each
    /// other, in memory as in the program.
    pub(crate) fn next(&mut self) -> Option<Job<'p>> {
        self.waiting.extend((self.seen..self.all.len()).rev());
        self.seen = self.all.len();
        self.all.get(self.waiting.pop()?).cloned()
    }

    /// How many functions were asked for.
    pub(crate) fn len(&self) -> usize {
        self.origins.len()
    }

    /// The functions of modules linked before that were asked for, in the order of their ids.
    pub(crate) fn links(&self) -> &[FunctionId] {
        &self.links
    }

    /// The functions of the program without type arguments that are generated, each with its id.
    pub(crate) fn plain_functions(&self) -> impl Iterator<Item = (FunctionId, FuncId)> {
        self.all.iter().filter_map(|job| match &job.body {
            Body::Function(id, args) if args.is_empty() => Some((*id, job.id)),
            _ => None,
        })
    }

    /// Why a function is in the module.
    pub(crate) fn origin(&self, id: FuncId) -> Option<Origin> {
        self.origins.get(id.0 as usize).copied()
    }
}
