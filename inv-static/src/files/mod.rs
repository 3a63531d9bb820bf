//! Files to read machines from, recognised by what is in them.

mod ansible_inventory;
mod machines_txt;
mod vmi;

use std::path::{Path, PathBuf};

use inventory_core::discovery::Discovery;
use inventory_core::snapshot::Snapshot;
use inventory_core::yaml::Source;

use crate::error::StaticError;

/// The files that paths and globs mean, relative to `directory`, each once, in the order written.
pub(crate) fn paths(patterns: &[String], directory: &Path) -> Result<Vec<PathBuf>, StaticError> {
    let mut paths = Vec::new();
    for pattern in patterns {
        // In messages and in `explain`, a path is what the person wrote.
        let joined = if directory == Path::new(".") { PathBuf::from(pattern) } else { directory.join(pattern) };
        // A path that is there is meant as it is, whatever characters it has.
        if joined.exists() || !pattern.contains(['*', '?', '[']) {
            paths.push(joined);
            continue;
        }
        // What stands before the pattern is a directory's name, not a part of the pattern.
        let whole = Path::new(&glob::Pattern::escape(&directory.to_string_lossy())).join(pattern);
        let invalid = |why: String| StaticError::Glob { pattern: pattern.clone(), why };
        let matches = glob::glob(&whole.to_string_lossy()).map_err(|error| invalid(error.to_string()))?;
        let before = paths.len();
        for path in matches {
            paths.push(path.map_err(|error| invalid(error.to_string()))?);
        }
        if paths.len() == before {
            return Err(StaticError::NoMatch { pattern: pattern.clone() });
        }
    }
    let mut seen = std::collections::HashSet::new();
    paths.retain(|path| seen.insert(path.clone()));
    Ok(paths)
}

/// The machines of all the files. Ansible inventories among them are read as one, as Ansible does it.
pub(crate) fn read_all(paths: &[PathBuf]) -> Result<Discovery, StaticError> {
    let mut inventories = ansible_inventory::Merged::default();
    let mut others = Discovery::default();
    for path in paths {
        let source = Source::read(path)?;
        let text = source.text();
        if Snapshot::is_one(text) {
            // Machines and what is around them: the groups and variables were somebody's own, who need not be this user.
            let Discovery { mut machines, environment, default_user, .. } = Snapshot::parse(&source)?.discovery;
            for machine in &mut machines {
                machine.vars.clear();
                machine.reach.user = machine.reach.user.take().or_else(|| default_user.clone());
            }
            others.machines.extend(machines);
            others.environment.merge(environment);
        } else if vmi::is_one(text) {
            others.machines.extend(vmi::read(&source)?);
        } else if machines_txt::is_one(text) {
            others.machines.extend(machines_txt::read(&source)?);
        } else {
            inventories.add(&source)?;
        }
    }
    let mut found = inventories.into_discovery();
    found.machines.extend(others.machines);
    found.environment = others.environment;
    Ok(found)
}
