//! Patterns reduced to what matters for which values they match.

use super::super::body::{Body, Pattern};
use super::super::types::Kind;
use super::Constructor;
use crate::typed::PatternKind;

/// A pattern.
pub(super) enum Pat {
    /// Matches anything.
    Any,
    /// A constructor and what its fields must match.
    Of(Constructor, Vec<Pat>),
    /// A list with `..`: elements at its front and at its back.
    Rest(Vec<Pat>, Vec<Pat>),
    /// Any of these.
    Or(Vec<Pat>),
}

/// What stands where a pattern says nothing of a field.
pub(super) static ANY: Pat = Pat::Any;

/// Reduces a pattern.
pub(super) fn lower(body: &Body<'_, '_>, pattern: &Pattern) -> Pat {
    let all = |patterns: &[Pattern]| patterns.iter().map(|p| lower(body, p)).collect();
    let literal = |constructor| Pat::Of(constructor, Vec::new());
    match &pattern.kind {
        PatternKind::Wildcard | PatternKind::Bind(_, None) => Pat::Any,
        PatternKind::Bind(_, Some(inner)) => lower(body, inner),
        PatternKind::Int(value) => literal(Constructor::Int(*value)),
        PatternKind::Float(value) => literal(Constructor::Float((value + 0.0).to_bits())),
        PatternKind::Bool(value) => literal(Constructor::Bool(*value)),
        PatternKind::Str(value) => literal(Constructor::Str(value.clone())),
        PatternKind::Bytes(value) => literal(Constructor::Bytes(value.clone())),
        PatternKind::Unit => literal(Constructor::Tuple(0)),
        PatternKind::Fields(fields) => match body.kind(pattern.ty) {
            Kind::Tuple(elements) => {
                Pat::Of(Constructor::Tuple(elements.len()), spread(body, fields, elements.len()))
            }
            Kind::Struct(id, _) => {
                let count = body.cx.items.strukt(*id).constructor.params.len();
                Pat::Of(Constructor::Struct(*id), spread(body, fields, count))
            }
            _ => Pat::Any,
        },
        PatternKind::Variant(tag, fields) => match body.kind(pattern.ty) {
            Kind::Enum(id, _) => {
                let count = body.cx.items.variant(*id, *tag).constructor.params.len();
                Pat::Of(Constructor::Variant(*tag), spread(body, fields, count))
            }
            _ => Pat::Any,
        },
        PatternKind::List { front, rest: None, back } => {
            let elements: Vec<_> = front.iter().chain(back).map(|p| lower(body, p)).collect();
            Pat::Of(Constructor::Length(elements.len()), elements)
        }
        PatternKind::List { front, rest: Some(_), back } => Pat::Rest(all(front), all(back)),
        PatternKind::Or(alternatives) => Pat::Or(all(alternatives)),
    }
}

/// One pattern for each field; those that are not asked about match anything.
fn spread(body: &Body<'_, '_>, fields: &[(u32, Pattern)], count: usize) -> Vec<Pat> {
    let mut all: Vec<_> = std::iter::repeat_with(|| Pat::Any).take(count).collect();
    for (index, pattern) in fields {
        if let Some(slot) = all.get_mut(*index as usize) {
            *slot = lower(body, pattern);
        }
    }
    all
}
