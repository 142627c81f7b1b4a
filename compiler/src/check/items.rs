//! What the modules of a program declare, in tables; names are resolved, bodies are not looked at.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use foldhash::HashMap;

use super::constants::ConstState;
use super::types::T;
use crate::ast;
use crate::resolve::ModuleId;
use crate::source::Span;
use crate::typed::{EnumId, ExternId, FunctionId, StructId};

macro_rules! id {
    ($(#[doc = $doc:literal] $name:ident;)*) => { $(
        #[doc = $doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(super) struct $name(pub(super) u32);
    )* };
}

id! {
    /// Index into [`Items::functions`].
    FnItemId;
    /// Index into [`Items::consts`].
    ConstId;
    /// Index into [`Items::aliases`].
    AliasId;
}

/// All declarations of the modules declared so far.
#[derive(Clone, Default)]
pub(super) struct Items {
    pub(super) structs: Vec<StructItem>,
    pub(super) enums: Vec<EnumItem>,
    pub(super) functions: Vec<FnItem>,
    pub(super) externs: Vec<ExternItem>,
    pub(super) consts: Vec<ConstItem>,
    pub(super) aliases: Vec<AliasItem>,
}

/// What a declaration of any kind has.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) name: ast::Ident,
    pub(super) module: ModuleId,
    pub(super) generics: Rc<[Arc<str>]>,
}

/// What can be called or constructed, as a caller sees it.
#[derive(Debug, Clone)]
pub(super) struct Signature {
    /// The type parameters' names, which `params` and `result` speak of by number.
    pub(super) generics: Rc<[Arc<str>]>,
    /// What `params` are called: `parameter` or `field`.
    pub(super) part: &'static str,
    /// The parameters, or a constructor's fields.
    pub(super) params: Vec<Param>,
    /// The result, or the type that is constructed.
    pub(super) result: T,
    /// The positions of the parameters by name, made when there are many and one is asked for.
    positions: OnceCell<HashMap<Arc<str>, usize>>,
}

/// Up to how many parameters are looked through one by one.
const LOOKED_THROUGH_MAX: usize = 16;

impl Signature {
    pub(super) fn new(generics: Rc<[Arc<str>]>, part: &'static str, params: Vec<Param>, result: T) -> Self {
        Self { generics, part, params, result, positions: OnceCell::new() }
    }

    /// The position of the parameter of this name; of the first, if several have it.
    pub(super) fn position(&self, name: &Arc<str>) -> Option<usize> {
        if self.params.len() <= LOOKED_THROUGH_MAX {
            return self.params.iter().position(|param| param.name.as_ref() == Some(name));
        }
        let positions = self.positions.get_or_init(|| {
            let named = self.params.iter().enumerate().rev();
            named.filter_map(|(position, param)| Some((param.name.clone()?, position))).collect()
        });
        positions.get(name).copied()
    }
}

/// A parameter or field.
#[derive(Debug, Clone)]
pub(super) struct Param {
    /// Its label; a variant's field may have none.
    pub(super) name: Option<Arc<str>>,
    pub(super) ty: T,
    pub(super) span: Span,
}

#[derive(Clone)]
pub(super) struct StructItem {
    pub(super) head: Head,
    pub(super) constructor: Rc<Signature>,
}

#[derive(Clone)]
pub(super) struct EnumItem {
    pub(super) head: Head,
    pub(super) variants: Vec<VariantItem>,
}

#[derive(Clone)]
pub(super) struct VariantItem {
    pub(super) name: ast::Ident,
    pub(super) constructor: Rc<Signature>,
}

#[derive(Clone)]
pub(super) struct FnItem {
    pub(super) head: Head,
    pub(super) signature: Rc<Signature>,
    /// Its place among the items of its file.
    pub(super) item: usize,
    /// Its place in the typed tree, once something uses it.
    pub(super) typed: Option<FunctionId>,
}

#[derive(Clone)]
pub(super) struct ExternItem {
    pub(super) head: Head,
    pub(super) host_name: ast::PlainText,
    pub(super) signature: Rc<Signature>,
}

#[derive(Clone)]
pub(super) struct ConstItem {
    pub(super) head: Head,
    pub(super) ty: T,
    /// Its place among the items of its file.
    pub(super) item: usize,
    pub(super) state: ConstState,
}

#[derive(Clone)]
pub(super) struct AliasItem {
    pub(super) head: Head,
    /// Its place among the items of its file.
    pub(super) item: usize,
    pub(super) state: AliasState,
}

/// How far an alias is resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AliasState {
    /// Not yet looked at.
    Waiting,
    /// What it stands for is being resolved.
    Begun,
    /// What it stands for; type parameters by number.
    Done(T),
}

impl Items {
    pub(super) fn strukt(&self, id: StructId) -> &StructItem {
        &self.structs[id.index()]
    }

    pub(super) fn enumeration(&self, id: EnumId) -> &EnumItem {
        &self.enums[id.index()]
    }

    pub(super) fn variant(&self, id: EnumId, tag: u32) -> &VariantItem {
        &self.enums[id.index()].variants[tag as usize]
    }

    pub(super) fn function(&self, id: FnItemId) -> &FnItem {
        &self.functions[id.0 as usize]
    }

    pub(super) fn external(&self, id: ExternId) -> &ExternItem {
        &self.externs[id.index()]
    }
}

/// A table's next index.
pub(super) fn next<X>(table: &[X]) -> u32 {
    u32::try_from(table.len()).unwrap_or(u32::MAX)
}
