//! Which types of different modules are the same: those with the same structural hash.
//!
//! A type's hash is that of all that can be reached from it, written down in the order of a breadth-first walk, with the
//! number of its visit in place of each id. So it does not depend on the table that the type stands in, and types that
//! hold themselves have one too.

use std::collections::HashMap;

use serde::Serialize;

use crate::bytecode::{Type, TypeId};

/// How many ids the walks of one table may meet. The types of a program take some dozens each.
const STEPS_MAX: usize = 1 << 22;

/// The structural hash of a type.
pub(super) type Identity = [u8; 32];

/// The types hang together so closely that finding out which are the same would take too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooComplex;

/// What counts of a declared name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// All of it, so that two modules of a program may each declare a type of the same name.
    Qualified,
    /// What stands behind the module's name, so that a type is the same whether it is declared in the program's root or in
    /// a module that the program uses.
    Bare,
}

/// The hash of each type of a table that has been checked.
pub(super) fn identities(types: &[Type]) -> Result<Vec<Identity>, TooComplex> {
    let mut steps = STEPS_MAX;
    let identity = |index| walk(types, TypeId(index), Names::Qualified, &mut steps, |_| {});
    (0..types.len() as u32).map(identity).map(|walked| Ok(walked?.0)).collect()
}

/// Goes through all that can be reached from a type: its hash, and the types in the order of their visits, which are
/// shown with the numbers of these visits in place of ids. Each id that is met takes a step.
pub(super) fn walk(
    types: &[Type],
    root: TypeId,
    names: Names,
    steps: &mut usize,
    mut visit: impl FnMut(Type),
) -> Result<(Identity, Vec<TypeId>), TooComplex> {
    let mut hasher = blake3::Hasher::new();
    let mut numbers = HashMap::from([(root, 0)]);
    let mut queue = vec![root];
    let mut next = 0;
    while let Some(id) = queue.get(next).copied() {
        next += 1;
        let mut numbered = types[id.0 as usize].map_ids(|part| {
            *steps = steps.saturating_sub(1);
            let number = numbers.len() as u32;
            TypeId(*numbers.entry(part).or_insert_with(|| {
                queue.push(part);
                number
            }))
        });
        if names == Names::Bare {
            drop_module(&mut numbered);
        }
        *steps = steps.checked_sub(1).filter(|left| *left > 0).ok_or(TooComplex)?;
        // Writing to a hasher can't fail, and every length in a type is known before it is written.
        let written = numbered.serialize(&mut rmp_serde::Serializer::new(&mut hasher));
        debug_assert!(written.is_ok());
        visit(numbered);
    }
    Ok((*hasher.finalize().as_bytes(), queue))
}

fn drop_module(ty: &mut Type) {
    let (Type::Struct(crate::bytecode::StructType { name, .. })
    | Type::Enum(crate::bytecode::EnumType { name, .. })) = ty
    else {
        return;
    };
    if let Some(dot) = name.rfind('.') {
        name.drain(..=dot);
    }
}
