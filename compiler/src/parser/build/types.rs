//! Types.

use super::{Builder, Place};
use crate::ast::{Path, TypeExpr, TypeKind};
use crate::diagnostic::{Code, Diagnostic};

impl Builder<'_> {
    pub(in crate::parser) fn named_type(
        &mut self,
        path: Path,
        args: Option<Vec<TypeExpr>>,
        (start, end): Place,
    ) -> TypeExpr {
        let span = self.span(start, end);
        let name = path.segments.last().map_or("", |name| name.as_str());
        if !name.starts_with(|c: char| c.is_ascii_uppercase()) {
            let diagnostic = Diagnostic::error(Code::NotAType, format!("`{name}` is not a type"))
                .primary(path.span, "the name of a type begins with an upper-case letter");
            self.report(match known_elsewhere(name) {
                Some(known) => diagnostic.help(format!("in Mob it is written `{known}`")),
                None => diagnostic,
            });
            return TypeExpr { kind: TypeKind::Error, span };
        }
        TypeExpr { kind: TypeKind::Named { path, args: args.unwrap_or_default() }, span }
    }

    pub(in crate::parser) fn tuple_type(&self, mut elements: Vec<TypeExpr>, (start, end): Place) -> TypeExpr {
        let span = self.span(start, end);
        match elements.pop() {
            Some(only) if elements.is_empty() => TypeExpr { span, ..only },
            last => {
                elements.extend(last);
                TypeExpr { kind: TypeKind::Tuple(elements), span }
            }
        }
    }
}

/// What a type of other languages is called in Mob.
fn known_elsewhere(name: &str) -> Option<&'static str> {
    Some(match name {
        "int" | "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "int32" | "int64" | "usize"
        | "isize" | "long" | "integer" | "number" => "Int",
        "float" | "double" | "f32" | "f64" | "float32" | "float64" => "Float",
        "bool" | "boolean" => "Bool",
        "str" | "string" | "char" => "Str",
        "bytes" => "Bytes",
        "void" | "unit" => "()",
        "list" | "array" | "vec" => "List[T]",
        "map" | "dict" => "Map[K, V]",
        "set" => "Set[T]",
        _ => return None,
    })
}
