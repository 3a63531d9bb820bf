//! Which of Ansible's readers takes a file.

use super::error::{Error, Fault, Problem};
use super::{Inventory, ini, json, yaml};
use crate::yaml::{Document, Source, Span, parse_one};

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
    read_with_document(source).0
}

/// As [`read`], with the YAML document of the file. There is one where the file's name allows it to be YAML and its
/// text is; the inventory may be INI all the same.
pub(crate) fn read_with_document(source: &Source) -> (Result<Inventory, Error>, Option<Document>) {
    let (found, document) = find(source);
    (found.map_err(|fault| fault.in_source(source)), document)
}

fn find(source: &Source) -> (Result<Inventory, Fault>, Option<Document>) {
    let start = |problem| (Err(Fault::new(Span::default(), problem)), None);
    if source.text().starts_with("$ANSIBLE_VAULT;") {
        return start(Problem::Encrypted);
    }
    if json::is_list(source) {
        return (json::read(source), parse_one(source).ok());
    }
    let extension = source.name().extension().map(|extension| extension.to_string_lossy().into_owned());
    let is_yaml_name = match extension.as_deref() {
        Some("toml") => return start(Problem::Toml),
        Some("yaml" | "yml" | "json") => true,
        Some(_) => return (ini::read(source), None),
        None => false,
    };
    let (document, yaml) = match parse_one(source) {
        Ok(document) => {
            let read = yaml::read_document(source, &document);
            (Some(document), read)
        }
        Err(error) => (None, Err(Fault::new(Span::default(), Problem::Yaml(error)))),
    };
    let fault = match yaml {
        Ok(inventory) => return (Ok(inventory), document),
        Err(fault) => fault,
    };
    let inventory = ini::read(source).map_err(|ini| {
        // A file that does not say what it is, and is not even a map in YAML, was meant to be INI.
        let is_ini = !is_yaml_name && matches!(fault.problem, Problem::Yaml(_) | Problem::NoMap(_) | Problem::Empty);
        if is_ini { ini } else { fault }
    });
    (inventory, document)
}
