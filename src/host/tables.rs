//! Maps and sets between Mob and Rust.
//!
//! Rust's hashed ones go one way only: their order differs from run to run, and a program must not see that.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, Hash};

use mob_vm::Value;
use mob_vm::bytecode::{Type, TypeId};

use super::convert::{FromValue, IntoValue, MobType};

fn describe_map<K: MobType, V: MobType>() -> String {
    format!("Map[{}, {}]", K::describe(), V::describe())
}

fn is_map<K: MobType, V: MobType>(types: &[Type], id: TypeId) -> bool {
    match types.get(id.0 as usize) {
        Some(Type::Map(key, value)) => K::matches(types, *key) && V::matches(types, *value),
        _ => false,
    }
}

fn entries<K: FromValue, V: FromValue, M: FromIterator<(K, V)>>(value: Value) -> Option<M> {
    let Value::Map(entries) = value else { return None };
    entries.into_iter().map(|(key, value)| Some((K::from_value(key)?, V::from_value(value)?))).collect()
}

fn describe_set<T: MobType>() -> String {
    format!("Set[{}]", T::describe())
}

fn is_set<T: MobType>(types: &[Type], id: TypeId) -> bool {
    matches!(types.get(id.0 as usize), Some(Type::Set(element)) if T::matches(types, *element))
}

fn elements<T: FromValue, S: FromIterator<T>>(value: Value) -> Option<S> {
    let Value::Set(elements) = value else { return None };
    elements.into_iter().map(T::from_value).collect()
}

impl<K: MobType, V: MobType> MobType for BTreeMap<K, V> {
    fn describe() -> String {
        describe_map::<K, V>()
    }

    fn matches(types: &[Type], id: TypeId) -> bool {
        is_map::<K, V>(types, id)
    }
}

impl<K: FromValue + Ord, V: FromValue> FromValue for BTreeMap<K, V> {
    fn from_value(value: Value) -> Option<Self> {
        entries(value)
    }
}

impl<K: IntoValue, V: IntoValue> IntoValue for BTreeMap<K, V> {
    fn into_value(self) -> Value {
        Value::Map(self.into_iter().map(|(key, value)| (key.into_value(), value.into_value())).collect())
    }
}

impl<K: MobType, V: MobType, S> MobType for HashMap<K, V, S> {
    fn describe() -> String {
        describe_map::<K, V>()
    }

    fn matches(types: &[Type], id: TypeId) -> bool {
        is_map::<K, V>(types, id)
    }
}

impl<K: FromValue + Eq + Hash, V: FromValue, S: BuildHasher + Default> FromValue for HashMap<K, V, S> {
    fn from_value(value: Value) -> Option<Self> {
        entries(value)
    }
}

impl<T: MobType> MobType for BTreeSet<T> {
    fn describe() -> String {
        describe_set::<T>()
    }

    fn matches(types: &[Type], id: TypeId) -> bool {
        is_set::<T>(types, id)
    }
}

impl<T: FromValue + Ord> FromValue for BTreeSet<T> {
    fn from_value(value: Value) -> Option<Self> {
        elements(value)
    }
}

impl<T: IntoValue> IntoValue for BTreeSet<T> {
    fn into_value(self) -> Value {
        Value::Set(self.into_iter().map(T::into_value).collect())
    }
}

impl<T: MobType, S> MobType for HashSet<T, S> {
    fn describe() -> String {
        describe_set::<T>()
    }

    fn matches(types: &[Type], id: TypeId) -> bool {
        is_set::<T>(types, id)
    }
}

impl<T: FromValue + Eq + Hash, S: BuildHasher + Default> FromValue for HashSet<T, S> {
    fn from_value(value: Value) -> Option<Self> {
        elements(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_and_sets_cross_both_ways() {
        let map = BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)]);
        assert_eq!(BTreeMap::from_value(map.clone().into_value()), Some(map.clone()));
        let hashed: Option<HashMap<String, i64>> = HashMap::from_value(map.clone().into_value());
        assert_eq!(hashed, Some(map.into_iter().collect()));
        let set = BTreeSet::from([3, 1]);
        assert_eq!(BTreeSet::from_value(set.clone().into_value()), Some(set.clone()));
        let hashed: Option<HashSet<i64>> = HashSet::from_value(set.clone().into_value());
        assert_eq!(hashed, Some(set.into_iter().collect()));
        assert_eq!(BTreeMap::<i64, i64>::from_value(Value::Set(vec![])), None);
        assert_eq!(BTreeSet::<i64>::from_value(Value::List(vec![])), None);
    }

    #[test]
    fn their_types_are_found_in_a_module() {
        let types = [Type::Int, Type::Str, Type::Map(TypeId(1), TypeId(0)), Type::Set(TypeId(1))];
        assert!(HashMap::<String, i64>::matches(&types, TypeId(2)));
        assert!(!BTreeMap::<i64, i64>::matches(&types, TypeId(2)));
        assert!(BTreeSet::<String>::matches(&types, TypeId(3)));
        assert!(!HashSet::<String>::matches(&types, TypeId(2)));
        assert_eq!(HashMap::<String, Vec<i64>>::describe(), "Map[Str, List[Int]]");
        assert_eq!(HashSet::<bool>::describe(), "Set[Bool]");
    }
}
