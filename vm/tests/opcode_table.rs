//! Keeps the opcode table of docs/bytecode.md true to the one opcode list.
//!
//! After a change to the list, run this test with `MOB_UPDATE_DOCS=1` to rewrite the table.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use mob_vm::bytecode::{Op, Operand, Role};

const BEGIN: &str = "<!-- opcodes: generated, see vm/tests/opcode_table.rs -->\n";
const END: &str = "<!-- end of opcodes -->";

fn operand(operand: &Operand) -> String {
    let slot = format!("{:?}", operand.slot).to_lowercase();
    let role = match operand.role {
        Role::Def(ty) => format!("writes {ty:?}"),
        Role::Use(ty) => format!("reads {ty:?}"),
        Role::UseDef(ty) => format!("reads and writes {ty:?}"),
        role => format!("{role:?}").to_lowercase(),
    };
    format!("{slot} {role}")
}

fn table() -> String {
    let mut table = String::from("\n| byte | mnemonic | operands | semantics |\n| --- | --- | --- | --- |\n");
    for op in Op::ALL {
        let info = op.info();
        let operands: Vec<String> = info.operands.iter().map(operand).collect();
        let semantics = info.semantics.replace('|', "\\|");
        table +=
            &format!("| {:02x} | `{}` | {} | {semantics} |\n", *op as u8, info.mnemonic, operands.join("; "));
    }
    table + "\n"
}

#[test]
fn the_table_in_the_docs_is_the_opcode_list() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/bytecode.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (head, rest) = page.split_once(BEGIN).unwrap();
    let (old, tail) = rest.split_once(END).unwrap();
    if std::env::var_os("MOB_UPDATE_DOCS").is_some() {
        std::fs::write(&path, [head, BEGIN, &table(), END, tail].concat()).unwrap();
    } else {
        assert_eq!(old, table(), "docs/bytecode.md is behind: run this test with MOB_UPDATE_DOCS=1");
    }
}
