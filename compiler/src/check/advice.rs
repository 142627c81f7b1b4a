//! What to do about a value of the wrong type: the help that goes with the message, and the change that would mend it.

use super::body::Body;
use super::types::{Kind, T};
use super::why::Why;
use crate::diagnostic::{Diagnostic, Edit};
use crate::source::Span;
use crate::typed::EnumId;

/// A value that stands in the wrong place: what was expected, what was found, and where.
#[derive(Clone, Copy)]
struct Wrong<'w> {
    expected: T,
    found: T,
    span: Span,
    why: &'w Why,
}

/// What can be done.
struct Advice {
    help: String,
    /// The change of the source that does it, if it is certain enough.
    edits: Vec<Edit>,
}

impl Advice {
    fn say(help: impl Into<String>) -> Self {
        Self { help: help.into(), edits: Vec::new() }
    }

    fn change(help: impl Into<String>, edits: impl Into<Vec<Edit>>) -> Self {
        Self { help: help.into(), edits: edits.into() }
    }
}

/// How deep types are compared, which bounds the time: a type can have many parts.
const PARTS_DEEP: u32 = 4;

const TO_FLOAT: &str = "there are no implicit conversions: write a literal as `1.0`, or call `.to_float()`";

impl Body<'_, '_> {
    /// Adds to a diagnostic about a wrong type what can be done about it.
    pub(super) fn advise(
        &self,
        diagnostic: Diagnostic,
        expected: T,
        found: T,
        span: Span,
        why: &Why,
    ) -> Diagnostic {
        let wrong = Wrong { expected, found, span, why };
        let advice = match *why {
            Why::OrBeginsLine => Some(Advice::say(
                "a line that begins with `||` goes on with the one before: put a closure in parentheses",
            )),
            Why::Operand(op, other) => self.operand(wrong, op, other),
            Why::Condition => self.condition(wrong),
            _ => self.value(wrong),
        };
        match advice {
            Some(Advice { help, edits }) if edits.is_empty() => diagnostic.help(help),
            Some(Advice { help, edits }) => diagnostic.suggest(help, edits),
            None => diagnostic,
        }
    }

    /// The operands of an operator differ, and either may be the one that is wrong. `other` is the left one.
    fn operand(&self, wrong: Wrong<'_>, op: &str, other: Span) -> Option<Advice> {
        let Wrong { expected, found, span, .. } = wrong;
        match (self.kind(expected), self.kind(found)) {
            (Kind::Str, Kind::Int) if op == "*" => Some(Advice::say("text is repeated with `.repeat(n)`")),
            (Kind::List(_), Kind::Int) if op == "*" => Some(Advice::say(
                "after `use list`, `list.filled(n, x)` is `x` for `n` times, and `list.build(n, |i| …)` makes each anew",
            )),
            (Kind::Int, Kind::Float) => Some(Advice::change(TO_FLOAT, self.as_float(other))),
            (Kind::Float, Kind::Int) => Some(Advice::change(TO_FLOAT, self.as_float(span))),
            (Kind::Str, _) if op == "+" => Some(Advice::change(
                "put the value into the text, as in `\"text {value}\"`",
                self.joined_text(other, span),
            )),
            (_, Kind::Str) if op == "+" => Some(Advice::change(
                "put the value into the text, as in `\"{value} text\"`",
                self.text_joined(other, span),
            )),
            _ => {
                let swapped = Wrong { expected: found, found: expected, span: other, ..wrong };
                self.wrapped(wrong).or_else(|| self.wrapped(swapped))
            }
        }
    }

    /// What is not a `Bool`, where one decides.
    fn condition(&self, wrong: Wrong<'_>) -> Option<Advice> {
        let ask = |help: &str, suffix: &str| Some(Advice::change(help, self.with_suffix(wrong.span, suffix)));
        match self.kind(wrong.found) {
            Kind::Int => ask("compare it: `… != 0`", " != 0"),
            Kind::Str | Kind::List(_) => {
                ask("ask whether there is anything in it: `….len() > 0`", ".len() > 0")
            }
            Kind::Enum(id, _) if Some(*id) == self.cx.option => {
                ask("take out what it holds with `if let Some(x) = …`, or ask for `.is_some()`", ".is_some()")
            }
            Kind::Enum(id, _) if Some(*id) == self.cx.result => {
                ask("take out what it holds with `if let Ok(x) = …`, or ask for `.is_ok()`", ".is_ok()")
            }
            _ => self.value(wrong),
        }
    }

    fn value(&self, wrong: Wrong<'_>) -> Option<Advice> {
        let Wrong { expected, found, span, why } = wrong;
        self.wrapped(wrong).or_else(|| {
            Some(match (self.kind(expected), self.kind(found)) {
                (Kind::Float, Kind::Int) => Advice::change(TO_FLOAT, self.as_float(span)),
                (Kind::Int, Kind::Float) => Advice::change(
                    "call `.truncate()` or `.round()` to make it an `Int`",
                    self.with_suffix(span, ".truncate()"),
                ),
                (Kind::Int, Kind::Str) => Advice::say("`.parse_int()` reads a number, as an `Option[Int]`"),
                (Kind::Float, Kind::Str) => {
                    Advice::say("`.parse_float()` reads a number, as an `Option[Float]`")
                }
                (_, Kind::Unit) if matches!(why, Why::Result(_)) => self.missing_result(wrong),
                (Kind::Unit, _) if matches!(why, Why::Result(Some(_))) => {
                    let shown = self.show(found);
                    Advice::say(format!("declare the result with `-> {shown}`, or leave the value out"))
                }
                (Kind::Map(..), Kind::Unit) => Advice::change(
                    "an empty map is written `[:]`",
                    [Edit::replace(self.empty_block(span)?, "[:]")],
                ),
                (Kind::List(_) | Kind::Set(_), Kind::Unit) => Advice::change(
                    "an empty one is written `[]`",
                    [Edit::replace(self.empty_block(span)?, "[]")],
                ),
                (Kind::Str, _) if !matches!(why, Why::Branch(_) | Why::Receiver(_)) => {
                    let edits = [Edit::before(span, "\"{"), Edit::after(span, "}\"")];
                    Advice::change("a value as text is `\"{value}\"`", edits)
                }
                _ => return None,
            })
        })
    }

    /// A function's last statement gives nothing.
    fn missing_result(&self, wrong: Wrong<'_>) -> Advice {
        let text = self.cx.modules.map.text(wrong.span);
        let is_unit_result = match self.kind(wrong.expected) {
            Kind::Enum(id, args) => Some(*id) == self.cx.result && self.is_first(args, T::UNIT),
            _ => false,
        };
        Advice::say(if is_unit_result {
            "end it with `Ok(())`"
        } else if text.starts_with("for") || text.starts_with("while") {
            "a loop gives no value: write after it what comes if it ends"
        } else if text.starts_with("return") {
            "write the value after `return`"
        } else {
            "the last expression of a function is its value: write it at the end"
        })
    }

    /// One of the types is the other with something around it: an `Option`, a `Result`, a function.
    fn wrapped(&self, wrong: Wrong<'_>) -> Option<Advice> {
        let Wrong { expected, found, span, why } = wrong;
        let (option, result) = (self.cx.option, self.cx.result);
        let is_operand = matches!(why, Why::Operand(..));
        let wrap = |with: &str| {
            let edits = [Edit::before(span, format!("{with}(")), Edit::after(span, ")")];
            Advice::change(format!("wrap the value: `{with}(…)`"), edits)
        };
        Some(match (self.kind(expected), self.kind(found)) {
            (_, Kind::Enum(id, args)) if Some(*id) == option && self.is_first(args, expected) => self.or_try(
                "it may be missing: take it out with `match` or `if let Some(x) = …`, or `.or(default)`",
                span,
                *id,
            ),
            (_, Kind::Enum(id, args)) if Some(*id) == result && self.is_first(args, expected) => self.or_try(
                "it may have failed: hand the error on with `?`, or look at it with `match`",
                span,
                *id,
            ),
            (Kind::Enum(id, args), _) if Some(*id) == option && !is_operand && self.is_first(args, found) => {
                wrap("Some")
            }
            (Kind::Enum(id, args), kind)
                if Some(*id) == result
                    && !is_operand
                    && *kind != Kind::Unit
                    && self.is_first(args, found) =>
            {
                wrap("Ok")
            }
            (Kind::Fn(params, result), _)
                if params.is_empty() && !is_operand && self.is_same(*result, found) =>
            {
                Advice::change("put `||` before it to make it a closure", [Edit::before(span, "|| ")])
            }
            (_, Kind::Fn(params, result)) if self.is_same(*result, expected) => match params.len() {
                0 => Advice::change("call it: `…()`", [Edit::after(span, "()")]),
                n => {
                    let takes = super::calls::count(n);
                    Advice::say(format!("this is a function that isn't called; it takes {takes}"))
                }
            },
            _ => return None,
        })
    }

    /// `?` is a change that mends it only where the function around can return what it hands on.
    fn or_try(&self, help: &str, span: Span, of: EnumId) -> Advice {
        match self.frames.last().map(|frame| self.kind(frame.result)) {
            Some(Kind::Enum(id, _)) if *id == of => Advice::change(help, self.with_suffix(span, "?")),
            _ => Advice::say(help),
        }
    }

    /// The block that ends with this brace, if it is a `{}` that stands where a value begins: elsewhere that is an empty map.
    fn empty_block(&self, end: Span) -> Option<Span> {
        let before = self.cx.modules.map.get(end.file)?.text().get(..end.start as usize)?;
        let before = before.trim_end().strip_suffix('{')?;
        let is_value = before.trim_end().ends_with([':', '=', '(', '[', ',', '>']);
        is_value.then(|| Span::new(end.file, u32::try_from(before.len()).unwrap_or(end.start), end.end))
    }

    fn is_first(&self, args: &[T], t: T) -> bool {
        args.first().is_some_and(|first| self.is_same(*first, t))
    }

    /// Whether two types are the same, as far as is known: parts that are still to be inferred count as such.
    fn is_same(&self, a: T, b: T) -> bool {
        let is_known = |t| !matches!(self.kind(t), Kind::Error | Kind::Var(_));
        is_known(a) && is_known(b) && self.can_be_same(a, b, PARTS_DEEP)
    }

    fn can_be_same(&self, a: T, b: T, depth: u32) -> bool {
        let (a, b) = (self.shallow(a), self.shallow(b));
        if a == b || depth == 0 {
            return true;
        }
        let same = |a: T, b: T| self.can_be_same(a, b, depth - 1);
        let all = |xs: &[T], ys: &[T]| xs.len() == ys.len() && xs.iter().zip(ys).all(|(x, y)| same(*x, *y));
        match (self.kind(a), self.kind(b)) {
            (Kind::Var(_), _) | (_, Kind::Var(_)) => true,
            (Kind::List(x), Kind::List(y))
            | (Kind::Set(x), Kind::Set(y))
            | (Kind::Addr(x), Kind::Addr(y))
            | (Kind::Inbox(x), Kind::Inbox(y)) => same(*x, *y),
            (Kind::Map(k, v), Kind::Map(l, w)) => same(*k, *l) && same(*v, *w),
            (Kind::Tuple(xs), Kind::Tuple(ys)) => all(xs, ys),
            (Kind::Struct(s, xs), Kind::Struct(t, ys)) => s == t && all(xs, ys),
            (Kind::Enum(s, xs), Kind::Enum(t, ys)) => s == t && all(xs, ys),
            (Kind::Fn(xs, x), Kind::Fn(ys, y)) => all(xs, ys) && same(*x, *y),
            _ => false,
        }
    }

    /// An expression with something after it, in parentheses if it has operators.
    fn with_suffix(&self, span: Span, suffix: &str) -> Vec<Edit> {
        let text = self.cx.modules.map.text(span);
        if suffix.starts_with([' ', '?']) || !text.contains(char::is_whitespace) {
            return vec![Edit::after(span, suffix)];
        }
        vec![Edit::before(span, "("), Edit::after(span, format!("){suffix}"))]
    }

    fn as_float(&self, span: Span) -> Vec<Edit> {
        let text = self.cx.modules.map.text(span);
        let is_literal = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
        if is_literal { vec![Edit::after(span, ".0")] } else { self.with_suffix(span, ".to_float()") }
    }

    /// `"text" + value` as `"text{value}"`.
    fn joined_text(&self, text: Span, value: Span) -> Vec<Edit> {
        if !self.ends_in_short_string(text) {
            return vec![Edit::before(value, "\"{"), Edit::after(value, "}\"")];
        }
        let between = Span::new(text.file, text.end - 1, value.start);
        vec![Edit::replace(between, "{"), Edit::after(value, "}\"")]
    }

    /// `value + "text"` as `"{value}text"`.
    fn text_joined(&self, value: Span, text: Span) -> Vec<Edit> {
        let shown = self.cx.modules.map.text(text);
        if !shown.starts_with('"') || shown.starts_with("\"\"\"") {
            return vec![Edit::before(value, "\"{"), Edit::after(value, "}\"")];
        }
        let between = Span::new(text.file, value.end, text.start + 1);
        vec![Edit::before(value, "\"{"), Edit::replace(between, "}")]
    }

    fn ends_in_short_string(&self, span: Span) -> bool {
        let shown = self.cx.modules.map.text(span);
        shown.ends_with('"') && !shown.ends_with("\"\"\"") && shown.len() > 1
    }
}
