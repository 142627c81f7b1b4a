//! Lines that begin with a colon.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use mvm::compiler::analysis::Hover;
use mvm::vm::disasm;
use mvm::{Limits, SessionError, read_source};

use super::show;
use super::user::{Next, Repl};
use crate::cli::failure::Failure;
use crate::cli::input::read_file;

/// A command: its name, what follows it, and what it does.
pub(super) struct Command {
    pub(super) name: &'static str,
    argument: &'static str,
    does: &'static str,
}

/// All commands, in the order in which `:help` shows them.
pub(super) const COMMANDS: &[Command] = &[
    Command { name: "help", argument: "", does: "shows this list" },
    Command { name: "type", argument: "INPUT", does: "shows the type of a value without evaluating it" },
    Command { name: "doc", argument: "NAME", does: "shows what a name is, and its documentation" },
    Command { name: "vars", argument: "", does: "lists the variables" },
    Command { name: "bytecode", argument: "[INPUT]", does: "shows the code of an input, or of the last one" },
    Command {
        name: "fuel",
        argument: "[N|off]",
        does: "shows the fuel used, or bounds what an input may use",
    },
    Command { name: "load", argument: "FILE", does: "takes the items of a file in, as if they were typed" },
    Command { name: "reload", argument: "", does: "loads all loaded files again, and those that they use" },
    Command { name: "save", argument: "FILE", does: "writes the whole session to a file" },
    Command { name: "restore", argument: "FILE", does: "goes on with a session that was saved" },
    Command { name: "quit", argument: "", does: "leaves, as Ctrl-D does" },
];

impl Repl<'_> {
    /// Does a command, whose colon is gone.
    pub(super) fn command(&mut self, line: &str) -> Next {
        let line = line.trim();
        let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let argument = argument.trim();
        let Some(command) = find(name) else {
            self.fail(&show::wrong("error", &format!("there is no command :{name}; :help lists them")));
            return Next::Go;
        };
        let done = match command.name {
            "help" => Ok(help()),
            "type" => self.type_of(argument),
            "doc" => self.doc(argument),
            "vars" => Ok(self.variables()),
            "bytecode" => self.bytecode(argument),
            "fuel" => self.fuel(argument),
            "load" => self.load(argument).map(|()| String::new()),
            "reload" => self.reload().map(|()| String::new()),
            "save" => self.save(argument),
            "restore" => self.restore(argument),
            _ => return Next::Leave,
        };
        match done {
            Ok(text) => show::output(&text),
            Err(message) => self.fail(&message),
        }
        Next::Go
    }

    fn type_of(&self, input: &str) -> Result<String, String> {
        let found = self.session.names().type_of(wanted(input, "type")?);
        match found {
            Ok(ty) => Ok(format!("{}\n", ty.unwrap_or_else(|| "()".to_owned()))),
            Err(error) => Err(error.diagnostics.render(&error.sources, show::style())),
        }
    }

    fn doc(&self, name: &str) -> Result<String, String> {
        let name = wanted(name, "doc")?;
        // A standard module need not be in scope for its documentation.
        let module = name.split('.').next().unwrap_or_default();
        let Some(hover) = self.hover("", name).or_else(|| self.hover(&format!("use {module};"), name)) else {
            return Err(show::wrong("error", &format!("nothing is known of `{name}`")));
        };
        let doc = hover.doc.map_or(String::new(), |doc| format!("{doc}\n"));
        Ok(format!("{}\n{doc}", hover.signature))
    }

    /// What is known of the last name of a text that follows another.
    fn hover(&self, before: &str, text: &str) -> Option<Hover> {
        let text = format!("{before}{text}");
        let (analysis, file) = self.session.names().analyse(&text);
        analysis.hover(file, u32::try_from(text.len()).ok()?.checked_sub(1)?)
    }

    fn variables(&self) -> String {
        let variables = self.session.names().variables();
        let shown = variables.iter().filter_map(|variable| {
            let value = self.session.variable(&variable.name)?;
            Some(show::declared(&variable.name, variable.mutable, &value))
        });
        shown.collect()
    }

    fn bytecode(&self, input: &str) -> Result<String, String> {
        if input.is_empty() {
            let last = self.last_code.as_ref();
            let last = last.ok_or_else(|| show::wrong("error", "nothing was evaluated yet"))?;
            return Ok(disasm(&last.module, |name| text_of(&last.sources, name)));
        }
        match self.session.names().input(&self.session.names().next_name(), input) {
            Ok((_, compiled)) => Ok(disasm(&compiled.module, |name| text_of(&compiled.sources, name))),
            Err(error) => Err(error.diagnostics.render(&error.sources, show::style())),
        }
    }

    fn fuel(&mut self, argument: &str) -> Result<String, String> {
        match argument {
            "" => {}
            "off" => self.fuel_max = None,
            number => {
                let number = number.replace('_', "").parse();
                self.fuel_max = Some(number.map_err(|_| usage("fuel"))?);
            }
        }
        let max = self.fuel_max.map_or("no bound".to_owned(), |max| format!("at most {max} an input"));
        let (last, all) = (self.fuel_last, self.session.fuel_used());
        Ok(format!("fuel: {last} used by the last input, {all} by all; {max}\n"))
    }

    fn load(&mut self, file: &str) -> Result<(), String> {
        let file = wanted(file, "load")?;
        let path = Path::new(file);
        let text = read_source(path).map_err(|error| cannot("read", file, &error.to_string()))?;
        self.folders.add_beside(path);
        let count = self.session.names().history().len();
        self.evaluate(file, &text);
        let is_loaded = self.session.names().history().len() > count;
        if is_loaded && !self.loaded.iter().any(|other| other == file) {
            self.loaded.push(file.to_owned());
        }
        Ok(())
    }

    fn reload(&mut self) -> Result<(), String> {
        if self.loaded.is_empty() {
            return Err(show::wrong("error", "no file was loaded"));
        }
        self.session.refresh_files();
        self.loaded.clone().iter().try_for_each(|file| self.load(file))
    }

    fn save(&mut self, file: &str) -> Result<String, String> {
        let file = wanted(file, "save")?;
        let bytes = self.session.save().map_err(|error| show::wrong("error", &error.to_string()))?;
        fs::write(file, &bytes).map_err(|error| {
            show::wrong("error", &Failure::file("write", Path::new(file), &error).message())
        })?;
        Ok(format!("saved {} to {file}\n", crate::cli::size::show(bytes.len() as u64)))
    }

    fn restore(&mut self, file: &str) -> Result<String, String> {
        let file = wanted(file, "restore")?;
        let bytes = read_file(Path::new(file), Limits::default().snapshot_bytes)
            .map_err(|failure| show::wrong("error", &failure.message()))?;
        let restored = self.engine.restore_session(self.folders, &bytes);
        self.session = restored.map_err(|error: SessionError| show::wrong("error", &error.to_string()))?;
        self.fuel_last = 0;
        self.last_code = None;
        let (inputs, variables) =
            (self.session.names().history().len(), self.session.names().variables().len());
        Ok(format!("restored {file}: {inputs} inputs, {variables} variables\n"))
    }
}

/// The command that a name or the beginning of one means.
fn find(name: &str) -> Option<&'static Command> {
    let exact = COMMANDS.iter().find(|command| command.name == name);
    let mut begun = COMMANDS.iter().filter(|command| !name.is_empty() && command.name.starts_with(name));
    let first = begun.next();
    exact.or_else(|| first.filter(|_| begun.next().is_none()))
}

fn help() -> String {
    let mut text = String::from("Items, statements and expressions are evaluated. Commands:\n");
    for Command { name, argument, does } in COMMANDS {
        // Writing to a String can't fail.
        let _ = writeln!(text, "  {:<18} {does}", format!(":{name} {argument}"));
    }
    text.push_str("Ctrl-C stops what runs, Ctrl-D leaves.\n");
    text
}

/// What has to follow a command.
fn wanted<'a>(argument: &'a str, command: &str) -> Result<&'a str, String> {
    if argument.is_empty() { Err(usage(command)) } else { Ok(argument) }
}

fn usage(name: &str) -> String {
    let argument = find(name).map_or("", |command| command.argument);
    show::wrong("error", &format!("write :{name} {argument}"))
}

fn cannot(what: &str, file: &str, why: &str) -> String {
    show::wrong("error", &format!("cannot {what} {file}: {why}"))
}

fn text_of(sources: &mvm::compiler::source::SourceMap, name: &str) -> Option<String> {
    sources.iter().find(|(_, file)| file.name() == name).map(|(_, file)| file.text().to_owned())
}
