//! Checks the links of the book and the README, and that the tests cover every chapter.

use std::fs;
use std::path::{Path, PathBuf};

use crate::CHAPTERS;

const REPOSITORY: &str = "https://github.com/iron-session/iron-session-rs/blob/main/";
const RAW_FILES: &str = "https://github.com/iron-session/iron-session-rs/raw/main/";

/// Returns a file of the project, given its path from the root.
fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn chapter(name: &str) -> String {
    read(&format!("book/src/{name}"))
}

fn read(path: &str) -> String {
    fs::read_to_string(file(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns the lines outside code blocks.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .scan(false, |in_code, line| {
            let is_fence = line.trim_start().starts_with("```");
            *in_code ^= is_fence;
            Some((!*in_code && !is_fence).then_some(line))
        })
        .flatten()
}

/// Returns the targets of the links, as in `](target)`.
fn links(text: &str) -> Vec<&str> {
    prose(text)
        .flat_map(|line| line.split("](").skip(1))
        .filter_map(|rest| Some(rest.split_once(')')?.0))
        .collect()
}

/// Returns the anchors of the headings, as mdBook and GitHub generate them.
fn anchors(text: &str) -> Vec<String> {
    let titles = prose(text).filter_map(|line| {
        let (marks, title) = line.split_once("# ")?;
        marks.bytes().all(|b| b == b'#').then(|| title.to_lowercase())
    });
    let mut plain: Vec<String> = Vec::new();
    let mut anchors = Vec::new();
    for title in titles {
        let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        let anchor = kept.collect::<String>().replace(' ', "-");
        let same = plain.iter().filter(|other| **other == anchor).count();
        anchors.push(if same == 0 { anchor.clone() } else { format!("{anchor}-{same}") });
        plain.push(anchor);
    }
    anchors
}

/// Returns the path from the root of a file that a chapter names.
fn next_to(chapter: &str, name: &str) -> String {
    Path::new("book/src").join(chapter).with_file_name(name).display().to_string()
}

/// Returns the names of the files that mdBook puts into a chapter.
fn includes(text: &str) -> impl Iterator<Item = &str> {
    let files = text.lines().filter_map(|line| line.strip_prefix("{{#include ")?.strip_suffix("}}"));
    // Without the part of the file that is included.
    files.map(|file| file.split_once(':').map_or(file, |(file, _)| file))
}

/// Checks a link, and returns what is wrong with it.
fn mistake(from: &str, link: &str) -> Option<String> {
    let (page, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = match page.strip_prefix(REPOSITORY) {
        Some(path) => path.to_owned(),
        None if page.contains("://") => return Some("leads out of the project".to_owned()),
        None if page.is_empty() => format!("book/src/{from}"),
        None => next_to(from, page),
    };
    if !file(&target).is_file() {
        return Some(format!("there is no {target}"));
    }
    let is_there = anchor.is_empty() || anchors(&read(&target)).iter().any(|found| found == anchor);
    (!is_there).then(|| format!("{target} has no heading `{anchor}`"))
}

#[test]
fn every_link_leads_somewhere() {
    let mut mistakes = Vec::new();
    let mut count = 0;
    for &name in CHAPTERS {
        for link in links(&chapter(name)) {
            count += 1;
            mistakes.extend(mistake(name, link).map(|mistake| format!("{name}: {link}: {mistake}")));
        }
    }
    assert!(count > 50, "only {count} links were found");
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

#[test]
fn every_included_file_exists() {
    let mut count = 0;
    for &name in CHAPTERS {
        for included in includes(&chapter(name)) {
            count += 1;
            assert!(file(&next_to(name, included)).is_file(), "{name}: there is no {included}");
        }
    }
    assert!(count > 5, "only {count} files are included");
}

#[test]
fn the_links_of_the_readme_work_on_a_package_page() {
    let text = read("README.md");
    let links = links(&text);
    assert!(links.len() > 5, "{links:?}");
    for link in links {
        assert!(link.starts_with("https://"), "README.md: {link}: is relative");
        let path = [REPOSITORY, RAW_FILES].iter().find_map(|prefix| link.strip_prefix(prefix));
        assert!(path.is_none_or(|path| file(path).is_file()), "README.md: {link}: there is no such file");
    }
}

#[test]
fn the_summary_names_the_chapters_whose_samples_run() {
    assert_eq!(links(&chapter("SUMMARY.md")), CHAPTERS);
}

#[test]
fn every_attribute_has_a_section() {
    let reference = read("iron-session-derive/src/attributes.md");
    let book = chapter("session-struct.md");
    let attributes: Vec<_> = prose(&reference).filter(|line| line.starts_with("## `")).collect();
    assert!(attributes.len() > 15, "{attributes:?}");
    for attribute in attributes {
        assert!(prose(&book).any(|line| line == attribute), "no section {attribute}");
    }
}

#[test]
fn what_a_link_lacks_is_told() {
    assert_eq!(mistake("size.md", "size.md#chunks"), None);
    assert_eq!(mistake("size.md", "#chunks"), None);
    assert_eq!(mistake("frameworks/poem.md", "../size.md#chunks"), None);
    assert!(mistake("size.md", "sizes.md").is_some());
    assert!(mistake("frameworks/poem.md", "size.md#chunks").is_some());
    assert!(mistake("size.md", "start.md#chunks").is_some());
    assert!(mistake("size.md", "https://example.com/").is_some());
    let reference = format!("{REPOSITORY}iron-session-derive/src/attributes.md");
    assert_eq!(mistake("size.md", &format!("{reference}#flash")), None);
    assert!(mistake("size.md", &format!("{reference}#flesh")).is_some());
    assert_eq!(anchors("# A `b_c` d\n```\n# no\n```\n## A\n## A"), ["a-b_c-d", "a", "a-1"]);
}
