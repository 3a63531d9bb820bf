//! The environment: whether Ansible is strict, and which inventory it would play.

use std::path::{Path, PathBuf};

use super::{Finding, Place};

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
    let is_true = |text: &str| {
        ["1", "1.0", "true", "t", "yes", "y", "on"].iter().any(|word| text.trim().eq_ignore_ascii_case(word))
    };
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
        && std::fs::read_to_string(path).is_ok_and(|text| setting(&text).is_some_and(is_true))
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

/// `any_unparsed_is_failed` of the section `[inventory]`.
fn setting(config: &str) -> Option<&str> {
    let mut is_inventory = false;
    config.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';'])).fold(None, |found, line| {
        if let Some(section) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            is_inventory = section.trim() == "inventory";
        }
        let (key, value) = line.split_once(['=', ':']).unwrap_or_default();
        if is_inventory && key.trim().eq_ignore_ascii_case("any_unparsed_is_failed") {
            Some(value.trim())
        } else {
            found
        }
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_is_read_in_its_own_section_only() {
        assert_eq!(setting("[inventory]\nany_unparsed_is_failed = True\n"), Some("True"));
        assert_eq!(setting("[defaults]\nany_unparsed_is_failed = True\n"), None);
        assert_eq!(setting("[inventory]\n# any_unparsed_is_failed = True\n[x]\n"), None);
        assert_eq!(setting(""), None);
    }
}
