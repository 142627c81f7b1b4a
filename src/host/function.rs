//! Rust closures as host functions.

use std::fmt;
use std::sync::Arc;

use mob_vm::Value;
use mob_vm::bytecode::{Import, Type, TypeId, type_name};

use super::convert::{FromValue, IntoAnswer, MobType};
use super::failure::Failure;

/// A Rust function or closure that programs can call: one with up to six parameters that are [`FromValue`], and a
/// result that is [`IntoAnswer`](super::IntoAnswer). `Signature` is inferred, and only tells the arities apart.
pub trait HostFunction<Signature>: Send + Sync + 'static {
    #[doc(hidden)]
    fn erase(self) -> ErasedFunction;
}

/// A host function whose Rust types are forgotten, but for the checks that they demand.
#[doc(hidden)]
#[derive(Clone)]
pub struct ErasedFunction {
    params: &'static [TypeCheck],
    result: TypeCheck,
    call: Arc<dyn Fn(Vec<Value>) -> Result<Value, Failure> + Send + Sync>,
    /// Whether it may wait for the outside, so that no thread should be counted on meanwhile that others need.
    pub(crate) blocks: bool,
}

/// What [`MobType`] says of one Rust type.
#[derive(Clone, Copy)]
pub(crate) struct TypeCheck {
    matches: fn(&[Type], TypeId) -> bool,
    describe: fn() -> String,
}

impl TypeCheck {
    const fn of<T: MobType>() -> Self {
        Self { matches: T::matches, describe: T::describe }
    }
}

impl ErasedFunction {
    /// The function, which may wait for the outside.
    pub(crate) fn blocking(self) -> Self {
        Self { blocks: true, ..self }
    }

    /// Calls the function with arguments of its types.
    pub(crate) fn call(&self, args: Vec<Value>) -> Result<Value, Failure> {
        (self.call)(args)
    }

    /// Whether a program that declares the function so may call this one.
    pub(crate) fn fits(&self, types: &[Type], import: &Import) -> bool {
        import.params.len() == self.params.len()
            && self.params.iter().zip(&import.params).all(|(check, id)| (check.matches)(types, *id))
            && (self.result.matches)(types, import.result)
    }

    /// The signature as the language would write it.
    pub(crate) fn signature(&self) -> String {
        let params: Vec<_> = self.params.iter().map(|check| (check.describe)()).collect();
        format!("fn({}) -> {}", params.join(", "), (self.result.describe)())
    }
}

impl fmt::Debug for ErasedFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.signature())
    }
}

/// The signature with which a program declares a host function.
pub(crate) fn declared_signature(types: &[Type], import: &Import) -> String {
    let params: Vec<_> = import.params.iter().map(|id| type_name(types, *id)).collect();
    format!("fn({}) -> {}", params.join(", "), type_name(types, import.result))
}

macro_rules! arities {
    ($(($($name:ident),*);)*) => {$(
        impl<Func, R, $($name),*> HostFunction<fn($($name),*) -> R> for Func
        where
            Func: Fn($($name),*) -> R + Send + Sync + 'static,
            R: IntoAnswer,
            $($name: FromValue + 'static,)*
        {
            #[allow(non_snake_case, unused_mut, unused_variables)]
            fn erase(self) -> ErasedFunction {
                let call = move |args: Vec<Value>| {
                    let mut args = args.into_iter();
                    $(let $name = args.next().and_then($name::from_value).ok_or_else(mismatch)?;)*
                    self($($name),*).into_answer()
                };
                ErasedFunction {
                    params: const { &[$(TypeCheck::of::<$name>()),*] },
                    result: TypeCheck::of::<R::Answer>(),
                    call: Arc::new(call),
                    blocks: false,
                }
            }
        }
    )*};
}

arities! {
    ();
    (A);
    (A, B);
    (A, B, C);
    (A, B, C, D);
    (A, B, C, D, E);
    (A, B, C, D, E, F);
}

/// Signatures are compared when a program is loaded, so this is what a forged [`Value`] conversion leads to.
fn mismatch() -> Failure {
    Failure::new("the host function was called with an argument of another type than it was loaded with")
}
