//! A verified module, laid out for running. Shared by all agents that run it.

use std::sync::Arc;

use crate::bytecode::{Constant, FuncId, Function, Instr, Module, ModuleHash, Type, TypeId};
use crate::layout;
use crate::liveness::Liveness;
use crate::verify::{VerifyError, verify};

/// A verified program, ready to run.
#[derive(Debug)]
pub struct Program {
    module: Module,
    hash: ModuleHash,
    /// The code of all functions, one after the other. A `pc` anywhere in the engine is an index into it.
    pub(crate) code: Vec<Instr>,
    pub(crate) functions: Vec<FunctionInfo>,
    /// Each constant as the slot that `const` loads.
    pub(crate) constants: Vec<u64>,
    /// The objects of `Str` and `Bytes` constants, at the offsets that references with
    /// [`layout::CONSTANT_BIT`] name.
    pub(crate) constant_area: Vec<u64>,
    /// How objects of each type lie, by type id.
    pub(crate) layouts: Vec<TypeLayout>,
    pub(crate) well_known: WellKnown,
    /// Which registers are live at each safepoint.
    pub(crate) liveness: Liveness,
}

/// What the engine needs to know of a function to call it.
#[derive(Debug, Clone)]
pub(crate) struct FunctionInfo {
    /// Its first instruction in [`Program::code`].
    pub(crate) start: u32,
    /// How many instructions it has.
    pub(crate) len: u32,
    /// Fuel charged on entry.
    pub(crate) fuel: u32,
    /// How many registers it has.
    pub(crate) registers: u32,
    /// How many of them hold parameters.
    pub(crate) params: u16,
    /// How many of them hold captures; they follow the parameters.
    pub(crate) captures: u16,
    /// What it returns.
    pub(crate) result: TypeId,
    /// How a closure object of it lies: one field a capture.
    pub(crate) closure: FieldsLayout,
}

/// How values and objects of a type lie.
#[derive(Debug, Clone)]
pub(crate) struct TypeLayout {
    /// Whether a slot of the type may hold a reference.
    pub(crate) is_ref: bool,
    /// What its objects look like.
    pub(crate) object: ObjectLayout,
}

/// What the objects of a type look like.
#[derive(Debug, Clone)]
pub(crate) enum ObjectLayout {
    /// The type has no objects.
    None,
    /// `Str`.
    Str,
    /// `Bytes`.
    Bytes,
    /// A struct, a tuple, or a cell.
    Fields(FieldsLayout),
    /// An enum: one a variant.
    Variants(Box<[FieldsLayout]>),
    /// A list, and whether its elements may be references.
    List {
        /// Whether an element may hold a reference.
        element_is_ref: bool,
    },
    /// A function value; the header names the function, and that its layout.
    Closure,
}

/// Fields that follow a header, one word each.
#[derive(Debug, Clone, Default)]
pub(crate) struct FieldsLayout {
    /// How many there are.
    pub(crate) count: u32,
    /// Which of them, counted from 0, may hold references.
    pub(crate) refs: Box<[u32]>,
}

/// Types that native functions and operations make objects of. An id is only used where code has a register of that
/// type, so it is there whenever it is needed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct WellKnown {
    /// `Str`.
    pub(crate) str: u32,
    /// `Bytes`.
    pub(crate) bytes: u32,
    /// `List[Str]`.
    pub(crate) list_str: u32,
}

impl Program {
    /// Verifies a module and lays it out for running.
    ///
    /// # Errors
    /// [`VerifyError`] names the first fault found and its place.
    pub fn load(module: Module) -> Result<Arc<Self>, VerifyError> {
        let liveness = verify(&module)?;
        let layouts = type_layouts(&module.types);
        let well_known = WellKnown::find(&module.types);
        let (constants, constant_area) = lay_out_constants(&module.constants, well_known);
        let mut code = Vec::with_capacity(module.functions.iter().map(|f| f.code.len()).sum());
        let mut functions = Vec::with_capacity(module.functions.len());
        for function in &module.functions {
            functions.push(FunctionInfo::new(function, code.len(), &module, &layouts));
            code.extend_from_slice(&function.code);
        }
        let hash = module.hash();
        Ok(Arc::new(Self {
            module,
            hash,
            code,
            functions,
            constants,
            constant_area,
            layouts,
            well_known,
            liveness,
        }))
    }

    /// The module that it was loaded from.
    pub fn module(&self) -> &Module {
        &self.module
    }

    /// The module's hash.
    pub fn hash(&self) -> ModuleHash {
        self.hash
    }

    /// The function that a run begins with, if the module is a program.
    pub fn main(&self) -> Option<FuncId> {
        self.module.main
    }

    /// A type's name as the language writes it.
    pub fn type_name(&self, id: TypeId) -> String {
        crate::bytecode::type_name(&self.module.types, id)
    }
}

impl FunctionInfo {
    fn new(function: &Function, start: usize, module: &Module, layouts: &[TypeLayout]) -> Self {
        let (params, result) = match module.types.get(function.signature.0 as usize) {
            Some(Type::Fn(params, result)) => (params.len(), *result),
            _ => (0, TypeId(0)),
        };
        let captured = function.registers.iter().skip(params).take(function.captures as usize);
        Self {
            start: start as u32,
            len: function.code.len() as u32,
            fuel: function.code.len() as u32,
            registers: function.registers.len() as u32,
            params: params as u16,
            captures: function.captures,
            result,
            closure: FieldsLayout::new(captured.copied(), |ty| layouts[ty.0 as usize].is_ref),
        }
    }
}

impl FieldsLayout {
    fn new(types: impl Iterator<Item = TypeId>, is_ref: impl Fn(TypeId) -> bool) -> Self {
        let mut count = 0;
        let mut refs = Vec::new();
        for ty in types {
            if is_ref(ty) {
                refs.push(count);
            }
            count += 1;
        }
        Self { count, refs: refs.into() }
    }
}

impl WellKnown {
    fn find(types: &[Type]) -> Self {
        let id = |wanted: &Type| types.iter().position(|ty| ty == wanted).unwrap_or(0) as u32;
        let str = id(&Type::Str);
        Self { str, bytes: id(&Type::Bytes), list_str: id(&Type::List(TypeId(str))) }
    }
}

fn type_layouts(types: &[Type]) -> Vec<TypeLayout> {
    let is_ref = |id: TypeId| types.get(id.0 as usize).is_some_and(may_be_reference);
    types
        .iter()
        .map(|ty| TypeLayout { is_ref: may_be_reference(ty), object: object_layout(ty, is_ref) })
        .collect()
}

fn may_be_reference(ty: &Type) -> bool {
    match ty {
        Type::Unit | Type::Int | Type::Float | Type::Bool => false,
        Type::Enum(ty) => ty.variants.iter().any(|variant| !variant.fields.is_empty()),
        _ => true,
    }
}

fn object_layout(ty: &Type, is_ref: impl Fn(TypeId) -> bool + Copy) -> ObjectLayout {
    match ty {
        Type::Unit | Type::Int | Type::Float | Type::Bool => ObjectLayout::None,
        Type::Str => ObjectLayout::Str,
        Type::Bytes => ObjectLayout::Bytes,
        Type::Tuple(elements) => ObjectLayout::Fields(FieldsLayout::new(elements.iter().copied(), is_ref)),
        Type::Struct(ty) => ObjectLayout::Fields(FieldsLayout::new(ty.fields.iter().map(|f| f.ty), is_ref)),
        Type::Cell(content) => ObjectLayout::Fields(FieldsLayout::new([*content].into_iter(), is_ref)),
        Type::Enum(ty) => ObjectLayout::Variants(
            ty.variants.iter().map(|v| FieldsLayout::new(v.fields.iter().map(|f| f.ty), is_ref)).collect(),
        ),
        Type::List(element) => ObjectLayout::List { element_is_ref: is_ref(*element) },
        Type::Fn(..) => ObjectLayout::Closure,
    }
}

fn lay_out_constants(constants: &[Constant], well_known: WellKnown) -> (Vec<u64>, Vec<u64>) {
    let mut area = vec![0];
    let slots = constants
        .iter()
        .map(|constant| match constant {
            Constant::Int(value) => *value as u64,
            Constant::Float(bits) => *bits,
            Constant::Str(text) => {
                let head = [layout::header(well_known.str, text.len() as u32), text.chars().count() as u64];
                push_object(&mut area, &head, text.as_bytes())
            }
            Constant::Bytes(bytes) => {
                push_object(&mut area, &[layout::header(well_known.bytes, bytes.len() as u32)], bytes)
            }
        })
        .collect();
    (slots, area)
}

fn push_object(area: &mut Vec<u64>, head: &[u64], bytes: &[u8]) -> u64 {
    let slot = u64::from(layout::CONSTANT_BIT | area.len() as u32);
    area.extend_from_slice(head);
    area.extend(bytes.chunks(8).map(layout::pack_bytes));
    slot
}
