//! What a value begins with: an enum's variant, a literal, a list's length.

use crate::typed::StructId;
use std::sync::Arc;

use super::super::body::Body;
use super::super::types::{Kind, T};

/// What a value or a pattern begins with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Constructor {
    /// A tuple, of so many elements, or `()`.
    Tuple(usize),
    /// A struct.
    Struct(StructId),
    /// A variant, by its tag.
    Variant(u32),
    Bool(bool),
    Int(i64),
    /// By its bits; `-0.0` counts as `0.0`.
    Float(u64),
    Str(Arc<str>),
    Bytes(Arc<[u8]>),
    /// A list of exactly this length.
    Length(usize),
    /// A list of at least this length, where no pattern tells longer ones apart.
    Longer(usize),
}

/// All constructors of a type.
pub(super) enum Constructors {
    /// These, each once.
    These(Vec<Constructor>),
    /// So many that patterns can't list them.
    Endless,
    /// A list's lengths.
    Lengths,
}

impl Constructors {
    /// All constructors of a type.
    pub(super) fn of(body: &Body<'_, '_>, t: T) -> Self {
        match body.kind(t) {
            Kind::Bool => Self::These(vec![Constructor::Bool(true), Constructor::Bool(false)]),
            Kind::Unit => Self::These(vec![Constructor::Tuple(0)]),
            Kind::Tuple(elements) => Self::These(vec![Constructor::Tuple(elements.len())]),
            Kind::Struct(id, _) => Self::These(vec![Constructor::Struct(*id)]),
            Kind::Enum(id, _) => {
                let tags = 0..super::super::items::next(&body.cx.items.enumeration(*id).variants);
                Self::These(tags.map(Constructor::Variant).collect())
            }
            Kind::List(_) => Self::Lengths,
            _ => Self::Endless,
        }
    }
}

impl Constructor {
    /// The types of what a value that begins with this holds.
    pub(super) fn fields(&self, body: &mut Body<'_, '_>, t: T) -> Vec<T> {
        match (self, body.kind(t).clone()) {
            (Self::Tuple(_), Kind::Tuple(elements)) => elements.to_vec(),
            (Self::Struct(_), Kind::Struct(id, args)) => {
                let signature = body.cx.items.strukt(id).constructor.clone();
                signature.params.iter().map(|field| body.cx.types.substitute(field.ty, &args)).collect()
            }
            (Self::Variant(tag), Kind::Enum(id, args)) => {
                let signature = body.cx.items.variant(id, *tag).constructor.clone();
                signature.params.iter().map(|field| body.cx.types.substitute(field.ty, &args)).collect()
            }
            (Self::Length(length) | Self::Longer(length), Kind::List(element)) => vec![element; *length],
            _ => Vec::new(),
        }
    }

    /// A value of type `t` that begins with this and holds these, as a pattern is written.
    pub(super) fn text(&self, body: &Body<'_, '_>, t: T, fields: &[String]) -> String {
        let name = match (self, body.kind(t)) {
            (Self::Variant(tag), Kind::Enum(id, _)) => {
                body.cx.items.variant(*id, *tag).name.as_str().to_owned()
            }
            (Self::Struct(id), _) => body.cx.items.strukt(*id).head.name.as_str().to_owned(),
            (Self::Length(_), _) => return format!("[{}]", fields.join(", ")),
            (Self::Longer(_), _) => {
                let front: Vec<_> = fields.iter().map(String::as_str).chain([".."]).collect();
                return format!("[{}]", front.join(", "));
            }
            (Self::Bool(value), _) => return value.to_string(),
            (Self::Tuple(_), _) => return format!("({})", fields.join(", ")),
            _ => return "_".to_owned(),
        };
        match fields.iter().any(|field| field != "_") || fields.len() == 1 {
            true => format!("{name}({})", fields.join(", ")),
            false if fields.is_empty() => name,
            false => format!("{name}(..)"),
        }
    }
}
