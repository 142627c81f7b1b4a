//! The type table under construction: each concrete type once.

use foldhash::{HashMap, HashMapExt, HashSet};

use mob_vm::bytecode::{EnumType, Field, StructType, Type, TypeId, Variant};
use mob_vm::verify::TYPES_MAX;

use crate::typed::{self, EnumId, Kind, Program, StructId, Ty};

/// How deep type arguments may nest. Source text can't nest as deep; a generic function that calls itself with an ever
/// larger type does.
const DEPTH_MAX: u32 = 300;

/// Which declaration a struct or enum type specialises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Nominal {
    Struct(StructId),
    Enum(EnumId),
}

/// Interns types.
pub(crate) struct TypeTable<'p> {
    program: &'p Program,
    types: Vec<Type>,
    depths: Vec<u32>,
    /// The ids of the program's types that have no type parameters in them, once they were asked for.
    known: Vec<Option<TypeId>>,
    structural: HashMap<Type, TypeId>,
    nominal: HashMap<(Nominal, Vec<TypeId>), TypeId>,
    /// Structs and enums whose fields are not interned yet.
    pending: Vec<(TypeId, Nominal)>,
    /// Which declaration goes by which name in the table.
    names: HashMap<String, Nominal>,
    /// Types known to have functions in them, or not to.
    pub(super) functions_within: HashMap<TypeId, bool>,
    is_overfull: bool,
}

impl<'p> TypeTable<'p> {
    /// An empty table for the types of `program`.
    pub(crate) fn new(program: &'p Program) -> Self {
        Self {
            program,
            types: Vec::new(),
            depths: Vec::new(),
            known: Vec::new(),
            structural: HashMap::new(),
            nominal: HashMap::new(),
            pending: Vec::new(),
            names: HashMap::new(),
            functions_within: HashMap::new(),
            is_overfull: false,
        }
    }

    /// Whether some type was not interned, since there are too many or it is too deep; `()` stands in its place.
    pub(crate) fn is_overfull(&self) -> bool {
        self.is_overfull
    }

    /// The type of an id that this table gave.
    pub(crate) fn get(&self, id: TypeId) -> &Type {
        self.types.get(id.0 as usize).unwrap_or(&Type::Unit)
    }

    /// All types in the order of their ids.
    pub(super) fn all(&self) -> &[Type] {
        &self.types
    }

    /// All types in the order of their ids.
    pub(crate) fn into_types(self) -> Vec<Type> {
        self.types
    }

    /// The id of a type, `args` standing for its parameters. What never gives a value has no type of its own: it becomes `()`.
    pub(crate) fn intern(&mut self, ty: &Ty, args: &[TypeId]) -> TypeId {
        let id = self.reserve(*ty, args);
        while let Some((id, nominal)) = self.pending.pop() {
            self.complete(id, nominal);
        }
        id
    }

    /// The id of a type that is no struct or enum.
    pub(crate) fn structural(&mut self, ty: Type) -> TypeId {
        debug_assert!(!matches!(ty, Type::Struct(_) | Type::Enum(_)));
        if let Some(id) = self.structural.get(&ty) {
            return *id;
        }
        let depth = match &ty {
            Type::List(inner)
            | Type::Set(inner)
            | Type::Cell(inner)
            | Type::Addr(inner)
            | Type::Inbox(inner) => self.depth_over(&[*inner]),
            Type::Map(key, value) => self.depth_over(&[*key, *value]),
            Type::Tuple(elements) => self.depth_over(elements),
            Type::Fn(params, result) => self.depth_over(params).max(self.depth_over(&[*result])),
            _ => 1,
        };
        self.add(ty.clone(), depth)
            .inspect(|id| {
                self.structural.insert(ty, *id);
            })
            .unwrap_or(TypeId(0))
    }

    /// The id of a type; structs and enums met on the way may be left without fields, in `pending`.
    fn reserve(&mut self, ty: Ty, args: &[TypeId]) -> TypeId {
        let types = &self.program.types;
        if types.has_param(ty) {
            return self.reserve_kind(types.kind(ty), args);
        }
        if let Some(id) = self.known.get(ty.index()).copied().flatten() {
            return id;
        }
        let id = self.reserve_kind(types.kind(ty), args);
        if self.known.len() < types.len() {
            self.known.resize(types.len(), None);
        }
        self.known[ty.index()] = Some(id);
        id
    }

    fn reserve_kind(&mut self, kind: &Kind, args: &[TypeId]) -> TypeId {
        let ty = match kind {
            Kind::Param(n) => match args.get(*n as usize) {
                Some(id) => return *id,
                None => Type::Unit,
            },
            Kind::Error | Kind::Never | Kind::Unit | Kind::Var(_) => Type::Unit,
            Kind::Int => Type::Int,
            Kind::Float => Type::Float,
            Kind::Bool => Type::Bool,
            Kind::Str => Type::Str,
            Kind::Bytes => Type::Bytes,
            Kind::Tuple(elements) => Type::Tuple(self.reserve_all(elements, args)),
            Kind::List(element) => Type::List(self.reserve(*element, args)),
            Kind::Set(element) => Type::Set(self.reserve(*element, args)),
            Kind::Addr(message) => Type::Addr(self.reserve(*message, args)),
            Kind::Inbox(message) => Type::Inbox(self.reserve(*message, args)),
            Kind::Map(key, value) => Type::Map(self.reserve(*key, args), self.reserve(*value, args)),
            Kind::Fn(params, result) => Type::Fn(self.reserve_all(params, args), self.reserve(*result, args)),
            Kind::Struct(id, of) => return self.reserve_nominal(Nominal::Struct(*id), of, args),
            Kind::Enum(id, of) => return self.reserve_nominal(Nominal::Enum(*id), of, args),
        };
        self.structural(ty)
    }

    fn reserve_all(&mut self, types: &[Ty], args: &[TypeId]) -> Vec<TypeId> {
        types.iter().map(|ty| self.reserve(*ty, args)).collect()
    }

    fn reserve_nominal(&mut self, nominal: Nominal, of: &[Ty], args: &[TypeId]) -> TypeId {
        let of = self.reserve_all(of, args);
        if let Some(id) = self.nominal.get(&(nominal, of.clone())) {
            return *id;
        }
        let name = self.distinct_name(nominal);
        let depth = self.depth_over(&of);
        let ty = match nominal {
            Nominal::Struct(_) => Type::Struct(StructType { name, args: of.clone(), fields: Vec::new() }),
            Nominal::Enum(_) => Type::Enum(EnumType { name, args: of.clone(), variants: Vec::new() }),
        };
        let Some(id) = self.add(ty, depth) else { return TypeId(0) };
        self.nominal.insert((nominal, of), id);
        self.pending.push((id, nominal));
        id
    }

    /// Interns the types of the fields of a struct or enum that has its id already, as it must when it holds itself.
    fn complete(&mut self, id: TypeId, nominal: Nominal) {
        let program = self.program;
        match (nominal, self.get(id).clone()) {
            (Nominal::Struct(of), Type::Struct(mut ty)) => {
                let fields = program.structs.get(of.index()).map_or(&[][..], |declared| &declared.fields);
                ty.fields = self.fields(fields, &ty.args);
                self.types[id.0 as usize] = Type::Struct(ty);
            }
            (Nominal::Enum(of), Type::Enum(mut ty)) => {
                let variants = program.enums.get(of.index()).map_or(&[][..], |declared| &declared.variants);
                ty.variants = variants.iter().map(|variant| self.variant(variant, &ty.args)).collect();
                self.types[id.0 as usize] = Type::Enum(ty);
            }
            _ => {}
        }
    }

    fn variant(&mut self, declared: &typed::Variant, args: &[TypeId]) -> Variant {
        Variant { name: declared.name.clone(), fields: self.fields(&declared.fields, args) }
    }

    fn fields(&mut self, declared: &[(String, Ty)], args: &[TypeId]) -> Vec<Field> {
        declared.iter().map(|(name, ty)| Field { name: name.clone(), ty: self.reserve(*ty, args) }).collect()
    }

    /// The declared name, but for a second declaration of one name: equal entries must be equal types.
    fn distinct_name(&mut self, nominal: Nominal) -> String {
        let declared = match nominal {
            Nominal::Struct(id) => self.program.structs.get(id.index()).map(|declared| &declared.name),
            Nominal::Enum(id) => self.program.enums.get(id.index()).map(|declared| &declared.name),
        };
        let mut name = declared.cloned().unwrap_or_default();
        while *self.names.entry(name.clone()).or_insert(nominal) != nominal {
            name.push('\'');
        }
        name
    }

    fn depth_over(&self, within: &[TypeId]) -> u32 {
        let depths = within.iter().filter_map(|id| self.depths.get(id.0 as usize));
        1 + depths.max().copied().unwrap_or(0)
    }

    fn add(&mut self, ty: Type, depth: u32) -> Option<TypeId> {
        if depth > DEPTH_MAX || self.types.len() >= TYPES_MAX {
            self.is_overfull = true;
            return None;
        }
        let id = TypeId(self.types.len() as u32);
        self.types.push(ty);
        self.depths.push(depth);
        Some(id)
    }

    /// Every type that a value of this one can hold, itself included.
    pub(super) fn reachable(&self, from: TypeId) -> HashSet<TypeId> {
        let mut seen: HashSet<_> = [from].into_iter().collect();
        let mut queue = vec![from];
        while let Some(id) = queue.pop() {
            let within: Vec<TypeId> = match self.get(id) {
                Type::Tuple(elements) => elements.clone(),
                Type::List(inner) | Type::Set(inner) | Type::Cell(inner) => vec![*inner],
                Type::Map(key, value) => vec![*key, *value],
                Type::Struct(ty) => ty.fields.iter().map(|field| field.ty).collect(),
                Type::Enum(ty) => {
                    ty.variants.iter().flat_map(|variant| &variant.fields).map(|field| field.ty).collect()
                }
                _ => Vec::new(),
            };
            queue.extend(within.into_iter().filter(|id| seen.insert(*id)));
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::typed::{Struct, Types};

    /// `Node[T] { value: T, rest: List[Node[T]] }`, and `Endless[T]`, which holds an `Endless[List[T]]`.
    fn list_struct() -> Program {
        let mut types = Types::new();
        let param = types.intern(Kind::Param(0));
        let tail = types.intern(Kind::Struct(StructId(0), [param].into()));
        let rest = types.list(tail);
        let node = Struct {
            name: "Node".into(),
            params: 1,
            fields: vec![("value".into(), param), ("rest".into(), rest)],
        };
        let params = types.list(param);
        let growing = types.intern(Kind::Struct(StructId(1), [params].into()));
        let more = types.list(growing);
        let endless = Struct { name: "Endless".into(), params: 1, fields: vec![("more".into(), more)] };
        Program { structs: vec![node, endless], types, ..Program::default() }
    }

    /// A struct with one type argument.
    fn of(program: &mut Program, id: u32, arg: Ty) -> Ty {
        program.types.intern(Kind::Struct(StructId(id), [arg].into()))
    }

    #[test]
    fn a_type_that_holds_itself_is_interned_once() {
        let mut program = list_struct();
        let node = of(&mut program, 0, Ty::INT);
        let mut table = TypeTable::new(&program);
        let id = table.intern(&node, &[]);
        assert_eq!(table.intern(&node, &[]), id);
        let Type::Struct(ty) = table.get(id).clone() else { panic!("a struct") };
        assert_eq!(*table.get(ty.fields[0].ty), Type::Int);
        assert_eq!(*table.get(ty.fields[1].ty), Type::List(id));
        assert_eq!(table.into_types().len(), 3);
    }

    #[test]
    fn parameters_stand_for_arguments() {
        let mut program = list_struct();
        let param = program.types.intern(Kind::Param(0));
        let (params, ints) = (program.types.list(param), program.types.list(Ty::INT));
        let mut table = TypeTable::new(&program);
        let int = table.intern(&Ty::INT, &[]);
        let of_param = table.intern(&params, &[int]);
        assert_eq!(of_param, table.intern(&ints, &[]));
    }

    #[test]
    fn a_type_that_needs_infinitely_many_is_noticed() {
        let mut program = list_struct();
        let endless = of(&mut program, 1, Ty::INT);
        let mut table = TypeTable::new(&program);
        table.intern(&endless, &[]);
        assert!(table.is_overfull());
    }

    #[test]
    fn functions_within_are_found() {
        let mut program = list_struct();
        let function = program.types.function(&[], Ty::INT);
        let (with, without) = (of(&mut program, 0, function), of(&mut program, 0, Ty::INT));
        let mut table = TypeTable::new(&program);
        let with = table.intern(&with, &[]);
        let without = table.intern(&without, &[]);
        assert!(table.has_functions(with));
        assert!(!table.has_functions(without));
    }
}
