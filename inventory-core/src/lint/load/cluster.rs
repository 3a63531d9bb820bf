//! Our cluster files: read, never run.

use std::path::Path;

use serde::de::IgnoredAny;

use super::paths;
use crate::cluster::{Cluster, LoadError, Loaded, Site, source_of};
use crate::lint::outcome::Unread;
use crate::lint::root::{ClusterContent, Content};
use crate::snapshot::{Snapshot, SnapshotError};
use crate::yaml::{self, Document, Location, Source, parse_one};

/// What a cluster file says, its site's word laid under it, and what a snapshot beside it remembers.
pub(super) fn read(source: &Source) -> (Content, Vec<Unread>) {
    let path = source.name();
    let document = match parse_one(source) {
        Ok(document) => document,
        Err(error) => return (Content::Unknown, vec![Unread::of(&error)]),
    };
    let word = document.root.as_ref().map_or("static", |root| source_of(root, source));
    // The source's own section is for whoever talks to the source: a variable of the environment that is unset here
    // matters only where a name is made of it.
    let or_as_written = |name: &str| Some(std::env::var(name).unwrap_or_else(|_| format!("{{env:{name}}}")));
    let loaded = Loaded::<IgnoredAny>::parse(source.clone(), path, word, &or_as_written);
    let (Ok(Loaded { mut cluster, .. }), Document { root: Some(tree), .. }) = (loaded, document) else {
        let problems = Loaded::<IgnoredAny>::problems(source, path, word, &|name| std::env::var(name).ok());
        return (Content::Unknown, problems.iter().map(Unread::of_cluster).collect());
    };
    let mut unread = Vec::new();
    if let Err(error) = lay_on_site(&mut cluster, path) {
        unread.push(Unread::of(&error));
    }
    let snapshot = snapshot(path, word).unwrap_or_else(|error| {
        unread.push(error);
        None
    });
    let (discovery, taken) =
        snapshot.map_or((None, None), |Snapshot { discovery, taken, .. }| (Some(discovery), Some(taken)));
    (Content::Cluster(Box::new(ClusterContent { cluster, tree, discovery, taken })), unread)
}

fn lay_on_site(cluster: &mut Cluster, path: &Path) -> Result<(), yaml::Error> {
    if let Some(site) = &cluster.site {
        let site = Site::read(&paths::directory_of(path).join(&site.value))?;
        cluster.network = std::mem::take(&mut cluster.network).on(site);
    }
    Ok(())
}

/// The snapshot beside a cluster file, where there is one.
fn snapshot(path: &Path, word: &str) -> Result<Option<Snapshot>, Unread> {
    let file = paths::directory_of(path).join(".inv/snapshot.json");
    let read = Snapshot::read(&file).and_then(|snapshot| snapshot.of_source(&file, word));
    match read {
        Ok(snapshot) => Ok(Some(snapshot)),
        Err(SnapshotError::Unreadable(yaml::Error::Unreadable { source, .. }))
            if source.kind() == std::io::ErrorKind::NotFound =>
        {
            Ok(None)
        }
        Err(SnapshotError::Unreadable(error)) => Err(Unread::of(&error)),
        Err(error) => {
            let (said, name) = (error.to_string(), format!("{} ", file.display()));
            Err(Unread {
                location: Location::whole_file(file.into()),
                reason: said.strip_prefix(&name).unwrap_or(&said).to_owned(),
                hint: Some(error.remedy()),
                is_in_order: false,
            })
        }
    }
}

impl Unread {
    fn of_cluster(error: &LoadError) -> Self {
        let remedy = error.remedy();
        Self {
            location: error.location(),
            reason: error.reason(),
            hint: (!remedy.is_empty()).then_some(remedy),
            is_in_order: false,
        }
    }
}
