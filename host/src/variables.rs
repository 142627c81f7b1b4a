//! The process's environment variables, as far as a program may read them.

use std::collections::BTreeSet;

/// Which environment variables a program may read.
#[derive(Debug, Clone)]
pub struct Variables {
    /// Their names; none where all are allowed.
    names: Option<BTreeSet<String>>,
}

/// A variable that the program may not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the environment variable `{0}` may not be read")]
pub struct NotAllowed(pub String);

impl Variables {
    /// Every variable.
    #[must_use]
    pub fn all() -> Self {
        Self { names: None }
    }

    /// The variables of these names.
    #[must_use]
    pub fn only(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { names: Some(names.into_iter().map(Into::into).collect()) }
    }

    /// The value of a variable, if it is set. Bytes that are not UTF-8 become U+FFFD.
    ///
    /// # Errors
    /// If the variable may not be read, set or not.
    pub fn get(&self, name: &str) -> Result<Option<String>, NotAllowed> {
        if self.names.as_ref().is_some_and(|names| !names.contains(name)) {
            return Err(NotAllowed(name.to_owned()));
        }
        // The system has no variables of such names, and not every system takes the question.
        if name.is_empty() || name.contains(['=', '\0']) {
            return Ok(None);
        }
        Ok(std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_allowed_is_read() {
        let variables = Variables::only(["CARGO_PKG_NAME", "MOB_TEST_UNSET"]);
        assert_eq!(variables.get("CARGO_PKG_NAME"), Ok(Some("mob-host".to_owned())));
        assert_eq!(variables.get("MOB_TEST_UNSET"), Ok(None));
        assert_eq!(variables.get("PATH"), Err(NotAllowed("PATH".to_owned())));
    }

    #[test]
    fn strange_names_are_not_set() {
        for name in ["", "=", "A=B", "A\0B"] {
            assert_eq!(Variables::all().get(name), Ok(None), "{name:?}");
        }
    }
}
