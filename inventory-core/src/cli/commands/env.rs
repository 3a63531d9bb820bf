//! `env`: strictness that holds wherever Ansible is run.

use std::path::Path;

use clap::Args;

use crate::cli::Failure;
use crate::cli::failure::Answer;
use crate::cli::session::needs_file;
use crate::yaml::{self, Source};

/// Print shell lines that make Ansible fail when this inventory fails
///
/// Ansible reads one ansible.cfg, the current directory's. Run from a kubespray checkout, it never sees yours; an
/// inventory that fails is a warning there, and the play exits 0.
///
/// Use it as: eval "$(FILE env)"
#[derive(Args)]
pub(in crate::cli) struct Arguments {}

/// The lines depend on where the file is and not on what is in it: with a broken one, Ansible fails and shows our
/// paragraph, where `eval` of nothing would have gone on as if all were well.
pub(super) fn run(binary: &str, file: Option<&Path>) -> Result<Answer, Failure> {
    let file = file.ok_or_else(|| needs_file(binary, "env"))?;
    std::fs::metadata(file)
        .map_err(|error| Failure::new(format!("{} cannot be read: {error}", file.display()), "check the path"))?;
    let absolute = std::path::absolute(file).map_err(|error| {
        Failure::new(format!("{} has no absolute path: {error}", file.display()), "name it by its absolute path")
    })?;
    let directory = absolute.parent().unwrap_or(&absolute);
    let mut inventory = absolute.display().to_string();
    if would_be_read_by_ansible(file) {
        // There is no such file, which is what Ansible then says, and stops.
        inventory.push_str(" (which has no `plugin:`)");
    }
    let variables = [
        ("ANSIBLE_INVENTORY", inventory),
        ("ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED", "1".to_owned()),
        // kubespray keeps facts in /tmp/HOST for a day: two clusters with a node1 would share them.
        ("ANSIBLE_CACHE_PLUGIN_CONNECTION", directory.join(".inv/facts").display().to_string()),
    ];
    let lines = variables.map(|(name, value)| format!("export {name}={}\n", quoted(&value)));
    Ok(Answer::yes(lines.concat()))
}

/// Whether Ansible would take the file for an inventory of its own as soon as we refuse it, and go on without hosts:
/// anything that reads as YAML and has no `plugin:`.
fn would_be_read_by_ansible(file: &Path) -> bool {
    let Ok(source) = Source::read(file) else { return false };
    let Ok(document) = yaml::parse_one(&source) else { return false };
    document.root.as_ref().is_none_or(|root| root.get("plugin", &source).is_none())
}

/// A word for a POSIX shell.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '+' | ':' | '@');
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_the_path_back() {
        for path in ["/a/b", "/with space", "/it's", "/$(touch x)", "", "/a;b\nc"] {
            let output = std::process::Command::new("sh").args(["-c", &format!("printf %s {}", quoted(path))]).output();
            assert_eq!(String::from_utf8(output.unwrap().stdout).unwrap(), path);
        }
    }
}
