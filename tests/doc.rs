//! `mvm doc`: what its pages look like, that their links lead somewhere, and that documentation can do no harm.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use support::mvm::run;
use tempfile::TempDir;

const SHOP: &str = r##"// Things to buy.
//
// See `price` and [the web](https://example.org/a?b=c&d="e").

use ./parts/money
use ./parts/money.{Money as Coins}
use list.{map}

/// What can be bought.
pub struct Item[T] {
  /// What it is called.
  name: Str
  more: List[Option[T]]
}

/// Where an order is.
pub enum State {
  Open
  /// On its way.
  Sent(to: Str, money.Money), Done(Result[Coins, Str])
}

/// `State` by name.
pub type States = Map[Str, State]
pub const LIMIT: Int = 10 * 1_000

/// The price of an item.
///
/// # Details
/// It depends on the *day*, see `State`, `money.Money` and `unknown`:
/// ```mob
/// assert(price(item) < LIMIT) // cheap
/// ```
pub fn price[T](item: Item[T], f: fn(Item[T], (Int, Str)) -> Bool) -> Coins { money.none() }

pub fn with_many_parameters(first: Str, second: List[Str], third: Option[Float], fourth: State) -> () {}
pub extern "shop.open" fn open(name: Str)
fn private() {}
"##;

const MONEY: &str = "pub struct Money { amount: Int }\npub fn none() -> Money { Money(0) }\n";

const HOSTILE: &str = r##"// <script>alert(0)</script> & </main>

/// <script>alert(1)</script> <img src=x onerror=alert(2)> <b>bold
///
/// <div onclick="alert(3)">
///
/// [a](javascript:alert(4)) [b]( JaVaScRiPt:alert(5)) [c](data:text/html,x) [d](file:///etc/passwd) <javascript:alert(6)>
/// ![picture](https://example.org/track.png) [e](https://example.org/"onmouseover="alert(7)) `</code><script>`
///
/// [f]: javascript:alert(8)
/// [f] [`price`](javascript:alert(9))
///
/// ```mob
/// let x = "</code></pre><script>alert(10)</script>
/// ```
/// ```"><script>alert(11)</script>
/// </pre>
/// ```
/// # Heading {#names onclick=alert(12)}
pub fn price() {}

pub enum E {
  /// </dd></dl><script>alert(13)</script>
  A
}

pub const X: Str = "</code><script>alert(14)</script>"
"##;

/// Runs `mvm doc` over these files: the folder that it wrote, and its pages by name.
fn pages(files: &[(&str, &str)]) -> (TempDir, BTreeMap<String, String>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let ended = run(folder.path(), &["doc", ".", "-o", "out"]);
    assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (Some(0), "out/index.html\n", ""));
    let mut pages = BTreeMap::new();
    collect(&folder.path().join("out"), "", &mut pages);
    (folder, pages)
}

fn collect(folder: &Path, prefix: &str, pages: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), pages);
        } else {
            pages.insert(name, fs::read_to_string(entry.path()).unwrap());
        }
    }
}

/// The values of an attribute in a page.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let begin = format!(" {name}=\"");
    page.split(begin.as_str()).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn page_of_a_module() {
    let (_folder, pages) = pages(&[("shop.mob", SHOP), ("parts/money.mob", MONEY)]);
    let (_, main) = pages["modules/shop.html"].split_once("<main>").unwrap();
    // A line for each element, so that a difference can be read.
    let lines = main
        .replace("<section", "\n<section")
        .replace("<h", "\n<h")
        .replace("<d", "\n<d")
        .replace("<p>", "\n<p>");
    insta::assert_snapshot!("page", lines);
}

#[test]
fn links_lead_somewhere() {
    let (_folder, pages) = pages(&[("shop.mob", SHOP), ("parts/money.mob", MONEY), ("list.mob", MONEY)]);
    let anchors: BTreeSet<String> = pages
        .iter()
        .flat_map(|(name, page)| attributes(page, "id").into_iter().map(move |id| format!("{name}#{id}")))
        .collect();
    let ids =
        pages.iter().flat_map(|(name, page)| attributes(page, "id").into_iter().map(move |id| (name, id)));
    assert_eq!(ids.count(), anchors.len(), "an anchor is there twice");
    let mut count = 0;
    for (name, page) in pages.iter().filter(|(name, _)| name.ends_with(".html")) {
        let links = attributes(page, "href").into_iter().chain(attributes(page, "src"));
        for link in links.filter(|link| !link.starts_with("https://")) {
            count += 1;
            let target = match (link.strip_prefix("../"), link.strip_prefix('#')) {
                (Some(path), _) => path.to_owned(),
                (_, Some(anchor)) => format!("{name}#{anchor}"),
                _ => link.to_owned(),
            };
            assert!(anchors.contains(&target) || pages.contains_key(&target), "{name} links to {link}");
        }
    }
    assert!(count > 500);
    assert!(pages["modules/list.html"].contains("Money"));
}

/// What the search finds leads somewhere, too, and there is all that is exported.
#[test]
fn names_can_be_found() {
    let (_folder, pages) = pages(&[("shop.mob", SHOP)]);
    let names =
        pages["names.js"].strip_prefix("const MOB_NAMES = ").unwrap().trim_end().strip_suffix(';').unwrap();
    let names: Vec<[String; 3]> = serde_json::from_str(names).unwrap();
    let find = |name: &str, module: &str| names.iter().find(|[n, m, _]| n == name && m == module).cloned();
    assert_eq!(find("State.Sent", "shop").unwrap()[2], "modules/shop.html#State.Sent");
    assert!(find("map", "list").is_some() && find("Option", "prelude").is_some());
    assert!(find("private", "shop").is_none());
    for [_, _, target] in &names {
        let (page, anchor) = target.split_once('#').unwrap_or((target, ""));
        assert!(anchor.is_empty() || pages[page].contains(&format!(" id=\"{anchor}\"")), "{target}");
    }
}

#[test]
fn documentation_can_do_no_harm() {
    let (_folder, pages) = pages(&[("hostile.mob", HOSTILE), ("\"><script>.mob", MONEY)]);
    for (name, page) in pages.iter().filter(|(name, _)| name.ends_with(".html")) {
        let scripts = page.matches("<script").count();
        assert_eq!(scripts, 2, "{name} has {scripts} scripts\n{page}");
        for tag in page.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()) {
            let has_handler = tag.split(['"']).step_by(2).any(|outside| outside.contains(" on"));
            assert!(!has_handler && !tag.starts_with("img") && !tag.starts_with("b "), "{name}: <{tag}>");
        }
        for link in attributes(page, "href").into_iter().chain(attributes(page, "src")) {
            let lower = link.to_lowercase();
            let is_harmless = lower.starts_with("https://") || !lower.contains(':');
            assert!(is_harmless, "{name}: {link}");
        }
    }
    let main = pages["modules/hostile.html"].split_once("<main>").unwrap().1.to_owned();
    assert_eq!(main.matches("</main>").count(), 1);
    assert!(main.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{main}");
}

#[test]
fn a_file_with_errors_is_told_and_left_out() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bad.mob"), "fn f( {").unwrap();
    fs::write(folder.path().join("good.mob"), MONEY).unwrap();
    let ended = run(folder.path(), &["doc", "."]);
    assert_eq!(ended.code, Some(2));
    assert!(
        ended.stderr.contains("bad.mob:1:") && ended.stderr.contains("1 file left out"),
        "{}",
        ended.stderr
    );
    assert!(folder.path().join("mob-doc/modules/good.html").exists());
    assert_eq!(run(folder.path(), &["doc", "missing.mob"]).code, Some(2));
}
