//! What ARCHITECTURE.md and CONTRIBUTING.md promise about the shape of the source, checked.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The longest that a source file may be, in lines.
const LINES_MAX: usize = 700;
/// The most files of `vm` that may contain `unsafe`.
const UNSAFE_FILES_MAX: usize = 8;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below `folder` with one of these extensions, but for build output and hidden folders.
fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            if name != "target" && !name.starts_with('.') {
                found.extend(files(&path, extensions));
            }
        } else if extensions.iter().any(|extension| name.ends_with(&format!(".{extension}"))) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

fn assert_none(offenders: &[String], rule: &str) {
    assert!(offenders.is_empty(), "{rule}:\n  {}", offenders.join("\n  "));
}

/// The names of all packages that `package` depends on, through any number of others, when built for use.
fn dependencies(package: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .args(["--package", package])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.split(' ').next()).skip(1).map(str::to_owned).collect()
}

fn assert_free_of(package: &str, forbidden: &[&str]) {
    let found = dependencies(package);
    let offenders: Vec<_> = found.into_iter().filter(|name| forbidden.contains(&name.as_str())).collect();
    assert_none(&offenders, &format!("{package} must not depend on these"));
}

#[test]
fn vm_depends_on_no_other_room_and_no_runtime() {
    assert_free_of(
        "mob-vm",
        &["mob-compiler", "mob-net", "mob-stdlib", "mvm", "tokio", "quinn", "rustls", "mio"],
    );
}

#[test]
fn compiler_depends_on_vm_alone() {
    assert_free_of("mob-compiler", &["mob-net", "mob-stdlib", "mvm", "tokio", "quinn", "rustls", "mio"]);
}

#[test]
fn net_depends_on_vm_and_not_on_the_compiler() {
    assert_free_of("mob-net", &["mob-compiler", "mob-stdlib", "mvm"]);
}

#[test]
fn runtime_depends_on_vm_alone() {
    assert_free_of(
        "mob-runtime",
        &["mob-compiler", "mob-net", "mob-stdlib", "mob-host", "mvm", "tokio", "mio"],
    );
}

#[test]
fn host_knows_nothing_of_agents() {
    assert_free_of("mob-host", &["mob-vm", "mob-compiler", "mob-net", "mob-stdlib", "mvm", "tokio"]);
}

#[test]
fn stdlib_depends_on_nothing() {
    assert_none(&dependencies("mob-stdlib"), "mob-stdlib is text; it must not depend on these");
}

#[test]
fn unsafe_is_forbidden_outside_vm() {
    let workspace = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(workspace.contains("unsafe_code = \"forbid\""), "the workspace's lints must forbid unsafe code");
    let mut offenders = Vec::new();
    for manifest in files(root(), &["toml"]).iter().filter(|path| path.ends_with("Cargo.toml")) {
        let text = fs::read_to_string(manifest).unwrap();
        let is_engine = text.contains("name = \"mob-vm\"");
        let is_fuzz = text.contains("cargo-fuzz = true");
        if !is_engine && !is_fuzz && !text.contains("[lints]\nworkspace = true") {
            offenders.push(shown(manifest));
        }
    }
    assert_none(&offenders, "each package but the engine takes the workspace's lints");
}

#[test]
fn unsafe_stands_in_few_files() {
    let is_unsafe = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let mut code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        code.any(|line| ["unsafe {", "unsafe fn", "unsafe impl"].iter().any(|mark| line.contains(mark)))
    };
    let found: Vec<_> = files(&root().join("vm"), &["rs"]).into_iter().filter(is_unsafe).collect();
    let shown: Vec<_> = found.iter().map(|path| shown(path)).collect();
    assert!(found.len() <= UNSAFE_FILES_MAX, "unsafe has spread to {} files: {shown:?}", found.len());
}

#[test]
fn every_module_says_what_it_is_for() {
    let is_silent = |path: &PathBuf| !fs::read_to_string(path).unwrap().starts_with("//!");
    let offenders: Vec<_> = files(root(), &["rs"]).into_iter().filter(is_silent).collect();
    let offenders: Vec<_> = offenders.iter().map(|path| shown(path)).collect();
    assert_none(&offenders, "every module opens with a `//!` that says what it is for");
}

#[test]
fn no_file_is_too_long() {
    let mut offenders = Vec::new();
    for path in files(root(), &["rs", "mob", "lalrpop"]) {
        let lines = fs::read_to_string(&path).unwrap_or_default().lines().count();
        if lines > LINES_MAX {
            offenders.push(format!("{} has {lines} lines", shown(&path)));
        }
    }
    assert_none(&offenders, &format!("no source file is longer than {LINES_MAX} lines"));
}

#[test]
fn nothing_points_outside_the_repository() {
    let folders = ["work", "root", "home", "Users"].map(|folder| format!("/{folder}/"));
    let mut offenders = Vec::new();
    for path in files(root(), &["rs", "mob", "md", "toml", "lalrpop", "snap"]) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for (number, line) in text.lines().enumerate() {
            let is_rooted = |folder: &String| {
                line.match_indices(folder.as_str()).any(|(at, _)| {
                    !line[..at]
                        .ends_with(|before: char| before.is_alphanumeric() || ".-_~)]}".contains(before))
                })
            };
            if folders.iter().any(is_rooted) {
                offenders.push(format!("{}:{}: {}", shown(&path), number + 1, line.trim()));
            }
        }
    }
    assert_none(&offenders, "no absolute path of somebody's machine");
}

#[test]
fn links_between_documents_resolve() {
    let mut offenders = Vec::new();
    for path in files(root(), &["md"]) {
        let text = fs::read_to_string(&path).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            let is_file = file.contains(['.', '/']);
            let is_local = is_file && !file.contains("://") && !file.contains(' ');
            if is_local && !path.parent().unwrap().join(file).exists() {
                offenders.push(format!("{}: {target}", shown(&path)));
            }
        }
    }
    assert_none(&offenders, "links to files that don't exist");
}

#[test]
fn every_invariant_names_its_check() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let this = fs::read_to_string(root().join("tests/architecture.rs")).unwrap();
    let paragraphs =
        text.split("\n\n").filter(|paragraph| paragraph.starts_with("**Architecture Invariant:**"));
    let mut checked = 0;
    for paragraph in paragraphs {
        let name =
            paragraph.rsplit("(check: `").next().and_then(|rest| rest.split('`').next()).unwrap_or_default();
        let is_here = this.contains(&format!("fn {name}("));
        assert!(is_here, "no test called {name:?} in tests/architecture.rs checks this:\n{paragraph}");
        checked += 1;
    }
    assert!(checked >= 5, "ARCHITECTURE.md names only {checked} invariants");
}
