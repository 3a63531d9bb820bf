//! What is around the cluster, as it was declared or found.

use std::net::IpAddr;

use super::gather::Gather;
use super::{About, Network};
use crate::lint::finding::Place;
use crate::lint::root::Content;
use crate::lint::view::View;
use crate::network::space::{AddressSpace, Origin, Owner, Role};
use crate::plan::{self, Surroundings};
use crate::yaml::{Source, Span};

/// What the cluster is called: by its file, else by its directory.
pub(super) fn name(view: &View<'_>) -> String {
    if let Some(Content::Cluster(content)) = view.inventory.map(|inventory| &inventory.content) {
        return content.cluster.name.clone();
    }
    let directory = view.root.directory.file_name().and_then(|name| name.to_str());
    directory.map_or_else(|| "this cluster".to_owned(), str::to_owned)
}

/// What is around. `None`: what was declared cannot be.
pub(super) fn surroundings<'a>(view: &View<'a>, addresses: &[IpAddr]) -> Option<Surroundings<'a>> {
    let around = view.surroundings;
    match Surroundings::around(&name(view), addresses, &around.declared, &around.found) {
        Ok(surroundings) => Some(surroundings),
        Err(error) => {
            if let Some(place) = view.whole() {
                view.could_not_check("hosting", &place, error.to_string());
            }
            None
        }
    }
}

/// Adds the levels around, the networks of the machines, what must be avoided, what else was seen, and siblings.
pub(super) fn add(gather: &mut Gather<'_, '_>, surroundings: &Surroundings<'_>) {
    let levels = surroundings.levels();
    let around = gather.view.surroundings;
    for space in plan::of_levels(surroundings) {
        add_space(gather, space, &levels);
    }
    for avoid in around.declared.avoid.iter().flatten() {
        let space = plan::own(avoid.cidr.value, Role::Outside, &avoid.cidr.origin);
        let place = place_of(gather.view, &space.origin);
        gather.add(space, About { title: avoid.name.clone(), name: avoid.name.clone(), place, is_literal: false });
    }
    if let Some(pools) = &around.declared.load_balancer {
        for pool in &pools.ranges {
            let is_known = |space: &AddressSpace| space.role == Role::LoadBalancer && space.range == pool.value;
            if !gather.spaces.iter().any(is_known) {
                add_space(gather, plan::own(pool.value, Role::LoadBalancer, &pool.origin), &levels);
            }
        }
    }
    let siblings = around.siblings.iter().flat_map(|sibling| &sibling.spaces);
    for space in around.found.others.iter().chain(siblings) {
        add_space(gather, space.clone(), &levels);
    }
}

fn add_space(gather: &mut Gather<'_, '_>, space: AddressSpace, levels: &[String]) {
    let whose = match &space.owner {
        Owner::Cluster => None,
        Owner::Level(level) => levels.get(usize::from(*level)).cloned(),
        Owner::Sibling(name) => Some(name.clone()),
    };
    let title = match &whose {
        Some(name) => format!("{} of {name}", space.role),
        None => space.role.to_string(),
    };
    let name = whose.unwrap_or_else(|| space.role.to_string());
    let place = place_of(gather.view, &space.origin);
    gather.add(space, About { title, name, place, is_literal: false });
}

/// Where something is written, if that is a file that the linter reads.
fn place_of(view: &View<'_>, origin: &Origin) -> Option<Place> {
    view.place_of(origin).or_else(|| {
        let Origin::Written { file, line, column } = origin else { return None };
        let source = view.inventory.map(|inventory| &inventory.source)?;
        (source.name().display().to_string() == *file).then(|| place_at(source, *line, *column))?
    })
}

/// The word at a line and column.
fn place_at(source: &Source, line: usize, column: usize) -> Option<Place> {
    let text = source.text().split_inclusive('\n').nth(line.checked_sub(1)?)?;
    let start: usize = source.text().split_inclusive('\n').take(line - 1).map(str::len).sum();
    let at: usize = text.chars().take(column.checked_sub(1)?).map(char::len_utf8).sum();
    let word = text.get(at..)?;
    let len = word.find([' ', ',', '}', ']', '\r', '\n']).unwrap_or(word.len());
    Some(Place::new(source, Span { start: start + at, end: start + at + len }))
}

impl Network {
    /// The place of a space, and whether it is a person's word that is in another file.
    pub(super) fn origin_note(&self, at: usize) -> Option<String> {
        let (space, about) = (&self.facts.spaces[at], &self.about[at]);
        if about.place.is_some() {
            return None;
        }
        Some(match &space.origin {
            Origin::Default(_) => return None,
            Origin::Written { .. } => format!("{} {} is declared in {}", about.title, space.range, space.origin),
            Origin::Found(object) => format!("{} {} was found: {object}", about.title, space.range),
        })
    }
}
