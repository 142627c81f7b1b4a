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
    free: HashMap<TypeId, Vec<Reg>>,
    is_overfull: bool,
}

impl Registers {
    /// A register of this type that nothing else uses.
    pub(super) fn take(&mut self, ty: TypeId) -> Reg {
        let free = self.free.get_mut(&ty).and_then(Vec::pop);
        free.unwrap_or_else(|| self.add(ty))
    }

    /// A register of this type that was never used before: parameters and captures are the first in order.
    pub(super) fn add(&mut self, ty: TypeId) -> Reg {
        if self.types.len() >= REGISTERS_MAX {
            self.is_overfull = true;
            return Reg(0);
        }
        self.types.push(ty);
        Reg(self.types.len() as u16 - 1)
    }

    /// The register's value is not needed any more.
    pub(super) fn release(&mut self, reg: Reg) {
        if let Some(ty) = self.types.get(reg.0 as usize) {
            self.free.entry(*ty).or_default().push(reg);
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
