//! Constants, imports, functions' declarations, tests and lines: all of a module but its types and code.

use std::collections::HashMap;

use super::types::{self, known};
use super::{
    CODE_WORDS_MAX, CONSTANTS_MAX, FUNCTIONS_MAX, Fault, IMPORTS_MAX, INLINED_DEPTH_MAX, LINKS_MAX,
    NAME_BYTES_MAX, PARAMETERS_MAX, Place, REGISTERS_MAX, TYPES_MAX, TypeFacts, VerifyError, type_at,
};
use crate::agent::GO;
use crate::bytecode::{Constant, FuncId, Function, Import, Link, MODULE_BYTES_MAX, Module, Type, TypeId};
use crate::layout::CANONICAL_NAN;

/// Checks everything but code, and works out what code is checked against.
pub(super) fn check(module: &Module) -> Result<TypeFacts, VerifyError> {
    sizes(module).map_err(at(Place::Module))?;
    types::types(module)?;
    for (index, constant) in module.constants.iter().enumerate() {
        check_constant(constant).map_err(at(Place::Constant(index as u32)))?;
    }
    imports(module)?;
    for (index, function) in module.functions.iter().enumerate() {
        check_function(module, function).map_err(|fault| VerifyError {
            place: Place::Function { id: FuncId(index as u32), name: function.name.clone() },
            fault,
        })?;
    }
    for (index, link) in (0_u32..).zip(&module.links) {
        check_link(module, link).map_err(at(Place::Link(index)))?;
    }
    entries(module)?;
    Ok(types::facts(&module.types))
}

pub(super) fn at(place: Place) -> impl FnOnce(Fault) -> VerifyError {
    move |fault| VerifyError { place, fault }
}

pub(super) fn within(what: &'static str, count: usize, max: usize) -> Result<(), Fault> {
    if count > max { Err(Fault::TooMany { what, count, max }) } else { Ok(()) }
}

fn sizes(module: &Module) -> Result<(), Fault> {
    within("types", module.types.len(), TYPES_MAX)?;
    within("constants", module.constants.len(), CONSTANTS_MAX)?;
    within("imports", module.imports.len(), IMPORTS_MAX)?;
    within("functions", module.functions.len(), FUNCTIONS_MAX)?;
    within("links", module.links.len(), LINKS_MAX)?;
    within(
        "words of code",
        module.functions.iter().map(|function| function.code.len()).sum(),
        CODE_WORDS_MAX,
    )?;
    within("bytes of constants", module.constants.iter().map(constant_bytes).sum(), MODULE_BYTES_MAX)?;
    within("bytes of name", module.name.len(), NAME_BYTES_MAX)?;
    module.files.iter().try_for_each(|file| within("bytes of a file's name", file.name.len(), NAME_BYTES_MAX))
}

fn constant_bytes(constant: &Constant) -> usize {
    match constant {
        Constant::Int(_) | Constant::Float(_) => 8,
        Constant::Str(text) => text.len(),
        Constant::Bytes(bytes) => bytes.len(),
    }
}

fn check_constant(constant: &Constant) -> Result<(), Fault> {
    match constant {
        Constant::Float(bits) if f64::from_bits(*bits).is_nan() && *bits != CANONICAL_NAN => Err(Fault::Nan),
        _ => Ok(()),
    }
}

fn imports(module: &Module) -> Result<(), VerifyError> {
    let mut seen: HashMap<&Import, u32> = HashMap::with_capacity(module.imports.len());
    let mut capabilities: Vec<&str> = Vec::with_capacity(module.imports.len());
    for (index, import) in (0_u32..).zip(&module.imports) {
        check_import(module, import).map_err(at(Place::Import(index)))?;
        if let Some(first) = seen.insert(import, index) {
            return Err(at(Place::Import(index))(Fault::DuplicateImport(first)));
        }
        capabilities.push(import.capability());
    }
    capabilities.sort_unstable();
    capabilities.dedup();
    if capabilities == module.capabilities { Ok(()) } else { Err(at(Place::Module)(Fault::Capabilities)) }
}

fn check_import(module: &Module, import: &Import) -> Result<(), Fault> {
    within("bytes of name", import.name.len(), NAME_BYTES_MAX)?;
    let is_word = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
    };
    if !import.name.contains('.') || !import.name.split('.').all(is_word) {
        return Err(Fault::ImportName(import.name.clone()));
    }
    within("parameters", import.params.len(), PARAMETERS_MAX)?;
    import.params.iter().chain([&import.result]).try_for_each(|id| known(module, *id))?;
    match &import.params[..] {
        _ if import.name != GO => Ok(()),
        [node] if *type_at(module, *node) == Type::Str => Ok(()),
        _ => Err(Fault::GoSignature),
    }
}

fn check_function(module: &Module, function: &Function) -> Result<(), Fault> {
    within("bytes of name", function.name.len(), NAME_BYTES_MAX)?;
    within("registers", function.registers.len(), REGISTERS_MAX)?;
    within("captures", usize::from(function.captures), PARAMETERS_MAX)?;
    known(module, function.signature)?;
    function.registers.iter().try_for_each(|id| known(module, *id))?;
    let Type::Fn(params, _) = type_at(module, function.signature) else { return Err(Fault::Signature) };
    let (have, need) = (function.registers.len(), params.len() + usize::from(function.captures));
    if have < need {
        return Err(Fault::FewRegisters { have, need });
    }
    if let Some(wrong) =
        params.iter().zip(&function.registers).position(|(param, register)| param != register)
    {
        return Err(Fault::ParameterType(wrong as u32));
    }
    lines(module, function)
}

fn check_link(module: &Module, link: &Link) -> Result<(), Fault> {
    within("bytes of name", link.function.len(), NAME_BYTES_MAX)?;
    known(module, link.signature)?;
    match type_at(module, link.signature) {
        Type::Fn(..) => Ok(()),
        _ => Err(Fault::Signature),
    }
}

fn lines(module: &Module, function: &Function) -> Result<(), Fault> {
    let mut next_pc = 0;
    for (index, entry) in function.lines.iter().enumerate() {
        if entry.pc < next_pc || entry.pc as usize >= function.code.len() || entry.line == 0 {
            return Err(Fault::Line(index));
        }
        known_file(module, entry.file)?;
        if let Some(index) = entry.inlined.filter(|index| *index as usize >= function.inlined.len()) {
            return Err(Fault::OutOfRange { what: "inlined call", index });
        }
        next_pc = entry.pc + 1;
    }
    inlined_calls(module, function)
}

/// Each stands behind its caller, so that every chain of callers ends.
fn inlined_calls(module: &Module, function: &Function) -> Result<(), Fault> {
    let mut depths: Vec<usize> = Vec::with_capacity(function.inlined.len());
    for (index, call) in function.inlined.iter().enumerate() {
        within("bytes of name", call.function.len(), NAME_BYTES_MAX)?;
        known_file(module, call.file)?;
        let around = match call.caller.map(|caller| depths.get(caller as usize)) {
            None => 0,
            Some(Some(depth)) => *depth,
            Some(None) => return Err(Fault::InlinedCall(index)),
        };
        if call.line == 0 {
            return Err(Fault::InlinedCall(index));
        }
        within("inlined calls within each other", around + 1, INLINED_DEPTH_MAX)?;
        depths.push(around + 1);
    }
    Ok(())
}

fn known_file(module: &Module, index: u32) -> Result<(), Fault> {
    if (index as usize) < module.files.len() {
        Ok(())
    } else {
        Err(Fault::OutOfRange { what: "file", index })
    }
}

fn entries(module: &Module) -> Result<(), VerifyError> {
    if let Some(main) = module.main {
        let function = function_at(module, main).map_err(at(Place::Module))?;
        let place = || Place::Function { id: main, name: function.name.clone() };
        entry(module, function, true).map_err(|fault| VerifyError { place: place(), fault })?;
    }
    for (index, test) in (0_u32..).zip(&module.tests) {
        within("bytes of name", test.name.len(), NAME_BYTES_MAX)
            .and_then(|()| function_at(module, test.function))
            .and_then(|function| entry(module, function, false))
            .map_err(at(Place::Test(index)))?;
    }
    Ok(())
}

fn function_at(module: &Module, id: FuncId) -> Result<&Function, Fault> {
    module.functions.get(id.0 as usize).ok_or(Fault::OutOfRange { what: "function", index: id.0 })
}

fn entry(module: &Module, function: &Function, may_take_args: bool) -> Result<(), Fault> {
    let Type::Fn(params, _) = type_at(module, function.signature) else { return Err(Fault::Signature) };
    let is_list_of_str = |id: &TypeId| match type_at(module, *id) {
        Type::List(element) => *type_at(module, *element) == Type::Str,
        _ => false,
    };
    match &params[..] {
        _ if function.captures > 0 => Err(Fault::EntrySignature),
        [] => Ok(()),
        [args] if may_take_args && is_list_of_str(args) => Ok(()),
        _ => Err(Fault::EntrySignature),
    }
}
