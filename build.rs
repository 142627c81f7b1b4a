//! Lays the functions that every start of `mvm` goes through next to each other in the executable, if the linker can.
//!
//! The kernel maps executables in windows of 64 KiB, each a fault and memory of the process. Spread as the compiler leaves
//! them, the functions of a start touch a hundred windows; one after the other they fill a fifth of these. Where it can't
//! be done they merely stay where they are.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

/// The functions' names, one a line, with `*` for what differs from one build to another. `docs/performance.md` says how
/// it is made.
const ORDER: &str = "src/start_order.txt";
/// Set to `0`, this leaves all functions where they are.
const SWITCH: &str = "MOB_START_ORDER";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={ORDER}");
    println!("cargo::rerun-if-env-changed={SWITCH}");
    println!("cargo::rustc-check-cfg=cfg(start_in_order)");
    if !is_wanted() {
        return Ok(());
    }
    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    let script = folder.join("start.ld");
    fs::write(&script, linker_script(&fs::read_to_string(ORDER)?)?)?;
    let argument = format!("-T{}", script.display());
    if links_with(&argument, &folder)? {
        println!("cargo::rustc-link-arg-bin=mvm={argument}");
        println!("cargo::rustc-cfg=start_in_order");
    }
    Ok(())
}

/// The list of functions is that of an x86-64 Linux; without optimisation there are others, ten times as many.
fn is_wanted() -> bool {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    is("PROFILE", "release")
        && is("CARGO_CFG_TARGET_OS", "linux")
        && is("CARGO_CFG_TARGET_ARCH", "x86_64")
        && env::var_os("CARGO_FEATURE_CLI").is_some()
        && !is(SWITCH, "0")
}

/// Additions to the linker's own script, which both GNU ld and LLD take: each function has a section of its own, named
/// after it, which is told apart once more if the function is marked as rarely called.
fn linker_script(order: &str) -> Result<String, std::fmt::Error> {
    let mut script = String::from("SECTIONS\n{\n  .text.start :\n  {\n");
    for name in order.lines() {
        writeln!(script, "    *(.text.{name} .text.unlikely.{name})")?;
    }
    script.push_str("  }\n}\nINSERT BEFORE .text;\n");
    Ok(script)
}

/// Whether a program of nothing can be linked with `argument`, in all else as `mvm` will be: linkers that know no scripts
/// refuse, and which linker it is can be decided in many places.
fn links_with(argument: &str, folder: &Path) -> Result<bool, Box<dyn Error>> {
    let source = folder.join("nothing.rs");
    fs::write(&source, "fn main() {}\n")?;
    let mut rustc = Command::new(env::var_os("RUSTC").ok_or("RUSTC is not set")?);
    rustc.arg(&source).arg("--out-dir").arg(folder).arg("--target").arg(env::var("TARGET")?);
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    rustc.args(flags.split('\x1f').filter(|flag| !flag.is_empty()));
    if let Some(linker) = env::var_os("RUSTC_LINKER") {
        let mut option = std::ffi::OsString::from("-Clinker=");
        option.push(linker);
        rustc.arg(option);
    }
    rustc.arg(format!("-Clink-arg={argument}")).stdout(Stdio::null()).stderr(Stdio::null());
    Ok(rustc.status().is_ok_and(|status| status.success()))
}
