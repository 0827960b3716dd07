//! The program `sinmun`: keeps and searches the articles of state media.
//!
//! Data goes to standard output, progress and messages to standard error.
//! Exit codes: 0 done, 1 nothing found, 2 a mistake of the user's (a malformed
//! query, lines that are no articles), 3 a failure of the program or machine.

mod args;
mod cmd;
mod config;
mod progress;
mod settings;
mod text;

use std::process::ExitCode;

/// Done.
const DONE: u8 = 0;
/// Nothing was found.
const NOTHING: u8 = 1;
/// The user made a mistake.
const MISTAKE: u8 = 2;
/// The program failed.
const FAILURE: u8 = 3;

fn main() -> ExitCode {
    let args = args::Args::read(std::env::args_os());
    match cmd::run(args) {
        Ok(code) => ExitCode::from(code),
        Err(error) if is_closed_pipe(&error) => ExitCode::from(DONE),
        Err(error) => {
            eprintln!("sinmun: {error:#}");
            ExitCode::from(code_of(&error))
        }
    }
}

fn code_of(error: &anyhow::Error) -> u8 {
    match error.downcast_ref::<sinmun::Error>().map(sinmun::Error::kind) {
        Some(sinmun::ErrorKind::BadQuery | sinmun::ErrorKind::BadRequest | sinmun::ErrorKind::Empty) => {
            MISTAKE
        }
        Some(_) => FAILURE,
        None if error.is::<config::Mistake>() => MISTAKE,
        None => FAILURE,
    }
}

/// Whoever read the output has read enough: no error.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
