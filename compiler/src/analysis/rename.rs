//! Giving something another name, everywhere at once.
//!
//! Whether the new name is free is not derived from scopes: the texts are changed and analysed again, and every name has
//! to mean what it meant before.

use std::collections::{BTreeMap, HashSet};

use super::{Analysis, Root, Symbol, SymbolKind};
use crate::diagnostic::Diagnostics;
use crate::lexer::{self, Token};
use crate::source::{FileId, Span};
use crate::sources::{ReadError, Sources};

/// Why something can't be given another name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenameError {
    /// There is no name at the place.
    #[error("there is no name here that is declared somewhere")]
    NoName,
    /// The standard library declares it.
    #[error("`{0}` belongs to the standard library; a `use … as …` can give it another name here")]
    Stdlib(String),
    /// It is a module.
    #[error("a module is named by its file: rename `{0}.mob`, and what is said in `use`")]
    Module(String),
    /// The new name is none that something of its kind can have.
    #[error("`{name}` is no name for a {kind}: {rule}")]
    BadName {
        /// The new name.
        name: String,
        /// What is to be renamed.
        kind: &'static str,
        /// What such names look like.
        rule: &'static str,
    },
    /// Another thing of that name is in the way, so that some names would mean something else.
    #[error("with the name `{name}`, {file}:{line} would mean something else")]
    Clash {
        /// The new name.
        name: String,
        /// The file of the first name that would mean something else.
        file: String,
        /// Its line, from 1.
        line: u32,
    },
}

/// A change of names: the places to be replaced, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    /// All places, by file and offset. They don't overlap.
    pub places: Vec<Span>,
    /// What stands there then.
    pub name: String,
}

impl Analysis {
    /// The name at a place, if it can be given another one.
    ///
    /// # Errors
    /// If it can't.
    pub fn renamable(&self, file: FileId, offset: u32) -> Result<Span, RenameError> {
        let (symbol, used) = self.symbol_at(file, offset).ok_or(RenameError::NoName)?;
        if self.is_alias(symbol, used) {
            return Ok(used);
        }
        match symbol.kind {
            SymbolKind::Module => Err(RenameError::Module(symbol.name.to_string())),
            _ if symbol.is_stdlib => Err(RenameError::Stdlib(symbol.name.to_string())),
            _ => Ok(used),
        }
    }

    /// All places that change when what is named at a place gets the name `new`. Names that `use … as` gave it stay,
    /// and if the place is one of those, they alone change. Whether the name is free is checked by analysing the changed
    /// texts; `roots` and `sources` are those of [`Analysis::new`].
    ///
    /// # Errors
    /// If it can't be renamed, or not so.
    pub fn rename(
        &self,
        file: FileId,
        offset: u32,
        new: &str,
        roots: &[Root<'_>],
        sources: &dyn Sources,
    ) -> Result<Rename, RenameError> {
        let used = self.renamable(file, offset)?;
        let (symbol, _) = self.symbol_at(file, offset).ok_or(RenameError::NoName)?;
        check_name(symbol.kind, new)?;
        let old = self.facts.map.text(used);
        let is_alias = self.is_alias(symbol, used);
        let places = self
            .uses(symbol)
            .into_iter()
            .filter(|place| self.facts.map.text(*place) == old && (!is_alias || place.file == file));
        let rename = Rename { places: places.collect(), name: new.to_owned() };
        self.check_free(&rename, roots, sources)?;
        Ok(rename)
    }

    /// Whether a use calls something by a name that `use … as` gave it.
    fn is_alias(&self, symbol: &Symbol, used: Span) -> bool {
        self.facts.map.text(used) != &*symbol.name
    }

    /// Whether all names mean the same after a change.
    fn check_free(
        &self,
        rename: &Rename,
        roots: &[Root<'_>],
        sources: &dyn Sources,
    ) -> Result<(), RenameError> {
        let changed = Changed::new(self, rename, sources);
        let texts = roots.iter().map(|root| (root.name, changed.text(root.name).unwrap_or(root.text)));
        let new_roots: Vec<_> = texts.map(|(name, text)| Root { name, text }).collect();
        let after = Self::new(&new_roots, &changed, false);
        let meanings: HashSet<_> = after.named_references().collect();
        let mut expected = self.references.iter().filter_map(|(used, definition)| {
            Some((*used, changed.moved(self, *used)?, changed.moved(self, *definition)?))
        });
        let lost = expected.find(|(_, used, definition)| !meanings.contains(&(*used, *definition)));
        let declared_twice = || {
            let (before, after) = (self.diagnostics().error_count(), after.diagnostics().error_count());
            (after > before).then(|| rename.places.first().copied()).flatten()
        };
        let Some(place) = lost.map(|(used, ..)| used).or_else(declared_twice) else { return Ok(()) };
        let source = self.facts.map.get(place.file);
        Err(RenameError::Clash {
            name: rename.name.clone(),
            file: source.map(|source| source.name().to_owned()).unwrap_or_default(),
            line: source.map_or(0, |source| source.line(place.start)),
        })
    }

    /// All references, by the names of files, which are the same in two analyses.
    fn named_references(&self) -> impl Iterator<Item = (Named<'_>, Named<'_>)> {
        self.references.iter().filter_map(|(used, definition)| {
            Some((self.named(*used, used.start)?, self.named(*definition, definition.start)?))
        })
    }

    fn named(&self, span: Span, start: u32) -> Option<Named<'_>> {
        Some((self.facts.map.get(span.file)?.name(), start))
    }
}

/// A place by its file's name and offset.
type Named<'a> = (&'a str, u32);

/// The texts after a change, before what the sources have.
struct Changed<'a> {
    texts: BTreeMap<String, String>,
    /// For each file that changes, where, in order.
    places: BTreeMap<FileId, Vec<Span>>,
    /// The length of the new name.
    length: u32,
    sources: &'a dyn Sources,
}

impl<'a> Changed<'a> {
    fn new(analysis: &Analysis, rename: &Rename, sources: &'a dyn Sources) -> Self {
        let mut places: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
        for place in &rename.places {
            places.entry(place.file).or_default().push(*place);
        }
        let texts = places.iter().filter_map(|(file, places)| {
            let source = analysis.facts.map.get(*file)?;
            let mut text = source.text().to_owned();
            for place in places.iter().rev() {
                text.replace_range(place.range(), &rename.name);
            }
            Some((source.name().to_owned(), text))
        });
        let texts = texts.collect();
        let length = u32::try_from(rename.name.len()).unwrap_or(u32::MAX);
        Self { texts, places, length, sources }
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// Where a place of the old text begins in the new one.
    fn moved<'n>(&self, analysis: &'n Analysis, span: Span) -> Option<Named<'n>> {
        let places = self.places.get(&span.file).map_or(&[][..], Vec::as_slice);
        let before = places.iter().filter(|place| place.end <= span.start && place.start < span.start);
        let shift =
            |start: i64, place: &Span| start + i64::from(self.length) - i64::from(place.end - place.start);
        let start = before.fold(i64::from(span.start), shift);
        analysis.named(span, u32::try_from(start).ok()?)
    }
}

impl Sources for Changed<'_> {
    fn file(&self, path: &str) -> Result<String, ReadError> {
        self.text(path).map_or_else(|| self.sources.file(path), |text| Ok(text.to_owned()))
    }

    fn stdlib(&self, name: &str) -> Option<&str> {
        self.sources.stdlib(name)
    }

    fn stdlib_names(&self) -> Vec<&str> {
        self.sources.stdlib_names()
    }
}

/// Whether something of this kind can have this name.
fn check_name(kind: SymbolKind, new: &str) -> Result<(), RenameError> {
    let lexed = lexer::lex(FileId::default(), new, &mut Diagnostics::new());
    let is_whole = |token: &lexer::SpannedToken| token.end as usize == new.len() && token.start == 0;
    let (is_right, rule) = match lexed.tokens.as_slice() {
        [token] if is_whole(token) => match (&token.token, kind.is_upper_case()) {
            (Token::Lower(_), false) | (Token::Upper(_), true) => (true, ""),
            (Token::Lower(_), true) => (false, "it begins with an upper-case letter"),
            (Token::Upper(_), false) => (false, "it begins with a lower-case letter"),
            _ => (false, "it is a word of the language, or no name at all"),
        },
        _ => (false, "names consist of letters, digits and `_`"),
    };
    if is_right {
        return Ok(());
    }
    Err(RenameError::BadName { name: new.to_owned(), kind: kind.as_str(), rule })
}
