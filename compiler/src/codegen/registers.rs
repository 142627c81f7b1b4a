//! The registers of one function: each has one type; one that is free again serves the next use of that type.

use foldhash::HashMap;

use mob_vm::bytecode::TypeId;
use mob_vm::verify::REGISTERS_MAX;

/// A register's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Reg(pub(super) u16);

/// Hands out registers.
#[derive(Debug, Default)]
pub(super) struct Registers {
    types: Vec<TypeId>,
    /// The register of each type that was released last.
    free: HashMap<TypeId, Reg>,
    /// For each free register, the one of its type that was released before it.
    before: Vec<Option<Reg>>,
    is_overfull: bool,
}

impl Registers {
    /// A register of this type that nothing else uses.
    pub(super) fn take(&mut self, ty: TypeId) -> Reg {
        let Some(free) = self.free.get(&ty).copied() else { return self.add(ty) };
        match self.before.get(usize::from(free.0)).copied().flatten() {
            Some(before) => self.free.insert(ty, before),
            None => self.free.remove(&ty),
        };
        free
    }

    /// A register of this type that was never used before: parameters and captures are the first in order.
    pub(super) fn add(&mut self, ty: TypeId) -> Reg {
        if self.types.len() >= REGISTERS_MAX {
            self.is_overfull = true;
            return Reg(0);
        }
        self.types.push(ty);
        self.before.push(None);
        Reg(self.types.len() as u16 - 1)
    }

    /// The register's value is not needed any more.
    pub(super) fn release(&mut self, reg: Reg) {
        let index = usize::from(reg.0);
        if let (Some(ty), Some(before)) = (self.types.get(index), self.before.get_mut(index)) {
            *before = self.free.insert(*ty, reg);
        }
    }

    /// The register's type.
    pub(super) fn ty(&self, reg: Reg) -> TypeId {
        self.types.get(reg.0 as usize).copied().unwrap_or(TypeId(0))
    }

    /// Whether more registers were asked for than a function can have.
    pub(super) fn is_overfull(&self) -> bool {
        self.is_overfull
    }

    /// The type of each register.
    pub(super) fn into_types(self) -> Vec<TypeId> {
        self.types
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_are_used_again_by_type() {
        let mut registers = Registers::default();
        let first = registers.take(TypeId(1));
        registers.release(first);
        assert_ne!(registers.take(TypeId(2)), first);
        assert_eq!(registers.take(TypeId(1)), first);
        assert_eq!(registers.into_types(), [TypeId(1), TypeId(2)]);
    }

    #[test]
    fn too_many_are_noticed() {
        let mut registers = Registers::default();
        for _ in 0..=REGISTERS_MAX {
            registers.take(TypeId(0));
        }
        assert!(registers.is_overfull());
    }
}
