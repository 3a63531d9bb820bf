//! What a source found, written down: for bug reports, for tests, for a linter without a network.

use std::path::Path;
use std::time::SystemTime;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::discovery::Discovery;
use crate::guest::GuestAnswer;
use crate::inventory::secrets::LeftOut;
use crate::yaml::{Source, explain_json};

/// The version of the format written here.
const FORMAT: u32 = 1;

/// A recorded look at a source.
///
/// It holds what the selection is about and nothing else: no volume, no cloud-init, no credential, no variable whose
/// name says that it is a secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// The version of this format.
    pub format: u32,
    /// The source: `static`, `libvirt`.
    pub source: String,
    /// When it was taken: RFC 3339, UTC.
    pub taken: String,
    /// The source's own answers, which its own binary reads again; null where there are none.
    pub raw: serde_json::Value,
    /// What guests said of their own addresses when they were asked over SSH.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guests: Vec<GuestAnswer>,
    /// What the source made of them, the guests' own words included, which everybody else reads.
    pub discovery: Discovery,
}

/// Why a snapshot cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The file cannot be read, or is not JSON of this shape.
    #[error("{}", .0.with_place())]
    Unreadable(#[from] crate::yaml::Error),
    /// A later version.
    #[error("{file} has the format {found}, and this program knows {FORMAT}")]
    Format {
        /// The file.
        file: String,
        /// Its version.
        found: u32,
    },
    /// Another source's.
    #[error("{file} was recorded by inv-{found}, not by inv-{expected}")]
    OtherSource {
        /// The file.
        file: String,
        /// Who recorded it.
        found: String,
        /// Who reads it.
        expected: String,
    },
}

impl SnapshotError {
    /// What a person can do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Unreadable(error) => error.hint().unwrap_or_default(),
            Self::Format { .. } => "use the version that recorded it, or a newer one".into(),
            Self::OtherSource { found, .. } => format!("replay it with inv-{found}"),
        }
    }
}

impl Snapshot {
    /// A snapshot of a discovery, without secrets.
    pub fn new(source: &str, taken: SystemTime, mut discovery: Discovery) -> Self {
        let own = discovery.machines.iter_mut().map(|machine| &mut machine.vars);
        let of_groups = discovery.groups.values_mut().map(|group| &mut group.vars);
        let mut left_out = LeftOut::default();
        for vars in own.chain(of_groups).chain([&mut discovery.vars]) {
            *vars = left_out.without_secrets(vars);
        }
        Self {
            format: FORMAT,
            source: source.to_owned(),
            taken: humantime::format_rfc3339_seconds(taken).to_string(),
            raw: serde_json::Value::Null,
            guests: Vec::new(),
            discovery,
        }
    }

    /// Whether a text is meant as a snapshot, so that a file is recognised by what is in it. A tool may have put its
    /// keys in another order; taken for an inventory, its text would be the user's.
    pub fn is_one(text: &str) -> bool {
        #[derive(Deserialize)]
        struct Keys {
            #[serde(rename = "format")]
            _format: IgnoredAny,
            #[serde(rename = "discovery")]
            _discovery: IgnoredAny,
        }
        let start = text.chars().filter(|c| !c.is_whitespace()).take(10);
        start.eq("{\"format\":".chars())
            || text.trim_start().starts_with('{')
                && text.contains("\"discovery\"")
                && serde_json::from_str::<Keys>(text).is_ok()
    }

    /// Reads the snapshot in a file.
    pub fn read(path: &Path) -> Result<Self, SnapshotError> {
        Self::parse(&Source::read(path)?)
    }

    /// Reads a snapshot. Whoever wrote it, what it says is from outside: [`Discovery::distrusted`].
    pub fn parse(source: &Source) -> Result<Self, SnapshotError> {
        #[derive(Deserialize)]
        struct Version {
            format: u32,
        }
        let file = source.name().display().to_string();
        // Another version's fields are none of ours to complain about.
        if let Ok(Version { format: found }) = serde_json::from_str(source.text())
            && found != FORMAT
        {
            return Err(SnapshotError::Format { file, found });
        }
        let mut snapshot: Self = serde_json::from_str(source.text())
            .map_err(|error| explain_json(source, &error, "record it again with `record`"))?;
        snapshot.discovery = snapshot.discovery.distrusted();
        Ok(snapshot)
    }

    /// The snapshot, if `source` recorded it.
    pub fn of_source(self, file: &Path, source: &str) -> Result<Self, SnapshotError> {
        if self.source == source {
            return Ok(self);
        }
        let file = file.display().to_string();
        Err(SnapshotError::OtherSource { file, found: self.source, expected: source.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Value;

    #[test]
    fn a_snapshot_is_recognised_in_any_order() {
        assert!(Snapshot::is_one(r#" { "format" : 1, "#) && Snapshot::is_one(r#"{"discovery": {}, "format": 1}"#));
        assert!(!Snapshot::is_one(r#"{"all": {"vars": {"format": 1, "discovery": 2}}}"#));
    }

    #[test]
    fn a_snapshot_holds_no_secret_and_reads_back_as_somebody_elses_word() {
        let mut discovery = Discovery::default();
        discovery.vars.insert("ansible_password".into(), Value::user("hunter2"));
        discovery.vars.insert("site".into(), Value::user("{{ lab }}"));
        let mut snapshot = Snapshot::new("static", SystemTime::UNIX_EPOCH, discovery);
        let text = serde_json::to_string_pretty(&snapshot).unwrap();
        assert!(!text.contains("hunter2") && Snapshot::is_one(&text));
        assert_eq!(snapshot.taken, "1970-01-01T00:00:00Z");
        snapshot.discovery = snapshot.discovery.distrusted();
        assert_eq!(Snapshot::parse(&Source::new("s.json", &text)).unwrap(), snapshot);
        assert_eq!(snapshot.discovery.vars["site"], Value::outside("{{ lab }}"));
    }
}
