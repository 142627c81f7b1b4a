//! Keeps the worked examples of docs/module.md, docs/snapshot.md and docs/message.md true: each is made anew here, byte by
//! byte.
//!
//! After a change to a format, which is a new version, run this test with `MOB_UPDATE_DOCS=1` to rewrite the examples.

#![allow(clippy::unwrap_used)]

mod common;

use std::fmt::Write;
use std::path::Path;

use common::msgpack;
use mob_vm::bytecode::{
    Constant, EnumType, Field, FuncId, Function, Import, Instr, LineEntry, Module, Op, SourceFile, Type,
    TypeId, Variant,
};
use mob_vm::{Agent, Limits, Program, Step};

const BEGIN: &str = "<!-- example: generated, see vm/tests/format_docs.rs -->\n";
const END: &str = "<!-- end of example -->";

/// `fn main() -> Int { 7 }`
fn seven() -> Module {
    Module {
        name: "seven".into(),
        types: vec![Type::Int, Type::Fn(vec![], TypeId(0))],
        constants: vec![],
        imports: vec![],
        capabilities: vec![],
        functions: vec![Function {
            name: "main".into(),
            signature: TypeId(1),
            captures: 0,
            registers: vec![TypeId(0)],
            code: vec![Instr::with_bc(Op::ConstInt, 0, 7), Instr::new(Op::Return, 0, 0, 0, 0)],
            lines: vec![LineEntry { pc: 0, file: 0, line: 1, inlined: None }],
            inlined: vec![],
        }],
        main: Some(FuncId(0)),
        tests: vec![],
        files: vec![SourceFile { name: "seven.mob".into() }],
        links: vec![],
    }
}

/// Makes a list of two Floats, asks the host for a number, and gives the list's length plus that number.
fn waiting() -> Module {
    let (int, float, list) = (TypeId(0), TypeId(1), TypeId(2));
    let code = vec![
        Instr::with_bc(Op::Const, 1, 0),
        Instr::with_xb(Op::NewList, 0, list.0, 2),
        Instr::new(Op::Args, 2, 1, 1, 0),
        Instr::with_bc(Op::ConstInt, 2, 5),
        Instr::with_xb(Op::CallHost, 3, 0, 2),
        Instr::new(Op::ListLen, 0, 4, 0, 0),
        Instr::new(Op::AddInt, 0, 3, 3, 4),
        Instr::new(Op::AddInt, 0, 3, 3, 2),
        Instr::new(Op::Return, 0, 3, 0, 0),
    ];
    Module {
        name: "waiting".into(),
        types: vec![Type::Int, Type::Float, Type::List(float), Type::Fn(vec![], int)],
        constants: vec![Constant::Float(1.5_f64.to_bits())],
        imports: vec![Import { name: "clock.ask".into(), params: vec![int], result: int }],
        capabilities: vec!["clock".into()],
        functions: vec![Function {
            name: "main".into(),
            signature: TypeId(3),
            captures: 0,
            registers: vec![list, float, int, int, int],
            code,
            lines: vec![],
            inlined: vec![],
        }],
        main: Some(FuncId(0)),
        tests: vec![],
        files: vec![],
        links: vec![],
    }
}

/// `enum Request { Get(Str), Put(key: Str, value: Float) }`, and an agent that sends `Put("k", 1.5)` to itself.
fn sending() -> Module {
    let (int, float, text, request, addr, inbox) =
        (TypeId(0), TypeId(1), TypeId(2), TypeId(3), TypeId(4), TypeId(5));
    let field = |name: &str, ty| Field { name: name.into(), ty };
    let variants = vec![
        Variant { name: "Get".into(), fields: vec![field("", text)] },
        Variant { name: "Put".into(), fields: vec![field("key", text), field("value", float)] },
    ];
    let code = vec![
        Instr::with_xb(Op::NewInbox, 0, inbox.0, 0),
        Instr::with_xc(Op::InboxAddr, 1, 0, addr.0),
        Instr::with_bc(Op::Const, 2, 0),
        Instr::with_bc(Op::Const, 3, 1),
        Instr::with_xb(Op::NewVariant, 4, request.0, 1),
        Instr::new(Op::Args, 2, 2, 3, 0),
        Instr::new(Op::Send, 0, 5, 1, 4),
        Instr::new(Op::Return, 0, 5, 0, 0),
    ];
    Module {
        name: "sending".into(),
        types: vec![
            Type::Int,
            Type::Float,
            Type::Str,
            Type::Enum(EnumType { name: "Request".into(), args: vec![], variants }),
            Type::Addr(request),
            Type::Inbox(request),
            Type::Fn(vec![], int),
        ],
        constants: vec![Constant::Str("k".into()), Constant::Float(1.5_f64.to_bits())],
        imports: vec![],
        capabilities: vec![],
        functions: vec![Function {
            name: "main".into(),
            signature: TypeId(6),
            captures: 0,
            registers: vec![inbox, addr, text, float, request, int],
            code,
            lines: vec![],
            inlined: vec![],
        }],
        main: Some(FuncId(0)),
        tests: vec![],
        files: vec![],
        links: vec![],
    }
}

/// A line of the example: where, which bytes, what they are.
fn line(out: &mut String, offset: usize, bytes: &[u8], meaning: &str) {
    for (row, bytes) in bytes.chunks(16).enumerate() {
        let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let meaning = if row == 0 { meaning } else { "" };
        let line = format!("{:04x}  {:<48} {meaning}", offset + row * 16, hex.join(" "));
        writeln!(out, "{}", line.trim_end()).unwrap();
    }
}

fn header(out: &mut String, bytes: &[u8], of: &str) {
    line(out, 0, &bytes[..4], "magic");
    line(out, 4, &bytes[4..6], "version 1");
    line(out, 6, &bytes[6..38], &format!("BLAKE3 of {of}"));
}

fn module_example() -> String {
    let bytes = seven().encode();
    let mut out = String::from("```text\n");
    header(&mut out, &bytes, "what follows");
    for token in msgpack::tokens(&bytes[38..]) {
        line(&mut out, 38 + token.start, &bytes[38 + token.start..38 + token.end], &token.text());
    }
    out + "```\n"
}

fn snapshot_example() -> String {
    let program = Program::load(waiting()).unwrap();
    let mut agent = Agent::new(program.clone(), Limits::default());
    agent.start(program.main().unwrap(), &[]).unwrap();
    assert!(matches!(agent.run(1000), Step::HostCall(_)));
    let bytes = agent.snapshot().unwrap();
    let described = 42 + u32::from_le_bytes(bytes[38..42].try_into().unwrap()) as usize;
    let mut out = String::from("```text\n");
    header(&mut out, &bytes, "what follows");
    line(&mut out, 38, &bytes[38..42], "the description's length");
    for token in msgpack::tokens(&bytes[42..described]) {
        line(&mut out, 42 + token.start, &bytes[42 + token.start..42 + token.end], &token.text());
    }
    let meanings = [
        "frame: function 0, pc 4, the call.host",
        "register 0: the list, a reference to word 1",
        "register 2: the Int 5, read again after the call",
        "heap, word 0: unused",
        "word 1: type 2, List[Float], length 2",
        "word 2: its buffer is at word 3",
        "word 3: a buffer, capacity 2",
        "word 4: 1.5",
        "word 5: 1.5",
    ];
    let words = bytes[described..].as_chunks::<8>().0;
    assert_eq!(words.len(), meanings.len());
    for (index, (word, meaning)) in words.iter().zip(meanings).enumerate() {
        line(&mut out, described + index * 8, word, meaning);
    }
    out + "```\n"
}

fn message_example() -> String {
    let program = Program::load(sending()).unwrap();
    let mut agent = Agent::new(program.clone(), Limits::default());
    agent.start(program.main().unwrap(), &[]).unwrap();
    assert!(matches!(agent.run(1000), Step::Send(_)));
    let bytes = agent.outgoing().unwrap().encode().unwrap();
    let mut out = String::from("```text\n");
    line(&mut out, 0, &bytes[..1], "version 1");
    line(&mut out, 1, &bytes[1..2], "for any program with the type");
    line(&mut out, 2, &bytes[2..34], "the hash of the type");
    let meanings = [
        "the slot: variant 1, a reference to word 1",
        "word 1: type 0, Request, variant 1",
        "word 2: key, a reference to word 4",
        "word 3: value, 1.5",
        "word 4: type 1, Str, 1 byte",
        "word 5: 1 character",
        "word 6: k",
    ];
    let words = bytes[34..].as_chunks::<8>().0;
    assert_eq!(words.len(), meanings.len());
    for (index, (word, meaning)) in words.iter().zip(meanings).enumerate() {
        line(&mut out, 34 + index * 8, word, meaning);
    }
    out + "```\n"
}

fn check(page: &str, example: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(page);
    let text = std::fs::read_to_string(&path).unwrap();
    let (head, rest) = text.split_once(BEGIN).unwrap();
    let (old, tail) = rest.split_once(END).unwrap();
    if std::env::var_os("MOB_UPDATE_DOCS").is_some() {
        std::fs::write(&path, [head, BEGIN, example, END, tail].concat()).unwrap();
    } else {
        assert_eq!(old, example, "docs/{page} is behind: run this test with MOB_UPDATE_DOCS=1");
    }
}

#[test]
fn the_module_in_the_docs_is_what_is_written() {
    check("module.md", &module_example());
}

#[test]
fn the_snapshot_in_the_docs_is_what_is_written() {
    check("snapshot.md", &snapshot_example());
}

#[test]
fn the_message_in_the_docs_is_what_is_written() {
    check("message.md", &message_example());
}
