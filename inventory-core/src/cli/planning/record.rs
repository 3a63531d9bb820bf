//! `.inv/plan.json`: what was in effect when the variables were last written.

use std::path::{Path, PathBuf};

use crate::cli::{Failure, files};
use crate::plan::{NetworkPlan, Record};

/// Where it is.
pub(in crate::cli) fn path(directory: &Path) -> PathBuf {
    directory.join(".inv/plan.json")
}

/// Reads it. `None`: nothing was written yet, or the record was not kept.
pub(super) fn read(directory: &Path) -> Result<Option<Record>, Failure> {
    let path = path(directory);
    let Some(text) = stands(&path)? else { return Ok(None) };
    let record: Record = serde_json::from_str(&text).map_err(|error| {
        Failure::new(
            format!("{} is no record of a plan: {error}", path.display()),
            "take it from version control again, or delete it if the cluster is not built yet",
        )
    })?;
    if record.format != Record::FORMAT {
        return Err(Failure::new(
            format!("{} has format {}, and this program knows {}", path.display(), record.format, Record::FORMAT),
            "use the version of this program that wrote it, or a newer one",
        ));
    }
    Ok(Some(record))
}

/// Its text, as it stands there.
pub(in crate::cli) fn stands(path: &Path) -> Result<Option<String>, Failure> {
    files::text(path).map_err(|error| {
        let remedy = "it remembers which ranges were in effect; make it readable";
        Failure::new(format!("{} cannot be read: {error}", path.display()), remedy)
    })
}

/// What is in effect once the plan's variables are written, as text.
pub(in crate::cli) fn text(plan: &NetworkPlan) -> String {
    let mut text = serde_json::to_string_pretty(&Record::of(plan)).unwrap_or_default();
    text.push('\n');
    text
}
