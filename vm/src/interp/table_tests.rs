//! What instructions do to a map and a set, against a model; a snapshot in between checks how these lie in the heap.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use crate::bytecode::{Module, Type};
use crate::testing::{Build, ROOMY, started};
use crate::{Agent, Step};

/// A loop of so many rounds, that sets and takes out keys below a number: each is chosen by the one before. A second map has
/// the sums of the rounds in which there was the key, and under it those of one that follows another.
fn churn(rounds: i64, keys: i64) -> Module {
    let mut b = Build::new("churn");
    let (int, bool) = (b.ty(Type::Int), b.ty(Type::Bool));
    let (map, set) = (b.ty(Type::Map(int, int)), b.ty(Type::Set(int)));
    let both = b.ty(Type::Tuple(vec![map, set, map]));
    let code = format!(
        "table r0 t{map}
         table r1 t{set}
         table r12 t{map}
         const.i64 r13 -1
         const.i64 r2 42
         map.set r12 r13 r2
         const.i64 r3 2147483647
         const.i64 r4 {keys}
         const.i64 r5 0
         const.i64 r6 {rounds}
         again:
         mulk.i64 r2 r2 16807
         rem.i64 r2 r2 r3
         rem.i64 r7 r2 r4
         remk.i64 r8 r5 3
         jeqk.i64 r8 0 @put
         table.find r8 r0 r7
         jltk.i64 r8 0 @put
         map.value r9 r0 r8
         remk.i64 r9 r9 2
         jeqk.i64 r9 0 @add
         table.remove r0 r8
         table.find r8 r1 r7
         jltk.i64 r8 0 @next
         table.remove r1 r8
         jump @next
         add:
         table.place r8 r0 r7
         map.value r9 r0 r8
         add.i64 r9 r9 r5
         map.put r0 r8 r9
         jump @next
         put:
         map.set r0 r7 r5
         set.add r10 r1 r7
         next:
         table.find r8 r12 r7
         jltk.i64 r8 0 @first
         table.place r8 r12 r7
         map.value r9 r12 r8
         add.i64 r9 r9 r5
         map.put r12 r8 r9
         jump @another
         first:
         map.set r12 r7 r5
         another:
         table.find r8 r0 r7
         jltk.i64 r8 0 @end
         table.place r8 r12 r13
         map.value r9 r12 r8
         add.i64 r9 r9 r5
         map.put r12 r8 r9
         jump @end
         end:
         move r13 r7
         loop.lt r5 r6 @again
         new r11 t{both} (r0 r1 r12)
         return r11",
        map = map.0,
        set = set.0,
        both = both.0
    );
    let locals = [map, set, int, int, int, int, int, int, int, int, bool, both, map, int];
    let main = b.function("main", (&[], &[], both), &locals, &code);
    b.main(main)
}

/// The same with a list of entries.
fn expected(rounds: i64, keys: i64) -> String {
    let (mut map, mut set): (Vec<(i64, i64)>, Vec<i64>) = (Vec::new(), Vec::new());
    let (mut sums, mut last, mut seed) = (vec![(-1, 42)], -1, 42);
    for round in 0..rounds {
        seed = seed * 16807 % 2147483647;
        let key = seed % keys;
        match map.iter().position(|entry| entry.0 == key) {
            Some(at) if round % 3 == 0 => map[at].1 = round,
            Some(at) if map[at].1 % 2 == 0 => map[at].1 += round,
            Some(at) => {
                map.remove(at);
                set.retain(|other| *other != key);
            }
            None => {
                map.push((key, round));
                set.push(key);
            }
        }
        match sums.iter_mut().find(|entry| entry.0 == key) {
            Some(entry) => entry.1 += round,
            None => sums.push((key, round)),
        }
        if set.contains(&key) {
            sums.iter_mut().filter(|entry| entry.0 == last).for_each(|entry| entry.1 += round);
        }
        last = key;
    }
    let entries = |map: &[(i64, i64)]| {
        map.iter().map(|(key, value)| format!("{key}: {value}")).collect::<Vec<_>>().join(", ")
    };
    let set: Vec<String> = set.iter().map(i64::to_string).collect();
    format!("([{}], [{}], [{}])", entries(&map), set.join(", "), entries(&sums))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn tables_do_as_their_model(rounds in 1..2_000_i64, keys in 1..300_i64, slice in 200..20_000_u64, stress: bool) {
        let mut agent = started(churn(rounds, keys), &[], ROOMY);
        let program = agent.program().clone();
        agent.collect_always(stress);
        while agent.run(slice) == Step::OutOfFuel {
            agent = Agent::restore(&agent.snapshot().unwrap(), program.clone(), ROOMY).unwrap();
            agent.collect_always(stress);
        }
        prop_assert_eq!(agent.result_text().unwrap(), expected(rounds, keys));
    }
}
