//! Values as text, as the language shows them, without recursion.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::bytecode::{Field, Type, TypeId};
use crate::heap::{Place, Table, View};
use crate::layout::{high, low};
use crate::mail::Address;
use crate::program::Program;

/// The text would be longer than it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLong;

/// A slot of a type as text, of at most so many bytes. A `Str` by itself is shown as it is, inside of other values
/// quoted. A value within itself is shown as `…`.
pub(crate) fn show(
    program: &Program,
    view: View<'_>,
    slot: u64,
    ty: TypeId,
    bytes_max: usize,
) -> Result<String, TooLong> {
    if let Type::Str = program.ty(ty) {
        let text = view.text(low(slot));
        return if text.len() > bytes_max { Err(TooLong) } else { Ok(text.into_owned()) };
    }
    let text = Printer::new(program, view).until(slot, ty, bytes_max);
    if text.len() > bytes_max { Err(TooLong) } else { Ok(text) }
}

/// Slots of a type, each as text, with another text between them, of at most so many bytes.
pub(crate) fn show_joined(
    program: &Program,
    view: View<'_>,
    slots: &[u64],
    ty: TypeId,
    separator: &str,
    bytes_max: usize,
) -> Result<String, TooLong> {
    let mut joined = String::new();
    for (index, slot) in slots.iter().enumerate() {
        if index > 0 {
            joined.push_str(separator);
        }
        match program.ty(ty) {
            Type::Int => joined.push_str(itoa::Buffer::new().format(*slot as i64)),
            _ => {
                let left = bytes_max.checked_sub(joined.len()).ok_or(TooLong)?;
                joined.push_str(&show(program, view, *slot, ty, left)?);
            }
        }
        if joined.len() > bytes_max {
            return Err(TooLong);
        }
    }
    Ok(joined)
}

/// A slot of a type as it is shown inside of other values, cut short after so many bytes.
pub(crate) fn show_within(
    program: &Program,
    view: View<'_>,
    slot: u64,
    ty: TypeId,
    bytes_max: usize,
) -> String {
    let mut text = Printer::new(program, view).until(slot, ty, bytes_max);
    if text.len() > bytes_max {
        text.truncate(text.floor_char_boundary(bytes_max));
        text.push('…');
    }
    text
}

/// A Float as the language shows it: the shortest decimal that reads back as the same Float.
pub(crate) fn write_float(out: &mut String, value: f64) {
    if value.is_nan() {
        out.push_str("NaN");
    } else {
        // Writing into a String can't fail.
        let _ = write!(out, "{value:?}");
    }
}

struct Printer<'a> {
    program: &'a Program,
    view: View<'a>,
    out: String,
    /// What is still to be shown, the next last.
    todo: Vec<Task<'a>>,
    /// The structs, lists, maps and sets that the text stands within. Every cycle goes through one.
    open: BTreeSet<u32>,
}

enum Task<'a> {
    Slot(u64, TypeId),
    Row(Row<'a>),
    Entries(Entries<'a>),
    Text(&'static str),
    Close(u32),
}

/// The rest of a row of fields or elements.
struct Row<'a> {
    slots: &'a [u64],
    types: RowTypes<'a>,
    next: usize,
    end: &'static str,
}

/// The rest of a table's entries.
struct Entries<'a> {
    table: Table<'a>,
    key: TypeId,
    /// A map's type of values.
    value: Option<TypeId>,
    next: Option<Place>,
}

#[derive(Clone, Copy)]
enum RowTypes<'a> {
    All(TypeId),
    Tuple(&'a [TypeId]),
    Fields(&'a [Field]),
}

impl<'a> Printer<'a> {
    fn new(program: &'a Program, view: View<'a>) -> Self {
        Self { program, view, out: String::new(), todo: Vec::new(), open: BTreeSet::new() }
    }

    /// Shows a value, and stops once the text is longer than so many bytes.
    fn until(mut self, slot: u64, ty: TypeId, bytes_max: usize) -> String {
        self.todo.push(Task::Slot(slot, ty));
        while let Some(task) = self.todo.pop() {
            self.run(task);
            if self.out.len() > bytes_max {
                break;
            }
        }
        self.out
    }

    fn run(&mut self, task: Task<'a>) {
        match task {
            Task::Slot(slot, ty) => self.slot(slot, ty),
            Task::Row(row) => self.row(row),
            Task::Entries(entries) => self.entries(entries),
            Task::Text(text) => self.out.push_str(text),
            Task::Close(object) => {
                self.open.remove(&object);
            }
        }
    }

    fn slot(&mut self, slot: u64, ty: TypeId) {
        let at = low(slot);
        match self.program.ty(ty) {
            Type::Unit => self.out.push_str("()"),
            // Writing into a String can't fail, here and below.
            Type::Int => drop(write!(self.out, "{}", slot as i64)),
            Type::Float => write_float(&mut self.out, f64::from_bits(slot)),
            Type::Bool => self.out.push_str(if slot == 0 { "false" } else { "true" }),
            Type::Str => quote(&mut self.out, &self.view.text(at)),
            Type::Bytes => quote_bytes(&mut self.out, &self.view.bytes(at)),
            Type::Fn(..) | Type::Cell(_) => self.out.push_str("fn"),
            Type::Inbox(_) => drop(write!(self.out, "Inbox({slot})")),
            Type::Addr(_) => {
                let address = Address::from_slots(self.view.fields(at, Address::WORDS));
                let _ = write!(self.out, "{address}");
            }
            Type::Tuple(types) => {
                self.open_row("(", self.view.fields(at, types.len()), RowTypes::Tuple(types), ")");
            }
            Type::Struct(ty) => {
                let fields = &ty.fields;
                if self.enter(at) {
                    self.out.push_str(unqualified(&ty.name));
                    self.open_row("(", self.view.fields(at, fields.len()), RowTypes::Fields(fields), ")");
                }
            }
            Type::List(element) => {
                if self.enter(at) {
                    self.open_row("[", self.view.elements(at), RowTypes::All(*element), "]");
                }
            }
            Type::Map(key, value) => {
                if self.enter(at) {
                    self.open_entries(self.view.table(at, 3), *key, Some(*value));
                }
            }
            Type::Set(element) => {
                if self.enter(at) {
                    self.open_entries(self.view.table(at, 2), *element, None);
                }
            }
            Type::Enum(ty) => {
                let variant = &ty.variants[high(slot) as usize];
                self.out.push_str(&variant.name);
                if at != 0 {
                    let slots = self.view.fields(at, variant.fields.len());
                    self.open_row("(", slots, RowTypes::Fields(&variant.fields), ")");
                }
            }
        }
    }

    /// Opens a struct or list, unless the text stands within it already.
    fn enter(&mut self, object: u32) -> bool {
        let new = self.open.insert(object);
        if new {
            self.todo.push(Task::Close(object));
        } else {
            self.out.push('…');
        }
        new
    }

    fn open_row(&mut self, start: &str, slots: &'a [u64], types: RowTypes<'a>, end: &'static str) {
        self.out.push_str(start);
        self.todo.push(Task::Row(Row { slots, types, next: 0, end }));
    }

    /// A map that is empty is shown as it is written, `[:]`.
    fn open_entries(&mut self, table: Table<'a>, key: TypeId, value: Option<TypeId>) {
        let is_empty_map = table.len() == 0 && value.is_some();
        self.out.push_str(if is_empty_map { "[:" } else { "[" });
        self.todo.push(Task::Entries(Entries { table, key, value, next: None }));
    }

    /// Shows the next entry, and lets the rest be shown.
    fn entries(&mut self, mut entries: Entries<'a>) {
        let (Some(index), _) = entries.table.next(entries.next) else {
            return self.out.push(']');
        };
        if entries.next.is_some() {
            self.out.push_str(", ");
        }
        let entry = entries.table.entry(index);
        entries.next = Some(entries.table.place(index));
        let (key, value) = (entries.key, entries.value);
        self.todo.push(Task::Entries(entries));
        if let Some(value) = value {
            self.todo.push(Task::Slot(entry[2], value));
            self.todo.push(Task::Text(": "));
        }
        self.todo.push(Task::Slot(entry[1], key));
    }

    /// Shows the label of a row's next value, and lets the value and then the rest of the row be shown.
    fn row(&mut self, mut row: Row<'a>) {
        let at = row.next;
        let Some(&slot) = row.slots.get(at) else {
            return self.out.push_str(row.end);
        };
        if at > 0 {
            self.out.push_str(", ");
        }
        let ty = match row.types {
            RowTypes::All(ty) => ty,
            RowTypes::Tuple(types) => types[at],
            RowTypes::Fields(fields) => {
                let Field { name, ty } = &fields[at];
                if !name.is_empty() {
                    self.out.push_str(name);
                    self.out.push_str(": ");
                }
                *ty
            }
        };
        row.next += 1;
        self.todo.push(Task::Row(row));
        self.todo.push(Task::Slot(slot, ty));
    }
}

/// A type's name without the module that declares it.
fn unqualified(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(_, name)| name)
}

/// A string as the language writes it.
pub(crate) fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '{' => out.push_str("\\{"),
            c if c.is_ascii_control() => drop(write!(out, "\\u{{{:x}}}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}

fn quote_bytes(out: &mut String, bytes: &[u8]) {
    out.push_str("b\"");
    for &byte in bytes {
        match byte {
            b'"' | b'\\' => drop(write!(out, "\\{}", byte as char)),
            b'\n' => out.push_str("\\n"),
            0x20..0x7f => out.push(byte as char),
            _ => drop(write!(out, "\\x{byte:02x}")),
        }
    }
    out.push('"');
}
