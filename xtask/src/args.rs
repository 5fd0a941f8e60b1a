//! The command line.

pub(crate) const HELP: &str = "\
Usage: cargo xtask test [--only NAME[,NAME]] [--long]
       cargo xtask test --list

Runs every check of the project, in order, and ends with a table of the steps and the line
`N passed, N failed`: the test cases of all steps, and one for each other step that failed.

  --only NAME[,NAME]  these steps only, and the steps they need
  --long              everything, and what takes long too: thousands of random cases where
                      the tests otherwise run hundreds (or as many as IRON_SESSION_CASES says)
  --list              the names of the steps";

#[derive(Debug, PartialEq)]
pub(crate) enum Args {
    Help,
    List,
    Test(TestArgs),
}

#[derive(Debug, Default, PartialEq)]
pub(crate) struct TestArgs {
    /// Names of steps; empty means all.
    pub(crate) only: Vec<String>,
    pub(crate) long: bool,
}

pub(crate) fn parse(mut args: impl Iterator<Item = String>) -> Result<Args, String> {
    match args.next().as_deref() {
        Some("test") => {}
        Some("help" | "--help" | "-h") | None => return Ok(Args::Help),
        Some(other) => return Err(format!("unknown command `{other}`, expected `test`")),
    }
    let mut test = TestArgs::default();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--help" | "-h" => return Ok(Args::Help),
            "--list" => return Ok(Args::List),
            "--long" => test.long = true,
            "--only" => {
                let names = args.next().ok_or("`--only` needs the name of a step")?;
                test.only.extend(names.split(',').map(str::to_owned));
            }
            other => {
                return Err(format!(
                    "unknown argument `{other}`, expected one of `--only`, `--long`, `--list`"
                ));
            }
        }
    }
    Ok(Args::Test(test))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Args, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn options_combine() {
        let only = vec!["fmt".to_owned(), "locks".to_owned(), "wasm".to_owned()];
        assert_eq!(
            parsed("test --only fmt,locks --long --only wasm"),
            Ok(Args::Test(TestArgs { only, long: true }))
        );
        assert_eq!(parsed("test"), Ok(Args::Test(TestArgs::default())));
        assert_eq!(parsed("test --list"), Ok(Args::List));
        assert_eq!(parsed(""), Ok(Args::Help));
    }

    #[test]
    fn mistakes_are_named() {
        assert!(parsed("tset").unwrap_err().contains("`tset`"));
        assert!(parsed("test --onyl fmt").unwrap_err().contains("`--onyl`"));
        assert!(parsed("test --only").unwrap_err().contains("`--only`"));
    }
}
