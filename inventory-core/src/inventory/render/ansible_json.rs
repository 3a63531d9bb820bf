//! The JSON that Ansible's `script` plugin reads.
//!
//! Groups are always maps that have `hosts`: `{}` would be a host to Ansible, and lists are deprecated. `_meta` is
//! always there, so that `--host` is never called.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::inventory::{Group, Inventory, Variables};
use crate::safe::{GroupName, HostName};

/// What `--list` prints.
pub struct List<'a>(pub &'a Inventory);

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut document = serializer.serialize_map(None)?;
        for (name, group) in self.0.groups() {
            document.serialize_entry(name, &GroupBody(group))?;
        }
        if !self.0.vars().is_empty() {
            document.serialize_entry("all", &AllBody { hosts: [], vars: self.0.vars() })?;
        }
        document.serialize_entry("_meta", &Meta { hostvars: self.0.hosts() })?;
        document.end()
    }
}

struct GroupBody<'a>(&'a Group);

impl Serialize for GroupBody<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Body<'a> {
            hosts: &'a [HostName],
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            children: &'a [GroupName],
            #[serde(skip_serializing_if = "Variables::is_empty")]
            vars: &'a Variables,
        }
        Body { hosts: &self.0.hosts, children: &self.0.children, vars: &self.0.vars }.serialize(serializer)
    }
}

#[derive(Serialize)]
struct AllBody<'a> {
    hosts: [&'a str; 0],
    vars: &'a Variables,
}

#[derive(Serialize)]
struct Meta<'a> {
    hostvars: &'a indexmap::IndexMap<HostName, Variables>,
}
