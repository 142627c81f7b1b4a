//! Programs for the tests of nodes, put together by hand so that nothing of the compiler is tested here, and a way to
//! collect what an agent says.
#![allow(clippy::unwrap_used, dead_code, unreachable_pub)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use mob_net::client::{Followed, Following};
use mob_net::cluster::{Cluster, ClusterConfig};
use mob_net::event::Event;
use mob_net::protocol::{Channel, Outcome};
use mob_vm::bytecode::{
    Constant, EnumType, Field, FuncId, Function, Import, Instr, Module, Op, Type, TypeId, Variant,
};

/// Nothing here takes this long unless it hangs.
pub const PATIENCE: Duration = Duration::from_secs(300);

/// A module under construction: types, constants, imports, and one function.
struct Build(Module);

impl Build {
    fn new(name: &str) -> Self {
        Self(Module {
            name: name.to_owned(),
            types: vec![],
            constants: vec![],
            imports: vec![],
            capabilities: vec![],
            functions: vec![],
            main: None,
            tests: vec![],
            files: vec![],
            links: vec![],
        })
    }

    fn ty(&mut self, ty: Type) -> TypeId {
        let at = self.0.types.iter().position(|other| *other == ty).unwrap_or_else(|| {
            self.0.types.push(ty);
            self.0.types.len() - 1
        });
        TypeId(at as u32)
    }

    fn enumeration(&mut self, name: &str, variants: &[(&str, TypeId)]) -> TypeId {
        let variants = variants.iter().map(|(name, ty)| Variant {
            name: (*name).to_owned(),
            fields: vec![Field { name: String::new(), ty: *ty }],
        });
        let variants = variants.collect();
        self.ty(Type::Enum(EnumType { name: name.to_owned(), args: vec![], variants }))
    }

    fn text(&mut self, text: &str) -> u32 {
        self.0.constants.push(Constant::Str(text.to_owned()));
        self.0.constants.len() as u32 - 1
    }

    fn import(&mut self, name: &str, params: &[TypeId], result: TypeId) -> u32 {
        let import = Import { name: name.to_owned(), params: params.to_vec(), result };
        self.0.capabilities.push(import.capability().to_owned());
        self.0.capabilities.sort();
        self.0.capabilities.dedup();
        self.0.imports.push(import);
        self.0.imports.len() as u32 - 1
    }

    /// Ends the module with a `main` of these registers, of which the first `params` are parameters.
    fn main(mut self, params: usize, registers: &[TypeId], result: TypeId, code: &[Instr]) -> Vec<u8> {
        let signature = self.ty(Type::Fn(registers[..params].to_vec(), result));
        self.0.functions.push(Function {
            name: "main".to_owned(),
            signature,
            captures: 0,
            registers: registers.to_vec(),
            code: code.to_vec(),
            lines: vec![],
            inlined: vec![],
        });
        self.0.main = Some(FuncId(0));
        self.0.encode()
    }
}

fn host(result: u16, import: u32, arg: u16) -> Instr {
    Instr::with_xb(Op::CallHost, result, import, arg)
}

/// Prints `text` and ends.
pub fn says(text: &str) -> Vec<u8> {
    let mut b = Build::new("says");
    let (string, unit) = (b.ty(Type::Str), b.ty(Type::Unit));
    let text = b.text(text);
    let print = b.import("console.print", &[string], unit);
    let code = [Instr::with_bc(Op::Const, 0, text), host(1, print, 0), Instr::new(Op::Return, 0, 1, 0, 0)];
    b.main(0, &[string, unit], unit, &code)
}

/// Goes to each node in its arguments and prints where it is, or why it is not there.
pub fn travels() -> Vec<u8> {
    let mut b = Build::new("travels");
    let (string, unit, int) = (b.ty(Type::Str), b.ty(Type::Unit), b.ty(Type::Int));
    let args = b.ty(Type::List(string));
    let kinds = ["Unreachable", "Refused", "Unknown", "TooLarge", "Failed"].map(|kind| (kind, string));
    let error = b.enumeration("MoveError", &kinds);
    let result = b.enumeration("Result", &[("Ok", unit), ("Err", error)]);
    let go = b.import("agent.go", &[string], result);
    let print = b.import("console.print", &[string], unit);
    let name = b.import("node.name", &[], string);
    // r0 args, r1 index, r2 length, r3 text, r4 result, r5 unit
    let code = [
        Instr::new(Op::ListLen, 0, 2, 0, 0),
        Instr::with_bc(Op::ConstInt, 1, u32::MAX),
        Instr::with_bc(Op::Jump, 0, 9),
        Instr::new(Op::ListGet, 0, 3, 0, 1),
        host(4, go, 3),
        Instr::new(Op::JumpTag, 0, 4, 1, 3),
        host(3, name, 0),
        host(5, print, 3),
        Instr::with_bc(Op::Jump, 0, 3),
        Instr::with_xc(Op::Show, 3, 4, result.0),
        host(5, print, 3),
        Instr::with_bc(Op::Jump, 0, 0),
        Instr::new(Op::LoopLt, 0, 1, 2, -10_i16 as u16),
        Instr::with_bc(Op::ConstUnit, 5, 0),
        Instr::new(Op::Return, 0, 5, 0, 0),
    ];
    b.main(1, &[args, int, int, string, result, unit], unit, &code)
}

/// Prints the numbers below `count`, a line each, and computes for a while after each: `effort` rounds.
pub fn counts(count: u32, effort: u32) -> Vec<u8> {
    let mut b = Build::new("counts");
    let (string, unit, int) = (b.ty(Type::Str), b.ty(Type::Unit), b.ty(Type::Int));
    let print = b.import("console.print", &[string], unit);
    // r0 number, r1 count, r2 text, r3 unit, r4 round, r5 effort
    let code = [
        Instr::with_bc(Op::ConstInt, 0, u32::MAX),
        Instr::with_bc(Op::ConstInt, 1, count),
        Instr::with_bc(Op::ConstInt, 5, effort),
        Instr::with_bc(Op::Jump, 0, 4),
        Instr::with_xc(Op::Show, 2, 0, int.0),
        host(3, print, 2),
        Instr::with_bc(Op::ConstInt, 4, u32::MAX),
        Instr::new(Op::LoopLt, 0, 4, 5, -1_i16 as u16),
        Instr::new(Op::LoopLt, 0, 0, 1, -5_i16 as u16),
        Instr::new(Op::Return, 0, 0, 0, 0),
    ];
    b.main(0, &[int, int, string, unit, int, int], int, &code)
}

/// Never ends.
pub fn spins() -> Vec<u8> {
    let mut b = Build::new("spins");
    let unit = b.ty(Type::Unit);
    let code = [Instr::with_bc(Op::Jump, 0, -1_i32 as u32)];
    b.main(0, &[unit], unit, &code)
}

/// Panics.
pub fn panics() -> Vec<u8> {
    let mut b = Build::new("panics");
    let (string, unit) = (b.ty(Type::Str), b.ty(Type::Unit));
    let text = b.text("on purpose");
    let code = [Instr::with_bc(Op::Const, 0, text), Instr::new(Op::Panic, 0, 0, 0, 0)];
    b.main(0, &[string], unit, &code)
}

/// Fills its heap with so many integers, then goes to the node in its arguments and says where it is.
pub fn hauls(count: u32) -> Vec<u8> {
    let mut b = Build::new("hauls");
    let (string, unit, int) = (b.ty(Type::Str), b.ty(Type::Unit), b.ty(Type::Int));
    let (args, ints) = (b.ty(Type::List(string)), b.ty(Type::List(int)));
    let kinds = ["Unreachable", "Refused", "Unknown", "TooLarge", "Failed"].map(|kind| (kind, string));
    let error = b.enumeration("MoveError", &kinds);
    let result = b.enumeration("Result", &[("Ok", unit), ("Err", error)]);
    let go = b.import("agent.go", &[string], result);
    let print = b.import("console.print", &[string], unit);
    // r0 args, r1 ints, r2 count, r3 text, r4 result, r5 unit, r6 index
    let code = [
        Instr::with_bc(Op::ConstInt, 2, count),
        Instr::with_xb(Op::FillList, 1, ints.0, 0),
        Instr::new(Op::Args, 2, 2, 2, 0),
        Instr::with_bc(Op::ConstInt, 6, 0),
        Instr::new(Op::ListGet, 0, 3, 0, 6),
        host(4, go, 3),
        Instr::with_xc(Op::Show, 3, 4, result.0),
        host(5, print, 3),
        Instr::new(Op::ListLen, 0, 2, 1, 0),
        Instr::with_xc(Op::Show, 3, 2, int.0),
        host(5, print, 3),
        Instr::new(Op::Return, 0, 5, 0, 0),
    ];
    b.main(1, &[args, ints, int, string, result, unit, int], unit, &code)
}

/// What an agent said on standard output, and how it ended.
pub async fn follow(following: &mut Following) -> (String, Option<Outcome>) {
    let mut text = Vec::new();
    loop {
        let next = tokio::time::timeout(PATIENCE, following.next()).await.expect("the agent hangs");
        match next.unwrap() {
            Followed::Output(record) if record.channel == Channel::Out => text.extend(record.text),
            Followed::Output(_) | Followed::Dropped(_) => {}
            Followed::Ended(outcome) => return (String::from_utf8(text).unwrap(), outcome),
        }
    }
}

/// A cluster, and what has happened on it so far.
pub fn cluster(names: &[&str], adjust: impl FnOnce(&mut ClusterConfig)) -> (Cluster, Arc<Mutex<Vec<Event>>>) {
    let events: Arc<Mutex<Vec<Event>>> = Arc::default();
    let sink = events.clone();
    let events_sink = Arc::new(move |event: &Event| sink.lock().unwrap().push(event.clone()));
    let mut config = ClusterConfig { events: events_sink, ..ClusterConfig::default() };
    adjust(&mut config);
    (Cluster::start(names, &config).unwrap(), events)
}

pub fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

pub fn returned(text: &str) -> Option<Outcome> {
    Some(Outcome::Returned { text: text.to_owned() })
}
