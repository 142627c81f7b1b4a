//! Types: interned, so that a type is a number, equal types are equal numbers, and a type with many equal parts is small.

use std::rc::Rc;

use foldhash::{HashMap, HashMapExt};

use super::ty::{EnumId, StructId};

/// The most parts that a type can have, counted as it would be written out.
pub(crate) const TYPE_PARTS_MAX: u32 = 1_000;

/// The deepest that a type can be.
pub(crate) const TYPE_DEPTH_MAX: u32 = 64;

/// A type: a place in the table of [`Types`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ty(u32);

/// What the checker, which speaks of types all the time, calls one.
pub(crate) use Ty as T;

impl Ty {
    /// The type of what is wrong and has been reported. It fits everywhere, so that nothing follows from it.
    pub const ERROR: Self = Self(0);
    /// The type of what never gives a value.
    pub const NEVER: Self = Self(1);
    /// `()`.
    pub const UNIT: Self = Self(2);
    /// `Int`.
    pub const INT: Self = Self(3);
    /// `Float`.
    pub const FLOAT: Self = Self(4);
    /// `Bool`.
    pub const BOOL: Self = Self(5);
    /// `Str`.
    pub const STR: Self = Self(6);
    /// `Bytes`.
    pub const BYTES: Self = Self(7);

    /// As an index into tables that have an entry for each type.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a type is made of. Aliases are gone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Kind {
    /// What is wrong and has been reported; in no tree that is complete.
    Error,
    /// The type of what never gives a value (`return`, `panic(…)`, an endless loop). It fits wherever any type does.
    Never,
    /// `()`.
    Unit,
    /// `Int`.
    Int,
    /// `Float`.
    Float,
    /// `Bool`.
    Bool,
    /// `Str`.
    Str,
    /// `Bytes`.
    Bytes,
    /// A tuple of two or more.
    Tuple(Rc<[Ty]>),
    /// A list.
    List(Ty),
    /// A map: keys and values.
    Map(Ty, Ty),
    /// A set.
    Set(Ty),
    /// Where messages of a type can be sent.
    Addr(Ty),
    /// Where messages of a type wait.
    Inbox(Ty),
    /// A struct with its type arguments.
    Struct(StructId, Rc<[Ty]>),
    /// An enum with its type arguments.
    Enum(EnumId, Rc<[Ty]>),
    /// A function: parameters and result.
    Fn(Rc<[Ty]>, Ty),
    /// The n-th type parameter of the declaration around it.
    Param(u32),
    /// A type that is still to be inferred, by its number in the body that is being checked; in no tree that is complete.
    Var(u32),
}

/// What is known of a type without looking at its parts.
#[derive(Debug, Clone, Copy)]
struct Shape {
    parts: u32,
    depth: u32,
    has_param: bool,
    has_var: bool,
}

/// The table of all types that came up.
#[derive(Debug, Clone)]
pub struct Types {
    kinds: Vec<Kind>,
    shapes: Vec<Shape>,
    ids: HashMap<Kind, T>,
    /// Set when a type would have been larger than the limits, and became [`T::ERROR`] instead.
    pub(crate) overflowed: bool,
}

impl Types {
    /// A table of the types that have a constant in [`T`].
    pub fn new() -> Self {
        let mut types =
            Self { kinds: Vec::new(), shapes: Vec::new(), ids: HashMap::new(), overflowed: false };
        let atoms = [
            Kind::Error,
            Kind::Never,
            Kind::Unit,
            Kind::Int,
            Kind::Float,
            Kind::Bool,
            Kind::Str,
            Kind::Bytes,
        ];
        for kind in atoms {
            types.intern(kind);
        }
        types
    }

    /// What a type is made of. A variable is given as such, even if its type has been found.
    pub fn kind(&self, t: T) -> &Kind {
        &self.kinds[t.0 as usize]
    }

    /// How many types there are: each is less than this as an index.
    pub(crate) fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Whether a type parameter occurs in it.
    pub fn has_param(&self, t: T) -> bool {
        self.shapes[t.0 as usize].has_param
    }

    /// Whether a variable occurs in it.
    pub(crate) fn has_var(&self, t: T) -> bool {
        self.shapes[t.0 as usize].has_var
    }

    /// The type that is made of this; [`T::ERROR`] if it would be too large.
    pub fn intern(&mut self, kind: Kind) -> T {
        if let Some(t) = self.ids.get(&kind) {
            return *t;
        }
        let shape = self.shape(&kind);
        if shape.parts > TYPE_PARTS_MAX || shape.depth > TYPE_DEPTH_MAX {
            self.overflowed = true;
            return T::ERROR;
        }
        let t = T(u32::try_from(self.kinds.len()).unwrap_or(u32::MAX));
        self.kinds.push(kind.clone());
        self.shapes.push(shape);
        self.ids.insert(kind, t);
        t
    }

    /// `List[element]`.
    pub fn list(&mut self, element: T) -> T {
        self.intern(Kind::List(element))
    }

    /// `fn(params) -> result`.
    pub fn function(&mut self, params: &[T], result: T) -> T {
        self.intern(Kind::Fn(params.into(), result))
    }

    /// `(elements)`.
    pub fn tuple(&mut self, elements: &[T]) -> T {
        self.intern(Kind::Tuple(elements.into()))
    }

    fn shape(&self, kind: &Kind) -> Shape {
        let mut shape = Shape {
            parts: 1,
            depth: 1,
            has_param: matches!(kind, Kind::Param(_)),
            has_var: matches!(kind, Kind::Var(_)),
        };
        for part in parts(kind) {
            let part = self.shapes[part.0 as usize];
            shape.parts = shape.parts.saturating_add(part.parts);
            shape.depth = shape.depth.max(part.depth + 1);
            shape.has_param |= part.has_param;
            shape.has_var |= part.has_var;
        }
        shape
    }

    /// The type with each of its parts, that is directly in it, replaced.
    pub(crate) fn map(&mut self, t: T, mut f: impl FnMut(&mut Self, T) -> T) -> T {
        let mut all = |types: &mut Self, parts: &[T]| parts.iter().map(|part| f(types, *part)).collect();
        let kind = match self.kind(t).clone() {
            Kind::Tuple(elements) => Kind::Tuple(all(self, &elements)),
            Kind::List(element) => Kind::List(f(self, element)),
            Kind::Set(element) => Kind::Set(f(self, element)),
            Kind::Addr(message) => Kind::Addr(f(self, message)),
            Kind::Inbox(message) => Kind::Inbox(f(self, message)),
            Kind::Map(key, value) => {
                let key = f(self, key);
                Kind::Map(key, f(self, value))
            }
            Kind::Struct(id, args) => Kind::Struct(id, all(self, &args)),
            Kind::Enum(id, args) => Kind::Enum(id, all(self, &args)),
            Kind::Fn(params, result) => {
                let params = all(self, &params);
                Kind::Fn(params, f(self, result))
            }
            _ => return t,
        };
        self.intern(kind)
    }

    /// The type with type parameters replaced by `args`; by the error type where there are too few.
    pub(crate) fn substitute(&mut self, t: T, args: &[T]) -> T {
        match self.kind(t) {
            Kind::Param(n) => args.get(*n as usize).copied().unwrap_or(T::ERROR),
            _ if self.has_param(t) => self.map(t, |types, part| types.substitute(part, args)),
            _ => t,
        }
    }
}

impl Default for Types {
    fn default() -> Self {
        Self::new()
    }
}

/// The types directly in a type.
pub(crate) fn parts(kind: &Kind) -> impl Iterator<Item = T> + '_ {
    let (first, list, last): (Option<T>, &[T], Option<T>) = match kind {
        Kind::Tuple(parts) | Kind::Struct(_, parts) | Kind::Enum(_, parts) => (None, parts, None),
        Kind::List(part) | Kind::Set(part) | Kind::Addr(part) | Kind::Inbox(part) => (None, &[], Some(*part)),
        Kind::Map(key, value) => (Some(*key), &[], Some(*value)),
        Kind::Fn(params, result) => (None, params, Some(*result)),
        _ => (None, &[], None),
    };
    first.into_iter().chain(list.iter().copied()).chain(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_types_are_one() {
        let mut types = Types::new();
        let a = types.list(T::INT);
        assert_eq!(types.list(T::INT), a);
        assert_ne!(types.list(T::STR), a);
        assert_eq!(types.kind(T::BYTES), &Kind::Bytes);
    }

    #[test]
    fn types_that_double_are_refused_in_time() {
        let mut types = Types::new();
        let mut t = T::INT;
        for _ in 0..100 {
            t = types.tuple(&[t, t]);
        }
        assert!(types.overflowed);
    }

    #[test]
    fn parameters_are_replaced() {
        let mut types = Types::new();
        let param = types.intern(Kind::Param(0));
        let f = types.function(&[param], param);
        let expected = types.function(&[T::INT], T::INT);
        assert_eq!(types.substitute(f, &[T::INT]), expected);
    }
}
