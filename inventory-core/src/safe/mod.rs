//! The one place that decides which names and values may reach Ansible.
//!
//! Ansible trusts an inventory executable with everything: host names become SSH arguments, file names and (up to
//! 2.18) templates; every string is a template; a map with the key `__ansible_vault` is replaced. So names are
//! validated and never repaired, and text that the user did not write is marked.

mod address;
mod name;
mod patch;
pub mod terminal;
mod text;

pub use address::{AddressError, HostAddress};
pub use name::{GroupName, HostName, NameError, VariableName, is_mark};
pub use patch::name_in_a_patch;
pub use text::{OutsideKey, SECRET_REMEDY, fits_ssh, harmless, is_secret_name, looks_like_template};
