//! The interpreters that take part.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::measure::{Run, run};
use super::programs::Program;

/// An interpreter, and how it is told to run a file.
#[derive(Debug)]
pub(crate) struct Engine {
    /// What the table calls it.
    pub(crate) name: &'static str,
    command: PathBuf,
    arguments: &'static [&'static str],
    /// The ending of its programs' names.
    extension: &'static str,
}

/// The engine that the others are compared with.
pub(crate) const REFERENCE: &str = "Lua 5.4";

/// Those engines that can be started here.
pub(crate) fn installed() -> Result<Vec<Engine>, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let engine = |name, command: &str, arguments, extension| Engine {
        name,
        command: PathBuf::from(command),
        arguments,
        extension,
    };
    let mut engines = vec![
        engine("Mob", env!("CARGO_BIN_EXE_mvm"), &["run"], "mob"),
        engine(REFERENCE, "lua5.4", &[], "lua"),
        engine("LuaJIT -joff", "luajit", &["-joff"], "lua"),
        Engine { name: "CPython", command: python(), arguments: &[], extension: "py" },
        Engine { name: "wasmi, fuel", command: own, arguments: &["--wasm"], extension: "wat" },
    ];
    engines.retain(Engine::starts);
    Ok(engines)
}

/// The interpreter itself: what `python3` finds may be a shell script that looks for it, whose time is not Python's.
fn python() -> PathBuf {
    let name = PathBuf::from("python3");
    let output = Command::new(&name).args(["-c", "import sys; print(sys.executable)"]).output();
    let path = output.ok().and_then(|output| String::from_utf8(output.stdout).ok());
    path.map(|path| PathBuf::from(path.trim())).filter(|path| path.is_file()).unwrap_or(name)
}

impl Engine {
    fn starts(&self) -> bool {
        // Each of them fails on a file that isn't there; only one that is not installed can't be started.
        Command::new(&self.command).args(self.arguments).arg("no such file").output().is_ok()
    }

    /// Runs a program's version in this engine's language; none if there is no such file.
    pub(crate) fn run(&self, program: &Program) -> Result<Option<Run>, String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/programs");
        let file = folder.join(program.name).with_extension(self.extension);
        if !file.exists() {
            return Ok(None);
        }
        let mut command = Command::new(&self.command);
        command.args(self.arguments).arg(&file).arg(program.size.to_string());
        run(&mut command).map(Some).map_err(|error| format!("{} {}: {error}", self.name, file.display()))
    }
}
