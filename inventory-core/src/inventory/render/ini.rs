//! A static INI inventory.
//!
//! Every value reads back as itself, type included, or the whole export is refused. Groups come before the sections
//! that put one into another: Ansible adds a child where it meets both, and that would turn their order round.

use super::literal::{self, Unsayable};
use super::{Holder, RenderError};
use crate::inventory::secrets::LeftOut;
use crate::inventory::{Inventory, Value, Variables};

/// The inventory as a file for Ansible's `ini` plugin.
pub fn render(inventory: &Inventory) -> Result<String, RenderError> {
    let mut left_out = LeftOut::default();
    let mut text = String::from("[all]\n");
    for (host, vars) in inventory.hosts() {
        text += host.as_str();
        for (name, value) in left_out.without_secrets(vars) {
            let value = say(&name, &value, &Holder::Host(host.clone()))?;
            text.extend([" ", &name, "=", &literal::shell_word(&value)]);
        }
        text.push('\n');
    }
    section_of_variables(&mut text, "all", &left_out.without_secrets(inventory.vars()), &Holder::All)?;
    for (name, group) in inventory.groups() {
        text.extend(["\n[", name.as_str(), "]\n"]);
        for host in &group.hosts {
            text += host.as_str();
            text.push('\n');
        }
    }
    for (name, group) in inventory.groups().iter().filter(|(_, group)| !group.children.is_empty()) {
        text.extend(["\n[", name.as_str(), ":children]\n"]);
        for child in &group.children {
            text += child.as_str();
            text.push('\n');
        }
    }
    for (name, group) in inventory.groups() {
        let vars = left_out.without_secrets(&group.vars);
        section_of_variables(&mut text, name.as_str(), &vars, &Holder::Group(name.clone()))?;
    }
    Ok(match left_out.comment() {
        Some(comment) => format!("# {comment}\n{text}"),
        None => text,
    })
}

fn section_of_variables(text: &mut String, group: &str, vars: &Variables, holder: &Holder) -> Result<(), RenderError> {
    if vars.is_empty() {
        return Ok(());
    }
    text.extend(["\n[", group, ":vars]\n"]);
    for (name, value) in vars {
        text.extend([name, "=", &say(name, value, holder)?, "\n"]);
    }
    Ok(())
}

/// A variable's value as a Python literal, or why INI cannot hold it.
fn say(name: &str, value: &Value, holder: &Holder) -> Result<String, RenderError> {
    let holder = || holder.clone();
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    if name.is_empty() || !name.chars().all(fits) {
        return Err(RenderError::NameInIni { holder: holder(), variable: name.escape_debug().to_string() });
    }
    literal::of(value).map_err(|(path, why)| {
        let variable = format!("{name}{path}").escape_debug().to_string();
        match why {
            Unsayable::Outside => RenderError::OutsideInIni { holder: holder(), variable },
            Unsayable::Vault => RenderError::VaultInIni { holder: holder(), variable },
            Unsayable::Number(number) => RenderError::NumberInIni { holder: holder(), variable, number },
            Unsayable::Depth => RenderError::DepthInIni { holder: holder(), variable, limit: literal::MAX_DEPTH },
        }
    })
}
