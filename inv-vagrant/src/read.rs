//! Makes machines of what Vagrant's files and its providers say.

use inventory_core::cli::Failure;
use inventory_core::discovery::Discovery;

use crate::answers::Answers;

/// The machines, and what is around them.
pub(crate) fn read(_: &Answers) -> Result<Discovery, Failure> {
    Ok(Discovery::default())
}
