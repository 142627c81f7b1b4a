//! `--allow CAP[=SCOPE]`: what a program may use beside what is harmless.

use std::path::Path;

use mvm::Engine;

use super::failure::Failure;

/// What a program may use.
#[derive(Debug, clap::Args)]
pub(super) struct Allow {
    /// Allow a capability: fs=DIR for the files in a folder, env=NAME,NAME for environment variables
    #[arg(long, value_name = "CAP[=SCOPE]")]
    allow: Vec<String>,
}

impl Allow {
    /// Whether something is allowed.
    pub(super) fn is_given(&self) -> bool {
        !self.allow.is_empty()
    }

    /// Gives an engine's programs what is allowed. `args` are those that a program sees as its own.
    pub(super) fn apply(&self, engine: &mut Engine, args: &[&str]) -> Result<(), Failure> {
        for allowed in &self.allow {
            let (capability, scope) = match allowed.split_once('=') {
                Some((capability, scope)) => (capability, Some(scope)),
                None => (allowed.as_str(), None),
            };
            match (capability, scope) {
                ("fs", scope) => allow_folder(engine, Path::new(scope.unwrap_or(".")))?,
                ("env", scope) => {
                    let names: Option<Vec<&str>> = scope.map(|scope| scope.split(',').collect());
                    engine.allow_variables(names.as_deref(), args);
                }
                (_, Some(_)) => {
                    let problem = format!("--allow {allowed}: the capability `{capability}` has no scope");
                    return Err(Failure::Usage(problem));
                }
                (_, None) => {
                    engine.allow(capability);
                }
            }
        }
        Ok(())
    }
}

fn allow_folder(engine: &mut Engine, path: &Path) -> Result<(), Failure> {
    match engine.allow_folder(path) {
        Ok(_) => Ok(()),
        Err(error) => {
            let shown = path.display();
            Err(Failure::Usage(format!("--allow fs={shown}: the folder can't be opened: {error}")))
        }
    }
}
