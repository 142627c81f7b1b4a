//! Which folder is home.

use std::path::PathBuf;

use directories::ProjectDirs;
use mvm::net::home::Home;

use super::failure::Failure;

/// The home that was asked for, or the one in the platform's config folder.
pub(crate) fn open(chosen: Option<&PathBuf>) -> Result<Home, Failure> {
    if let Some(chosen) = chosen {
        return Ok(Home::at(chosen));
    }
    let platform = ProjectDirs::from("", "", "mvm").ok_or_else(|| {
        Failure::usage("there is no config folder for this user: say where home is with --home DIR")
    })?;
    Ok(Home::at(platform.config_dir()))
}
