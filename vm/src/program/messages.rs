//! What messages are between programs: the hash of each type, numbers for the types of the objects in it, and the hash of
//! a program's modules for those that hold functions. Worked out when they are first asked for.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};

use super::Program;
use super::identity::{Names, walk};
use crate::bytecode::{Type, TypeId};

/// How many ids of types may be met in working out all message types of a program: a message type of most programs meets
/// some dozens.
const STEPS_MAX: usize = 1 << 20;
/// How many of them are met in visiting the types that a type is made of, for people.
const VISITED_MAX: usize = 1 << 14;

/// What a type is called between programs. Two types have the same hash if they are declared alike, wherever that is:
/// what they and all types in them are called, their fields and variants, and the order of these.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TypeHash(#[serde(with = "serde_bytes")] pub [u8; 32]);

/// The first eight bytes in hexadecimal digits, for people.
impl fmt::Display for TypeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().take(8).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for TypeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TypeHash({self})")
    }
}

/// What a type of messages is between programs.
///
/// Programs that have the type in common have all types in common that can be reached from it, and meet them in the same
/// order in a breadth-first walk: so the number of a type's visit means the same to all of them.
#[derive(Debug)]
pub(crate) struct MessageType {
    pub(crate) hash: TypeHash,
    /// The types that can be reached from it, itself first, in the order of the walk.
    types: Box<[TypeId]>,
    /// The same types by ascending ids, each with its number.
    numbers: Box<[(TypeId, u32)]>,
    /// Whether there are types of functions among them.
    pub(crate) mentions_functions: bool,
}

impl MessageType {
    fn new(types: &[Type], root: TypeId, steps: &mut usize) -> Option<Self> {
        let mut mentions_functions = false;
        let visit = |ty| mentions_functions |= matches!(ty, Type::Fn(..));
        let (hash, reached) = walk(types, root, Names::Bare, steps, visit).ok()?;
        let mut numbers: Box<[(TypeId, u32)]> = reached.iter().copied().zip(0..).collect();
        numbers.sort_unstable();
        Some(Self { hash: TypeHash(hash), types: reached.into(), numbers, mentions_functions })
    }

    /// The type of a number.
    #[inline]
    pub(crate) fn id(&self, number: u32) -> Option<u32> {
        self.types.get(number as usize).map(|id| id.0)
    }

    /// The number of a type.
    #[inline]
    pub(crate) fn number(&self, id: u32) -> Option<u32> {
        let place = self.numbers.binary_search_by_key(&id, |(id, _)| id.0).ok()?;
        Some(self.numbers[place].1)
    }
}

/// A type, once it has been asked for; `None` if it took too long.
type Asked = OnceLock<Option<Box<MessageType>>>;

/// What a program knows of messages between programs, as far as it has been asked.
#[derive(Debug, Default)]
pub(crate) struct MessageTypes {
    /// By type id.
    by_id: OnceLock<Box<[Asked]>>,
    /// How many steps the walks have taken.
    steps: AtomicUsize,
    /// For each number of modules, the hash of the first so many.
    modules: OnceLock<Box<[[u8; 32]]>>,
}

impl Program {
    /// What a type of this program is called between programs; `None` if the program has no such type, or its types are
    /// so many and hang together so closely that its messages can't be given to other programs.
    pub fn type_hash(&self, id: TypeId) -> Option<TypeHash> {
        self.message_type(id).map(|ty| ty.hash)
    }

    /// What a type is as the type of messages, under the same conditions as [`Program::type_hash`].
    pub(crate) fn message_type(&self, id: TypeId) -> Option<&MessageType> {
        let types = &self.module().types;
        let by_id = self.messages.by_id.get_or_init(|| types.iter().map(|_| OnceLock::new()).collect());
        let ty = by_id.get(id.0 as usize)?.get_or_init(|| {
            let before = STEPS_MAX.saturating_sub(self.messages.steps.load(Ordering::Relaxed));
            let mut left = before;
            let ty = MessageType::new(types, id, &mut left);
            self.messages.steps.fetch_add(before - left, Ordering::Relaxed);
            ty.map(Box::new)
        });
        ty.as_deref()
    }

    /// Visits a type and all that can be reached from it, in the order of [`MessageType`], with their numbers for ids and
    /// their names without modules, as long as `visit` wants more.
    pub(crate) fn visit_types(&self, id: TypeId, mut visit: impl FnMut(Type) -> bool) {
        let mut steps = VISITED_MAX;
        let mut wants_more = true;
        // If there are more, they are left out.
        let _ = walk(&self.module().types, id, Names::Bare, &mut steps, |ty| {
            wants_more = wants_more && visit(ty);
        });
    }

    /// The hash of all of its modules in their order.
    pub(crate) fn modules_hash(&self) -> [u8; 32] {
        self.module_hashes().last().copied().unwrap_or_default()
    }

    /// Whether it consists of modules with this hash and, it may be, more behind them: what such a program means by its ids
    /// this one means too.
    pub(crate) fn begins_with_modules(&self, hash: &[u8; 32]) -> bool {
        self.module_hashes().contains(hash)
    }

    fn module_hashes(&self) -> &[[u8; 32]] {
        self.messages.modules.get_or_init(|| {
            let mut hasher = blake3::Hasher::new();
            self.modules().map(|module| *hasher.update(&module.0).finalize().as_bytes()).collect()
        })
    }
}
