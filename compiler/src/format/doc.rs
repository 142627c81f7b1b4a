//! Documents: text together with the places where lines may be broken.
//!
//! The algebra of Wadler's "prettier printer", with what comments and trailing blocks need besides. The crate `pretty` has no
//! text that waits for the end of its line, without which a comment could end up in front of code, and no
//! choice between layouts by their first line.

use std::borrow::Cow;
use std::rc::Rc;

/// A piece of a document. Copies share what they hold.
#[derive(Debug, Clone)]
pub(super) struct Doc<'a> {
    node: Rc<Node<'a>>,
    must_break: bool,
}

/// The kinds of document.
#[derive(Debug)]
pub(super) enum Node<'a> {
    /// Text of one line, or text of several that stays as it is, whatever the indentation.
    Text(Cow<'a, str>),
    /// A space, or a line break where the group around it is broken.
    Line,
    /// Nothing, or a line break where the group around it is broken.
    SoftLine,
    /// A line break.
    HardLine,
    /// A line break, unless nothing stands on the line yet.
    FreshLine,
    /// An empty line, where the group around it is broken. A line break follows it.
    EmptyLine,
    /// One after the other.
    Concat(Vec<Doc<'a>>),
    /// What lines inside begin with is that many steps further right.
    Indent(u16, Doc<'a>),
    /// All on one line if it fits, else broken at its own lines.
    Group(Doc<'a>),
    /// On one line, whether it fits or not.
    Flat(Doc<'a>),
    /// One thing where the group around it is broken, and another where it is not.
    IfBroken(Doc<'a>, Doc<'a>),
    /// Behind a space if it fits there on one line, else on the next line if it fits there on one, else behind a
    /// space and broken.
    SpaceOrNextLine(Doc<'a>),
    /// The first layout whose first line fits, or the last one. Never empty.
    FirstFitting(Vec<Doc<'a>>),
    /// Contents with separators between them, of which as few as possible are broken.
    Fill(Vec<Doc<'a>>),
    /// A comment where it stands. Whatever follows it begins a new line.
    Comment(&'a str),
    /// A comment for the end of the line, whatever else comes to stand on it.
    Suffix(&'a str),
    /// A line break, but only if a comment waits for the end of the line.
    Fence,
    /// Nothing; the groups around it are broken.
    Break,
}

impl<'a> Doc<'a> {
    fn new(node: Node<'a>, must_break: bool) -> Self {
        Self { node: Rc::new(node), must_break }
    }

    /// What it is.
    pub(super) fn node(&self) -> &Node<'a> {
        &self.node
    }

    /// Whether it can't stand on one line.
    pub(super) fn must_break(&self) -> bool {
        self.must_break
    }

    /// Nothing at all.
    pub(super) fn nil() -> Self {
        Self::concat(Vec::new())
    }

    /// Whether it is [`Doc::nil`], so that nothing separates it from what stands beside it.
    pub(super) fn is_nil(&self) -> bool {
        matches!(&*self.node, Node::Concat(docs) if docs.is_empty())
    }

    /// See [`Node::Text`].
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::new(Node::Text(text.into()), false)
    }

    /// See [`Node::Line`].
    pub(super) fn line() -> Self {
        Self::new(Node::Line, false)
    }

    /// See [`Node::SoftLine`].
    pub(super) fn soft_line() -> Self {
        Self::new(Node::SoftLine, false)
    }

    /// See [`Node::HardLine`].
    pub(super) fn hard_line() -> Self {
        Self::new(Node::HardLine, true)
    }

    /// See [`Node::FreshLine`].
    pub(super) fn fresh_line() -> Self {
        Self::new(Node::FreshLine, true)
    }

    /// See [`Node::EmptyLine`].
    pub(super) fn empty_line() -> Self {
        Self::new(Node::EmptyLine, false)
    }

    /// See [`Node::Concat`].
    pub(super) fn concat(docs: impl Into<Vec<Self>>) -> Self {
        let docs = docs.into();
        let must_break = docs.iter().any(Self::must_break);
        Self::new(Node::Concat(docs), must_break)
    }

    /// See [`Node::Indent`].
    pub(super) fn indent(self) -> Self {
        self.indent_by(1)
    }

    /// See [`Node::Indent`].
    pub(super) fn indent_by(self, steps: u16) -> Self {
        let must_break = self.must_break;
        Self::new(Node::Indent(steps, self), must_break)
    }

    /// See [`Node::Group`].
    pub(super) fn group(self) -> Self {
        let must_break = self.must_break;
        Self::new(Node::Group(self), must_break)
    }

    /// A group that is broken even if it would fit.
    pub(super) fn broken_group(self) -> Self {
        Self::new(Node::Group(self), true)
    }

    /// See [`Node::Flat`].
    pub(super) fn flat(self) -> Self {
        Self::new(Node::Flat(self), false)
    }

    /// See [`Node::IfBroken`].
    pub(super) fn if_broken(broken: Self, flat: Self) -> Self {
        let must_break = flat.must_break;
        Self::new(Node::IfBroken(broken, flat), must_break)
    }

    /// See [`Node::SpaceOrNextLine`].
    pub(super) fn space_or_next_line(self) -> Self {
        let must_break = self.must_break;
        Self::new(Node::SpaceOrNextLine(self), must_break)
    }

    /// The first of `docs` whose first line fits. It has to break if the last of them, the one that can always be taken, does.
    pub(super) fn first_fitting(docs: Vec<Self>) -> Self {
        let must_break = docs.iter().all(Self::must_break);
        Self::new(Node::FirstFitting(docs), must_break)
    }

    /// See [`Node::Fill`]; contents and separators take turns.
    pub(super) fn fill(docs: Vec<Self>) -> Self {
        let must_break = docs.iter().any(Self::must_break);
        Self::new(Node::Fill(docs), must_break)
    }

    /// See [`Node::Comment`].
    pub(super) fn comment(text: &'a str) -> Self {
        Self::new(Node::Comment(text), true)
    }

    /// See [`Node::Suffix`].
    pub(super) fn suffix(text: &'a str) -> Self {
        Self::new(Node::Suffix(text), false)
    }

    /// See [`Node::Fence`].
    pub(super) fn fence() -> Self {
        Self::new(Node::Fence, false)
    }

    /// See [`Node::Break`].
    pub(super) fn break_parent() -> Self {
        Self::new(Node::Break, true)
    }
}

/// The documents one after the other: anything that can be made a [`Doc`], as in `docs!["(", inner, ")"]`.
macro_rules! docs {
    ($($doc:expr),* $(,)?) => {
        $crate::format::doc::Doc::concat(vec![$($crate::format::doc::Doc::from($doc)),*])
    };
}
pub(super) use docs;

impl<'a> From<&Doc<'a>> for Doc<'a> {
    fn from(doc: &Doc<'a>) -> Self {
        doc.clone()
    }
}

impl<'a> From<&'a str> for Doc<'a> {
    fn from(text: &'a str) -> Self {
        Self::text(text)
    }
}
