//! Which of the names that exist was probably meant by one that doesn't.

/// How many names are compared at most, so that a program full of misspelt names stays cheap to refuse.
const COMPARED_MAX: usize = 2_000;

/// The longest name, in characters, for which a nearest one is looked for.
const LENGTH_MAX: usize = 40;

/// The name among `names` that differs least from `wanted`, if any is near enough to suggest.
pub(crate) fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = wanted.chars().collect();
    if wanted.len() > LENGTH_MAX {
        return None;
    }
    let far = (wanted.len() / 3).max(1);
    let near = names.into_iter().take(COMPARED_MAX).filter_map(|name| {
        let distance = distance(&wanted, name)?;
        let is_near = distance <= far && distance < wanted.len();
        (is_near || is_abbreviated(&wanted, name)).then_some((distance, name))
    });
    near.min().map(|(_, name)| name)
}

/// Whether one is the beginning of the other, and not much is left out.
fn is_abbreviated(wanted: &[char], name: &str) -> bool {
    const LEAST: usize = 3;
    const LEFT_OUT_MAX: usize = 4;
    let common =
        wanted.iter().copied().zip(name.chars()).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
    let length = name.chars().count();
    let shorter = wanted.len().min(length);
    common == shorter && shorter >= LEAST && wanted.len().abs_diff(length) <= LEFT_OUT_MAX
}

/// How many characters must be put in, left out, replaced or swapped with their neighbour. Case alone is free.
fn distance(wanted: &[char], name: &str) -> Option<usize> {
    let name: Vec<char> = name.chars().take(LENGTH_MAX + 1).collect();
    if name.len() > LENGTH_MAX {
        return None;
    }
    let same = |a: char, b: char| a.eq_ignore_ascii_case(&b);
    let width = name.len() + 1;
    let mut rows: Vec<Vec<usize>> = vec![(0..width).collect()];
    for (i, &a) in wanted.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &b) in name.iter().enumerate() {
            let replaced = rows[i][j] + usize::from(!same(a, b));
            let mut least = replaced.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && same(a, name[j - 1]) && same(wanted[i - 1], b) {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_meant() {
        let names = ["length", "push", "pop", "filter", "Reading"];
        assert_eq!(nearest("lenght", names), Some("length"));
        assert_eq!(nearest("fliter", names), Some("filter"));
        assert_eq!(nearest("reading", names), Some("Reading"));
        assert_eq!(nearest("lenn", ["len"]), Some("len"));
        assert_eq!(nearest("Circ", ["Square", "Circle"]), Some("Circle"));
        assert_eq!(nearest("Strng", ["Str", "Set"]), Some("Str"));
        assert_eq!(nearest("map", names), None);
        assert_eq!(nearest("x", names), None);
        assert_eq!(nearest("survey", names), None);
    }
}
