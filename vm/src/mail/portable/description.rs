//! What a type looks like, for people whose program doesn't have it.

use std::fmt::{self, Write};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::bytecode::{EnumType, Field, StructType, Type, TypeId, type_name};
use crate::program::Program;

/// How many types a description has at most.
const TYPES_MAX: usize = 256;
/// How much its types take together at most, where each name counts for its bytes, and each part for [`PART_WEIGHT`].
const WEIGHT_MAX: usize = 16 << 10;
/// What a field, a variant or another part of a type counts for.
const PART_WEIGHT: usize = 8;
/// Where the text of a description is cut short, in bytes.
const TEXT_LONG: usize = 4000;
/// The longest definition that stands on one line, in bytes.
const LINE_LONG: usize = 100;

/// A type with the definitions of those that it is made of, as far as they fit: its text shows them as the language
/// declares them. It can be sent to others, and read from strangers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked", into = "Unchecked")]
pub struct TypeDescription {
    name: String,
    /// The type, and what can be reached from it: ids are places here. What did not fit is left out at the end.
    types: Vec<Type>,
}

/// A description as somebody else sent it.
#[derive(Serialize, Deserialize)]
struct Unchecked {
    name: String,
    types: Vec<Type>,
}

/// A description can't be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
enum BadDescription {
    #[error("a description of a type is longer than any")]
    TooLong,
    #[error("a description of a type has names that can't be shown")]
    BadName,
}

impl Program {
    /// What a type looks like.
    ///
    /// # Panics
    /// If the program has no such type.
    pub fn type_description(&self, id: TypeId) -> TypeDescription {
        TypeDescription::new(self, id)
    }

    /// The text of [`Program::type_description`]: a type with the definitions of those that it is made of.
    ///
    /// # Panics
    /// If the program has no such type.
    pub fn describe_type(&self, id: TypeId) -> String {
        self.type_description(id).to_string()
    }
}

impl TypeDescription {
    fn new(program: &Program, id: TypeId) -> Self {
        let mut types = Vec::new();
        let mut weight = 0_usize;
        program.visit_types(id, |ty| {
            weight = weight.saturating_add(weight_of(&ty));
            let fits = types.len() < TYPES_MAX && weight <= WEIGHT_MAX;
            if fits {
                types.push(ty);
            }
            fits
        });
        let mut name = type_name(&types, TypeId(0));
        if types.is_empty() {
            name = program.type_name(id).chars().take(TEXT_LONG / 4).collect();
        }
        Self { name, types }
    }

    /// The type's name as the language writes it, without modules.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn get(&self, id: TypeId) -> Option<&Type> {
        self.types.get(id.0 as usize)
    }

    pub(super) fn name_of(&self, id: TypeId) -> String {
        if self.get(id).is_some() { type_name(&self.types, id) } else { "…".to_owned() }
    }
}

/// What a type takes in a description.
fn weight_of(ty: &Type) -> usize {
    let fields = |fields: &[Field]| fields.iter().map(|field| PART_WEIGHT + field.name.len()).sum::<usize>();
    PART_WEIGHT
        + match ty {
            Type::Tuple(parts) | Type::Fn(parts, _) => PART_WEIGHT * parts.len(),
            Type::Struct(ty) => ty.name.len() + PART_WEIGHT * ty.args.len() + fields(&ty.fields),
            Type::Enum(ty) => {
                let variants = ty.variants.iter();
                let variants = variants.map(|v| PART_WEIGHT + v.name.len() + fields(&v.fields));
                ty.name.len() + PART_WEIGHT * ty.args.len() + variants.sum::<usize>()
            }
            _ => 0,
        }
}

impl TryFrom<Unchecked> for TypeDescription {
    type Error = BadDescription;

    fn try_from(Unchecked { name, types }: Unchecked) -> Result<Self, BadDescription> {
        let weight = types.iter().map(weight_of).sum::<usize>();
        if types.len() > TYPES_MAX || weight > WEIGHT_MAX || name.len() > TEXT_LONG {
            return Err(BadDescription::TooLong);
        }
        let mut names: Vec<&str> = vec![&name];
        for ty in &types {
            match ty {
                Type::Struct(ty) => {
                    names.push(&ty.name);
                    names.extend(ty.fields.iter().map(|field| &*field.name));
                }
                Type::Enum(ty) => {
                    names.push(&ty.name);
                    names.extend(ty.variants.iter().map(|variant| &*variant.name));
                    let fields = ty.variants.iter().flat_map(|variant| &variant.fields);
                    names.extend(fields.map(|field| &*field.name));
                }
                _ => {}
            }
        }
        // A terminal would take some of them for commands.
        if names.iter().any(|name| name.contains(char::is_control)) {
            return Err(BadDescription::BadName);
        }
        Ok(Self { name, types })
    }
}

impl From<TypeDescription> for Unchecked {
    fn from(TypeDescription { name, types }: TypeDescription) -> Self {
        Self { name, types }
    }
}

/// The definitions of its structs and enums, each on lines of its own, the type itself first. Of `Option` and `Result`,
/// which everybody knows, there is only the name.
impl fmt::Display for TypeDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_known = |name: &str| matches!(name, "Option" | "Result");
        let mut text = String::new();
        for (index, ty) in (0..).zip(&self.types) {
            let definition = match ty {
                Type::Struct(ty) if index == 0 || !is_known(&ty.name) => self.of_struct(TypeId(index), ty),
                Type::Enum(ty) if index == 0 || !is_known(&ty.name) => self.of_enum(TypeId(index), ty),
                _ if index == 0 => self.name.clone(),
                _ => continue,
            };
            if text.len() + definition.len() > TEXT_LONG {
                text.push_str(if text.is_empty() { &self.name } else { "" });
                text.push_str("\n…");
                break;
            }
            text.push_str(if text.is_empty() { "" } else { "\n" });
            text.push_str(&definition);
        }
        f.write_str(if text.is_empty() { &self.name } else { &text })
    }
}

impl TypeDescription {
    fn of_struct(&self, id: TypeId, ty: &StructType) -> String {
        let fields = ty.fields.iter().map(|field| self.field(field)).collect();
        block("struct", &self.name_of(id), fields)
    }

    fn of_enum(&self, id: TypeId, ty: &EnumType) -> String {
        let variants = ty.variants.iter().map(|variant| match &variant.fields[..] {
            [] => variant.name.clone(),
            fields => {
                let fields: Vec<String> = fields.iter().map(|field| self.field(field)).collect();
                format!("{}({})", variant.name, fields.join(", "))
            }
        });
        block("enum", &self.name_of(id), variants.collect())
    }

    fn field(&self, field: &Field) -> String {
        let ty = self.name_of(field.ty);
        if field.name.is_empty() { ty } else { format!("{}: {ty}", field.name) }
    }
}

/// A definition on one line, if it is short enough, or with a line for each part.
fn block(keyword: &str, name: &str, parts: Vec<String>) -> String {
    let line = format!("{keyword} {name} {{ {} }}", parts.join(", "));
    if line.len() <= LINE_LONG {
        return line;
    }
    let mut text = format!("{keyword} {name} {{\n");
    for part in parts {
        // Writing to a String can't fail.
        let _ = writeln!(text, "  {part}");
    }
    text + "}"
}
