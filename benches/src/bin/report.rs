//! Prints one table with the figures of the benchmarks. With `--write`, also updates the
//! figures and plots of the book.
//!
//! ```text
//! cargo run --release -p benches --bin report -- [--write] FILE…
//! ```
//!
//! Each file holds the figures of one benchmark. They replace the older figures of that
//! benchmark in the book's `figures.json`; other benchmarks keep theirs. Each benchmark is
//! stored with its machine, versions and date.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use benches::figures::{self, Figure};
use benches::{conditions::Conditions, plots, tables};
use serde::{Deserialize, Serialize};

/// The figures of one benchmark.
#[derive(Serialize, Deserialize)]
struct Run {
    #[serde(flatten)]
    conditions: Conditions,
    figures: Vec<Figure>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let (options, files): (Vec<_>, Vec<_>) = arguments.iter().partition(|name| name.starts_with("--"));
    let write = match options[..] {
        [] => false,
        [option] if option == "--write" => true,
        _ => return Err("expected `--write`, or no option".into()),
    };

    let conditions = Conditions::of_this_machine(&root)?;
    println!("\n{conditions}");
    let mut runs = BTreeMap::new();
    for file in files {
        let name = Path::new(file).file_stem().ok_or("no name")?.to_string_lossy().into_owned();
        let figures: Vec<Figure> = serde_json::from_str(&fs::read_to_string(file)?)?;
        figures::print(&figures);
        runs.insert(name, Run { conditions: conditions.clone(), figures });
    }
    if write { keep(&root.join("book/src/performance"), runs) } else { Ok(()) }
}

/// Replaces the older figures, and draws the plots again.
fn keep(dir: &Path, runs: BTreeMap<String, Run>) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(dir)?;
    let path = dir.join("figures.json");
    let mut all: BTreeMap<String, Run> = match fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text)?,
        Err(_) => BTreeMap::new(),
    };
    all.extend(runs);
    write(&path, &(serde_json::to_string_pretty(&all)? + "\n"))?;

    // mdBook includes it in the page.
    let tables: Vec<_> = all
        .iter()
        .map(|(name, Run { conditions, figures })| {
            format!(
                "### {name}\n\n{}.\n{}",
                conditions.to_string().replace('\n', "; "),
                tables::markdown(figures)
            )
        })
        .collect();
    write(&dir.join("tables.md"), &tables.join("\n"))?;

    let figures: Vec<_> = all.into_values().flat_map(|run| run.figures).collect();
    for (name, svg) in plots::all(&figures) {
        write(&dir.join(name), &svg)?;
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), Box<dyn Error>> {
    fs::write(path, text).map_err(|error| format!("{} can't be written: {error}", path.display()))?;
    println!("written: {}", path.file_name().unwrap_or_default().display());
    Ok(())
}
