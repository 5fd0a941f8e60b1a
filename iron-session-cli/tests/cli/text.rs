//! Help, completions, the man page, exit codes and colours.

use std::process::Stdio;

use serde_json::Value;

use super::{PROGRAM, command, done, failed, run};

const COMMANDS: [&str; 12] = [
    "keygen",
    "keyring",
    "revoke",
    "sessions",
    "inspect",
    "seal",
    "unseal",
    "budget",
    "schema",
    "types",
    "completions",
    "man",
];

#[test]
fn help_names_every_command() {
    let help = done("--help", "");
    for word in COMMANDS {
        assert!(help.contains(&format!("\n  {word} ")), "{word} is missing in {help}");
    }
    let listed = help.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let commands = listed.filter(|line| line.trim_start().starts_with(|c: char| c.is_ascii_lowercase()));
    assert_eq!(commands.count(), COMMANDS.len() + 1, "and `help`: {help}");
}

#[test]
fn completions_and_man_pages_name_every_command_and_come_from_the_same_source() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let text = done(&format!("completions {shell}"), "");
        assert!(text.contains("password-file"), "{shell}");
        for word in COMMANDS {
            assert!(text.contains(word), "{word} is missing for {shell}");
        }
    }
    let page = done("man", "");
    assert!(page.contains(".TH iron-session 1") && page.contains("Exit codes:"), "{page}");
    for word in COMMANDS {
        assert!(page.contains(&format!("iron\\-session\\-{word}(1)")), "{word} is missing in {page}");
        let own = done(&format!("man {word}"), "");
        assert!(own.contains(&format!(".TH iron-session-{word} 1")), "{own}");
    }
    assert!(done("man inspect", "").contains("password\\-env"));
    assert!(failed(1, "man nothing", "").contains("there is no command `nothing`"));
}

#[test]
fn a_mistyped_command_is_corrected() {
    let output = run("inspekt", "");
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("a similar subcommand exists: 'inspect'"), "{}", output.stderr);
}

/// A script that asks for JSON gets it, whatever went wrong.
#[test]
fn every_error_is_json_where_it_was_asked_for() {
    for (code, reason, line) in [
        (2, "usage", "inspekt --json"),
        (2, "usage", "unseal --json --password-word x"),
        (2, "usage", "keygen --json=1 --old"),
        (2, "usage", "budget --json"),
        (2, "usage", "seal --json --ttl x"),
        (2, "usage", "completions --json nosuch"),
        (1, "failed", "keygen --json next"),
        (1, "failed", "unseal --json"),
        (1, "failed", "types --json nowhere.json"),
        (1, "failed", "man --json nothing"),
        (3, "malformed", "inspect --json --password-env SECRET --name sid"),
    ] {
        let stdin = if code == 3 { "theme=dark" } else { "" };
        let error: Value = serde_json::from_str(&failed(code, line, stdin)).unwrap();
        assert_eq!(error["error"], reason, "{line}");
        let text = |name: &str| error[name].as_str().unwrap().to_owned();
        assert!(!text("message").is_empty() && !text("next").is_empty(), "{line}: {error}");
        assert!(
            !text("message").starts_with("error")
                && !text("message").contains("Usage")
                && !text("message").contains("--help"),
            "{error}"
        );
    }
    assert!(failed(2, "inspekt -- --json", "").starts_with("error: "), "what follows `--` is no option");
}

/// Each of the codes that help lists is that of a command line here.
#[test]
fn every_exit_code_that_help_lists_is_used() {
    let seal = done("seal --password-env SECRET", "1");
    let other = seal.replacen("*1*", "*7*", 1);
    let cut = &seal[..seal.len() - 9];
    let expired = super::seals::expired();
    let unseal = "unseal --password-env SECRET";
    let over = format!("budget {}", super::schemas::over_budget());
    let used = [
        (unseal, seal.as_str()),
        ("unseal --password-env NOWHERE", &seal),
        ("unseal --password SECRET", &seal),
        (unseal, cut),
        (unseal, &other),
        (unseal, &expired),
        (unseal, super::seals::NO_JSON),
        ("schema diff shop.v2.json shop.v1.json", ""),
        (&over, ""),
    ];
    let help = done("--help", "");
    let (_, listed) = help.split_once("Exit codes:\n").unwrap();
    let listed: Vec<i32> =
        listed.lines().map(|line| line.split_whitespace().next().unwrap().parse().unwrap()).collect();
    let codes = used.map(|(line, stdin)| {
        let password =
            if stdin == super::seals::NO_JSON { super::seals::NO_JSON_PASSWORD } else { super::PASSWORD };
        super::run_with(line, stdin, password).code
    });
    assert_eq!(codes.as_slice(), listed, "{help}");
}

/// What the program writes to a terminal, which `script` makes.
fn on_a_terminal(line: &str, variable: (&str, &str)) -> String {
    let line = format!("{PROGRAM} {line}");
    let mut script = command("script");
    script.args(["--quiet", "--return", "--command", &line, "/dev/null"]).stdin(Stdio::null());
    script.env("TERM", "xterm").env(variable.0, variable.1);
    String::from_utf8(script.output().unwrap().stdout).unwrap()
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/coloured");
    std::fs::write(path, super::seals::expired()).unwrap();
    let lines = [format!("inspect < {path}"), "unseal < /dev/null".to_owned(), "--help".to_owned()];
    for line in &lines {
        let coloured = on_a_terminal(line, ("TERM", "xterm"));
        assert!(coloured.contains("\u{1b}["), "{line}: {coloured:?}");
        for variable in [("NO_COLOR", "1"), ("TERM", "dumb")] {
            let plain = on_a_terminal(line, variable);
            assert!(!plain.contains('\u{1b}') && plain.len() > 50, "{line}, {variable:?}: {plain:?}");
        }
    }
}
