//! Structural equality and order, without recursion, at home with cycles and shared parts.
//!
//! Ints, Bools and text are ordered as usual, text by code points; `()` equals itself; structs, tuples and lists go
//! field by field; enums first by variant; maps and sets as if they were sorted by their keys. Inside data a Float is ordered so that all are comparable: -0.0 equals 0.0,
//! and NaN equals itself and stands above all. So two values that are one and the same object are equal.
//!
//! Two cyclic values are equal if no walk from both finds a difference. Once a walk has become long, it remembers in
//! a union-find which objects it holds to be equal until the contrary is found. That ends cycles, and
//! bounds the work by the number of objects even where parts are shared many times.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::bytecode::{Field, Type, TypeId};
use crate::heap::{Table, View};
use crate::layout::{high, low};
use crate::mail::Address;
use crate::program::Program;

/// After so many steps a walk begins to remember where it has been.
const STEPS_UNREMEMBERED: u64 = 256;

/// Whether two slots of a type are structurally equal, and the work that it took to find out.
pub(crate) fn equal(program: &Program, view: View<'_>, a: u64, b: u64, ty: TypeId) -> (bool, u64) {
    let (order, work) = walk(program, view, true, (a, b, ty));
    (order == Ordering::Equal, work)
}

/// How two slots of a type are ordered, and the work that it took to find out.
pub(crate) fn compare(program: &Program, view: View<'_>, a: u64, b: u64, ty: TypeId) -> (Ordering, u64) {
    walk(program, view, false, (a, b, ty))
}

/// The order of two slots of a type, or whatever is not `Equal` if only equality is wanted, and the work.
fn walk(
    program: &Program,
    view: View<'_>,
    equality: bool,
    (a, b, ty): (u64, u64, TypeId),
) -> (Ordering, u64) {
    // Sorting text comes here again and again, and has nothing to remember.
    if *program.ty(ty) == Type::Str {
        let (order, work) = bytes(&view.text_bytes(low(a)), &view.text_bytes(low(b)), equality);
        return (order, 1 + work);
    }
    let mut walk = Walk { program, view, equality, open: Vec::new(), same: BTreeMap::new(), work: 0 };
    (walk.run(a, b, ty), walk.work)
}

/// A walk over two values in step.
struct Walk<'a> {
    program: &'a Program,
    view: View<'a>,
    /// Only equality is wanted, so different lengths decide at once.
    equality: bool,
    /// Pairs of objects that are being compared, the innermost last.
    open: Vec<Pair<'a>>,
    same: BTreeMap<u32, u32>,
    work: u64,
}

/// The fields of two objects, compared as far as `next`.
struct Pair<'a> {
    a: Cow<'a, [u64]>,
    b: Cow<'a, [u64]>,
    types: FieldTypes<'a>,
    next: usize,
    /// How the two are ordered if all fields are equal: the shorter list comes first.
    otherwise: Ordering,
}

/// The types of an object's fields.
#[derive(Clone, Copy)]
enum FieldTypes<'a> {
    All(TypeId),
    /// Keys and values in turn.
    Entries(TypeId, TypeId),
    Tuple(&'a [TypeId]),
    Fields(&'a [Field]),
}

impl FieldTypes<'_> {
    fn at(self, index: usize) -> TypeId {
        match self {
            Self::All(ty) => ty,
            Self::Entries(key, value) => {
                if index.is_multiple_of(2) {
                    key
                } else {
                    value
                }
            }
            Self::Tuple(types) => types[index],
            Self::Fields(fields) => fields[index].ty,
        }
    }
}

impl<'a> Walk<'a> {
    fn run(&mut self, a: u64, b: u64, ty: TypeId) -> Ordering {
        let mut order = self.slots(a, b, ty);
        while order == Ordering::Equal {
            let Some(pair) = self.open.last_mut() else { break };
            let (at, end) = (pair.next, pair.a.len().min(pair.b.len()));
            if at < end {
                pair.next += 1;
                let (a, b, ty) = (pair.a[at], pair.b[at], pair.types.at(at));
                if pair.next == end && pair.otherwise == Ordering::Equal {
                    // Nothing is left to do for this pair, so that a chain takes no memory as it is gone down.
                    self.open.pop();
                }
                order = self.slots(a, b, ty);
            } else {
                order = pair.otherwise;
                self.open.pop();
            }
        }
        order
    }

    /// Compares two slots, or opens the objects that they refer to.
    fn slots(&mut self, a: u64, b: u64, ty: TypeId) -> Ordering {
        self.work += 1;
        match self.program.ty(ty) {
            Type::Unit | Type::Fn(..) | Type::Cell(_) => Ordering::Equal,
            Type::Int => (a as i64).cmp(&(b as i64)),
            Type::Inbox(_) => a.cmp(&b),
            Type::Addr(_) => {
                let words = |slot| self.view.fields(low(slot), Address::WORDS);
                words(a).cmp(words(b))
            }
            Type::Bool => a.cmp(&b),
            Type::Float => floats(f64::from_bits(a), f64::from_bits(b)),
            Type::Str => {
                let (a, b) = (self.view.text_bytes(low(a)), self.view.text_bytes(low(b)));
                self.bytes(&a, &b)
            }
            Type::Bytes => {
                let (a, b) = (self.view.bytes(low(a)), self.view.bytes(low(b)));
                self.bytes(&a, &b)
            }
            Type::Tuple(types) => self.fields(a, b, FieldTypes::Tuple(types), types.len()),
            Type::Struct(ty) => self.fields(a, b, FieldTypes::Fields(&ty.fields), ty.fields.len()),
            Type::List(element) => self.lists(a, b, *element),
            Type::Map(key, value) => self.tables(a, b, *key, Some(*value)),
            Type::Set(element) => self.tables(a, b, *element, None),
            Type::Enum(ty) => match high(a).cmp(&high(b)) {
                Ordering::Equal if low(a) != 0 => {
                    let fields = &ty.variants[high(a) as usize].fields;
                    self.fields(a, b, FieldTypes::Fields(fields), fields.len())
                }
                order => order,
            },
        }
    }

    fn bytes(&mut self, a: &[u8], b: &[u8]) -> Ordering {
        let (order, work) = bytes(a, b, self.equality);
        self.work += work;
        order
    }

    fn fields(&mut self, a: u64, b: u64, types: FieldTypes<'a>, count: usize) -> Ordering {
        let (a, b) = (low(a), low(b));
        if !self.known_same(a, b) {
            let (a, b) = (self.view.fields(a, count), self.view.fields(b, count));
            let (a, b) = (Cow::Borrowed(a), Cow::Borrowed(b));
            self.open.push(Pair { a, b, types, next: 0, otherwise: Ordering::Equal });
        }
        Ordering::Equal
    }

    fn lists(&mut self, a: u64, b: u64, element: TypeId) -> Ordering {
        let (at_a, at_b) = (low(a), low(b));
        let (a, b) = (self.view.elements(at_a), self.view.elements(at_b));
        let otherwise = a.len().cmp(&b.len());
        if self.equality && otherwise != Ordering::Equal {
            return otherwise;
        }
        if !self.known_same(at_a, at_b) {
            let (a, b) = (Cow::Borrowed(a), Cow::Borrowed(b));
            self.open.push(Pair { a, b, types: FieldTypes::All(element), next: 0, otherwise });
        }
        Ordering::Equal
    }

    /// Maps and sets are compared as if each was sorted by its keys, whatever the order of insertion.
    fn tables(&mut self, a: u64, b: u64, key: TypeId, value: Option<TypeId>) -> Ordering {
        let (at_a, at_b) = (low(a), low(b));
        let stride = 2 + usize::from(value.is_some());
        let (a, b) = (self.view.table(at_a, stride), self.view.table(at_b, stride));
        let otherwise = a.len().cmp(&b.len());
        if self.equality && otherwise != Ordering::Equal {
            return otherwise;
        }
        if !self.known_same(at_a, at_b) {
            let types = value.map_or(FieldTypes::All(key), |value| FieldTypes::Entries(key, value));
            let (a, b) = (self.sorted(a, key), self.sorted(b, key));
            self.open.push(Pair { a: Cow::Owned(a), b: Cow::Owned(b), types, next: 0, otherwise });
        }
        Ordering::Equal
    }

    /// The keys of a table in order, each with its value, if it has values.
    fn sorted(&mut self, table: Table<'a>, key: TypeId) -> Vec<u64> {
        let mut entries: Vec<&[u64]> = table.entries().collect();
        self.work += table.used() as u64;
        let mut work = 0;
        entries.sort_by(|a, b| {
            let (order, compared) = compare(self.program, self.view, a[1], b[1], key);
            work += compared;
            order
        });
        self.work += work;
        entries.into_iter().flat_map(|entry| &entry[1..]).copied().collect()
    }

    /// Whether two objects need not be looked at: they are one, or are held to be equal. From then on they are.
    fn known_same(&mut self, a: u32, b: u32) -> bool {
        if a == b {
            return true;
        }
        if self.work < STEPS_UNREMEMBERED {
            return false;
        }
        let (a, b) = (self.representative(a), self.representative(b));
        self.same.insert(a.max(b), a.min(b));
        a == b
    }

    /// The object that stands for all that are held equal to this one. Halves the path on its way.
    fn representative(&mut self, mut object: u32) -> u32 {
        while let Some(&parent) = self.same.get(&object) {
            if parent == object {
                break;
            }
            let grandparent = self.same.get(&parent).copied().unwrap_or(parent);
            self.same.insert(object, grandparent);
            self.work += 1;
            object = parent;
        }
        object
    }
}

/// The order of bytes, or whatever is not `Equal` if only equality is wanted, and the work.
fn bytes(a: &[u8], b: &[u8], equality: bool) -> (Ordering, u64) {
    if equality && a.len() != b.len() {
        return (Ordering::Less, 0);
    }
    (a.cmp(b), a.len().min(b.len()) as u64 / 8)
}

fn floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}
