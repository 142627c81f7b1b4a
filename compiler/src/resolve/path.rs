//! Paths of source files, as text with `/` between the parts.

/// The path without `.` parts, and with `a/..` left out.
pub(super) fn normal(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        push(&mut parts, part);
    }
    parts.join("/")
}

/// The file that `use` names by `parents` times `..` and these parts, seen from the file `from`.
pub(super) fn join<'a>(from: &'a str, parents: u32, parts: impl Iterator<Item = &'a str>) -> String {
    let mut all = Vec::new();
    let folder = from.rsplit_once('/').map(|(folder, _)| folder);
    for part in folder.into_iter().flat_map(|folder| folder.split('/')) {
        push(&mut all, part);
    }
    for _ in 0..parents {
        push(&mut all, "..");
    }
    all.extend(parts);
    let mut path = all.join("/");
    path.push_str(".mob");
    path
}

/// The last part of a path, without `.mob`.
pub(super) fn stem(path: &str) -> &str {
    let last = path.rsplit('/').next().unwrap_or(path);
    last.strip_suffix(".mob").unwrap_or(last)
}

fn push<'a>(parts: &mut Vec<&'a str>, part: &'a str) {
    match (part, parts.last()) {
        (".", _) => {}
        ("..", Some(last)) if *last != ".." => {
            // The root of an absolute path is the empty part that stands first; above it there is nothing.
            if !last.is_empty() {
                parts.pop();
            }
        }
        _ => parts.push(part),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_relative_to_the_file_that_asks() {
        let join = |from, parents, name| join(from, parents, std::iter::once(name));
        assert_eq!(join("main.mob", 0, "stats"), "stats.mob");
        assert_eq!(join("a/b/main.mob", 0, "stats"), "a/b/stats.mob");
        assert_eq!(join("a/b/main.mob", 1, "stats"), "a/stats.mob");
        assert_eq!(join("main.mob", 2, "stats"), "../../stats.mob");
        assert_eq!(join("/main.mob", 1, "stats"), "/stats.mob");
    }

    #[test]
    fn normal_paths_have_no_detours() {
        assert_eq!(normal("./a/./b/../c.mob"), "a/c.mob");
        assert_eq!(normal("../../a.mob"), "../../a.mob");
    }
}
