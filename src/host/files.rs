//! The host functions of `fs` and `env`: files of one folder, and variables of the process's environment.

use mob_host::{Folder, FsError, FsErrorKind, Kind, Metadata, Variables};
use mob_vm::Value;
use mob_vm::bytecode::{EnumType, Type, TypeId};

use super::convert::{IntoValue, MobType};
use super::failure::Failure;
use super::function::{ErasedFunction, HostFunction};

/// The host functions of the capability `fs`, for this folder.
pub(crate) fn file_functions(folder: &Folder) -> Vec<(&'static str, ErasedFunction)> {
    /// A function of the folder, which each has a handle of.
    macro_rules! of_folder {
        (|$folder:ident, $($param:ident: $ty:ty),*| $body:expr) => {{
            let $folder = folder.clone();
            (move |$($param: $ty),*| $body).erase().blocking()
        }};
    }
    vec![
        ("fs.read_text", of_folder!(|folder, path: String| folder.read_text(&path))),
        ("fs.read_bytes", of_folder!(|folder, path: String| folder.read(&path))),
        (
            "fs.write_text",
            of_folder!(|folder, path: String, text: String| folder.write(&path, text.as_bytes())),
        ),
        ("fs.write_bytes", of_folder!(|folder, path: String, bytes: Vec<u8>| folder.write(&path, &bytes))),
        ("fs.append", of_folder!(|folder, path: String, text: String| folder.append(&path, text.as_bytes()))),
        ("fs.metadata", of_folder!(|folder, path: String| folder.metadata(&path).map(metadata))),
        ("fs.list", of_folder!(|folder, path: String| folder.list(&path))),
        ("fs.create_dir", of_folder!(|folder, path: String| folder.create_dir(&path))),
        ("fs.remove", of_folder!(|folder, path: String| folder.remove(&path))),
        ("fs.remove_all", of_folder!(|folder, path: String| folder.remove_all(&path))),
        ("fs.is_link", of_folder!(|folder, path: String| folder.is_link(&path))),
        ("fs.rename", of_folder!(|folder, from: String, to: String| folder.rename(&from, &to))),
    ]
}

/// The host functions of the capability `env`.
pub(crate) fn variable_functions(
    variables: Variables,
    args: Vec<String>,
) -> Vec<(&'static str, ErasedFunction)> {
    let get = move |name: String| {
        variables
            .get(&name)
            .map_err(|error| Failure::new(format!("{error}; run with --allow env={name} to allow it")))
    };
    vec![("env.get", get.erase()), ("env.args", (move || args.clone()).erase())]
}

/// What the standard library takes apart: 0 for a file, 1 for a folder, 2 for anything else; bytes; milliseconds.
fn metadata(found: Metadata) -> (i64, i64, i64) {
    let kind = match found.kind {
        Kind::File => 0,
        Kind::Folder => 1,
        Kind::Other => 2,
    };
    (kind, i64::try_from(found.bytes).unwrap_or(i64::MAX), found.modified_ms)
}

/// The variants of the standard library's `FsError`, in order. Each carries a text.
const FS_ERRORS: [(FsErrorKind, &str); 8] = [
    (FsErrorKind::NotFound, "NotFound"),
    (FsErrorKind::Exists, "Exists"),
    (FsErrorKind::Outside, "Outside"),
    (FsErrorKind::Denied, "Denied"),
    (FsErrorKind::WrongKind, "WrongKind"),
    (FsErrorKind::TooLarge, "TooLarge"),
    (FsErrorKind::NotText, "NotText"),
    (FsErrorKind::Failed, "Failed"),
];

impl MobType for FsError {
    fn describe() -> String {
        "fs.FsError".to_owned()
    }

    fn matches(types: &[Type], id: TypeId) -> bool {
        let Some(Type::Enum(EnumType { variants, .. })) = types.get(id.0 as usize) else { return false };
        variants.len() == FS_ERRORS.len()
            && variants.iter().zip(FS_ERRORS).all(|(variant, (_, name))| {
                variant.name == name
                    && variant.fields.len() == 1
                    && variant.fields.iter().all(|field| String::matches(types, field.ty))
            })
    }
}

impl IntoValue for FsError {
    fn into_value(self) -> Value {
        let tag = (0..).zip(FS_ERRORS).find(|(_, (kind, _))| *kind == self.kind).map_or(0, |(tag, _)| tag);
        Value::Variant(tag, vec![Value::Str(self.text)])
    }
}
