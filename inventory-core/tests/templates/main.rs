//! Templates resolved without Ansible, compared with what Ansible makes of them.

mod addresses;
mod expressions;
mod samples;

use std::borrow::Cow;

use inventory_core::inventory::{Value, Variables};
use inventory_core::lint::template::{Lookup, NotChecked, Resolver};

/// Variables written as JSON.
fn variables(json: &serde_json::Value) -> Variables {
    let Ok(Value::Map(variables)) = serde_json::from_value(json.clone()) else { panic!("an object: {json}") };
    variables
}

/// What a variable resolves to, among others.
fn resolved(variables: &Variables, name: &str) -> Result<Value, NotChecked> {
    let lookup = |name: &str| variables.get(name).map_or(Lookup::Absent, |value| Lookup::Raw(Cow::Borrowed(value)));
    Resolver::new(&lookup).variable(name).map(|value| value.expect("the variable is there"))
}
