//! Programs of any length, about as dense as those of `examples/`: the same for the same numbers, on every machine.

use std::collections::BTreeMap;
use std::fmt::Write;

use mob_compiler::sources::{ReadError, Sources};

/// Parts that a program is put together from. `NN` stands for the part's number, `PP` for that of the part before, which
/// it calls; `AA` and `BB` for numbers of two digits, `CC` for one of three.
const TEMPLATES: [&str; 6] = [
    include_str!("templates/shapes.mob"),
    include_str!("templates/tokens.mob"),
    include_str!("templates/stock.mob"),
    include_str!("templates/tree.mob"),
    include_str!("templates/grid.mob"),
    include_str!("templates/queue.mob"),
];

/// What each file begins with: the part before the first.
const FIRST: &str = "pub fn run_0(seed: Int) -> Int {\n  seed % 7\n}\n";

/// The source text of a whole program.
pub(crate) struct Source {
    /// What it is called in tables.
    pub(crate) name: String,
    /// The root file's text.
    pub(crate) root: String,
    /// The other files, by path.
    pub(crate) files: BTreeMap<String, String>,
}

impl Source {
    /// A program of one file.
    pub(crate) fn of(name: &str, root: String) -> Self {
        Self { name: name.to_owned(), root, files: BTreeMap::new() }
    }

    /// The text of all files.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.root).chain(self.files.values()).map(String::as_str)
    }

    /// How many lines there are in all files.
    pub(crate) fn lines(&self) -> usize {
        self.texts().map(|text| text.lines().count()).sum()
    }
}

impl Sources for Source {
    fn file(&self, path: &str) -> Result<String, ReadError> {
        self.files.get(path).cloned().ok_or(ReadError::NotFound)
    }

    fn stdlib(&self, name: &str) -> Option<&str> {
        mob_stdlib::source(name)
    }

    fn stdlib_names(&self) -> Vec<&str> {
        mob_stdlib::names().to_vec()
    }
}

/// A program of about so many lines in so many files.
pub(crate) fn program(lines: usize, files: usize) -> Source {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    if files == 1 {
        let (mut root, last) = file(lines, &mut random);
        let _ = write!(root, "\nfn main() {{\n  print(run_{last}(5))\n}}\n");
        return Source::of("one file", root);
    }
    let mut source = Source::of(&format!("{files} files"), String::new());
    let mut main = String::from("\nfn main() {\n  var sum = 0\n");
    for n in 0..files {
        let (text, last) = file(lines / files, &mut random);
        source.files.insert(format!("part_{n}.mob"), text);
        let _ = writeln!(source.root, "use ./part_{n}");
        let _ = writeln!(main, "  sum += part_{n}.run_{last}({n})");
    }
    source.root.push_str(&main);
    source.root.push_str("  print(sum)\n}\n");
    source
}

/// The text of one file, and the number of its last part.
fn file(lines: usize, random: &mut Random) -> (String, usize) {
    let mut text = FIRST.to_owned();
    let mut count = FIRST.lines().count();
    let mut last = 0;
    while count < lines {
        last += 1;
        let part = part(last, random);
        count += part.lines().count() + 1;
        text.push('\n');
        text.push_str(&part);
    }
    (text, last)
}

fn part(number: usize, random: &mut Random) -> String {
    let values = [
        ("NN", number),
        ("PP", number - 1),
        ("AA", random.within(10, 100)),
        ("BB", random.within(10, 100)),
        ("CC", random.within(100, 1000)),
    ];
    let template = TEMPLATES[number % TEMPLATES.len()].to_owned();
    values.iter().fold(template, |text, (name, value)| text.replace(name, &value.to_string()))
}

/// Marsaglia's xorshift: the numbers need be no better than various.
struct Random(u64);

impl Random {
    /// A number from `low` up to but without `high`.
    fn within(&mut self, low: usize, high: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        low + usize::try_from(self.0 >> 33).unwrap_or(0) % (high - low)
    }
}
