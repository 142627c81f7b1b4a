//! Types while checking: interned, so that a type is a number, equal types are equal numbers, and a type with many
//! equal parts is small.

use std::collections::HashMap;
use std::rc::Rc;

use crate::typed::{EnumId, StructId, Ty};

/// The most parts that a type can have, counted as it would be written out.
pub(super) const TYPE_PARTS_MAX: u32 = 1_000;

/// The deepest that a type can be.
pub(super) const TYPE_DEPTH_MAX: u32 = 64;

/// A type: a place in the table of [`Types`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct T(u32);

impl T {
    /// The type of what is wrong and has been reported. It fits everywhere, so that nothing follows from it.
    pub(super) const ERROR: Self = Self(0);
    /// The type of what never gives a value.
    pub(super) const NEVER: Self = Self(1);
    /// `()`.
    pub(super) const UNIT: Self = Self(2);
    /// `Int`.
    pub(super) const INT: Self = Self(3);
    /// `Float`.
    pub(super) const FLOAT: Self = Self(4);
    /// `Bool`.
    pub(super) const BOOL: Self = Self(5);
    /// `Str`.
    pub(super) const STR: Self = Self(6);
    /// `Bytes`.
    pub(super) const BYTES: Self = Self(7);
}

/// What a type is made of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Error,
    Never,
    Unit,
    Int,
    Float,
    Bool,
    Str,
    Bytes,
    Tuple(Rc<[T]>),
    List(T),
    Map(T, T),
    Set(T),
    Struct(StructId, Rc<[T]>),
    Enum(EnumId, Rc<[T]>),
    Fn(Rc<[T]>, T),
    /// The n-th type parameter of the declaration around it.
    Param(u32),
    /// A type that is still to be inferred, by its number in the body that is being checked.
    Var(u32),
}

#[derive(Debug, Clone, Copy)]
struct Shape {
    parts: u32,
    depth: u32,
    has_param: bool,
    has_var: bool,
}

/// The table of all types that came up.
pub(super) struct Types {
    kinds: Vec<Kind>,
    shapes: Vec<Shape>,
    ids: HashMap<Kind, T>,
    /// Set when a type would have been larger than the limits, and became [`T::ERROR`] instead.
    pub(super) overflowed: bool,
}

impl Types {
    /// A table of the types that have a constant in [`T`].
    pub(super) fn new() -> Self {
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
    pub(super) fn kind(&self, t: T) -> &Kind {
        &self.kinds[t.0 as usize]
    }

    /// Whether a type parameter occurs in it.
    pub(super) fn has_param(&self, t: T) -> bool {
        self.shapes[t.0 as usize].has_param
    }

    /// Whether a variable occurs in it.
    pub(super) fn has_var(&self, t: T) -> bool {
        self.shapes[t.0 as usize].has_var
    }

    /// The type that is made of this; [`T::ERROR`] if it would be too large.
    pub(super) fn intern(&mut self, kind: Kind) -> T {
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
    pub(super) fn list(&mut self, element: T) -> T {
        self.intern(Kind::List(element))
    }

    /// `fn(params) -> result`.
    pub(super) fn function(&mut self, params: &[T], result: T) -> T {
        self.intern(Kind::Fn(params.into(), result))
    }

    /// `(elements)`.
    pub(super) fn tuple(&mut self, elements: &[T]) -> T {
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
    pub(super) fn map(&mut self, t: T, mut f: impl FnMut(&mut Self, T) -> T) -> T {
        let mut all = |types: &mut Self, parts: &[T]| parts.iter().map(|part| f(types, *part)).collect();
        let kind = match self.kind(t).clone() {
            Kind::Tuple(elements) => Kind::Tuple(all(self, &elements)),
            Kind::List(element) => Kind::List(f(self, element)),
            Kind::Set(element) => Kind::Set(f(self, element)),
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
    pub(super) fn substitute(&mut self, t: T, args: &[T]) -> T {
        match self.kind(t) {
            Kind::Param(n) => args.get(*n as usize).copied().unwrap_or(T::ERROR),
            _ if self.has_param(t) => self.map(t, |types, part| types.substitute(part, args)),
            _ => t,
        }
    }
}

impl Types {
    /// The type as the typed tree has it. What is wrong or not known becomes `()`: a tree with such a type is not used.
    pub(super) fn written_out(&self, t: T) -> Ty {
        let all = |parts: &[T]| parts.iter().map(|part| self.written_out(*part)).collect();
        match self.kind(t) {
            Kind::Error | Kind::Unit | Kind::Var(_) => Ty::Unit,
            Kind::Never => Ty::Never,
            Kind::Int => Ty::Int,
            Kind::Float => Ty::Float,
            Kind::Bool => Ty::Bool,
            Kind::Str => Ty::Str,
            Kind::Bytes => Ty::Bytes,
            Kind::Tuple(elements) => Ty::Tuple(all(elements)),
            Kind::List(element) => Ty::List(Box::new(self.written_out(*element))),
            Kind::Set(element) => Ty::Set(Box::new(self.written_out(*element))),
            Kind::Map(key, value) => {
                Ty::Map(Box::new(self.written_out(*key)), Box::new(self.written_out(*value)))
            }
            Kind::Struct(id, args) => Ty::Struct(*id, all(args)),
            Kind::Enum(id, args) => Ty::Enum(*id, all(args)),
            Kind::Fn(params, result) => Ty::Fn(all(params), Box::new(self.written_out(*result))),
            Kind::Param(n) => Ty::Param(*n),
        }
    }
}

/// The types directly in a type.
pub(super) fn parts(kind: &Kind) -> impl Iterator<Item = T> + '_ {
    let (first, list, last): (Option<T>, &[T], Option<T>) = match kind {
        Kind::Tuple(parts) | Kind::Struct(_, parts) | Kind::Enum(_, parts) => (None, parts, None),
        Kind::List(element) | Kind::Set(element) => (None, &[], Some(*element)),
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
