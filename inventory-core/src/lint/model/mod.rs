//! An inventory as one kubespray release sees it: its hosts, its groups, and which value of a variable counts for whom.

mod assignment;
mod defaults;
mod groups;
mod hosts;
mod scope;
mod variables;

pub use assignment::{Assignment, Whose};
pub use groups::{Group, Groups};
pub use hosts::Hosts;
pub use scope::{Scope, Told};
pub use variables::Variables;
