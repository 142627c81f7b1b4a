//! An assembler for tests: builds modules from types and lines of instructions.
//!
//! A line is a mnemonic and its operands in the order of the opcode list: `r1` a register, `t1 f1 k1 i1` entries of
//! tables, a number, `@label` a jump, and last, in parentheses, the arguments. `label:` stands on a line of its own.

#![allow(clippy::unwrap_used)]

use std::collections::HashMap;

use crate::bytecode::{
    Constant, EnumType, Field, FuncId, Function, Import, Instr, LineEntry, Module, Op, Role, Slot,
    SourceFile, StructType, Type, TypeId, Variant,
};
use crate::natives::native_index;

/// A module under construction.
pub(crate) struct Build {
    pub(crate) module: Module,
}

impl Build {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            module: Module {
                name: name.into(),
                types: vec![],
                constants: vec![],
                imports: vec![],
                capabilities: vec![],
                functions: vec![],
                main: None,
                tests: vec![],
                files: vec![SourceFile { name: format!("{name}.mob") }],
                links: vec![],
            },
        }
    }

    /// A type's id, which is made at first use.
    pub(crate) fn ty(&mut self, ty: Type) -> TypeId {
        let index = self.module.types.iter().position(|other| *other == ty).unwrap_or_else(|| {
            self.module.types.push(ty);
            self.module.types.len() - 1
        });
        TypeId(index as u32)
    }

    pub(crate) fn function_type(&mut self, params: &[TypeId], result: TypeId) -> TypeId {
        self.ty(Type::Fn(params.to_vec(), result))
    }

    pub(crate) fn struct_type(&mut self, name: &str, fields: &[(&str, TypeId)]) -> TypeId {
        let fields = fields.iter().map(|(name, ty)| Field { name: (*name).into(), ty: *ty }).collect();
        self.ty(Type::Struct(StructType { name: name.into(), args: vec![], fields }))
    }

    pub(crate) fn enum_type(&mut self, name: &str, variants: &[(&str, &[TypeId])]) -> TypeId {
        let field = |ty: &TypeId| Field { name: String::new(), ty: *ty };
        let variant = |(name, fields): &(&str, &[TypeId])| Variant {
            name: (*name).into(),
            fields: fields.iter().map(field).collect(),
        };
        let variants = variants.iter().map(variant).collect();
        self.ty(Type::Enum(EnumType { name: name.into(), args: vec![], variants }))
    }

    pub(crate) fn constant(&mut self, constant: Constant) -> u32 {
        self.module.constants.push(constant);
        self.module.constants.len() as u32 - 1
    }

    pub(crate) fn import(&mut self, name: &str, params: &[TypeId], result: TypeId) -> u32 {
        self.module.imports.push(Import { name: name.into(), params: params.to_vec(), result });
        let mut capabilities: Vec<String> =
            self.module.imports.iter().map(|import| import.capability().to_owned()).collect();
        capabilities.sort();
        capabilities.dedup();
        self.module.capabilities = capabilities;
        self.module.imports.len() as u32 - 1
    }

    /// Adds a function whose registers are its parameters, its captures and `locals`.
    pub(crate) fn function(
        &mut self,
        name: &str,
        (params, captures, result): (&[TypeId], &[TypeId], TypeId),
        locals: &[TypeId],
        code: &str,
    ) -> FuncId {
        let signature = self.function_type(params, result);
        let (code, lines) = assemble(code);
        self.module.functions.push(Function {
            name: name.into(),
            signature,
            captures: captures.len() as u16,
            registers: [params, captures, locals].concat(),
            code,
            lines,
            inlined: vec![],
        });
        FuncId(self.module.functions.len() as u32 - 1)
    }

    /// The module, with this function as its `main`.
    pub(crate) fn main(mut self, main: FuncId) -> Module {
        self.module.main = Some(main);
        self.module
    }
}

/// Instructions from text, and the line of the text that each came from.
fn assemble(text: &str) -> (Vec<Instr>, Vec<LineEntry>) {
    let (mut words, mut lines, mut labels) = (Vec::new(), Vec::new(), HashMap::new());
    let mut jumps = Vec::new();
    for (number, line) in (1..).zip(text.lines().map(str::trim)).filter(|(_, line)| !line.is_empty()) {
        if let Some(label) = line.strip_suffix(':') {
            labels.insert(label.to_owned(), words.len() as i64);
            continue;
        }
        lines.push(LineEntry { pc: words.len() as u32, file: 0, line: number, inlined: None });
        instruction(line, &mut words, &mut jumps);
    }
    for (at, slot, label) in jumps {
        let offset = labels[&label] - at as i64 - 1;
        words[at] = Instr(words[at].0 | place(slot, offset));
    }
    (words, lines)
}

fn instruction(line: &str, words: &mut Vec<Instr>, jumps: &mut Vec<(usize, Slot, String)>) {
    let (head, args) = line.split_once('(').unwrap_or((line, ""));
    let mut args = args.trim_end_matches(')').split_whitespace().map(|arg| number(arg) as u16).peekable();
    let mut tokens = head.split_whitespace();
    let mnemonic = tokens.next().unwrap();
    let op =
        *Op::ALL.iter().find(|op| op.info().mnemonic == mnemonic).unwrap_or_else(|| panic!("{mnemonic}"));
    let mut word = op as u64;
    for operand in op.info().operands {
        match operand.role {
            Role::Arg => word |= args.next().map_or(0, |arg| place(operand.slot, arg.into())),
            Role::Jump => {
                let label = tokens.next().unwrap().trim_start_matches('@').to_owned();
                jumps.push((words.len(), operand.slot, label));
            }
            _ => word |= place(operand.slot, number(tokens.next().unwrap_or_else(|| panic!("{line}")))),
        }
    }
    assert!(tokens.next().is_none(), "too many operands: {line}");
    words.push(Instr(word));
    while args.peek().is_some() {
        let more: Vec<u16> = args.by_ref().take(3).collect();
        let at = |index: usize| more.get(index).copied().unwrap_or(0);
        words.push(Instr::new(Op::Args, more.len() as u8, at(0), at(1), at(2)));
    }
}

fn number(token: &str) -> i64 {
    if let Some(native) = token.strip_prefix("n:") {
        return native_index(native).unwrap().into();
    }
    token.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse().unwrap_or_else(|_| panic!("{token}"))
}

/// The bits of a word that hold a value in a slot.
fn place(slot: Slot, value: i64) -> u64 {
    let value = value as u64;
    match slot {
        Slot::X => (value & 0xff) << 8,
        Slot::A => (value & 0xffff) << 16,
        Slot::B => (value & 0xffff) << 32,
        Slot::C => (value & 0xffff) << 48,
        Slot::BC => (value & 0xffff_ffff) << 32,
        Slot::XB => (value >> 16 & 0xff) << 8 | (value & 0xffff) << 32,
        Slot::XC => (value >> 16 & 0xff) << 8 | (value & 0xffff) << 48,
    }
}
