//! The Ansible protocol: `--list` and `--host`.

use serde::Serialize;

use super::Session;
use crate::cli::failure::Answer;
use crate::cli::{Failure, terminal};
use crate::inventory::render::ansible_json::List;

/// Prints the inventory, or one host's variables; an unknown host has none.
pub(super) fn run(session: &Session, host: Option<&str>, pretty: bool) -> Result<Answer, Failure> {
    let inventory = session.assemble()?.inventory;
    session.make_room_for_host_keys();
    let pretty = pretty || terminal::is_watched();
    let text = match host {
        None => json(&List(&inventory), pretty),
        Some(name) => match inventory.hosts().iter().find(|(host, _)| host.as_str() == name) {
            Some((_, vars)) => json(vars, pretty),
            None => Ok("{}".to_owned()),
        },
    };
    let text = text.map_err(|error| Failure::new(error.to_string(), "correct the value in the cluster file"))?;
    Ok(Answer::yes(terminal::document(text + "\n")))
}

fn json(document: &impl Serialize, pretty: bool) -> serde_json::Result<String> {
    if pretty { serde_json::to_string_pretty(document) } else { serde_json::to_string(document) }
}
