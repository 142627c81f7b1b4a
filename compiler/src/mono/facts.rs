//! What code generation asks about a concrete type.

use mob_vm::bytecode::{Type, TypeId};
use mob_vm::natives::NativeTy;

use super::TypeTable;

impl TypeTable<'_> {
    /// Whether values of this type can have functions in them, which can't be compared or shown.
    pub(crate) fn has_functions(&mut self, id: TypeId) -> bool {
        if let Some(known) = self.functions_within.get(&id) {
            return *known;
        }
        let found = self.reachable(id).into_iter().any(|id| matches!(self.get(id), Type::Fn(..)));
        self.functions_within.insert(id, found);
        found
    }

    /// Whether values of this type can have inboxes in them, which can't be sent. A function is looked at when it is sent.
    pub(crate) fn has_inbox(&self, id: TypeId) -> bool {
        self.reachable(id).into_iter().any(|id| matches!(self.get(id), Type::Inbox(_)))
    }

    /// What can be sent to an address, or comes out of an inbox.
    pub(crate) fn message(&self, id: TypeId) -> Option<TypeId> {
        match self.get(id) {
            Type::Addr(message) | Type::Inbox(message) => Some(*message),
            _ => None,
        }
    }

    /// Whether equal slots are equal values, and the slot is not a Float: `Int`, `Bool` and enums that carry nothing.
    pub(crate) fn is_word(&self, id: TypeId) -> bool {
        match self.get(id) {
            Type::Int | Type::Bool => true,
            Type::Enum(ty) => ty.variants.iter().all(|variant| variant.fields.is_empty()),
            _ => false,
        }
    }

    /// How many variants the enum has; 0 for what is none.
    pub(crate) fn variant_count(&self, id: TypeId) -> usize {
        match self.get(id) {
            Type::Enum(ty) => ty.variants.len(),
            _ => 0,
        }
    }

    /// The type of an enum's payload field.
    pub(crate) fn payload(&self, id: TypeId, tag: u32, field: u32) -> Option<TypeId> {
        match self.get(id) {
            Type::Enum(ty) => Some(ty.variants.get(tag as usize)?.fields.get(field as usize)?.ty),
            _ => None,
        }
    }

    /// The types of a struct's fields or a tuple's elements.
    pub(crate) fn field_types(&self, id: TypeId) -> Vec<TypeId> {
        match self.get(id) {
            Type::Struct(ty) => ty.fields.iter().map(|field| field.ty).collect(),
            Type::Tuple(elements) => elements.clone(),
            _ => Vec::new(),
        }
    }

    /// A list's element.
    pub(crate) fn element(&self, id: TypeId) -> Option<TypeId> {
        match self.get(id) {
            Type::List(element) => Some(*element),
            _ => None,
        }
    }

    /// What keeps a type from being the key of a map or set: a type that it holds, if there is one.
    pub(crate) fn unfit_for_key(&self, id: TypeId) -> Option<TypeId> {
        self.reachable(id).into_iter().filter(|id| !self.get(*id).fits_in_key()).min()
    }

    /// The keys of a map or the elements of a set.
    pub(crate) fn key(&self, id: TypeId) -> Option<TypeId> {
        match self.get(id) {
            Type::Map(key, _) | Type::Set(key) => Some(*key),
            _ => None,
        }
    }

    /// The values of a map.
    pub(crate) fn map_value(&self, id: TypeId) -> Option<TypeId> {
        match self.get(id) {
            Type::Map(_, value) => Some(*value),
            _ => None,
        }
    }

    /// Whether it is this type of native functions.
    pub(crate) fn is_native(&self, native: NativeTy, id: TypeId) -> bool {
        native.is(self.get(id), self.all())
    }
}
