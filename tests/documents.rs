//! Programs and commands in the documents are ones that work.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;

use support::mvm::{run, run_with_input};
use support::program::{Mode, check_file};

/// The fenced blocks of a document that are in this language.
fn blocks(document: &str, language: &str) -> Vec<String> {
    let text = fs::read_to_string(support::root().join(document)).unwrap();
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(fence) = line.strip_prefix("```") else { continue };
        let block: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
        if fence == language {
            blocks.push(block.join("\n") + "\n");
        }
    }
    blocks
}

#[test]
fn programs_of_the_readme_compile() {
    let folder = tempfile::tempdir().unwrap();
    let programs = blocks("README.md", "mob");
    assert!(!programs.is_empty());
    for program in programs {
        let checked = run_with_input(folder.path(), &["check", "-"], program.as_bytes());
        assert_eq!(checked.code, Some(0), "{program}\n{}", checked.stderr);
    }
}

#[test]
fn the_first_command_of_the_readme_makes_the_journey() {
    let commands = blocks("README.md", "sh");
    let args = commands[0].trim().strip_prefix("cargo run --release -- ").unwrap();
    let args: Vec<_> = args.split_whitespace().collect();
    let ended = run(support::root(), &args);
    assert_eq!(ended.code, Some(0), "{}", ended.transcript());
    assert!(ended.stdout.starts_with("a -> b -> c -> a\n"), "{}", ended.transcript());
}

/// The commands around a program work in a folder that holds the programs of the page itself.
#[test]
fn commands_of_the_readme_around_a_program_work() {
    let folder = tempfile::tempdir().unwrap();
    let program =
        format!("{}\ntest \"nobody\" {{ assert(survey([]) == Ok([])) }}\n", blocks("README.md", "mob")[0]);
    fs::write(folder.path().join("survey.mob"), program).unwrap();
    let all = blocks("README.md", "sh");
    let around = all.iter().find(|block| block.starts_with("mvm check")).unwrap();
    for line in around.lines() {
        let command = line.split('#').next().unwrap().strip_prefix("mvm ").unwrap();
        let ended = run(folder.path(), &command.split_whitespace().collect::<Vec<_>>());
        assert_eq!(ended.code, Some(0), "{line}\n{}", ended.transcript());
    }
    assert!(folder.path().join("pages/modules/survey.html").exists());
}

#[test]
fn every_example_is_listed_and_says_what_it_does() {
    let list = fs::read_to_string(support::root().join("examples/README.md")).unwrap();
    for path in support::programs("examples") {
        let name = path.strip_prefix("examples/").unwrap();
        assert!(list.contains(&format!("[{name}]({name})")), "examples/README.md does not list {name}");
        let source = fs::read_to_string(support::root().join(&path)).unwrap();
        assert!(source.starts_with("// "), "{path} does not begin with what it does");
    }
}

#[test]
fn commands_of_the_documents_exist() {
    let folder = tempfile::tempdir().unwrap();
    let help = run(folder.path(), &["help"]).stdout;
    let known: Vec<_> = help.lines().filter_map(|line| line.trim().split(' ').next()).collect();
    for document in ["README.md", "docs/operations.md", "docs/testing.md", "docs/tour.md"] {
        for line in blocks(document, "sh").iter().flat_map(|block| block.lines()) {
            let Some(command) = line.strip_prefix("mvm ").and_then(|rest| rest.split(' ').next()) else {
                continue;
            };
            assert!(known.contains(&command), "{document}: `mvm {command}`");
        }
    }
}

#[test]
fn the_page_of_examples_lists_each_of_them() {
    let folder = support::root().join("examples");
    let page = fs::read_to_string(folder.join("README.md")).unwrap();
    let names = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    for name in names.filter(|name| name.ends_with(".mob") || name.ends_with(".rs")) {
        assert!(page.contains(&format!("[{name}]({name})")), "examples/README.md doesn't tell of {name}");
    }
    for (name, _) in page.split("](").skip(1).filter_map(|link| link.split_once(')')) {
        assert!(folder.join(name).exists(), "examples/README.md tells of {name}, which doesn't exist");
    }
}

/// A block that begins with a comment of nothing but a file's name is that file, for the blocks after it to use.
#[test]
fn programs_of_the_tour_do_what_they_say() {
    let folder = tempfile::tempdir().unwrap();
    for program in blocks("docs/tour.md", "mob") {
        let first = program.lines().next().and_then(|line| line.strip_prefix("// "));
        let name = first.filter(|comment| comment.ends_with(".mob")).unwrap_or("tour.mob");
        let path = folder.path().join(name);
        fs::write(&path, &program).unwrap();
        for mode in [Mode::Whole, Mode::Sliced { seed: 1 }] {
            check_file(path.to_str().unwrap(), mode).unwrap_or_else(|problem| panic!("{program}\n{problem}"));
        }
    }
}

#[test]
fn functions_that_the_tour_names_exist() {
    let tour = fs::read_to_string(support::root().join("docs/tour.md")).unwrap();
    let reference = fs::read_to_string(support::root().join("docs/stdlib.md")).unwrap();
    let (_, table) = tour.split_once("## Functions you will want first").unwrap();
    let rows: Vec<_> = table.lines().filter(|line| line.starts_with("| `")).take(8).collect();
    assert_eq!(rows.len(), 8);
    for row in rows {
        let mut names = row.split('`').skip(1).step_by(2);
        let module = names.next().unwrap().to_lowercase();
        let (_, section) = reference.split_once(&format!("\n## {module}\n")).unwrap();
        let section = section.split("\n## ").next().unwrap();
        for name in names {
            let is_there =
                section.contains(&format!("fn {name}(")) || section.contains(&format!("fn {name}["));
            assert!(is_there, "{module} has no {name}");
        }
    }
}

#[test]
fn commands_of_the_page_on_testing_pass_its_tests() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("stats.mob"), blocks("docs/testing.md", "mob").concat()).unwrap();
    let commands = blocks("docs/testing.md", "sh").concat();
    for line in commands.lines() {
        let args: Vec<_> = line.strip_prefix("mvm ").unwrap().split(' ').collect();
        let ended = run(folder.path(), &args);
        assert!(
            ended.code == Some(0) && ended.stdout.contains("mean of two"),
            "{line}: {}",
            ended.transcript()
        );
    }
}
