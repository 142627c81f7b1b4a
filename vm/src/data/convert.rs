//! The way of a value out of a heap, as an owned tree, and in again, checked against its type.
//!
//! These recurse, to a depth of [`DEPTH_MAX`]: so does every owned tree when it is dropped, compared or printed.

use super::look_up;
use crate::agent::ValueError;
use crate::bytecode::{Field, Type, TypeId};
use crate::heap::{Heap, View};
use crate::layout::{float_bits, header, high, low};
use crate::mail::Address;
use crate::program::Program;
use crate::value::Value;

/// How deeply a value may be nested.
const DEPTH_MAX: usize = 128;

/// What one node of a tree counts for, in bytes, beside its text.
const NODE_BYTES: usize = 32;

/// A slot of a type as an owned tree of at most so many bytes, roughly.
pub(crate) fn to_value(
    program: &Program,
    view: View<'_>,
    slot: u64,
    ty: TypeId,
    bytes_max: usize,
) -> Result<Value, ValueError> {
    Reader { program, view, budget: Budget::new(bytes_max) }.value(slot, ty, DEPTH_MAX)
}

/// Checks that a value is of a type, and gives the words that it takes in a heap.
pub(crate) fn value_words(
    program: &Program,
    value: &Value,
    ty: TypeId,
    bytes_max: usize,
) -> Result<usize, ValueError> {
    let mut checker = Checker { program, budget: Budget::new(bytes_max), words: 0 };
    checker.value(value, ty, DEPTH_MAX)?;
    Ok(checker.words)
}

/// Writes a value into the room that [`value_words`] asked for, and gives its slot. What is not of the type
/// becomes 0, but [`value_words`] lets no such value through.
pub(crate) fn place_value(program: &Program, heap: &mut Heap, value: &Value, ty: TypeId) -> u64 {
    match (value, program.ty(ty)) {
        (Value::Int(value), Type::Int) => *value as u64,
        (Value::Float(value), Type::Float) => float_bits(*value),
        (Value::Bool(value), Type::Bool) => u64::from(*value),
        (Value::Str(text), Type::Str) => u64::from(heap.push_text(program, text)),
        (Value::Bytes(bytes), Type::Bytes) => u64::from(heap.push_bytes(program, bytes)),
        (Value::Addr(address), Type::Addr(_)) => u64::from(heap.push(header(ty.0, 0), &address.to_words())),
        (Value::Fields(values), Type::Tuple(types)) => {
            place_fields(program, heap, values, types.iter().copied(), ty, 0)
        }
        (Value::Fields(values), Type::Struct(def)) => {
            place_fields(program, heap, values, def.fields.iter().map(|field| field.ty), ty, 0)
        }
        (Value::Variant(tag, values), Type::Enum(def)) => {
            let fields = def.variants.get(*tag as usize).map_or(&[][..], |variant| &variant.fields);
            if fields.is_empty() {
                return header(0, *tag);
            }
            let at = place_fields(program, heap, values, fields.iter().map(|field| field.ty), ty, *tag);
            header(low(at), *tag)
        }
        (Value::List(values), Type::List(element)) => {
            let slots: Vec<u64> =
                values.iter().map(|value| place_value(program, heap, value, *element)).collect();
            let list = heap.push_list(ty.0, slots.len());
            heap.elements_mut(list).copy_from_slice(&slots);
            u64::from(list)
        }
        (Value::Map(entries), Type::Map(key, of)) => {
            let entries = entries.iter().map(|(key, value)| (key, Some(value)));
            place_table(program, heap, entries, (*key, Some(*of)), ty)
        }
        (Value::Set(elements), Type::Set(element)) => {
            let entries = elements.iter().map(|element| (element, None));
            place_table(program, heap, entries, (*element, None), ty)
        }
        _ => 0,
    }
}

fn place_table<'v>(
    program: &Program,
    heap: &mut Heap,
    entries: impl ExactSizeIterator<Item = (&'v Value, Option<&'v Value>)>,
    (key_ty, value_ty): (TypeId, Option<TypeId>),
    ty: TypeId,
) -> u64 {
    let layout = *program.table(ty.0);
    let table = heap.push_table(ty.0, entries.len(), layout.stride());
    for (key, value) in entries {
        let key = place_value(program, heap, key, key_ty);
        let value = value.zip(value_ty).map(|(value, ty)| place_value(program, heap, value, ty));
        let (mark, probe) = look_up(program, heap.view(program), heap.seed, table, &layout, key);
        match (probe.found, value) {
            (None, value) => drop(heap.add_entry(table, mark, key, value)),
            (Some(place), Some(value)) => heap.set_entry_value(table, place.index, value),
            (Some(_), None) => {}
        }
    }
    u64::from(table)
}

fn place_fields(
    program: &Program,
    heap: &mut Heap,
    values: &[Value],
    types: impl Iterator<Item = TypeId>,
    ty: TypeId,
    extra: u32,
) -> u64 {
    let slots: Vec<u64> =
        values.iter().zip(types).map(|(value, ty)| place_value(program, heap, value, ty)).collect();
    u64::from(heap.push(header(ty.0, extra), &slots))
}

/// What may still be taken.
struct Budget {
    left: usize,
    limit: usize,
}

impl Budget {
    fn new(limit: usize) -> Self {
        Self { left: limit, limit }
    }

    fn take(&mut self, bytes: usize) -> Result<(), ValueError> {
        self.left = self.left.checked_sub(bytes).ok_or(ValueError::TooLarge { limit_bytes: self.limit })?;
        Ok(())
    }
}

fn deeper(depth: usize) -> Result<usize, ValueError> {
    depth.checked_sub(1).ok_or(ValueError::TooDeep)
}

struct Reader<'a> {
    program: &'a Program,
    view: View<'a>,
    budget: Budget,
}

impl Reader<'_> {
    fn value(&mut self, slot: u64, ty: TypeId, depth: usize) -> Result<Value, ValueError> {
        let depth = deeper(depth)?;
        self.budget.take(NODE_BYTES)?;
        let at = low(slot);
        Ok(match self.program.ty(ty) {
            Type::Unit => Value::Unit,
            Type::Int => Value::Int(slot as i64),
            Type::Float => Value::Float(f64::from_bits(float_bits(f64::from_bits(slot)))),
            Type::Bool => Value::Bool(slot != 0),
            Type::Str => {
                let text = self.view.text(at);
                self.budget.take(text.len())?;
                Value::Str(text.into_owned())
            }
            Type::Bytes => {
                let bytes = self.view.bytes(at);
                self.budget.take(bytes.len())?;
                Value::Bytes(bytes.into_owned())
            }
            Type::Tuple(types) => Value::Fields(self.row(self.view.fields(at, types.len()), types, depth)?),
            Type::Struct(def) => Value::Fields(self.fields(at, &def.fields, depth)?),
            Type::Enum(def) => {
                Value::Variant(high(slot), self.fields(at, &def.variants[high(slot) as usize].fields, depth)?)
            }
            Type::List(element) => {
                let elements = self.view.elements(at);
                Value::List(
                    elements
                        .iter()
                        .map(|slot| self.value(*slot, *element, depth))
                        .collect::<Result<_, _>>()?,
                )
            }
            Type::Map(key, value) => {
                let entries = self.view.table(at, 3).entries();
                let entries = entries.map(|entry| {
                    Ok((self.value(entry[1], *key, depth)?, self.value(entry[2], *value, depth)?))
                });
                Value::Map(entries.collect::<Result<_, ValueError>>()?)
            }
            Type::Set(element) => {
                let entries = self.view.table(at, 2).entries();
                let elements = entries.map(|entry| self.value(entry[1], *element, depth));
                Value::Set(elements.collect::<Result<_, ValueError>>()?)
            }
            Type::Addr(_) => Value::Addr(Address::from_slots(self.view.fields(at, Address::WORDS))),
            Type::Fn(..) | Type::Cell(_) | Type::Inbox(_) => return Err(ValueError::Function),
        })
    }

    fn fields(&mut self, at: u32, fields: &[Field], depth: usize) -> Result<Vec<Value>, ValueError> {
        if fields.is_empty() {
            return Ok(Vec::new());
        }
        let slots = self.view.fields(at, fields.len());
        slots.iter().zip(fields).map(|(slot, field)| self.value(*slot, field.ty, depth)).collect()
    }

    fn row(&mut self, slots: &[u64], types: &[TypeId], depth: usize) -> Result<Vec<Value>, ValueError> {
        slots.iter().zip(types).map(|(slot, ty)| self.value(*slot, *ty, depth)).collect()
    }
}

struct Checker<'a> {
    program: &'a Program,
    budget: Budget,
    words: usize,
}

impl Checker<'_> {
    fn value(&mut self, value: &Value, ty: TypeId, depth: usize) -> Result<(), ValueError> {
        let depth = deeper(depth)?;
        self.budget.take(NODE_BYTES)?;
        match (value, self.program.ty(ty)) {
            (Value::Unit, Type::Unit)
            | (Value::Int(_), Type::Int)
            | (Value::Float(_), Type::Float)
            | (Value::Bool(_), Type::Bool) => Ok(()),
            (Value::Str(text), Type::Str) => self.object(Heap::text_words(text.len()), text.len()),
            (Value::Bytes(bytes), Type::Bytes) => self.object(Heap::bytes_words(bytes.len()), bytes.len()),
            (Value::Fields(values), Type::Tuple(types)) => self.row(values, types.iter().copied(), ty, depth),
            (Value::Fields(values), Type::Struct(def)) => {
                self.row(values, def.fields.iter().map(|field| field.ty), ty, depth)
            }
            (Value::Variant(tag, values), Type::Enum(def)) => {
                let variant = def.variants.get(*tag as usize).ok_or_else(|| self.wrong(ty))?;
                match variant.fields.len() {
                    0 if values.is_empty() => Ok(()),
                    _ => self.row(values, variant.fields.iter().map(|field| field.ty), ty, depth),
                }
            }
            (Value::List(values), Type::List(element)) => {
                self.object(Heap::list_words(values.len()), 0)?;
                values.iter().try_for_each(|value| self.value(value, *element, depth))
            }
            (Value::Map(entries), Type::Map(key_ty, value_ty)) => {
                self.object(Heap::table_words(entries.len(), 3), 0)?;
                entries.iter().try_for_each(|(key, value)| {
                    self.value(key, *key_ty, depth)?;
                    self.value(value, *value_ty, depth)
                })
            }
            (Value::Set(elements), Type::Set(element)) => {
                self.object(Heap::table_words(elements.len(), 2), 0)?;
                elements.iter().try_for_each(|value| self.value(value, *element, depth))
            }
            (Value::Addr(_), Type::Addr(_)) => self.object(1 + Address::WORDS, 0),
            (_, Type::Fn(..) | Type::Cell(_) | Type::Inbox(_)) => Err(ValueError::Function),
            _ => Err(self.wrong(ty)),
        }
    }

    fn row(
        &mut self,
        values: &[Value],
        types: impl ExactSizeIterator<Item = TypeId>,
        ty: TypeId,
        depth: usize,
    ) -> Result<(), ValueError> {
        if values.len() != types.len() {
            return Err(self.wrong(ty));
        }
        self.object(1 + values.len(), 0)?;
        values.iter().zip(types).try_for_each(|(value, ty)| self.value(value, ty, depth))
    }

    fn object(&mut self, words: usize, bytes: usize) -> Result<(), ValueError> {
        self.budget.take(bytes)?;
        self.words += words;
        Ok(())
    }

    fn wrong(&self, ty: TypeId) -> ValueError {
        ValueError::WrongType { wanted: self.program.type_name(ty) }
    }
}
