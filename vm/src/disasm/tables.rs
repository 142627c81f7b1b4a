//! A module's tables as text: types, constants, imports, entries.

use std::fmt::Write;

use crate::bytecode::{Constant, Field, Module, Type, type_name};

/// How much of a constant is shown, in characters.
const CONSTANT_CHARS: usize = 60;

/// Writes every table that has entries. Writing to a String can't fail.
pub(super) fn write(module: &Module, out: &mut String) {
    if !module.capabilities.is_empty() {
        let _ = writeln!(out, "capabilities {}", module.capabilities.join(", "));
    }
    if let Some(main) = module.main {
        let _ = writeln!(out, "main f{}", main.0);
    }
    for test in &module.tests {
        let _ = writeln!(out, "test {:?} f{}", test.name, test.function.0);
    }
    section(
        out,
        "types",
        module.types.iter().enumerate().map(|(i, ty)| format!("t{i} {}", declaration(module, i, ty))),
    );
    section(
        out,
        "constants",
        module.constants.iter().enumerate().map(|(i, k)| format!("k{i} {}", constant(k))),
    );
    let imports = module.imports.iter().enumerate().map(|(i, import)| {
        let params: Vec<String> = import.params.iter().map(|ty| type_name(&module.types, *ty)).collect();
        format!("i{i} {}({}) -> {}", import.name, params.join(", "), type_name(&module.types, import.result))
    });
    section(out, "imports", imports);
    let first = module.functions.len();
    let links = module.links.iter().enumerate().map(|(i, link)| {
        let ty = type_name(&module.types, link.signature);
        format!("f{} {} of {}: {ty}", first + i, link.function, link.module)
    });
    section(out, "links", links);
}

fn section(out: &mut String, title: &str, entries: impl ExactSizeIterator<Item = String>) {
    if entries.len() > 0 {
        let _ = writeln!(out, "\n{title}");
        for entry in entries {
            let _ = writeln!(out, "  {entry}");
        }
    }
}

fn declaration(module: &Module, index: usize, ty: &Type) -> String {
    let name = type_name(&module.types, crate::bytecode::TypeId(index as u32));
    match ty {
        Type::Struct(ty) => format!("struct {name} {{ {} }}", fields(module, &ty.fields)),
        Type::Enum(ty) => {
            let variants: Vec<String> = ty
                .variants
                .iter()
                .map(|variant| match &variant.fields[..] {
                    [] => variant.name.clone(),
                    some => format!("{}({})", variant.name, fields(module, some)),
                })
                .collect();
            format!("enum {name} {{ {} }}", variants.join(", "))
        }
        _ => name,
    }
}

fn fields(module: &Module, fields: &[Field]) -> String {
    let fields: Vec<String> = fields
        .iter()
        .map(|field| match type_name(&module.types, field.ty) {
            ty if field.name.is_empty() => ty,
            ty => format!("{}: {ty}", field.name),
        })
        .collect();
    fields.join(", ")
}

/// A constant as the language would write it; a long one is cut.
pub(super) fn constant(constant: &Constant) -> String {
    match constant {
        Constant::Int(value) => value.to_string(),
        Constant::Float(bits) => format!("{:?}", f64::from_bits(*bits)),
        Constant::Str(text) => {
            let cut = text.char_indices().nth(CONSTANT_CHARS).map(|(at, _)| at);
            format!("{:?}{}", &text[..cut.unwrap_or(text.len())], if cut.is_some() { "…" } else { "" })
        }
        Constant::Bytes(bytes) => {
            let shown = &bytes[..bytes.len().min(CONSTANT_CHARS)];
            format!("b\"{}\"{}", shown.escape_ascii(), if shown.len() < bytes.len() { "…" } else { "" })
        }
    }
}
