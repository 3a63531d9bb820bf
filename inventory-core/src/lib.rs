//! What every source of machines shares: from machines found to an Ansible inventory.

pub mod ansible;
pub mod inventory;
pub mod yaml;
