//! Sample programs: small ones for one feature each, and one with a bit of everything.

use super::Build;
use crate::bytecode::{Constant, Module, Type};

/// A named sample program.
pub(crate) type Sample = (&'static str, fn() -> Module);

/// Every sample.
pub(crate) const SAMPLES: &[Sample] = &[
    ("sum", sum),
    ("fib", fib),
    ("shapes", shapes),
    ("ring", ring),
    ("everything", everything),
    ("tables", tables),
    ("mail", mail),
];

/// Adds the numbers below 1000 in a loop.
fn sum() -> Module {
    let mut b = Build::new("sum");
    let int = b.ty(Type::Int);
    let main = b.function(
        "main",
        (&[], &[], int),
        &[int, int, int],
        "const.i64 r0 0
         const.i64 r1 -1
         const.i64 r2 1000
         jump @next
         body:
         add.i64 r0 r0 r1
         next:
         loop.lt r1 r2 @body
         return r0",
    );
    b.main(main)
}

/// Fibonacci's 15th number by recursion.
fn fib() -> Module {
    let mut b = Build::new("fib");
    let int = b.ty(Type::Int);
    let fib = b.function(
        "fib",
        (&[int], &[], int),
        &[int, int],
        "jgek.i64 r0 2 @deeper
         return r0
         deeper:
         addk.i64 r1 r0 -1
         call r1 f0 (r1)
         addk.i64 r2 r0 -2
         call r2 f0 (r2)
         add.i64 r1 r1 r2
         return r1",
    );
    assert_eq!(fib.0, 0);
    let main = b.function("main", (&[], &[], int), &[int], "const.i64 r0 15\ncall r0 f0 (r0)\nreturn r0");
    b.main(main)
}

/// Sums areas over a list of enums, with a `switch`.
fn shapes() -> Module {
    let mut b = Build::new("shapes");
    let (int, float) = (b.ty(Type::Int), b.ty(Type::Float));
    let shape = b.enum_type("Shape", &[("Point", &[]), ("Circle", &[float]), ("Rect", &[float, float])]);
    let shapes = b.ty(Type::List(shape));
    let half = b.constant(Constant::Float(0.5_f64.to_bits()));
    let area = b.function(
        "area",
        (&[shape], &[], float),
        &[float, float],
        &format!(
            "switch r0 3
             jump @point
             jump @circle
             jump @rect
             point:
             const r1 k{half}
             sub.f64 r1 r1 r1
             return r1
             circle:
             payload r1 r0 0 1
             mul.f64 r1 r1 r1
             return r1
             rect:
             payload r1 r0 0 2
             payload r2 r0 1 2
             mul.f64 r1 r1 r2
             return r1"
        ),
    );
    let main = b.function(
        "main",
        (&[], &[], float),
        &[shapes, shape, float, float, int, int],
        &format!(
            "list r0 t{list} 0
             const r2 k{half}
             variant r1 t{ty} 0
             list.push r0 r1
             variant r1 t{ty} 1 (r2)
             list.push r0 r1
             variant r1 t{ty} 2 (r2 r2)
             list.push r0 r1
             list.len r5 r0
             const.i64 r4 -1
             jump @next
             body:
             list.get r1 r0 r4
             call r3 f{area} (r1)
             add.f64 r2 r2 r3
             next:
             loop.lt r4 r5 @body
             return r2",
            list = shapes.0,
            ty = shape.0,
            area = area.0
        ),
    );
    b.main(main)
}

/// A struct that points at itself through a list, walked around.
fn ring() -> Module {
    let mut b = Build::new("ring");
    let int = b.ty(Type::Int);
    // `Node` is type 1 and its list type 2, each naming the other.
    let node = b.struct_type("Node", &[("value", int), ("next", crate::bytecode::TypeId(2))]);
    let nodes = b.ty(Type::List(node));
    assert_eq!((node.0, nodes.0), (1, 2));
    let main = b.function(
        "main",
        (&[], &[], int),
        &[node, nodes, int, int, int],
        "const.i64 r2 7
         list r1 t2 0
         new r0 t1 (r2 r1)
         list.push r1 r0
         const.i64 r3 0
         const.i64 r4 20
         jump @test
         body:
         get r1 r0 1
         const.i64 r2 0
         list.get r0 r1 r2
         get r2 r0 0
         addk.i64 r2 r2 1
         set r0 0 r2
         addk.i64 r3 r3 1
         test:
         jlt.i64 r3 r4 @body
         get r2 r0 0
         return r2",
    );
    b.main(main)
}

/// Structs, tuples, closures, cells, strings, natives, host calls, comparisons: what a real program has, in a loop
/// inside of a call.
pub(crate) fn everything() -> Module {
    let mut b = Build::new("everything");
    let (int, bool, str) = (b.ty(Type::Int), b.ty(Type::Bool), b.ty(Type::Str));
    let (float, bytes, unit) = (b.ty(Type::Float), b.ty(Type::Bytes), b.ty(Type::Unit));
    let reading = b.struct_type("Reading", &[("host", str), ("load", float), ("raw", bytes), ("up", bool)]);
    let readings = b.ty(Type::List(reading));
    let pair = b.ty(Type::Tuple(vec![int, str]));
    let maybe = b.enum_type("Option", &[("None", &[]), ("Some", &[pair])]);
    let cell = b.ty(Type::Cell(int));
    let adder = b.function_type(&[int], int);
    let name = b.import("node.name", &[int], str);
    let print = b.import("console.print", &[str], unit);
    let comma = b.constant(Constant::Str(", ".into()));
    let raw = b.constant(Constant::Bytes(b"\x00\xff\x10".to_vec()));
    let load = b.constant(Constant::Float(1.25_f64.to_bits()));
    let big = b.constant(Constant::Int(1 << 40));
    let add = b.function(
        "survey.closure",
        (&[int], &[cell, int], int),
        &[int],
        "cell.get r3 r1
         add.i64 r3 r3 r0
         add.i64 r3 r3 r2
         cell.set r1 r3
         return r3",
    );
    let survey = b.function(
        "survey",
        (&[int, adder], &[], readings),
        &[readings, reading, str, float, bytes, bool, int, maybe, pair, str],
        &format!(
            "list r2 t{readings} 0
             const r5 k{load}
             const r6 k{raw}
             const.i64 r8 0
             jump @test
             body:
             call.host r4 i{name} (r8)
             const.bool r7 1
             new r3 t{reading} (r4 r5 r6 r7)
             list.push r2 r3
             new r10 t{pair} (r8 r4)
             variant r9 t{maybe} 1 (r10)
             jntag r9 1 @skip
             payload r10 r9 0 1
             get r11 r10 1
             show r11 r9 t{maybe}
             call.host r12 i{print} (r11)
             skip:
             call.fn r8 r1 (r8)
             test:
             jlt.i64 r8 r0 @body
             return r2",
            readings = readings.0,
            reading = reading.0,
            pair = pair.0,
            maybe = maybe.0
        )
        .replace("r12", "r13"),
    );
    // The unit that `console.print` gives.
    b.module.functions[survey.0 as usize].registers.extend([str, unit]);
    let main = b.function(
        "main",
        (&[], &[], str),
        &[int, cell, adder, readings, str, str, int, int, bool],
        &format!(
            "const.i64 r0 0
             cell r1 t{cell} r0
             const.i64 r7 1
             closure r2 f{add} (r1 r7)
             const.i64 r6 40
             call r3 f{survey} (r6 r2)
             show r4 r3 t{readings}
             const r5 k{comma}
             list.len r6 r3
             const r7 k{big}
             add.i64 r7 r7 r6
             call.native r5 n:int.to_str (r7)
             concat r4 3 (r4 r5 r4)
             compare r6 r3 r3
             equal r8 r4 r5
             jump.true r8 @other
             return r4
             other:
             return r5",
            cell = cell.0,
            add = add.0,
            survey = survey.0,
            readings = readings.0
        ),
    );
    b.main(main)
}

/// A map and a set that grow, are gone through while entries are removed, and are looked up.
pub(crate) fn tables() -> Module {
    tables_of(14)
}

/// The same with another number of entries at first.
pub(crate) fn tables_of(entries: u32) -> Module {
    let mut b = Build::new("tables");
    let (int, bool, str) = (b.ty(Type::Int), b.ty(Type::Bool), b.ty(Type::Str));
    let pair = b.ty(Type::Tuple(vec![int, str]));
    let (map, set) = (b.ty(Type::Map(str, int)), b.ty(Type::Set(pair)));
    let both = b.ty(Type::Tuple(vec![map, set]));
    let main = b.function(
        "main",
        (&[], &[], both),
        &[map, set, int, int, str, pair, bool, int, int, both],
        &format!(
            "table r0 t{map}
             table r1 t{set}
             const.i64 r2 0
             const.i64 r3 {entries}
             fill:
             show r4 r2 t{int}
             map.set r0 r4 r2
             new r5 t{pair} (r2 r4)
             set.add r6 r1 r5
             set.add r6 r1 r5
             loop.lt r2 r3 @fill
             const.i64 r7 -1
             jump @next
             body:
             map.value r8 r0 r7
             remk.i64 r2 r8 3
             jeqk.i64 r2 0 @next
             table.key r4 r0 r7
             table.remove r0 r7
             new r5 t{pair} (r8 r4)
             table.find r2 r1 r5
             table.remove r1 r2
             next:
             table.next r7 r0 @body
             const.i64 r8 6
             show r4 r8 t{int}
             table.find r7 r0 r4
             map.put r0 r7 r3
             map.get r8 r0 r4
             table.len r7 r1
             add.i64 r8 r8 r7
             map.set r0 r4 r8
             new r9 t{both} (r0 r1)
             return r9",
            map = map.0,
            set = set.0,
            int = int.0,
            pair = pair.0,
            both = both.0
        ),
    );
    b.main(main)
}

/// An agent that sends itself texts, lists and maps, urgent ones too, waits in every way, begins another one, and ends
/// with messages left in an inbox.
pub(crate) fn mail() -> Module {
    let mut b = Build::new("mail");
    let (unit, int, bool, str) = (b.ty(Type::Unit), b.ty(Type::Int), b.ty(Type::Bool), b.ty(Type::Str));
    let map = b.ty(Type::Map(str, int));
    let (ints, maps) = (b.ty(Type::List(int)), b.ty(Type::List(map)));
    let (addr, inbox) = (b.ty(Type::Addr(maps)), b.ty(Type::Inbox(maps)));
    let (any, numbers) = (b.ty(Type::Addr(unit)), b.ty(Type::Inbox(int)));
    let worker = b.function_type(&[inbox], unit);
    let (addrs, seen) = (b.ty(Type::Tuple(vec![addr, any])), b.ty(Type::Map(any, int)));
    let result = b.ty(Type::Tuple(vec![addrs, maps, seen]));
    let serve = b.function(
        "serve",
        (&[inbox], &[int], unit),
        &[maps, unit],
        "receive r2 r0\ninbox.close r0\nconst.unit r3\nreturn r3",
    );
    let main = b.function(
        "main",
        (&[], &[], result),
        &[inbox, addr, maps, map, str, int, int, bool, ints, numbers, any, worker, addr, addrs, seen, result],
        &format!(
            "inbox r0 t{inbox}
             inbox.addr r1 r0 t{addr}
             const.i64 r5 0
             const.i64 r6 12
             table r3 t{map}
             fill:
             show r4 r5 t{int}
             map.set r3 r4 r5
             loop.lt r5 r6 @fill
             list r2 t{maps} 2 (r3 r3)
             send r5 r1 r2
             list.push r2 r3
             send.urgent r5 r1 r2
             send.try r5 r1 r2
             inbox.len r6 r0
             receive r2 r0
             list r8 t{ints} 0
             inbox r9 t{numbers}
             inbox.number r5 r9
             list.push r8 r5
             inbox.number r5 r0
             list.push r8 r5
             inboxes.ready r5 r8 r6
             inbox.ready r7 r9 r6
             jump.true r7 @other
             addr.cast r10 r1 t{any}
             table r14 t{seen}
             map.set r14 r10 r5
             closure r11 f{serve} (r5)
             spawn r12 r11
             send r5 r12 r2
             inbox.close r9
             inbox.len r5 r9
             map.set r14 r10 r5
             other:
             receive r2 r0
             addr.cast r10 r1 t{any}
             new r13 t{addrs} (r1 r10)
             table r14 t{seen}
             map.set r14 r10 r6
             new r15 t{result} (r13 r2 r14)
             return r15",
            inbox = inbox.0,
            addr = addr.0,
            map = map.0,
            int = int.0,
            maps = maps.0,
            ints = ints.0,
            numbers = numbers.0,
            any = any.0,
            seen = seen.0,
            serve = serve.0,
            addrs = addrs.0,
            result = result.0
        ),
    );
    b.main(main)
}
