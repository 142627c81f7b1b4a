//! The standard library of Mob, in Mob: under `mob/`, embedded as text. A module is one file, or several that are read
//! one after the other.
//!
//! The compiler asks for a module when a program says `use` of it; `prelude` is in scope everywhere.

/// Declares the modules with the files that each is made of: the list of names and the look-up come from one line each.
macro_rules! modules {
    ($($name:literal: $($file:literal)+;)*) => {
        /// The modules' names, sorted.
        const NAMES: &[&str] = &[$($name),*];

        /// The files of all modules, under `mob/` and without their ending.
        #[cfg(test)]
        const FILES: &[&str] = &[$($($file),+),*];

        /// The source text of a module; none if there is no module of that name.
        ///
        /// ```
        /// assert!(mob_stdlib::source("list").is_some_and(|text| text.contains("pub fn map[")));
        /// assert!(mob_stdlib::source("no_such_module").is_none());
        /// ```
        #[must_use]
        pub fn source(module: &str) -> Option<&'static str> {
            match module {
                $($name => Some(concat!($(include_str!(concat!("mob/", $file, ".mob"))),+)),)*
                _ => None,
            }
        }
    };
}

modules! {
    "addr": "addr";
    "base64": "base64";
    "bool": "bool";
    "bytes": "bytes";
    "clock": "clock";
    "console": "console";
    "csv": "csv";
    "env": "env";
    "float": "float";
    "format": "format";
    "fs": "fs";
    "inbox": "inbox";
    "int": "int";
    "iter": "iter";
    "json": "json/value" "json/parse" "json/encode";
    "list": "list/elements" "list/visit" "list/order" "list/combine";
    "map": "map";
    "math": "math";
    "node": "node";
    "option": "option";
    "path": "path";
    "pool": "pool";
    "prelude": "prelude";
    "priority": "priority";
    "queue": "queue";
    "random": "random";
    "registry": "registry";
    "result": "result";
    "scan": "scan";
    "service": "service";
    "set": "set";
    "str": "str/text" "str/layout";
    "supervisor": "supervisor";
    "testing": "testing";
    "time": "time";
    "timer": "timer";
    "topic": "topic";
}

/// The names of all modules, sorted.
#[must_use]
pub fn names() -> &'static [&'static str] {
    NAMES
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::path::Path;

    use super::{FILES, names, source};

    /// Lines that declare something public without a `///` line above them.
    fn undocumented(module: &str) -> Vec<String> {
        let lines: Vec<_> = source(module).unwrap().lines().map(str::trim_start).collect();
        let bare = lines.windows(2).filter(|pair| pair[1].starts_with("pub ") && !pair[0].starts_with("///"));
        bare.map(|pair| format!("{module}: {}", pair[1])).collect()
    }

    /// All files in a folder and in those in it, by their paths without the ending.
    fn files(folder: &Path, prefix: &str) -> Vec<String> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            if entry.path().is_dir() {
                found.extend(files(&entry.path(), &format!("{prefix}{name}/")));
            } else {
                found.push(format!("{prefix}{}", name.strip_suffix(".mob").unwrap_or(&name)));
            }
        }
        found
    }

    #[test]
    fn names_are_sorted_and_have_sources() {
        assert!(names().is_sorted());
        assert!(names().iter().all(|name| source(name).is_some()));
    }

    #[test]
    fn every_file_belongs_to_a_module() {
        let mut found = files(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/mob")), "");
        let mut declared = FILES.to_vec();
        found.sort();
        declared.sort_unstable();
        assert_eq!(found, declared);
    }

    #[test]
    fn everything_public_is_documented() {
        let bare: Vec<_> = names().iter().flat_map(|name| undocumented(name)).collect();
        assert!(bare.is_empty(), "{bare:#?}");
    }
}
