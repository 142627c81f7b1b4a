//! Types as people write them, for the names of functions and for diagnostics.

use mob_vm::bytecode::{TypeId, type_name};

use super::TypeTable;

/// How long a name becomes before the rest of its type arguments is left out.
const NAME_BYTES_MAX: usize = 1000;

impl TypeTable<'_> {
    /// The type as it is written, cut short if it is long.
    pub(crate) fn name(&self, id: TypeId) -> String {
        type_name(self.all(), id)
    }

    /// `name[Int, Str]`, or the name alone if there are no arguments.
    pub(crate) fn name_with(&self, name: &str, args: &[TypeId]) -> String {
        if args.is_empty() {
            return name.to_owned();
        }
        let mut text = format!("{name}[");
        for (n, id) in args.iter().enumerate() {
            if text.len() > NAME_BYTES_MAX {
                text.push('…');
                break;
            }
            text.push_str(if n > 0 { ", " } else { "" });
            text.push_str(&self.name(*id));
        }
        text.push(']');
        text
    }
}

#[cfg(test)]
mod tests {
    use crate::mono::TypeTable;
    use crate::typed::{Program, Ty};

    #[test]
    fn names_are_as_written() {
        let mut program = Program::default();
        let texts = program.types.list(Ty::STR);
        let function = program.types.function(&[Ty::INT, texts], Ty::UNIT);
        let mut table = TypeTable::new(&program);
        let id = table.intern(&function, &[]);
        assert_eq!(table.name_with("list.map", &[id]), "list.map[fn(Int, List[Str]) -> ()]");
        assert_eq!(table.name_with("main", &[]), "main");
    }
}
