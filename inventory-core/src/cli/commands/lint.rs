//! `lint`: inv-lint with what was discovered.

use std::path::Path;

use clap::Args;

use super::Session;
use crate::cli::Failure;
use crate::cli::failure::Answer;
use crate::cli::lint::arguments::Common;
use crate::cli::lint::{self, Looked, tell};
use crate::cli::planning;
use crate::lint::load::{self, Parsed};
use crate::lint::root::Content;

/// Find what is wrong with the inventory and its variables, with what was discovered
///
/// As `inv-lint` does, whose page of a rule says why something is wrong: `inv-lint rule NET003`. Exit 1 if something is
/// found, 2 if something could not be checked.
#[derive(Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    common: Common,
}

pub(super) fn run(session: &Session, arguments: &Arguments) -> Result<Answer, Failure> {
    let file = session.needs_file("lint")?;
    // "No" would mean that something is wrong with the inventory.
    let discovery = session.discover().map_err(Failure::could_not_find_out)?;
    let cluster = planning::with_site(session).map_err(Failure::could_not_find_out)?;
    let linter = lint::session::Session::open(&arguments.common)?;
    let looked = |linter: &lint::session::Session| {
        let search = load::find(std::slice::from_ref(&file.path), &|_| false);
        let eye = linter.eye()?;
        let mut checked = Vec::new();
        let mut is_read = false;
        for found in &search.roots {
            let mut root = found.read(&Parsed::default());
            for inventory in &mut root.inventories {
                if is_same_file(inventory.source.name(), &file.path)
                    && let Content::Cluster(content) = &mut inventory.content
                {
                    content.cluster = cluster.clone();
                    content.discovery = Some(discovery.clone());
                    content.taken = None;
                    is_read = true;
                }
            }
            checked.push(eye.look(root, &linter.settings(found.directory())?)?);
        }
        if !is_read {
            let what = format!("{} is not called like an inventory, and would not be checked", file.path.display());
            return Err(Failure::usage(what, "call it `NAME.SOURCE.yml`, as `init` does"));
        }
        Ok(Looked { checked, whole: Vec::new(), empty: search.empty, unread: search.unread })
    };
    tell(&linter, looked)?.answer()
}

/// Whether two paths lead to one file, however they are written.
fn is_same_file(one: &Path, other: &Path) -> bool {
    one == other || one.canonicalize().ok().is_some_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}
