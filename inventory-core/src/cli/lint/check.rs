//! `check`: every inventory below the paths.

use std::cell::RefCell;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::arguments::Check;
use super::output::{self, Told};
use super::session::{Checked, Session, Settings};
use crate::cli::{Failure, child};
use crate::lint::load::{self, Parsed, Search};
use crate::lint::outcome::Unread;
use crate::lint::parallel;
use crate::lint::paths::PathGlob;
use crate::lint::root::{Content, InventoryFile, Root};
use crate::snapshot::Snapshot;
use crate::yaml::{Location, MAX_FILE_BYTES, Source};

/// How long a cluster file may take to ask for its machines.
const LIMIT: Duration = Duration::from_secs(60);

pub(super) fn run(check: &Check) -> Result<Told, Failure> {
    let session = Session::open(&check.common)?;
    let unsaved = unsaved(check)?;
    output::tell(&session, |session| look(check, session, unsaved.as_ref()))
}

/// What is not on the disk, and its name.
struct Unsaved<'a> {
    path: &'a Path,
    text: String,
}

/// Reads standard input, where that is what is to be checked.
fn unsaved(check: &Check) -> Result<Option<Unsaved<'_>>, Failure> {
    let is_named = check.paths.iter().any(|path| path == Path::new("-"));
    let Some(path) = &check.stdin_filename else {
        return if is_named {
            Err(Failure::usage(
                "standard input has no name",
                "say whose text it is, so that the files beside it count: `--stdin-filename group_vars/all.yml -`",
            ))
        } else {
            Ok(None)
        };
    };
    if check.paths.len() > usize::from(is_named) {
        return Err(Failure::usage("standard input is checked alone", "leave the other paths out"));
    }
    if check.common.writes() {
        return Err(Failure::usage("what comes on standard input cannot be written", "leave the option out"));
    }
    let failed = |why: String| Failure::usage(format!("standard input cannot be read: {why}"), "");
    let mut bytes = Vec::new();
    std::io::stdin().take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| failed(error.to_string()))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(failed(format!("it is larger than {} MiB", MAX_FILE_BYTES >> 20)));
    }
    let text = String::from_utf8(bytes).map_err(|_| failed("it is not UTF-8".to_owned()))?;
    Ok(Some(Unsaved { path, text }))
}

/// Reads and checks every root.
fn look(check: &Check, session: &Session<'_>, unsaved: Option<&Unsaved<'_>>) -> Result<output::Looked, Failure> {
    let Search { roots, empty, unread, .. } = find(check, session, unsaved)?;
    let settings = |root: &load::FoundRoot| session.settings(root.directory());
    let jobs: Vec<_> = roots.into_iter().map(|root| Ok((settings(&root)?, root))).collect::<Result<_, Failure>>()?;
    let eye = session.eye()?;
    // A file that many inventories have alike is not parsed for each of them.
    let parsed = Parsed::default();
    let work = |(settings, found): &(std::sync::Arc<Settings>, load::FoundRoot)| {
        let mut root = found.read(&parsed);
        if check.run {
            ask(&mut root);
        }
        eye.look(root, settings)
    };
    let checked: Vec<Checked> = parallel::map(&jobs, work).into_iter().collect::<Result<_, _>>()?;
    Ok(output::Looked { checked, whole: whole(check), empty, unread })
}

/// The directories that are checked with everything below them.
fn whole(check: &Check) -> Vec<PathBuf> {
    if check.stdin_filename.is_some() || !check.exclude.is_empty() {
        return Vec::new();
    }
    if check.paths.is_empty() {
        return vec![PathBuf::from(".")];
    }
    check.paths.iter().filter(|path| path.is_dir()).cloned().collect()
}

/// The roots of what is named, without what is excluded.
fn find(check: &Check, session: &Session<'_>, unsaved: Option<&Unsaved<'_>>) -> Result<Search, Failure> {
    let glob = |text: &String| {
        PathGlob::parse(text, Path::new(".")).map_err(|why| Failure::usage(why, "write a path or a name"))
    };
    let flags: Vec<PathGlob> = check.exclude.iter().map(glob).collect::<Result<_, _>>()?;
    // Whoever names what a glob passes over wants it all the same, unless that is a hook, which names everything.
    let named: &[PathBuf] = if check.force_exclude { &[] } else { &check.paths };
    let covers = |glob: &PathGlob, path: &Path| glob.matches(path) && !named.iter().any(|named| glob.matches(named));
    // A configuration that cannot be used is told once the search is over.
    let wrong: RefCell<Option<Failure>> = RefCell::new(None);
    let is_excluded = |path: &Path| {
        let configured = session.settings(path.parent().unwrap_or(Path::new("")));
        let configured = match &configured {
            Ok(settings) => settings.excluded(),
            Err(failure) => {
                wrong.borrow_mut().get_or_insert_with(|| failure.clone());
                &[]
            }
        };
        configured.iter().chain(&flags).any(|glob| covers(glob, path))
    };
    let search = match unsaved {
        Some(unsaved) if check.force_exclude && is_excluded(unsaved.path) => Search::default(),
        Some(unsaved) => load::find_unsaved(unsaved.path, &unsaved.text),
        None => {
            let is_in = |path: &&PathBuf| !check.force_exclude || !is_excluded(path);
            let paths: Vec<PathBuf> = check.paths.iter().filter(is_in).cloned().collect();
            // Without a path the current directory is meant, which nobody named here.
            if paths.is_empty() && !check.paths.is_empty() {
                Search::default()
            } else {
                load::find(&paths, &is_excluded)
            }
        }
    };
    wrong.into_inner().map_or(Ok(search), Err)
}

/// Asks the root's cluster files for their machines.
fn ask(root: &mut Root) {
    for InventoryFile { source, is_executable, content } in &mut root.inventories {
        let Content::Cluster(cluster) = content else { continue };
        let answer = if *is_executable { record(source.name()) } else { Err("it is not executable".to_owned()) };
        match answer {
            Ok(snapshot) => {
                cluster.discovery = Some(snapshot.discovery);
                cluster.taken = None;
            }
            Err(why) => root.unread.push(Unread {
                location: Location::whole_file(source.name().into()),
                reason: format!("its machines cannot be asked for: {why}"),
                hint: Some(format!("run `{} doctor`, or leave `--run` out", source.name().display())),
                is_in_order: false,
            }),
        }
    }
}

/// Runs `FILE record`.
fn record(path: &Path) -> Result<Snapshot, String> {
    // A lone name would be looked up on PATH.
    let program = std::path::absolute(path).map_err(|error| error.to_string())?;
    let ended = child::run_keeping(Command::new(program).arg("record"), Instant::now() + LIMIT, MAX_FILE_BYTES)
        .map_err(|error| error.to_string())?
        .ok_or_else(|| format!("it gave no answer for {} seconds", LIMIT.as_secs()))?;
    if !ended.status.success() {
        return Err(ended.stderr.trim().to_owned());
    }
    Snapshot::parse(&Source::new(path, ended.stdout)).map_err(|error| error.to_string())
}
