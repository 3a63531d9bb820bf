//! The environment: whether Ansible is strict, and which inventory it would play.

use std::path::{Path, PathBuf};

use super::{Finding, Place};
use crate::ansible::config::{fails_on_unparsed, is_true};

const STRICT: &str = "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED";
const INVENTORY: &str = "ANSIBLE_INVENTORY";

/// Checks the environment that Ansible would be run in.
pub(super) fn check(place: &Place<'_>) -> Vec<Finding> {
    let mut findings = vec![strictness(place)];
    findings.extend(inventory(place));
    findings
}

/// Whether a failing inventory would fail the run.
fn strictness(place: &Place<'_>) -> Finding {
    if let Ok(text) = std::env::var(STRICT) {
        return if is_true(&text) {
            Finding::fine(format!("{STRICT} makes Ansible fail when an inventory fails"))
        } else {
            Finding::wrong(
                format!("{STRICT} is {text:?}, so a failing inventory is a warning, and the play exits 0"),
                "set it to 1",
            )
        };
    }
    let config = config();
    if let Some(path) = &config
        && std::fs::read_to_string(path).is_ok_and(|text| fails_on_unparsed(&text))
    {
        return Finding::fine(format!("{} makes Ansible fail when an inventory fails", path.display()));
    }
    let name = place.absolute.file_name().unwrap_or_default().to_string_lossy();
    Finding::wrong(
        format!("{STRICT} is not set, so for Ansible a failing inventory is a warning, and the play exits 0"),
        format!("run `eval \"$(./{name} env)\"`, which sets it in this shell"),
    )
}

/// The configuration that Ansible reads: only one, the first there is.
fn config() -> Option<PathBuf> {
    let named = std::env::var_os("ANSIBLE_CONFIG")
        .map(PathBuf::from)
        .map(|path| if path.is_dir() { path.join("ansible.cfg") } else { path });
    let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".ansible.cfg"));
    let here = Some(PathBuf::from("ansible.cfg")).filter(|_| !is_everybodys(Path::new(".")));
    [named, here, home, Some("/etc/ansible/ansible.cfg".into())].into_iter().flatten().find(|path| path.is_file())
}

/// Whether anybody may write into a directory, so that Ansible ignores an `ansible.cfg` there.
fn is_everybodys(directory: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;

    std::fs::metadata(directory).is_ok_and(|metadata| metadata.permissions().mode() & 0o002 != 0)
}

/// Whether Ansible would play this file when nobody says `-i`.
fn inventory(place: &Place<'_>) -> Option<Finding> {
    let text = std::env::var(INVENTORY).ok()?;
    let resolved = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let own = resolved(&place.absolute);
    let paths: Vec<PathBuf> =
        text.split(',').map(str::trim).filter(|path| !path.is_empty()).map(|path| resolved(Path::new(path))).collect();
    Some(if paths.contains(&own) {
        Finding::fine(format!("{INVENTORY} is {}", place.path.display()))
    } else if paths.contains(&resolved(&place.directory)) {
        Finding::wrong(
            format!("{INVENTORY} is the directory of {}, and Ansible merges all there is in it", place.path.display()),
            "name the file",
        )
    } else {
        Finding::wrong(
            format!("{INVENTORY} is {text:?}, so without -i Ansible plays that and not {}", place.path.display()),
            "run the file's `env` in this shell, or give Ansible the file with -i",
        )
    })
}
