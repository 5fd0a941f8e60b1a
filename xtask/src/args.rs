//! The command line.

pub(crate) const HELP: &str = "\
Usage: cargo xtask test [--only NAME[,NAME]] [--long]
       cargo xtask test --list
       cargo xtask bench [--only NAME[,NAME]] [--quick]
       cargo xtask bench --list
       cargo xtask api [--overwrite]
       cargo xtask frameworks [--overwrite]

`test` runs every check of the project, in order, and ends with a table of the steps and the line
`N passed, N failed`. It counts the test cases of all steps; a step without test cases counts as one
if it fails.

  --only NAME[,NAME]  run only these steps and the steps that they need
  --long              run thousands of random cases instead of hundreds (IRON_SESSION_CASES sets
                      the number)
  --list              list the names of the steps

`bench` runs every benchmark and ends with one table. It replaces the figures and plots of the
book and the README.

  --only NAME[,NAME]  run only these benchmarks and the steps that they need; the figures of the
                      other benchmarks stay
  --quick             get a first impression in two minutes: fewer rounds, and no benchmark that
                      takes long; the book and the README are not changed
  --list              list the names of the benchmarks

`api` compares the public interface of the library with iron-session/public-api.txt.

`frameworks` runs the acceptance suite and compares the table of the frameworks, in the README and the
book, with what ran.

  --overwrite         write the file or the table instead; commit it with the change";

#[derive(Debug, PartialEq)]
pub(crate) enum Args {
    Help,
    List(Command),
    Api(FileArgs),
    Frameworks(FileArgs),
    Run(Command, RunArgs),
}

/// The command to run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Command {
    Test,
    Bench,
}

#[derive(Debug, Default, PartialEq)]
pub(crate) struct RunArgs {
    /// Names of steps; empty means all.
    pub(crate) only: Vec<String>,
    /// For tests: run thousands of random cases.
    pub(crate) long: bool,
    /// For benchmarks: run a short version.
    pub(crate) quick: bool,
}

#[derive(Debug, Default, PartialEq)]
pub(crate) struct FileArgs {
    /// Write the files instead of comparing them.
    pub(crate) overwrite: bool,
}

pub(crate) fn parse(mut args: impl Iterator<Item = String>) -> Result<Args, String> {
    let command = match args.next().as_deref() {
        Some("test") => Command::Test,
        Some("bench") => Command::Bench,
        Some("api") => return parse_file(args, Args::Api),
        Some("frameworks") => return parse_file(args, Args::Frameworks),
        Some("help" | "--help" | "-h") | None => return Ok(Args::Help),
        Some(other) => {
            return Err(format!(
                "unknown command `{other}`, expected `test`, `bench`, `api` or `frameworks`"
            ));
        }
    };
    let effort = match command {
        Command::Test => "--long",
        Command::Bench => "--quick",
    };
    let mut run = RunArgs::default();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--help" | "-h" => return Ok(Args::Help),
            "--list" => return Ok(Args::List(command)),
            "--long" if command == Command::Test => run.long = true,
            "--quick" if command == Command::Bench => run.quick = true,
            "--only" => {
                let names = args.next().ok_or("`--only` needs the name of a step")?;
                run.only.extend(names.split(',').map(str::to_owned));
            }
            other => {
                return Err(format!(
                    "unknown argument `{other}`, expected one of `--only`, `{effort}`, `--list`"
                ));
            }
        }
    }
    Ok(Args::Run(command, run))
}

fn parse_file(args: impl Iterator<Item = String>, command: fn(FileArgs) -> Args) -> Result<Args, String> {
    let mut file = FileArgs::default();
    for arg in args {
        match arg.as_str() {
            "--help" | "-h" => return Ok(Args::Help),
            "--overwrite" => file.overwrite = true,
            other => return Err(format!("unknown argument `{other}`, expected `--overwrite`")),
        }
    }
    Ok(command(file))
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
            Ok(Args::Run(Command::Test, RunArgs { only, long: true, quick: false }))
        );
        assert_eq!(parsed("test"), Ok(Args::Run(Command::Test, RunArgs::default())));
        assert_eq!(
            parsed("bench --quick"),
            Ok(Args::Run(Command::Bench, RunArgs { quick: true, ..RunArgs::default() }))
        );
        assert_eq!(parsed("bench --list"), Ok(Args::List(Command::Bench)));
        assert_eq!(parsed("api --overwrite"), Ok(Args::Api(FileArgs { overwrite: true })));
        assert_eq!(parsed("frameworks"), Ok(Args::Frameworks(FileArgs { overwrite: false })));
        assert_eq!(parsed(""), Ok(Args::Help));
    }

    #[test]
    fn mistakes_are_named() {
        assert!(parsed("tset").unwrap_err().contains("`tset`"));
        assert!(parsed("test --onyl fmt").unwrap_err().contains("`--onyl`"));
        assert!(parsed("test --only").unwrap_err().contains("`--only`"));
        assert!(parsed("api --owerwrite").unwrap_err().contains("`--owerwrite`"));
        assert!(parsed("test --quick").unwrap_err().contains("`--long`"));
    }
}
