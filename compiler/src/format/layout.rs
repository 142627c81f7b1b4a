//! Lays documents out: decides which groups are broken, and writes the text.

use super::doc::{Doc, Node};

/// The columns of one step of indentation.
const STEP: usize = 2;

/// How the lines of a piece are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// On one line.
    Flat,
    /// As line breaks.
    Broken,
}

/// What is still to be written.
#[derive(Debug, Clone, Copy)]
struct Todo<'d, 'a> {
    indent: usize,
    mode: Mode,
    what: What<'d, 'a>,
}

#[derive(Debug, Clone, Copy)]
enum What<'d, 'a> {
    Doc(&'d Doc<'a>),
    /// What remains of a fill, beginning with a content.
    Fill(&'d [Doc<'a>]),
}

/// What has been made of a document.
pub(super) struct LaidOut {
    /// Its lines. The last one ends without a line break.
    pub(super) text: String,
    /// A comment has got a line of its own, or lost it, since it stood where none can stand.
    pub(super) has_moved_comments: bool,
}

/// The text of a document, in lines of at most `width` columns where that can be had.
pub(super) fn layout(doc: &Doc<'_>, width: usize) -> LaidOut {
    let mut writer = Writer {
        width,
        text: String::new(),
        line_start: 0,
        indent: None,
        suffix: None,
        ends_in_comment: false,
        has_moved_comments: false,
    };
    writer.run(doc);
    writer.finish()
}

struct Writer<'a> {
    width: usize,
    text: String,
    /// Where the current line begins in `text`.
    line_start: usize,
    /// The indentation that is due as soon as something is written on the current line; none if something is.
    indent: Option<usize>,
    /// The comment that waits for the end of the line.
    suffix: Option<&'a str>,
    /// The current line ends in a comment, so that nothing else can be written on it.
    ends_in_comment: bool,
    has_moved_comments: bool,
}

impl<'a> Writer<'a> {
    fn run(&mut self, doc: &Doc<'a>) {
        let mut todo = vec![Todo { indent: 0, mode: Mode::Broken, what: What::Doc(doc) }];
        while let Some(next) = todo.pop() {
            match next.what {
                What::Doc(doc) => self.doc(doc, next, &mut todo),
                What::Fill(docs) => self.fill(docs, next, &mut todo),
            }
        }
    }

    fn doc<'d>(&mut self, doc: &'d Doc<'a>, at: Todo<'d, 'a>, todo: &mut Vec<Todo<'d, 'a>>) {
        let push = |doc, mode| Todo { mode, what: What::Doc(doc), ..at };
        match (doc.node(), at.mode) {
            (Node::Text(text), _) => self.write_text(text, at.indent),
            (Node::Line, Mode::Flat) => self.write_text(" ", at.indent),
            (Node::SoftLine | Node::EmptyLine, Mode::Flat) => {}
            (Node::Line | Node::SoftLine | Node::EmptyLine, Mode::Broken) | (Node::HardLine, _) => {
                self.end_line(at.indent);
            }
            (Node::FreshLine, _) if self.indent.is_some() && self.suffix.is_none() => {
                self.indent = Some(at.indent);
            }
            (Node::FreshLine, _) => self.end_line(at.indent),
            (Node::Concat(docs), mode) => todo.extend(docs.iter().rev().map(|doc| push(doc, mode))),
            (Node::Indent(steps, doc), mode) => {
                todo.push(Todo { indent: at.indent + usize::from(*steps) * STEP, ..push(doc, mode) });
            }
            (Node::Flat(doc) | Node::Group(doc), Mode::Flat) => todo.push(push(doc, Mode::Flat)),
            (Node::Flat(doc), Mode::Broken) => todo.push(push(doc, Mode::Flat)),
            (Node::Group(inner), Mode::Broken) => {
                let is_flat = !doc.must_break() && self.fits(self.column(), inner, Measure::Flat, todo);
                todo.push(push(inner, if is_flat { Mode::Flat } else { Mode::Broken }));
            }
            (Node::IfBroken(broken, _), Mode::Broken) => todo.push(push(broken, Mode::Broken)),
            (Node::IfBroken(_, flat), Mode::Flat) => todo.push(push(flat, Mode::Flat)),
            (Node::SpaceOrNextLine(inner), Mode::Flat) => {
                self.write_text(" ", at.indent);
                todo.push(push(inner, Mode::Flat));
            }
            (Node::SpaceOrNextLine(inner), Mode::Broken) => self.space_or_next_line(inner, at, todo),
            (Node::FirstFitting(docs), Mode::Flat) => {
                todo.extend(docs.first().map(|doc| push(doc, Mode::Flat)));
            }
            (Node::FirstFitting(docs), Mode::Broken) => {
                let fitting = docs.iter().find(|doc| self.fits(self.column(), doc, Measure::FirstLine, todo));
                todo.extend(fitting.or(docs.last()).map(|doc| push(doc, Mode::Broken)));
            }
            (Node::Fill(docs), Mode::Flat) => todo.extend(docs.iter().rev().map(|doc| push(doc, Mode::Flat))),
            (Node::Fill(docs), Mode::Broken) => todo.push(Todo { what: What::Fill(docs), ..at }),
            (Node::Comment(text), _) => {
                self.write_text(text, at.indent);
                self.ends_in_comment = true;
            }
            (Node::Suffix(text), _) => self.add_suffix(text, at.indent),
            (Node::Fence, _) if self.suffix.is_some() => self.end_line(at.indent),
            (Node::Fence | Node::Break, _) => {}
        }
    }

    fn space_or_next_line<'d>(&mut self, doc: &'d Doc<'a>, at: Todo<'d, 'a>, todo: &mut Vec<Todo<'d, 'a>>) {
        let below = at.indent + STEP;
        let fits = |column| !doc.must_break() && self.fits(column, doc, Measure::Flat, todo);
        let (indent, mode) = match (fits(self.column() + 1), fits(below)) {
            (true, _) => (at.indent, Mode::Flat),
            (false, true) => (below, Mode::Flat),
            (false, false) => (at.indent, Mode::Broken),
        };
        if indent == at.indent {
            self.write_text(" ", indent);
        } else {
            self.end_line(indent);
        }
        todo.push(Todo { indent, mode, what: What::Doc(doc) });
    }

    fn fill<'d>(&mut self, docs: &'d [Doc<'a>], at: Todo<'d, 'a>, todo: &mut Vec<Todo<'d, 'a>>) {
        let (content, rest) = match docs {
            [] => return,
            [content] => (content, None),
            [content, separator, rest @ ..] => (content, Some((separator, rest))),
        };
        let Some((separator, rest)) = rest else {
            return todo.push(Todo { what: What::Doc(content), ..at });
        };
        todo.push(Todo { what: What::Fill(rest), ..at });
        let both = [content, separator].into_iter().chain(rest.first());
        let width = both.map(|doc| measure(doc)).try_fold(0, |sum, width| Some(sum + width?));
        let fits = width.is_some_and(|width| self.column() + width <= self.width);
        let mode = if fits { Mode::Flat } else { Mode::Broken };
        todo.push(Todo { mode, what: What::Doc(separator), ..at });
        todo.push(Todo { what: What::Doc(content), ..at });
    }

    fn write_text(&mut self, text: &str, indent: usize) {
        if self.suffix.is_some() && text.contains('\n') {
            self.end_line(indent);
        }
        if self.ends_in_comment {
            self.has_moved_comments = true;
            self.end_line(indent);
        }
        self.write(text);
    }

    fn write(&mut self, text: &str) {
        let is_at_line_start = self.indent.is_some();
        if text.is_empty() || (text == " " && is_at_line_start) {
            return;
        }
        self.text.extend(std::iter::repeat_n(' ', self.indent.take().unwrap_or(0)));
        self.text.push_str(text);
        if let Some(at) = text.rfind('\n') {
            self.line_start = self.text.len() - (text.len() - at - 1);
        }
    }

    fn add_suffix(&mut self, text: &'a str, indent: usize) {
        if self.suffix.is_some() || self.ends_in_comment {
            self.has_moved_comments = true;
            self.end_line(indent);
        }
        self.suffix = Some(text);
    }

    fn end_line(&mut self, next_indent: usize) {
        self.finish_line();
        self.ends_in_comment = false;
        self.text.push('\n');
        self.line_start = self.text.len();
        self.indent = Some(next_indent);
    }

    /// Writes the comment that waits, or takes off the space at the end of the line.
    fn finish_line(&mut self) {
        let written = self.text[self.line_start..].trim_end_matches(' ').len();
        self.text.truncate(self.line_start + written);
        if let Some(comment) = self.suffix.take() {
            let gap = if written == 0 { "" } else { " " };
            self.write(gap);
            self.write(comment);
        }
    }

    fn finish(mut self) -> LaidOut {
        self.finish_line();
        LaidOut { text: self.text, has_moved_comments: self.has_moved_comments }
    }

    /// How many columns of the current line are taken.
    fn column(&self) -> usize {
        self.indent.unwrap_or_else(|| self.text[self.line_start..].chars().count())
    }

    /// Whether `doc`, and what follows it up to the next place where the line may end, fit on a line of which so many
    /// columns are taken.
    fn fits(&self, column: usize, doc: &Doc<'_>, how: Measure, rest: &[Todo<'_, '_>]) -> bool {
        let Some(width) = self.width.checked_sub(column) else { return false };
        let mut ruler = Ruler { width, todo: vec![(doc, how)] };
        if let Some(fits) = ruler.run() {
            return fits;
        }
        for todo in rest.iter().rev() {
            let how = if todo.mode == Mode::Flat { Measure::Flat } else { Measure::Rest };
            match todo.what {
                What::Doc(doc) => ruler.todo.push((doc, how)),
                What::Fill(docs) => ruler.todo.extend(docs.iter().rev().map(|doc| (doc, how))),
            }
            if let Some(fits) = ruler.run() {
                return fits;
            }
        }
        true
    }
}

/// How a piece is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    /// On one line.
    Flat,
    /// Up to its first line break, groups inside that need not break being on one line.
    FirstLine,
    /// Up to the first place where it may be broken: what follows the piece in question.
    Rest,
}

/// Measures documents until the line is full or ends.
struct Ruler<'d, 'a> {
    /// The columns that are left.
    width: usize,
    todo: Vec<(&'d Doc<'a>, Measure)>,
}

impl Ruler<'_, '_> {
    /// Whether what there is fits; none if it does and the line goes on behind it.
    fn run(&mut self) -> Option<bool> {
        while let Some((doc, how)) = self.todo.pop() {
            match doc.node() {
                Node::Text(text) => match text.split_once('\n') {
                    Some((first, _)) => return Some(self.take(first).is_some()),
                    None if self.take(text).is_none() => return Some(false),
                    None => {}
                },
                Node::Line | Node::SoftLine | Node::EmptyLine if how != Measure::Flat => return Some(true),
                Node::Line if self.take(" ").is_none() => return Some(false),
                Node::Line | Node::SoftLine | Node::EmptyLine => {}
                Node::HardLine | Node::FreshLine => return Some(true),
                Node::Concat(docs) | Node::Fill(docs) => {
                    self.todo.extend(docs.iter().rev().map(|doc| (doc, how)));
                }
                Node::SpaceOrNextLine(_) if how != Measure::Flat => return Some(true),
                Node::SpaceOrNextLine(doc) => {
                    if self.take(" ").is_none() {
                        return Some(false);
                    }
                    self.todo.push((doc, how));
                }
                Node::Indent(_, doc) => self.todo.push((doc, how)),
                Node::Flat(doc) => self.todo.push((doc, Measure::Flat)),
                Node::Group(inner) => {
                    let is_flat = how == Measure::FirstLine && !doc.must_break();
                    self.todo.push((inner, if is_flat { Measure::Flat } else { how }));
                }
                Node::IfBroken(_, flat) if how == Measure::Flat => self.todo.push((flat, how)),
                Node::IfBroken(broken, _) => self.todo.push((broken, how)),
                Node::FirstFitting(docs) => {
                    let may_break = how == Measure::Rest || doc.must_break();
                    let chosen = if may_break { docs.last() } else { docs.first() };
                    self.todo.extend(chosen.map(|doc| (doc, how)));
                }
                Node::Comment(text) => return Some(self.take(text).is_some()),
                Node::Suffix(_) | Node::Fence | Node::Break => {}
            }
        }
        None
    }

    fn take(&mut self, text: &str) -> Option<()> {
        self.width = self.width.checked_sub(text.chars().count())?;
        Some(())
    }
}

/// The columns that a piece takes on one line; none if it can't stand on one.
fn measure(doc: &Doc<'_>) -> Option<usize> {
    if doc.must_break() {
        return None;
    }
    let mut ruler = Ruler { width: usize::MAX, todo: vec![(doc, Measure::Flat)] };
    match ruler.run() {
        None => Some(usize::MAX - ruler.width),
        Some(_) => None,
    }
}
