//! The type table: each type once, in range, and built from others without end only through structs and enums.

use std::collections::HashMap;

use super::tables::{at, within};
use super::{
    FIELDS_MAX, Fault, NAME_BYTES_MAX, PARAMETERS_MAX, PAYLOAD_MAX, Place, TypeFacts, VARIANTS_MAX,
    VerifyError,
};
use crate::bytecode::{Module, Type, TypeId};

/// Checks the type table.
pub(super) fn types(module: &Module) -> Result<(), VerifyError> {
    let mut seen: HashMap<&Type, u32> = HashMap::with_capacity(module.types.len());
    for (index, ty) in (0_u32..).zip(&module.types) {
        check_type(module, ty).map_err(at(Place::Type(index)))?;
        if let Some(first) = seen.insert(ty, index) {
            return Err(at(Place::Type(index))(Fault::DuplicateType(TypeId(first))));
        }
    }
    if let Some(index) = endless_type(&module.types) {
        return Err(at(Place::Type(index))(Fault::EndlessType));
    }
    match bad_key(&module.types) {
        Some((table, key)) => Err(at(Place::Type(table))(Fault::BadKey(key))),
        None => Ok(()),
    }
}

/// A map or set whose keys can't be: they change, or have no structural hash.
fn bad_key(types: &[Type]) -> Option<(u32, TypeId)> {
    let key = |ty: &Type| match ty {
        Type::Map(key, _) | Type::Set(key) => Some(*key),
        _ => None,
    };
    let mut keys = (0_u32..).zip(types).filter_map(|(index, ty)| Some((index, key(ty)?))).peekable();
    keys.peek()?;
    let is_key = types_without(types, |ty| !ty.fits_in_key());
    keys.find(|(_, key)| !is_key[key.0 as usize])
}

fn check_type(module: &Module, ty: &Type) -> Result<(), Fault> {
    match ty {
        Type::Unit | Type::Int | Type::Float | Type::Bool | Type::Str | Type::Bytes => {}
        Type::Tuple(elements) if elements.len() < 2 => return Err(Fault::ShortTuple),
        Type::Tuple(elements) => within("elements", elements.len(), FIELDS_MAX)?,
        Type::Struct(ty) => {
            within("bytes of name", ty.name.len(), NAME_BYTES_MAX)?;
            within("fields", ty.fields.len(), FIELDS_MAX)?;
            ty.fields
                .iter()
                .try_for_each(|field| within("bytes of name", field.name.len(), NAME_BYTES_MAX))?;
        }
        Type::Enum(ty) => {
            within("bytes of name", ty.name.len(), NAME_BYTES_MAX)?;
            within("variants", ty.variants.len(), VARIANTS_MAX)?;
            for variant in &ty.variants {
                within("bytes of name", variant.name.len(), NAME_BYTES_MAX)?;
                within("fields of a variant", variant.fields.len(), PAYLOAD_MAX)?;
                variant
                    .fields
                    .iter()
                    .try_for_each(|f| within("bytes of name", f.name.len(), NAME_BYTES_MAX))?;
            }
        }
        Type::Fn(params, _) => within("parameters", params.len(), PARAMETERS_MAX)?,
        Type::List(_) | Type::Map(..) | Type::Set(_) | Type::Cell(_) | Type::Addr(_) | Type::Inbox(_) => {}
    }
    let mut range = Ok(());
    for_each_part(ty, |id| {
        if range.is_ok() {
            range = known(module, id);
        }
    });
    range.and_then(|()| match ty {
        Type::Struct(ty) => ty.args.iter().try_for_each(|id| known(module, *id)),
        Type::Enum(ty) => ty.args.iter().try_for_each(|id| known(module, *id)),
        _ => Ok(()),
    })
}

pub(super) fn known(module: &Module, id: TypeId) -> Result<(), Fault> {
    if (id.0 as usize) < module.types.len() {
        Ok(())
    } else {
        Err(Fault::OutOfRange { what: "type", index: id.0 })
    }
}

/// Visits the types that a value of this one holds or, if it is a function, an address or an inbox, takes and gives.
fn for_each_part(ty: &Type, mut visit: impl FnMut(TypeId)) {
    match ty {
        Type::Unit | Type::Int | Type::Float | Type::Bool | Type::Str | Type::Bytes => {}
        Type::Tuple(elements) => elements.iter().copied().for_each(visit),
        Type::Struct(ty) => ty.fields.iter().for_each(|field| visit(field.ty)),
        Type::Enum(ty) => ty.variants.iter().flat_map(|v| &v.fields).for_each(|field| visit(field.ty)),
        Type::List(part) | Type::Set(part) | Type::Cell(part) | Type::Addr(part) | Type::Inbox(part) => {
            visit(*part);
        }
        Type::Map(key, value) => [*key, *value].into_iter().for_each(visit),
        Type::Fn(params, result) => params.iter().chain([result]).copied().for_each(visit),
    }
}

/// A type that contains itself with no struct or enum between: it would have no finite name.
fn endless_type(types: &[Type]) -> Option<u32> {
    // Takes away, again and again, the types all of whose parts are gone; what is left is on or behind a cycle.
    let mut waiting = vec![0_u32; types.len()];
    let mut users: Vec<Vec<u32>> = vec![Vec::new(); types.len()];
    for (index, ty) in (0_u32..).zip(types) {
        if !matches!(ty, Type::Struct(_) | Type::Enum(_)) {
            for_each_part(ty, |part| {
                waiting[index as usize] += 1;
                users[part.0 as usize].push(index);
            });
        }
    }
    let mut done: Vec<u32> =
        (0_u32..).zip(&waiting).filter(|(_, count)| **count == 0).map(|(i, _)| i).collect();
    while let Some(index) = done.pop() {
        for user in &users[index as usize] {
            waiting[*user as usize] -= 1;
            if waiting[*user as usize] == 0 {
                done.push(*user);
            }
        }
    }
    waiting.iter().position(|count| *count > 0).map(|index| index as u32)
}

/// Which types have no inbox in them, but for functions, of which each is looked at when it is sent.
pub(crate) fn messages(types: &[Type]) -> Vec<bool> {
    types_without(types, |ty| matches!(ty, Type::Inbox(_)))
}

/// Works out what code is checked against, of a table that has been checked.
pub(super) fn facts(types: &[Type]) -> TypeFacts {
    let is_data = types_without(types, |ty| matches!(ty, Type::Fn(..) | Type::Cell(_)));
    TypeFacts { is_word: types.iter().map(is_word).collect(), is_data, is_message: messages(types) }
}

fn is_word(ty: &Type) -> bool {
    match ty {
        Type::Int | Type::Bool => true,
        Type::Enum(ty) => ty.variants.iter().all(|variant| variant.fields.is_empty()),
        _ => false,
    }
}

/// Which types hold no such type, however deep: the greatest solution, so that a recursive type is no hindrance.
fn types_without(types: &[Type], is_out: impl Fn(&Type) -> bool) -> Vec<bool> {
    let mut is_in = vec![true; types.len()];
    if !types.iter().any(&is_out) {
        return is_in;
    }
    let mut holders: Vec<Vec<u32>> = vec![Vec::new(); types.len()];
    let mut tainted = Vec::new();
    for (index, ty) in (0_u32..).zip(types) {
        if is_out(ty) {
            is_in[index as usize] = false;
            tainted.push(index);
        } else if !matches!(ty, Type::Addr(_) | Type::Fn(..)) {
            // An address holds nothing of what can be sent to it, and a function nothing of what it takes and gives.
            for_each_part(ty, |part| holders[part.0 as usize].push(index));
        }
    }
    while let Some(index) = tainted.pop() {
        for holder in &holders[index as usize] {
            if std::mem::replace(&mut is_in[*holder as usize], false) {
                tainted.push(*holder);
            }
        }
    }
    is_in
}
