//! `completions` and `man`: from the same source as the help.

use clap::CommandFactory as _;
use serde_json::json;

use crate::args::Args;
use crate::failure::Failure;
use crate::output::Report;

pub(crate) fn completions(shell: clap_complete::Shell) -> Report {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "iron-session", &mut text);
    let text = String::from_utf8_lossy(&text);
    Report::new(text.as_ref(), json!({ "completions": text }))
}

pub(crate) fn man(command: Option<&str>) -> Result<Report, Failure> {
    let mut all = Args::command();
    all.build();
    let page = match command {
        None => all,
        Some(name) => all.find_subcommand(name).cloned().ok_or_else(|| {
            Failure::other(
                format!("there is no command `{name}`"),
                "run `iron-session help` for the commands",
            )
        })?,
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut text)
        .map_err(|error| Failure::other(format!("the man page can't be generated: {error}"), "try again"))?;
    let text = String::from_utf8_lossy(&text);
    Ok(Report::new(text.as_ref(), json!({ "man": text })))
}
