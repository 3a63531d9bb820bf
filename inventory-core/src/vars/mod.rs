//! Variables in the files beside an inventory: how they stand there, and how new values get in.
//!
//! [`tree`] finds and reads `group_vars/` and `host_vars/` as Ansible does. [`merge`] puts settings into the files of
//! a person, who finds every other byte where it was, or is told why a value was left alone. Reading the directory is
//! the only I/O: new texts are returned, and the command line writes them.

mod effective;
pub mod hard_way;
pub mod kubespray;
pub mod merge;
mod reason;
pub mod tree;

pub(crate) use effective::Found;
