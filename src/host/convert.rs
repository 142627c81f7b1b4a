//! Between Mob's values and Rust's: which types correspond, and how a value crosses over.

use mob_vm::Value;
use mob_vm::bytecode::{EnumType, Type, TypeId};

use super::failure::Failure;

/// A Rust type that stands for a Mob type.
///
/// | Rust | Mob |
/// | --- | --- |
/// | `i64`, `f64`, `bool`, `()` | `Int`, `Float`, `Bool`, `()` |
/// | `String`, and `&'static str` as a result | `Str` |
/// | `Vec<u8>` | `Bytes` |
/// | `Vec<T>` | `List[T]` |
/// | `BTreeMap<K, V>`, and `HashMap<K, V>` as a parameter | `Map[K, V]` |
/// | `BTreeSet<T>`, and `HashSet<T>` as a parameter | `Set[T]` |
/// | `Option<T>`, `Result<T, E>` | `Option[T]`, `Result[T, E]` |
/// | tuples of two to six | tuples, and structs with such fields |
/// | [`Value`] | any type |
pub trait MobType {
    /// The Mob type as the language writes it, for messages.
    fn describe() -> String;

    /// Whether the type `id` of a module's table is the Mob type that this one stands for.
    fn matches(types: &[Type], id: TypeId) -> bool;
}

/// A Rust type that can be made from a Mob value.
pub trait FromValue: MobType + Sized {
    /// The value as this type; `None` if it is of another one.
    fn from_value(value: Value) -> Option<Self>;
}

/// A Rust type that can become a Mob value.
pub trait IntoValue: MobType {
    /// The value as Mob has it.
    fn into_value(self) -> Value;
}

/// What a host function may return: a value, or `Result<T, Failure>` to trap where that is an `Err`.
pub trait IntoAnswer {
    /// The type of the value that the program gets.
    type Answer: MobType;

    /// The value, or why the program traps.
    ///
    /// # Errors
    /// If the function gave a [`Failure`].
    fn into_answer(self) -> Result<Value, Failure>;
}

impl<T: IntoValue> IntoAnswer for T {
    type Answer = T;

    fn into_answer(self) -> Result<Value, Failure> {
        Ok(self.into_value())
    }
}

impl<T: IntoValue> IntoAnswer for Result<T, Failure> {
    type Answer = T;

    fn into_answer(self) -> Result<Value, Failure> {
        self.map(T::into_value)
    }
}

fn lookup(types: &[Type], id: TypeId) -> Option<&Type> {
    types.get(id.0 as usize)
}

macro_rules! plain {
    ($($rust:ty => $variant:ident, $name:literal;)*) => {$(
        impl MobType for $rust {
            fn describe() -> String {
                $name.to_owned()
            }

            fn matches(types: &[Type], id: TypeId) -> bool {
                lookup(types, id) == Some(&Type::$variant)
            }
        }

        impl FromValue for $rust {
            fn from_value(value: Value) -> Option<Self> {
                match value {
                    Value::$variant(value) => Some(value),
                    _ => None,
                }
            }
        }

        impl IntoValue for $rust {
            fn into_value(self) -> Value {
                Value::$variant(self)
            }
        }
    )*};
}

plain! {
    i64 => Int, "Int";
    f64 => Float, "Float";
    bool => Bool, "Bool";
    String => Str, "Str";
    Vec<u8> => Bytes, "Bytes";
}

impl MobType for () {
    fn describe() -> String {
        "()".to_owned()
    }

    fn matches(types: &[Type], id: TypeId) -> bool {
        lookup(types, id) == Some(&Type::Unit)
    }
}

impl FromValue for () {
    fn from_value(value: Value) -> Option<Self> {
        (value == Value::Unit).then_some(())
    }
}

impl IntoValue for () {
    fn into_value(self) -> Value {
        Value::Unit
    }
}

impl MobType for &'static str {
    fn describe() -> String {
        String::describe()
    }

    fn matches(types: &[Type], id: TypeId) -> bool {
        String::matches(types, id)
    }
}

impl IntoValue for &'static str {
    fn into_value(self) -> Value {
        Value::Str(self.to_owned())
    }
}

impl MobType for Value {
    fn describe() -> String {
        "any type".to_owned()
    }

    fn matches(_: &[Type], _: TypeId) -> bool {
        true
    }
}

impl FromValue for Value {
    fn from_value(value: Value) -> Option<Self> {
        Some(value)
    }
}

impl IntoValue for Value {
    fn into_value(self) -> Value {
        self
    }
}

impl<T: MobType> MobType for Vec<T> {
    fn describe() -> String {
        format!("List[{}]", T::describe())
    }

    fn matches(types: &[Type], id: TypeId) -> bool {
        matches!(lookup(types, id), Some(Type::List(element)) if T::matches(types, *element))
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::List(elements) => elements.into_iter().map(T::from_value).collect(),
            _ => None,
        }
    }
}

impl<T: IntoValue> IntoValue for Vec<T> {
    fn into_value(self) -> Value {
        Value::List(self.into_iter().map(T::into_value).collect())
    }
}

/// The tag of the variant of this name, in the order in which the prelude declares them.
const NONE: u32 = 0;
const SOME: u32 = 1;
const OK: u32 = 0;
const ERR: u32 = 1;

/// Whether an enum is the one of the prelude with this name and these variants, and `is_payload` holds for what each
/// variant carries.
fn is_prelude_enum(
    ty: Option<&Type>,
    name: &str,
    variants: [&str; 2],
    is_payload: [&dyn Fn(TypeId) -> bool; 2],
) -> bool {
    let Some(Type::Enum(EnumType { name: found, variants: declared, .. })) = ty else { return false };
    let is_named = found == name || found.strip_prefix("prelude.") == Some(name);
    is_named
        && declared.len() == 2
        && declared.iter().zip(variants).zip(is_payload).all(|((variant, name), is_payload)| {
            variant.name == name && variant.fields.iter().all(|field| is_payload(field.ty))
        })
}

impl<T: MobType> MobType for Option<T> {
    fn describe() -> String {
        format!("Option[{}]", T::describe())
    }

    fn matches(types: &[Type], id: TypeId) -> bool {
        let is_payload: [&dyn Fn(TypeId) -> bool; 2] = [&|_| false, &|id| T::matches(types, id)];
        is_prelude_enum(lookup(types, id), "Option", ["None", "Some"], is_payload)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Variant(NONE, _) => Some(None),
            Value::Variant(SOME, payload) => payload.into_iter().next().and_then(T::from_value).map(Some),
            _ => None,
        }
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Value {
        match self {
            None => Value::Variant(NONE, Vec::new()),
            Some(value) => Value::Variant(SOME, vec![value.into_value()]),
        }
    }
}

impl<T: MobType, E: MobType> MobType for Result<T, E> {
    fn describe() -> String {
        format!("Result[{}, {}]", T::describe(), E::describe())
    }

    fn matches(types: &[Type], id: TypeId) -> bool {
        let is_payload: [&dyn Fn(TypeId) -> bool; 2] =
            [&|id| T::matches(types, id), &|id| E::matches(types, id)];
        is_prelude_enum(lookup(types, id), "Result", ["Ok", "Err"], is_payload)
    }
}

impl<T: FromValue, E: FromValue> FromValue for Result<T, E> {
    fn from_value(value: Value) -> Option<Self> {
        let Value::Variant(tag, payload) = value else { return None };
        let payload = payload.into_iter().next()?;
        match tag {
            OK => T::from_value(payload).map(Ok),
            ERR => E::from_value(payload).map(Err),
            _ => None,
        }
    }
}

impl<T: IntoValue, E: IntoValue> IntoValue for Result<T, E> {
    fn into_value(self) -> Value {
        match self {
            Ok(value) => Value::Variant(OK, vec![value.into_value()]),
            Err(error) => Value::Variant(ERR, vec![error.into_value()]),
        }
    }
}

macro_rules! tuples {
    ($(($($name:ident),+);)*) => {$(
        impl<$($name: MobType),+> MobType for ($($name,)+) {
            fn describe() -> String {
                format!("({})", [$($name::describe()),+].join(", "))
            }

            fn matches(types: &[Type], id: TypeId) -> bool {
                let found: Vec<TypeId> = match lookup(types, id) {
                    Some(Type::Tuple(elements)) => elements.clone(),
                    Some(Type::Struct(ty)) => ty.fields.iter().map(|field| field.ty).collect(),
                    _ => return false,
                };
                let checks: &[fn(&[Type], TypeId) -> bool] = &[$($name::matches),+];
                found.len() == checks.len() && checks.iter().zip(found).all(|(check, id)| check(types, id))
            }
        }

        impl<$($name: FromValue),+> FromValue for ($($name,)+) {
            fn from_value(value: Value) -> Option<Self> {
                let Value::Fields(fields) = value else { return None };
                let mut fields = fields.into_iter();
                let tuple = ($($name::from_value(fields.next()?)?,)+);
                fields.next().is_none().then_some(tuple)
            }
        }

        impl<$($name: IntoValue),+> IntoValue for ($($name,)+) {
            #[allow(non_snake_case)]
            fn into_value(self) -> Value {
                let ($($name,)+) = self;
                Value::Fields(vec![$($name.into_value()),+])
            }
        }
    )*};
}

tuples! {
    (A, B);
    (A, B, C);
    (A, B, C, D);
    (A, B, C, D, E);
    (A, B, C, D, E, F);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn there_and_back<T: IntoValue + FromValue + Clone + PartialEq + std::fmt::Debug>(value: T) {
        assert_eq!(T::from_value(value.clone().into_value()), Some(value));
    }

    #[test]
    fn values_cross_both_ways() {
        there_and_back(42);
        there_and_back((1, "a".to_owned(), vec![true, false]));
        there_and_back(vec![0_u8, 255]);
        there_and_back(Some(vec![Some(1.5), None]));
        there_and_back::<Result<(), String>>(Err("no".to_owned()));
        there_and_back(());
    }

    #[test]
    fn values_of_other_types_are_refused() {
        assert_eq!(i64::from_value(Value::Bool(true)), None);
        assert_eq!(<(i64, i64)>::from_value(Value::Fields(vec![Value::Int(1)])), None);
        assert_eq!(<(i64, i64)>::from_value(Value::Fields(vec![Value::Int(1); 3])), None);
        assert_eq!(<Option<i64>>::from_value(Value::Variant(2, vec![])), None);
        assert_eq!(<Result<i64, i64>>::from_value(Value::Variant(0, vec![])), None);
    }

    #[test]
    fn types_are_described_as_the_language_writes_them() {
        assert_eq!(
            <Result<Vec<(i64, String)>, Option<f64>>>::describe(),
            "Result[List[(Int, Str)], Option[Float]]"
        );
        assert_eq!(<Vec<u8>>::describe(), "Bytes");
    }

    #[test]
    fn types_are_found_in_a_module() {
        let types = [Type::Int, Type::List(TypeId(0)), Type::Tuple(vec![TypeId(0), TypeId(1)])];
        assert!(<(i64, Vec<i64>)>::matches(&types, TypeId(2)));
        assert!(!<(i64, i64)>::matches(&types, TypeId(2)));
        assert!(!<Vec<u8>>::matches(&types, TypeId(1)));
        assert!(!i64::matches(&types, TypeId(9)));
    }
}
