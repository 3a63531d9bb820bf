//! The programs it takes: this binary where the file looks for it, and Ansible.

use std::ffi::OsStr;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::{Finding, Place};
use crate::cli::child;

/// How long a program may take to say its version.
const PATIENCE: Duration = Duration::from_secs(10);

/// The minor versions of Ansible 2 that the protocol was measured with.
const OLDEST: u32 = 9;
const NEWEST: u32 = 22;

/// Whether what starts the file is this binary. The file is given with the path its first line names, if it does.
pub(super) fn on_path(binary: &str, file: Option<(&Place<'_>, Option<&str>)>) -> Finding {
    let named = file.and_then(|(_, program)| program).filter(|program| program.contains('/'));
    let found = match named {
        Some(program) => Some(PathBuf::from(program)).filter(|program| is_program(program)),
        None => find(binary, std::env::var_os("PATH").as_deref()),
    };
    let Some(found) = found else {
        return match named {
            Some(program) => Finding::wrong(
                format!("the first line names {program}, which is no program"),
                format!("write `#!/usr/bin/env {binary}`"),
            ),
            None => Finding::wrong(
                format!("{binary} is not on PATH, so Ansible cannot start a cluster file with it"),
                format!("put the directory of {binary} on PATH, in the environment that Ansible is run in"),
            ),
        };
    };
    let shown = found.display();
    // Started, a cluster file of that name would look for the program by that name, and find itself.
    if is_cluster_file(&found, binary) {
        return Finding::wrong(
            format!("{shown} is found as {binary} on PATH and is a cluster file, which would start itself for ever"),
            "rename it, or take its directory off PATH",
        );
    }
    let is_this_one =
        std::env::current_exe().and_then(std::fs::canonicalize).ok() == std::fs::canonicalize(&found).ok();
    if is_this_one {
        return Finding::fine(format!("{shown} is this {binary}"));
    }
    let ours = format!("{binary} {}", env!("CARGO_PKG_VERSION"));
    match version(&found) {
        Ok(said) if said == ours => Finding::fine(format!("{shown} is {ours}")),
        Ok(said) => Finding::wrong(
            format!("{shown} is {said:?}, and this is {ours}; Ansible would start the former"),
            "install one of them everywhere, or put the right one first on PATH",
        ),
        Err(why) => Finding::unknown(format!("{shown} does not say its version: {why}"), "try to run it"),
    }
}

/// Whether Ansible is there and one we know.
pub(super) fn ansible() -> Finding {
    let Some(found) = find("ansible-inventory", std::env::var_os("PATH").as_deref()) else {
        return Finding::note("ansible-inventory is not on PATH; it is needed where playbooks are run");
    };
    let shown = found.display();
    let said = match version(&found) {
        Ok(said) => said,
        Err(why) => {
            return Finding::unknown(format!("{shown} does not say its version: {why}"), "try to run it");
        }
    };
    match ansible_version(&said) {
        Some((2, minor)) if (OLDEST..=NEWEST).contains(&minor) => {
            Finding::fine(format!("{shown} is of Ansible 2.{minor}"))
        }
        Some(version) if version > (2, NEWEST) => Finding::note(format!(
            "{shown} is of Ansible {}.{}, newer than 2.{NEWEST}, with which this was last tried",
            version.0, version.1
        )),
        Some((major, minor)) => Finding::wrong(
            format!("{shown} is of Ansible {major}.{minor}, which is older than 2.{OLDEST}"),
            format!("install Ansible 2.{OLDEST} to 2.{NEWEST}"),
        ),
        None => Finding::unknown(format!("{shown} says it is {said:?}"), "see whether that is Ansible"),
    }
}

/// The first line that a program answers `--version` with.
fn version(program: &Path) -> Result<String, String> {
    match child::run(Command::new(program).arg("--version"), Instant::now() + PATIENCE) {
        Ok(Some(ended)) if ended.status.success() => {
            Ok(ended.stdout.lines().next().unwrap_or_default().trim().to_owned())
        }
        Ok(Some(ended)) => {
            let last = ended.stderr.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().to_owned();
            Err(if last.is_empty() { ended.status.to_string() } else { last })
        }
        Ok(None) => Err(format!("nothing for {} seconds", PATIENCE.as_secs())),
        Err(error) => Err(error.to_string()),
    }
}

/// `ansible-inventory [core 2.19.14]`, `[base 2.10.17]`, or plain `2.9.27`.
fn ansible_version(said: &str) -> Option<(u32, u32)> {
    said.split([' ', '[', ']']).find_map(|word| {
        let mut numbers = word.split('.');
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    })
}

/// A program as the system would find it.
fn find(name: &str, path: Option<&OsStr>) -> Option<PathBuf> {
    std::env::split_paths(path?).map(|directory| directory.join(name)).find(|candidate| is_program(candidate))
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;

    std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

/// Whether a file's first line makes `env` look for this binary.
pub(super) fn is_cluster_file(path: &Path, binary: &str) -> bool {
    // A first line is short; the rest may be anything.
    let mut start = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(256).read_to_end(&mut start));
    let text = String::from_utf8_lossy(&start);
    let line = text.lines().next().unwrap_or_default();
    read.is_ok()
        && line.strip_prefix("#!").is_some_and(|command| command.split_ascii_whitespace().any(|word| word == binary))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ansible_says_its_version_in_three_ways() {
        for (said, version) in [
            ("ansible-inventory [core 2.19.14]", Some((2, 19))),
            ("ansible-inventory [base 2.10.17]", Some((2, 10))),
            ("ansible-inventory 2.9.27", Some((2, 9))),
            ("something else", None),
        ] {
            assert_eq!(ansible_version(said), version, "{said}");
        }
    }

    #[test]
    fn a_program_is_found_as_the_system_finds_it() {
        assert!(find("sh", Some(OsStr::new("/nonexistent:/bin"))).is_some());
        assert_eq!(find("no-such-program", std::env::var_os("PATH").as_deref()), None);
        assert_eq!(find("etc", Some(OsStr::new("/"))), None);
    }

    #[test]
    fn a_cluster_file_on_path_under_the_binarys_name_is_seen_before_it_is_run() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("inv-static");
        std::fs::write(&path, "#!/usr/bin/env inv-static\nplugin: x\n").unwrap();
        assert!(is_cluster_file(&path, "inv-static"));
        std::fs::write(&path, "#!/bin/sh\nexec /opt/inv-static \"$@\"\n").unwrap();
        assert!(!is_cluster_file(&path, "inv-static"));
    }
}
