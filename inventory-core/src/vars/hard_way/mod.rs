//! The variables of the hard way: whoever builds a cluster by hand has playbooks of their own, and these are what
//! such playbooks need to know of the network.
//!
//! There is no release with defaults behind them, so all of them are written, whatever their values: those of the
//! cluster into `group_vars/all.yml`, those of a host into `host_vars/NAME.yml`.

mod current;
mod settings;
mod values;

pub use current::{current, of_files};
pub use settings::{NotKnown, Settings, settings};
