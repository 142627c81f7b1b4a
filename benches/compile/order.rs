//! The functions that a start goes through, which the linker then lays next to each other: `src/start_order.txt`.
//!
//! Valgrind counts each executed instruction for the function that has it. What differs between two builds of the same
//! source, and between two versions of the compiler, becomes a `*`: the list is for all of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::start;

/// Written here, in the package that `build.rs` belongs to.
const ORDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/start_order.txt");
/// The grammar's steps are numbered anew with each change of it, and every program goes through many of them.
const NUMBERED: [&str; 2] = ["__reduce", "__action"];

/// Runs the programs of the table of starts, and writes which functions they went through.
pub(crate) fn write() -> Result<(), String> {
    if cfg!(start_in_order) {
        return Err(
            "Valgrind knows no names of functions that are in order: set MOB_START_ORDER=0".to_owned()
        );
    }
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let executable = fs::canonicalize(env!("CARGO_BIN_EXE_mvm")).map_err(|error| error.to_string())?;
    let mut names = BTreeSet::new();
    for program in start::write_programs(folder.path())? {
        let profile = profile(&executable, &program)?;
        names.extend(functions(&profile, &executable).filter_map(without_hash));
    }
    if names.is_empty() {
        return Err(format!("valgrind names no function of {}: has it been stripped?", executable.display()));
    }
    let mut text = String::new();
    for name in &names {
        text.push_str(name);
        text.push('\n');
    }
    fs::write(ORDER, text).map_err(|error| format!("{ORDER}: {error}"))?;
    println!("{} names in {ORDER}", names.len());
    Ok(())
}

/// What callgrind has to say about a run of `program`.
fn profile(executable: &Path, program: &Path) -> Result<String, String> {
    let out = program.with_extension("callgrind");
    let mut option = std::ffi::OsString::from("--callgrind-out-file=");
    option.push(&out);
    let status = Command::new("valgrind")
        .args(["--quiet", "--tool=callgrind", "--demangle=no", "--compress-strings=no"])
        .arg(option)
        .arg(executable)
        .arg("run")
        .arg(program)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .map_err(|error| format!("cannot start valgrind, which this needs: {error}"))?;
    if !status.success() {
        return Err(format!("valgrind: {status}"));
    }
    fs::read_to_string(&out).map_err(|error| format!("{}: {error}", out.display()))
}

/// The functions of `executable` of which instructions were executed. In a profile, the lines `ob` and `fn` say whose
/// costs follow; functions that are only called stand in lines of other names.
fn functions<'a>(profile: &'a str, executable: &'a Path) -> impl Iterator<Item = &'a str> {
    let mut object = PathBuf::new();
    profile.lines().filter_map(move |line| match line.split_once('=')? {
        ("ob", path) => {
            object = PathBuf::from(path);
            None
        }
        ("fn", name) => (object == executable).then_some(name),
        _ => None,
    })
}

/// The name as it is in every build, as a pattern. None for what has no name.
fn without_hash(name: &str) -> Option<String> {
    // Callgrind counts the calls of a function by itself for a name of their own.
    let name = name.split('\'').next()?;
    if name.starts_with("0x") || name.starts_with('(') {
        return None;
    }
    let pattern = if name.starts_with("_ZN") {
        // A hash of 16 digits ends the path, as a name of 17 letters.
        format!("{}*", &name[..name.rfind("17h")? + "17h".len()])
    } else if name.starts_with("_R") {
        // Behind a dot stands what the optimiser says; behind that of a library, who asked for it.
        format!("{}*", without_crate_hashes(name.split('.').next()?))
    } else {
        // Of a copy that the C compiler made for certain arguments, the dot and what follows.
        name.split_once('.').map_or_else(|| name.to_owned(), |(function, _)| format!("{function}.*"))
    };
    let numbered = NUMBERED.iter().find_map(|step| Some(format!("{}{step}*", pattern.split_once(step)?.0)));
    Some(numbered.unwrap_or(pattern))
}

/// The names of crates begin with `Cs`, a number in base 62, and an underscore.
fn without_crate_hashes(name: &str) -> String {
    let mut parts = name.split("Cs");
    let mut pattern = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        pattern.push_str("Cs");
        match part.split_once('_') {
            Some((hash, rest))
                if !hash.is_empty() && hash.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
            {
                pattern.push_str("*_");
                pattern.push_str(rest);
            }
            _ => pattern.push_str(part),
        }
    }
    pattern
}
