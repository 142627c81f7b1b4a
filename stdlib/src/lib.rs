//! The standard library of Mob, in Mob: one file a module under `mob/`, embedded as text.
//!
//! The compiler asks for a module when a program says `use` of it; `prelude` is in scope everywhere.

/// Declares the modules: the list of names and the look-up come from one line each.
macro_rules! modules {
    ($($name:literal)*) => {
        /// The modules' names, sorted.
        const NAMES: &[&str] = &[$($name),*];

        /// The source text of a module; none if there is no module of that name.
        ///
        /// ```
        /// assert!(mob_stdlib::source("list").is_some_and(|text| text.contains("pub fn map[")));
        /// assert!(mob_stdlib::source("no_such_module").is_none());
        /// ```
        #[must_use]
        pub fn source(module: &str) -> Option<&'static str> {
            match module {
                $($name => Some(include_str!(concat!("mob/", $name, ".mob"))),)*
                _ => None,
            }
        }
    };
}

modules! {
    "bool" "bytes" "clock" "console" "float" "int" "list" "math" "node" "option" "prelude" "random" "result" "str"
}

/// The names of all modules, sorted.
#[must_use]
pub fn names() -> &'static [&'static str] {
    NAMES
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{names, source};

    /// Lines that declare something public without a `///` line above them.
    fn undocumented(module: &str) -> Vec<String> {
        let lines: Vec<_> = source(module).unwrap().lines().map(str::trim_start).collect();
        let bare = lines.windows(2).filter(|pair| pair[1].starts_with("pub ") && !pair[0].starts_with("///"));
        bare.map(|pair| format!("{module}: {}", pair[1])).collect()
    }

    #[test]
    fn names_are_sorted_and_have_sources() {
        assert!(names().is_sorted());
        assert!(names().iter().all(|name| source(name).is_some()));
    }

    #[test]
    fn every_file_is_a_module() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/mob");
        let files =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut files: Vec<_> = files.collect();
        files.sort();
        let expected: Vec<_> = names().iter().map(|name| format!("{name}.mob")).collect();
        assert_eq!(files, expected);
    }

    #[test]
    fn everything_public_is_documented() {
        let bare: Vec<_> = names().iter().flat_map(|name| undocumented(name)).collect();
        assert!(bare.is_empty(), "{bare:#?}");
    }
}
