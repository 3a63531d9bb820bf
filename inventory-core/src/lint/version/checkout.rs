//! What the repository around an inventory says of kubespray: the checkout that it lies in, a submodule, a pin.

use std::path::{Component, Path};

use super::{Pinned, Releases, Teller, gitmodules, requirements};
use crate::cluster::KubesprayVersion;
use crate::lint::finding::Place;
use crate::yaml::{Node, Source, parse_one};

/// What the files of one directory say.
pub(super) fn look_in(directory: &Path) -> Pinned {
    let (mut said, mut unclear) = (Vec::new(), Vec::new());
    let mut take = |answer: Result<Releases, String>| match answer {
        Ok(releases) => said.push(releases),
        Err(why) => unclear.push(why),
    };
    if let Some(answer) = around(directory) {
        take(answer);
    }
    submodules(directory).into_iter().for_each(&mut take);
    requirements::pins(directory).into_iter().for_each(&mut take);
    Pinned::agreed(said, unclear)
}

/// What the directory's own `galaxy.yml` says, where it is kubespray's.
fn around(directory: &Path) -> Option<Result<Releases, String>> {
    let source = Source::read(directory.join("galaxy.yml")).ok()?;
    let root = parse_one(&source).ok()?.root?;
    let is_kubespray = root.get("name", &source).and_then(Node::raw) == Some("kubespray");
    is_kubespray.then(|| version(&source, &root, Teller::Checkout))
}

/// What the checkouts of its submodules say.
fn submodules(directory: &Path) -> Vec<Result<Releases, String>> {
    let Ok(source) = Source::read(directory.join(".gitmodules")) else { return Vec::new() };
    let submodules = gitmodules::read(source.text());
    let of_kubespray = submodules.iter().filter(|submodule| is_kubespray(&submodule.url));
    of_kubespray.map(|submodule| of_submodule(directory, &source, submodule)).collect()
}

fn of_submodule(directory: &Path, source: &Source, submodule: &gitmodules::Submodule) -> Result<Releases, String> {
    let path = Path::new(&submodule.path);
    let place = source.location(submodule.at);
    if path.as_os_str().is_empty() || path.components().any(|part| !matches!(part, Component::Normal(_))) {
        return Err(format!("the submodule of {} ({place}) has no path below this repository", submodule.url));
    }
    let galaxy = directory.join(path).join("galaxy.yml");
    if !galaxy.exists() {
        return Err(format!(
            "the submodule `{}` ({place}) is not checked out; run `git submodule update --init {}`",
            submodule.path, submodule.path
        ));
    }
    let galaxy = Source::read(&galaxy).map_err(|error| error.with_place())?;
    let root = parse_one(&galaxy).map_err(|error| error.with_place())?.root;
    let root = root.ok_or_else(|| format!("{} is empty", galaxy.name().display()))?;
    version(&galaxy, &root, Teller::Submodule)
}

/// The version that a `galaxy.yml` has.
fn version(source: &Source, root: &Node, by: Teller) -> Result<Releases, String> {
    let name = source.name().display();
    let node = root.get("version", source).ok_or_else(|| format!("{name} has no `version`"))?;
    told(source, node, by)
        .ok_or_else(|| format!("{}: {} is no released version of kubespray", node.location(source), node.describe()))
}

/// A version that is written in a file.
pub(super) fn told(source: &Source, node: &Node, by: Teller) -> Option<Releases> {
    let version: KubesprayVersion = node.raw()?.parse().ok()?;
    Some(Releases::told(version, by, Some(Place::new(source, node.span))))
}

/// Whether a URL is that of a repository called `kubespray`, whoever's.
pub(super) fn is_kubespray(url: &str) -> bool {
    let url = url.trim().trim_end_matches('/');
    let url = url.strip_suffix(".git").unwrap_or(url);
    url.rsplit_once(['/', ':']).is_some_and(|(_, repository)| repository == "kubespray")
}
