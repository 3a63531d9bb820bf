//! Which of Ansible's readers takes a file.

use super::error::{Error, Fault, Problem};
use super::{Inventory, ini, json, yaml};
use crate::yaml::{Source, Span};

/// How an inventory is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Sections of lines.
    Ini,
    /// Groups with `hosts`, `vars` and `children`; also as JSON.
    Yaml,
    /// The JSON of `ansible-inventory --list`.
    List,
}

/// Reads an inventory of any format.
///
/// As with Ansible, a file called `.yml`, `.yaml`, `.json` or without extension is YAML if it can be, and INI else.
/// Before that, JSON of the shape that inventory scripts print is taken for such: Ansible would get it by running
/// the script.
///
/// # Errors
///
/// As the reader of the format that the file seems to be in.
pub fn read(source: &Source) -> Result<Inventory, Error> {
    find(source).map_err(|fault| fault.in_source(source))
}

fn find(source: &Source) -> Result<Inventory, Fault> {
    let start = |problem| Err(Fault::new(Span::default(), problem));
    if source.text().starts_with("$ANSIBLE_VAULT;") {
        return start(Problem::Encrypted);
    }
    if json::is_list(source) {
        return json::read(source);
    }
    let extension = source.name().extension().map(|extension| extension.to_string_lossy().into_owned());
    let is_yaml_name = match extension.as_deref() {
        Some("toml") => return start(Problem::Toml),
        Some("yaml" | "yml" | "json") => true,
        Some(_) => return ini::read(source),
        None => false,
    };
    let yaml = match yaml::read(source) {
        Ok(inventory) => return Ok(inventory),
        Err(fault) => fault,
    };
    ini::read(source).map_err(|ini| {
        // A file that does not say what it is, and is not even a map in YAML, was meant to be INI.
        let is_ini = !is_yaml_name && matches!(yaml.problem, Problem::Yaml(_) | Problem::NoMap(_) | Problem::Empty);
        if is_ini { ini } else { yaml }
    })
}
