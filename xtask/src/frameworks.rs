//! The table of the web frameworks in the README and the book: the test cases of the acceptance suite that
//! passed on each, the crates that the library adds to each, and the Rust that they need.

use std::collections::{BTreeMap, BTreeSet};

use crate::context::Context;

/// The files with the table, and whether each also lists the groups of test cases.
const FILES: [(&str, bool); 2] = [("README.md", false), ("book/src/frameworks.md", true)];

/// The lines around the table.
const START: &str = "<!-- `cargo xtask frameworks --overwrite` writes this table. -->";
const END: &str = "<!-- The end of the table. -->";

/// The last modules of the test cases of each framework, with the framework's package. The library's feature
/// has the name of the package. A framework on which no test case runs is left out of the table.
const FRAMEWORKS: &[(&str, &str)] =
    &[("axum", "axum"), ("actix", "actix-web"), ("poem", "poem"), ("salvo", "salvo"), ("rocket", "rocket")];

/// The command that counts dependencies: those that are compiled on Linux, whatever this computer is.
const TREE: &str = "tree --locked --edges normal --prefix none --target x86_64-unknown-linux-gnu";

/// A row of the table.
#[derive(Debug, Default, PartialEq)]
struct Row {
    package: &'static str,
    /// The passed test cases by group. A group is a file or a folder of the suite.
    passed: BTreeMap<String, usize>,
    /// The packages that the library adds to the framework.
    added: usize,
    /// The oldest Rust that compiles all packages.
    rust: String,
}

pub(crate) fn check(context: &mut Context) -> Result<(), String> {
    run(context, false)
}

pub(crate) fn overwrite(context: &mut Context) -> Result<(), String> {
    run(context, true)
}

fn run(context: &Context, overwrite: bool) -> Result<(), String> {
    // Where the step `test` has run, both are built.
    let output = context.cargo("test --workspace --test acceptance --test guards").output()?;
    let passed = passed(&output)?;
    let rust_versions = rust_versions(&context.cargo("metadata --locked --format-version 1").output()?);
    let mut rows = Vec::new();
    for (&(_, package), passed) in FRAMEWORKS.iter().zip(passed).filter(|(_, passed)| !passed.is_empty()) {
        let ours = format!("{TREE} -p iron-session --no-default-features --features derive,{package}");
        let ours = packages(&context.cargo(&ours).output()?);
        // With the features that the workspace uses.
        let bare = packages(&context.cargo(&format!("{TREE} -p {package}")).output()?);
        let rust = ours.iter().filter_map(|package| rust_versions.get(package)).max();
        let rust = rust.map(|version| shown(version)).ok_or("`cargo metadata` names no `rust_version`")?;
        rows.push(Row { package, passed, added: ours.difference(&bare).count(), rust });
    }
    for (file, with_groups) in FILES {
        let path = context.root().join(file);
        let text =
            std::fs::read_to_string(&path).map_err(|error| format!("{file} can't be read: {error}"))?;
        let new =
            replace(&text, &table(&rows, with_groups)).ok_or(format!("{file} has no line `{START}`"))?;
        if overwrite {
            std::fs::write(&path, new).map_err(|error| format!("{file} can't be written: {error}"))?;
        } else if new != text {
            let table = table(&rows, with_groups);
            return Err(format!(
                "the table in {file} is not what ran; `cargo xtask frameworks --overwrite` writes it:\n{table}"
            ));
        }
    }
    Ok(())
}

/// Counts the passed test cases of each framework by group, from the output of the tests.
fn passed(output: &str) -> Result<Vec<BTreeMap<String, usize>>, String> {
    let mut passed = vec![BTreeMap::new(); FRAMEWORKS.len()];
    let lines = output.lines().filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... ok"));
    let cases: Vec<_> = lines.flat_map(splits).collect();
    // Whatever has the test cases of the first framework is a framework.
    let first: BTreeSet<_> = cases
        .iter()
        .filter(|case| case.framework == FRAMEWORKS[0].0)
        .map(|case| (case.file, case.name))
        .collect();
    for Case { file, framework, name } in cases {
        if let Some(index) = FRAMEWORKS.iter().position(|(module, _)| *module == framework) {
            let group = file.split("::").next().unwrap_or(file).replace('_', " ");
            *passed[index].entry(group).or_insert(0) += 1;
        } else if first.contains(&(file, name)) {
            return Err(format!("add the framework of the module `{framework}` to xtask/src/frameworks.rs"));
        }
    }
    Ok(passed)
}

/// The name of a test case: `revocation::axum::redis::everybody_is_signed_out`.
struct Case<'a> {
    file: &'a str,
    framework: &'a str,
    name: &'a str,
}

/// Reads each module of a test's name as if it were that of a framework.
fn splits(test: &str) -> impl Iterator<Item = Case<'_>> {
    test.match_indices("::").filter_map(|(at, separator)| {
        let (framework, name) = test[at + separator.len()..].split_once("::")?;
        Some(Case { file: &test[..at], framework, name })
    })
}

/// Returns the lines of `cargo tree`, each a package and its version, without the rest.
fn packages(tree: &str) -> BTreeSet<String> {
    let package = |line: &str| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    tree.lines().map(package).filter(|package| !package.is_empty()).collect()
}

/// Returns the `rust-version` of the packages that have one, from the JSON of `cargo metadata`. There, `name`,
/// `version` and `id` are the first members of a package, and `rust_version` is one of the last.
fn rust_versions(metadata: &str) -> BTreeMap<String, Vec<u32>> {
    let mut versions = BTreeMap::new();
    let mut package = None;
    for part in metadata.split(r#"{"name":""#) {
        if let Some((name, rest)) = part.split_once(r#"","version":""#)
            && let Some((version, _)) = rest.split_once(r#"","id":""#)
            && !name.contains('"')
        {
            package = Some(format!("{name} v{version}"));
        }
        if let Some((_, rest)) = part.split_once(r#""rust_version":""#)
            && let Some((version, _)) = rest.split_once('"')
            && let Some(package) = package.take()
        {
            versions.insert(package, version.split('.').filter_map(|number| number.parse().ok()).collect());
        }
    }
    versions
}

fn shown(version: &[u32]) -> String {
    let numbers: Vec<_> = version.iter().take(2).map(u32::to_string).collect();
    numbers.join(".")
}

/// Writes the rows as Markdown.
fn table(rows: &[Row], with_groups: bool) -> String {
    let mut lines = vec![
        "| framework | behaviours tested | crates added | minimum Rust |".to_owned(),
        "| --- | ---: | ---: | ---: |".to_owned(),
    ];
    for Row { package, passed, added, rust } in rows {
        lines.push(format!("| {package} | {} | {added} | {rust} |", passed.values().sum::<usize>()));
    }
    if with_groups {
        let names: Vec<_> = rows.iter().map(|row| row.package).collect();
        lines.push(format!("\n| behaviours tested | {} |", names.join(" | ")));
        lines.push(format!("| --- |{}", " ---: |".repeat(rows.len())));
        let groups: BTreeSet<_> = rows.iter().flat_map(|row| row.passed.keys()).collect();
        for group in groups {
            let cells: Vec<_> =
                rows.iter().map(|row| row.passed.get(group).unwrap_or(&0).to_string()).collect();
            lines.push(format!("| {group} | {} |", cells.join(" | ")));
        }
    }
    lines.join("\n")
}

/// Replaces the text between the markers.
fn replace(text: &str, table: &str) -> Option<String> {
    let (before, rest) = text.split_once(START)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{START}\n\n{table}\n\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passed_cases_are_counted_by_framework_and_group() {
        let output = "\
test ending::axum::destroy ... ok
test ending::actix::destroy ... ok
test records::ends::axum::destroy ... ok
test records::moves::axum::redis::grows ... ok
test records::moves::actix::grows ... FAILED
test session_id::of_time::is_an_instant ... ok
";
        let counted = passed(output).unwrap();
        let (axum, actix) = (&counted[0], &counted[1]);
        assert_eq!(
            axum.iter().map(|(group, n)| format!("{group} {n}")).collect::<Vec<_>>(),
            ["ending 1", "records 2"]
        );
        assert_eq!(actix.iter().map(|(group, n)| format!("{group} {n}")).collect::<Vec<_>>(), ["ending 1"]);
        let unknown = format!("{output}test ending::warp::destroy ... ok\n");
        assert!(passed(&unknown).unwrap_err().contains("`warp`"));
    }

    #[test]
    fn metadata_is_read() {
        let metadata = r#"{"packages":[{"name":"a","version":"1.0.0","id":"x","dependencies":[{"name":"b","source":null}],"rust_version":"1.89"},{"name":"b","version":"0.2.1","id":"y","dependencies":[],"rust_version":null},{"name":"c","version":"2.0.0","id":"z","dependencies":[{"name":"b","source":null}],"rust_version":"1.100.2","default_run":null}]}"#;
        let versions = rust_versions(metadata);
        assert_eq!(versions.keys().collect::<Vec<_>>(), ["a v1.0.0", "c v2.0.0"]);
        assert!(versions["c v2.0.0"] > versions["a v1.0.0"]);
        assert_eq!(shown(&versions["c v2.0.0"]), "1.100");
    }

    #[test]
    fn packages_are_counted_once() {
        let tree = "a v1.0.0 (/here)\nb v0.2.1\nb v0.2.1 (*)\nmacros v1.0.0 (proc-macro)\n";
        assert_eq!(packages(tree).into_iter().collect::<Vec<_>>(), ["a v1.0.0", "b v0.2.1", "macros v1.0.0"]);
    }

    #[test]
    fn the_table_is_replaced_between_its_markers() {
        let row =
            Row { package: "axum", passed: [("ending".to_owned(), 2)].into(), added: 3, rust: "1.89".into() };
        let text = format!("before\n{START}\nold\n{END}\nafter\n");
        let new = replace(&text, &table(&[row], true)).unwrap();
        assert!(new.starts_with("before\n") && new.ends_with("\nafter\n") && !new.contains("old"), "{new}");
        for line in ["| axum | 2 | 3 | 1.89 |", "| behaviours tested | axum |", "| ending | 2 |"] {
            assert!(new.lines().any(|found| found == line), "{line}: {new}");
        }
        assert_eq!(replace("no markers", ""), None);
    }
}
