//! Whether Ansible could start a file: its first line, its line ends, its mode.

use std::path::Path;

use crate::yaml::{Location, Source};

/// Why the system would not start a cluster file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unstartable {
    /// The system does not see `#!` behind a byte order mark.
    #[error("{at}: the file begins with a byte order mark, so the system does not see its `#!` line")]
    ByteOrderMark {
        /// The first line.
        at: Location,
    },
    /// Nothing says who reads the file.
    #[error("{at}: the first line is not `#!/usr/bin/env {binary}`, so Ansible cannot start this file")]
    NoShebang {
        /// The first line.
        at: Location,
        /// This binary.
        binary: String,
    },
    /// Somebody else would read the file.
    #[error("{at}: the first line starts {found:?}, not {binary}")]
    OtherShebang {
        /// The first line.
        at: Location,
        /// What it says.
        found: String,
        /// This binary.
        binary: String,
    },
    /// The system would look for a program whose name ends in a carriage return.
    #[error(
        "{at}: the first line ends with a carriage return (Windows line ends), so the system looks for a program called \"{binary}\\r\""
    )]
    CarriageReturn {
        /// The end of the first line.
        at: Location,
        /// This binary.
        binary: String,
    },
    /// The mode forbids it.
    #[error("{at}: the file is not executable, so Ansible cannot start it")]
    NotExecutable {
        /// The file.
        at: Location,
    },
}

impl Unstartable {
    /// Where.
    pub fn location(&self) -> &Location {
        match self {
            Self::ByteOrderMark { at }
            | Self::NoShebang { at, .. }
            | Self::OtherShebang { at, .. }
            | Self::CarriageReturn { at, .. }
            | Self::NotExecutable { at } => at,
        }
    }

    /// What a person can do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::ByteOrderMark { .. } => "save it as UTF-8 without a byte order mark".to_owned(),
            Self::NoShebang { binary, .. } | Self::OtherShebang { binary, .. } => {
                format!("make the first line `#!/usr/bin/env {binary}`")
            }
            Self::CarriageReturn { at, .. } => {
                format!("save it with Unix line ends, for example with `sed -i 's/\\r$//' {}`", at.file.display())
            }
            Self::NotExecutable { at } => format!("run `chmod +x {}`", at.file.display()),
        }
    }
}

/// The first thing that would keep the system from starting the file with `binary`.
pub(super) fn check(source: &Source, binary: &str) -> Result<(), Unstartable> {
    all(source, binary).into_iter().next().map_or(Ok(()), Err)
}

/// Everything that would keep the system from starting the file with `binary`.
pub fn all(source: &Source, binary: &str) -> Vec<Unstartable> {
    let mut problems = in_first_line(source, binary);
    if !is_executable(source.name()) {
        problems.push(Unstartable::NotExecutable { at: source.location(0) });
    }
    problems
}

/// What in its first line would keep the system from starting the file with `binary`.
pub fn in_first_line(source: &Source, binary: &str) -> Vec<Unstartable> {
    let at = |column| Location { file: source.name().into(), line: 1, column };
    let mut problems = Vec::new();
    if source.has_bom() {
        problems.push(Unstartable::ByteOrderMark { at: at(1) });
    }
    let line = source.text().split('\n').next().unwrap_or_default();
    match line.trim_end_matches('\r').strip_prefix("#!") {
        None => problems.push(Unstartable::NoShebang { at: at(1), binary: binary.to_owned() }),
        Some(command) if !starts(command, binary) => problems.push(Unstartable::OtherShebang {
            at: at(1),
            found: command.trim().to_owned(),
            binary: binary.to_owned(),
        }),
        Some(_) if line.ends_with('\r') => {
            problems.push(Unstartable::CarriageReturn { at: at(line.chars().count()), binary: binary.to_owned() });
        }
        Some(_) => {}
    }
    problems
}

/// `/usr/bin/env BINARY` or `/path/to/BINARY`. Options are refused: `env -S` is not everywhere.
fn starts(command: &str, binary: &str) -> bool {
    let words: Vec<&str> = command.split_ascii_whitespace().collect();
    let program = |path: &str| Path::new(path).file_name().and_then(|name| name.to_str()).map(str::to_owned);
    match words.as_slice() {
        [path] => program(path).as_deref() == Some(binary),
        [env, name] => program(env).as_deref() == Some("env") && *name == binary,
        _ => false,
    }
}

/// Whether anybody may run a file.
#[cfg(unix)]
pub(crate) fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;

    std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_binary_may_be_started_and_without_options() {
        assert!(starts("/usr/bin/env inv-static", "inv-static"));
        assert!(starts(" /opt/bin/inv-static", "inv-static"));
        for command in ["/usr/bin/env inv-libvirt", "/usr/bin/env -S inv-static", "/bin/sh", "", "inv-static --config"]
        {
            assert!(!starts(command, "inv-static"), "{command}");
        }
    }
}
