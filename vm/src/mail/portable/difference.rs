//! Where two types differ that were to be the same.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;

use super::TypeDescription;
use crate::bytecode::{Field, Type, TypeId};

/// How many pairs of types are compared before it is left open where they differ.
const PAIRS_MAX: usize = 2000;

/// The first place where the type of a message and that of an inbox differ. Its text says it in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What differs: `` `Put.value` ``, `variant 2 of Request`.
    pub place: String,
    /// What it is in the message; `None` if it is missing there.
    pub sent: Option<String>,
    /// What it is in the inbox's type.
    pub wanted: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = &self.place;
        match (&self.sent, &self.wanted) {
            (Some(sent), Some(wanted)) => {
                write!(f, "{place} is {sent} in the message, and {wanted} in the inbox")
            }
            (Some(only), None) => write!(f, "{place}, {only}, is only in the message"),
            (None, Some(only)) => write!(f, "{place}, {only}, is only in the inbox"),
            (None, None) => write!(f, "{place} differs"),
        }
    }
}

impl Difference {
    /// Where a message's type differs from an inbox's, the outermost first. `None` if that is not in the descriptions, since
    /// they are cut short.
    pub fn between(sent: &TypeDescription, wanted: &TypeDescription) -> Option<Self> {
        let mut search = Search { sent, wanted, queue: VecDeque::new(), seen: BTreeSet::new() };
        search.enqueue(TypeId(0), TypeId(0), "the type itself".to_owned());
        for _ in 0..PAIRS_MAX {
            let (a, b, place) = search.queue.pop_front()?;
            let found = search.compare(a, b, &place);
            if found.is_some() {
                return found;
            }
        }
        None
    }
}

/// A walk over two types in step, breadth first.
struct Search<'a> {
    sent: &'a TypeDescription,
    wanted: &'a TypeDescription,
    /// Pairs that are to be compared, and where each stands.
    queue: VecDeque<(TypeId, TypeId, String)>,
    seen: BTreeSet<(TypeId, TypeId)>,
}

impl Search<'_> {
    fn enqueue(&mut self, a: TypeId, b: TypeId, place: String) {
        if self.seen.len() < PAIRS_MAX && self.seen.insert((a, b)) {
            self.queue.push_back((a, b, place));
        }
    }

    /// What differs in two types that stand at a place, other than in the types that they are made of.
    fn compare(&mut self, a: TypeId, b: TypeId, place: &str) -> Option<Difference> {
        let (sent, wanted) = (self.sent.get(a)?, self.wanted.get(b)?);
        let names = (self.sent.name_of(a), self.wanted.name_of(b));
        let kinds = std::mem::discriminant(sent) != std::mem::discriminant(wanted);
        if names.0 != names.1 || kinds {
            let (sent, wanted) = (kind(sent, names.0, kinds), kind(wanted, names.1, kinds));
            return Some(Difference { place: place.to_owned(), sent: Some(sent), wanted: Some(wanted) });
        }
        match (sent, wanted) {
            (Type::Struct(sent), Type::Struct(wanted)) => self.fields(&names.0, &sent.fields, &wanted.fields),
            (Type::Enum(sent), Type::Enum(wanted)) => {
                let of = |variants: &[crate::bytecode::Variant]| {
                    variants.iter().map(|variant| variant.name.clone()).collect::<Vec<_>>()
                };
                let found = lists(&names.0, "variant", &of(&sent.variants), &of(&wanted.variants));
                let variants = sent.variants.iter().zip(&wanted.variants);
                found.or_else(|| {
                    variants.fold(None, |found, (sent, wanted)| {
                        let place = format!("{}.{}", names.0, sent.name);
                        found.or_else(|| self.fields(&place, &sent.fields, &wanted.fields))
                    })
                })
            }
            _ => {
                self.parts(sent, wanted, place);
                None
            }
        }
    }

    /// What differs in the names of fields. Their types are compared later.
    fn fields(&mut self, owner: &str, sent: &[Field], wanted: &[Field]) -> Option<Difference> {
        let names = |fields: &[Field]| fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
        let found = lists(owner, "field", &names(sent), &names(wanted));
        if found.is_none() {
            for (index, (a, b)) in sent.iter().zip(wanted).enumerate() {
                let name = if a.name.is_empty() { index.to_string() } else { a.name.clone() };
                self.enqueue(a.ty, b.ty, format!("`{owner}.{name}`"));
            }
        }
        found
    }

    /// Goes on with what two types of the same kind and name are made of.
    fn parts(&mut self, sent: &Type, wanted: &Type, place: &str) {
        let of = |ty: &Type| {
            let mut parts = Vec::new();
            ty.map_ids(|id| {
                parts.push(id);
                id
            });
            parts
        };
        for (a, b) in of(sent).into_iter().zip(of(wanted)) {
            self.enqueue(a, b, format!("what is in {place}"));
        }
    }
}

/// A type by its name, and if names don't tell, by what it is.
fn kind(ty: &Type, name: String, by_kind: bool) -> String {
    match ty {
        Type::Struct(_) if by_kind => format!("the struct {name}"),
        Type::Enum(_) if by_kind => format!("the enum {name}"),
        _ => name,
    }
}

/// What differs first in two lists of names.
fn lists(owner: &str, what: &str, sent: &[String], wanted: &[String]) -> Option<Difference> {
    let count = sent.len().max(wanted.len());
    let index = (0..count).find(|index| sent.get(*index) != wanted.get(*index))?;
    let shown = |name: &String| match &**name {
        "" => "without a name".to_owned(),
        name => format!("`{name}`"),
    };
    Some(Difference {
        place: format!("{what} {} of `{owner}`", index + 1),
        sent: sent.get(index).map(shown),
        wanted: wanted.get(index).map(shown),
    })
}
