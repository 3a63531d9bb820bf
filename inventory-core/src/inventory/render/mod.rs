//! Inventories in the forms people use, one file each.

pub mod ansible_json;
