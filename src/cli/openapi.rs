//! `rekey openapi`

use clap::Args;

use super::Failure;
use super::output::{self, Output};
use crate::api::docs;

#[derive(Args)]
pub(super) struct Openapi {
    /// Which family's document to print; without it, the families are listed
    family: Option<String>,
}

impl Openapi {
    pub(super) fn run(self, output: Output) -> Result<(), Failure> {
        let families: Vec<_> = docs::families().collect();
        let Some(family) = self.family else {
            output.answer(&families, families.join("\n"));
            return Ok(());
        };
        let document = docs::document(&family).ok_or_else(|| {
            format!(
                "there is no family {family}; there are: {}",
                families.join(", ")
            )
        })?;
        output::text(document);
        Ok(())
    }
}
