//! `rekey completions`

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::{Cli, Failure, output};

/// Prints a script that completes commands and options as you type.
#[derive(Args)]
pub(super) struct Completions {
    /// The shell it is for
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "rekey", &mut script);
        output::text(String::from_utf8(script)?.trim_end());
        Ok(())
    }
}
