//! All machines of a static source.

use indexmap::IndexMap;
use indexmap::map::Entry;
use inventory_core::cli::{At, Failure};
use inventory_core::cluster::Places;
use inventory_core::discovery::{Discovery, UnreadablePlace};

use crate::error::StaticError;
use crate::files;
use crate::machines;
use crate::options::StaticOptions;

/// Reads everything the options name.
pub(crate) fn discover(options: &StaticOptions, at: &At<'_>) -> Result<Discovery, Failure> {
    Ok(read(options, at)?)
}

fn read(options: &StaticOptions, at: &At<'_>) -> Result<Discovery, StaticError> {
    if options.machines.is_empty() && options.addresses.is_empty() && options.files.is_none() {
        return Err(StaticError::Nothing);
    }
    let mut discovery = Discovery { machines: machines::listed(options, at)?, ..Discovery::default() };
    match &options.files {
        None => {}
        Some(Places::Unnamed(patterns)) => {
            let paths = files::paths(patterns, at.directory)?;
            merge(&mut discovery, files::read_all(&paths)?);
        }
        Some(Places::Named(places)) => {
            for (place, pattern) in places {
                let read =
                    files::paths(std::slice::from_ref(pattern), at.directory).and_then(|paths| files::read_all(&paths));
                match read {
                    Ok(mut found) => {
                        for machine in &mut found.machines {
                            machine.place.get_or_insert_with(|| place.clone());
                        }
                        merge(&mut discovery, found);
                    }
                    Err(error) => {
                        discovery.unreadable.push(UnreadablePlace {
                            place: place.clone(),
                            why: error.to_string(),
                            jump: None,
                        });
                    }
                }
            }
        }
    }
    check_distinct(&discovery)?;
    Ok(discovery)
}

/// Adds what another file has; groups of one name are one group.
fn merge(discovery: &mut Discovery, more: Discovery) {
    let offset = discovery.machines.len();
    discovery.machines.extend(more.machines);
    discovery.vars.extend(more.vars);
    discovery.unreadable.extend(more.unreadable);
    discovery.environment.merge(more.environment);
    for (name, mut group) in more.groups {
        for position in &mut group.hosts {
            *position += offset;
        }
        match discovery.groups.entry(name) {
            Entry::Vacant(place) => {
                place.insert(group);
            }
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                known.hosts.extend(group.hosts);
                for child in group.children {
                    if !known.children.contains(&child) {
                        known.children.push(child);
                    }
                }
                known.vars.extend(group.vars);
            }
        }
    }
}

/// A machine in two files of one place would silently replace itself.
fn check_distinct(discovery: &Discovery) -> Result<(), StaticError> {
    let mut seen = IndexMap::with_capacity(discovery.machines.len());
    for machine in &discovery.machines {
        let key = (&machine.place, &machine.namespace, &machine.name);
        if let Some(first) = seen.insert(key, &machine.origin) {
            return Err(StaticError::SameMachine {
                name: machine.name.clone(),
                first: first.clone(),
                second: machine.origin.clone(),
            });
        }
    }
    Ok(())
}
