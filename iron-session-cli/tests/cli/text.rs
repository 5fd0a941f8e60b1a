//! Help, completions and the man page.

use super::{done, failed, run};

#[test]
fn help_names_every_command_and_exit_code() {
    let help = done("--help", "");
    for word in ["keygen", "inspect", "seal", "unseal", "budget", "schema", "types", "completions", "man"] {
        assert!(help.contains(&format!("\n  {word} ")), "{word} is missing in {help}");
    }
    assert!(help.contains("  5  it has expired"), "{help}");
}

#[test]
fn completions_and_the_man_page_come_from_the_same_source() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(done(&format!("completions {shell}"), "").contains("password-file"), "{shell}");
    }
    let page = done("man", "");
    assert!(page.contains(".TH iron-session 1") && page.contains("Exit codes:"), "{page}");
    assert!(done("man inspect", "").contains("password\\-env"));
    assert!(failed(1, "man nothing", "").contains("there is no command `nothing`"));
}

#[test]
fn a_mistyped_command_is_corrected() {
    let answer = run("inspekt", "");
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("a similar subcommand exists: 'inspect'"), "{}", answer.stderr);
}
