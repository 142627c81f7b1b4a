//! Modules as text: tables, then each function's bytecode beside the source lines that it came from.
//!
//! Any module can be shown, verified or not: what is out of range shows as `?`.

mod operands;
mod tables;

use std::fmt::Write;

use crate::bytecode::{Function, LineEntry, Module, Op, type_name};
use operands::Operands;

/// How wide the column of mnemonics is.
const MNEMONIC_WIDTH: usize = 12;

/// A module as text.
///
/// `source` gives a source file's text by the name in [`Module::files`], if it is to be had; without it, lines show as
/// `file:line`.
pub fn disasm(module: &Module, source: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    // Writing to a String can't fail.
    let _ = writeln!(out, "module {} {}", module.name, module.hash());
    tables::write(module, &mut out);
    let sources: Vec<Source> = module.files.iter().map(|file| Source::new(source(&file.name))).collect();
    for (index, function) in module.functions.iter().enumerate() {
        write_function(module, index, function, &sources, &mut out);
    }
    out
}

/// One source file's text, and where its lines begin.
struct Source {
    text: String,
    starts: Vec<usize>,
}

impl Source {
    fn new(text: Option<String>) -> Self {
        let text = text.unwrap_or_default();
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    /// A line, counted from 1.
    fn line(&self, number: u32) -> Option<&str> {
        let start = *self.starts.get((number as usize).checked_sub(1)?)?;
        self.text.get(start..)?.lines().next()
    }
}

fn write_function(module: &Module, index: usize, function: &Function, sources: &[Source], out: &mut String) {
    let _ = writeln!(out, "\nf{index} {} {}", function.name, type_name(&module.types, function.signature));
    let registers: Vec<String> = (0..)
        .zip(&function.registers)
        .map(|(register, ty)| format!("r{register} {}", type_name(&module.types, *ty)))
        .collect();
    if !registers.is_empty() {
        let _ = writeln!(out, "  {}", registers.join(", "));
    }
    let mut lines = function.lines.iter().peekable();
    let mut shown = None;
    for (pc, word) in (0_u32..).zip(&function.code) {
        while let Some(entry) = lines.next_if(|entry| entry.pc <= pc) {
            let place = (entry.file, entry.line, entry.inlined);
            if shown != Some(place) {
                write_line(module, function, *entry, sources, out);
                shown = Some(place);
            }
        }
        match word.op() {
            // Its registers are shown with the instruction that it belongs to.
            Some(Op::Args) => {}
            Some(op) => {
                let operands = Operands { module, function, pc };
                let _ = write!(out, "{pc:>8}  {:MNEMONIC_WIDTH$} ", op.info().mnemonic);
                operands.write(op, out);
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\n');
            }
            None => {
                let _ = writeln!(out, "{pc:>8}  ? {:#018x}", word.0);
            }
        }
    }
}

fn write_line(module: &Module, function: &Function, entry: LineEntry, sources: &[Source], out: &mut String) {
    let file_name = |file: u32| module.files.get(file as usize).map_or("?", |file| &file.name);
    let _ = write!(out, "  {}:{}", file_name(entry.file), entry.line);
    if let Some(index) = entry.inlined {
        let _ = match function.inlined.get(index as usize) {
            Some(call) => {
                write!(out, " in {}, called at {}:{}", call.function, file_name(call.file), call.line)
            }
            None => write!(out, " in ?"),
        };
    }
    let text = sources.get(entry.file as usize).and_then(|source| source.line(entry.line));
    let _ = match text {
        Some(text) => writeln!(out, " | {}", text.trim_end()),
        None => writeln!(out),
    };
}

#[cfg(test)]
mod tests {
    use super::disasm;
    use crate::bytecode::{FuncId, Instr};
    use crate::testing::everything;

    #[test]
    fn bytecode_beside_source_lines() {
        let source = |name: &str| (name == "everything.mob").then(|| "let first\nlet second\n".to_owned());
        insta::assert_snapshot!(disasm(&everything(), source));
    }

    #[test]
    fn what_is_out_of_range_is_shown_too() {
        let mut module = everything();
        module.main = Some(FuncId(99));
        module.types.clear();
        module.constants.clear();
        module.files.clear();
        for word in &mut module.functions[1].code {
            *word = Instr(word.0 | 0xffff_ffff_ffff_ff00);
        }
        module.functions[2].code[0] = Instr(0xff);
        assert!(disasm(&module, |_| None).contains('?'));
    }
}
