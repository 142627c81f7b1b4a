//! Documentation as Markdown. Raw HTML in it is shown as text, links lead to the web or to names alone, and pictures
//! become what they are called.

use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::highlight::highlight;
use super::links::Links;

impl Links<'_> {
    /// A text of Markdown.
    pub(super) fn markdown(&self, text: &str) -> Markup {
        let mut events = Vec::new();
        let mut code: Option<(bool, String)> = None;
        // For each link that is open, whether it is shown as one.
        let mut links = Vec::new();
        for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => code = Some((is_mob(&kind), String::new())),
                Event::End(TagEnd::CodeBlock) => {
                    events.extend(code.take().map(|(is_mob, text)| code_block(is_mob, &text)));
                }
                Event::Text(text) if code.is_some() => {
                    if let Some((_, code)) = &mut code {
                        code.push_str(&text);
                    }
                }
                Event::Code(text) => events.push(self.code_span(&text, links.is_empty())),
                Event::Html(text) | Event::InlineHtml(text) => events.push(Event::Text(text)),
                Event::Start(Tag::Link { dest_url, .. }) => {
                    links.push(is_harmless(&dest_url));
                    if is_harmless(&dest_url) {
                        let open =
                            format!("<a href=\"{}\" rel=\"noopener\">", html! { (dest_url) }.into_string());
                        events.push(Event::InlineHtml(open.into()));
                    }
                }
                Event::End(TagEnd::Link) => {
                    if links.pop() == Some(true) {
                        events.push(Event::InlineHtml("</a>".into()));
                    }
                }
                Event::Start(Tag::Image { .. } | Tag::HtmlBlock)
                | Event::End(TagEnd::Image | TagEnd::HtmlBlock) => {}
                Event::Start(Tag::Heading { level, .. }) => {
                    events.push(Event::Start(Tag::Heading {
                        level: below(level),
                        id: None,
                        classes: Vec::new(),
                        attrs: Vec::new(),
                    }));
                }
                Event::End(TagEnd::Heading(level)) => events.push(Event::End(TagEnd::Heading(below(level)))),
                event => events.push(event),
            }
        }
        let mut out = String::new();
        pulldown_cmark::html::push_html(&mut out, events.into_iter());
        PreEscaped(out)
    }

    /// The first paragraph of a text, on one line and without links.
    pub(super) fn summary(&self, text: &str) -> Markup {
        let mut parts = Vec::new();
        for event in Parser::new(text) {
            match event {
                Event::End(TagEnd::Paragraph) | Event::Start(Tag::CodeBlock(_)) => break,
                Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                    parts.push(html! { (text) });
                }
                Event::Code(text) => parts.push(html! { code { (text) } }),
                Event::SoftBreak | Event::HardBreak => parts.push(html! { " " }),
                _ => {}
            }
        }
        html! { @for part in parts { (part) } }
    }

    /// `name`: a link if it is one that can be followed.
    fn code_span<'e>(&self, text: &str, may_link: bool) -> Event<'e> {
        let markup = match self.of(text).filter(|_| may_link) {
            Some(href) => html! { a href=(href) { code { (text) } } },
            None => html! { code { (text) } },
        };
        Event::InlineHtml(CowStr::from(markup.into_string()))
    }
}

fn is_mob(kind: &CodeBlockKind<'_>) -> bool {
    match kind {
        CodeBlockKind::Indented => false,
        CodeBlockKind::Fenced(language) => language.split([',', ' ']).next() == Some("mob"),
    }
}

fn code_block<'e>(is_mob: bool, text: &str) -> Event<'e> {
    let markup = html! { pre { code { @if is_mob { (highlight(text)) } @else { (text) } } } };
    Event::Html(CowStr::from(markup.into_string()))
}

/// Whether a link can do no more than lead to a page.
fn is_harmless(target: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| target.starts_with(scheme))
}

/// Headings of a comment stand below those of the page.
fn below(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H4,
        HeadingLevel::H2 => HeadingLevel::H5,
        _ => HeadingLevel::H6,
    }
}
