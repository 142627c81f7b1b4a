//! `mvm doc [PATH…]`: the documentation of modules as pages of HTML.
//!
//! Texts are parsed into a [`library::Library`], from which each page is made as text; only here files are written.
//! Documentation may be a stranger's: nothing in it reaches a page but as text or as harmless markup.

mod highlight;
mod library;
mod links;
mod markdown;
mod pages;
mod signature;
mod source;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::discover;
use super::failure::Failure;
use super::input::{Source, style};
use super::terminal;
use library::Library;

/// Makes pages of HTML from the documentation of modules
///
/// The standard library is always among them. Each name that a module exports is listed, with its comment and its source;
/// the pages need no network and no server. Prints where the first page is.
#[derive(Debug, clap::Args)]
pub(super) struct Doc {
    /// Source files, or folders to search for them, besides the standard library
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The folder to write to, which is made if it isn't there
    #[arg(short, long, value_name = "DIR", default_value = "mob-doc")]
    output: PathBuf,
}

impl Doc {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let mut library = Library::standard();
        let mut files = Vec::new();
        for path in &self.paths {
            files.extend(discover::sources(path)?);
        }
        let names: Vec<_> = files.iter().map(|file| file.to_string_lossy().replace('\\', "/")).collect();
        let mut failed = 0;
        for (file, title) in files.iter().zip(library::titles(&names)) {
            if let Err(failure) = add(&mut library, file, &title) {
                terminal::report(&failure);
                failed += 1;
            }
        }
        for (name, text) in pages::all(&library) {
            write(&self.output.join(name), &text)?;
        }
        writeln!(io::stdout(), "{}", self.output.join(pages::FIRST).display())?;
        match failed {
            0 => Ok(()),
            _ => Err(Failure::usage(format!("{} left out", super::check::count(failed, "file")))),
        }
    }
}

fn add(library: &mut Library, file: &Path, title: &str) -> Result<(), Failure> {
    let source = Source::read(file)?;
    library
        .add_file(&source.name(), title, source.text())
        .map_err(|error| Failure::Diagnostics(error.diagnostics.render(&error.sources, style())))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| Failure::file("make the folder", folder, &error))?;
    fs::write(path, text).map_err(|error| Failure::file("write", path, &error))
}
