//! A program that runs as a process of its own, and what it says of itself.

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// What runs programs.
pub(super) enum Runner {
    /// `mvm` of this build.
    Mob,
    /// `erl`, with what `erlc` put in this folder.
    Erlang(PathBuf),
}

/// What a program prints when it is done.
pub(super) struct Said {
    pub(super) microseconds: f64,
    pub(super) count: f64,
}

/// A program that is running. It ends with this.
pub(super) struct Running {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Runner {
    /// Erlang, if it is installed.
    pub(super) fn erlang(folder: &Path) -> Result<Option<Self>, Box<dyn Error>> {
        let compiled = Command::new("erlc").arg("-o").arg(folder).arg(here("agents.erl")).status();
        match compiled {
            Ok(status) if status.success() => Ok(Some(Self::Erlang(folder.to_owned()))),
            Ok(status) => Err(format!("erlc: {status}").into()),
            Err(_) => Ok(None),
        }
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Mob => "Mob",
            Self::Erlang(_) => "Erlang",
        }
    }

    fn command(&self, program: &str) -> Command {
        match self {
            Self::Mob => {
                let mut command = Command::new(env!("CARGO_BIN_EXE_mvm"));
                command.arg("run").arg(here(&format!("{program}.mob")));
                command
            }
            Self::Erlang(folder) => {
                let mut command = Command::new("erl");
                command.args(["+P", "2000000", "-noshell", "-pa"]).arg(folder);
                command.args(["-eval", &format!("agents:main([\"{program}\"]), halt().")]);
                command
            }
        }
    }
}

impl Running {
    pub(super) fn start(runner: &Runner, program: &str) -> Result<Self, Box<dyn Error>> {
        let mut child = runner.command(program).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().ok_or("it has no output")?;
        Ok(Self { child, output: BufReader::new(output) })
    }

    /// Waits for what it says.
    pub(super) fn said(&mut self) -> Result<Said, Box<dyn Error>> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        let mut numbers = line.split_whitespace().map(str::parse);
        match (numbers.next(), numbers.next()) {
            (Some(microseconds), Some(count)) => Ok(Said { microseconds: microseconds?, count: count? }),
            _ => Err(format!("it said {line:?}").into()),
        }
    }

    /// How much memory it has now.
    pub(super) fn resident_bytes(&self) -> Result<f64, Box<dyn Error>> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        let kilobytes: f64 = line.trim_end_matches("kB").trim().parse()?;
        Ok(kilobytes * 1024.0)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may be over already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn here(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/agents").join(file)
}
