//! What docker takes on every node, where it runs.

use super::About;
use super::gather::{Gather, Misread};
use crate::lint::view::View;
use crate::network::address::InterfaceAddress;
use crate::network::layer::Cni;
use crate::network::space::{AddressSpace, Owner, Role};
use crate::plan::{Running, Surroundings, by_default};

/// Reads docker's bridge and the pool of further ones.
pub(super) fn read(gather: &mut Gather<'_, '_>, around: &Surroundings<'_>) {
    let view = gather.view;
    if !runs(view) {
        return;
    }
    let told = view.nodes().find(&["docker_options"]);
    let options = match &told {
        None => String::new(),
        Some(told) => match &told.value {
            Ok(value) => value.to_plain_text(),
            Err(why) => {
                // With a bridge that nobody knows, nothing is known of the default one either.
                view.could_not_check("docker_options", &told.place(), why.clone());
                return;
            }
        },
    };
    let bip = option(&options, "--bip");
    if let (Some(text), Some(told)) = (bip, &told) {
        let (place, name) = (told.place(), "docker_options".to_owned());
        match text.parse::<InterfaceAddress>() {
            Ok(written) => {
                let origin = view.origin_of(place.clone());
                let title = "docker's bridge".to_owned();
                let space = AddressSpace::written(written, Role::Bridge, Owner::Cluster, origin);
                gather.add(space, About { title, name, place: Some(place), is_literal: false });
            }
            Err(error) => {
                let why = format!("the `--bip` in `docker_options` is no address of a bridge: {error}");
                gather.misread.push(Misread { variable: name, place, why, meant: None });
            }
        }
    }
    let has_pools = option(&options, "--default-address-pool").is_some();
    for space in by_default(around, Running { runtime: "docker", cni: Cni::Other }, bip.is_some()) {
        match space.role {
            Role::Bridge => gather.add_default(space, "docker's bridge", "docker"),
            _ if has_pools => {}
            _ => gather.add_default(space, "docker's pool of bridges", "docker"),
        }
    }
}

/// Whether docker is known to run on the nodes.
fn runs(view: &View<'_>) -> bool {
    let current = view.current();
    if current.opaque.iter().any(|opaque| opaque.variable == "container_manager") {
        return false;
    }
    let told = current.container_manager.as_ref().map(|told| told.value.as_str());
    told.unwrap_or_else(|| view.release.container_manager()) == "docker"
}

/// The value of an option: `--bip=10.0.0.1/24` or `--bip 10.0.0.1/24`.
fn option<'t>(options: &'t str, name: &str) -> Option<&'t str> {
    let mut words = options.split_whitespace();
    while let Some(word) = words.next() {
        match word.strip_prefix(name) {
            Some("") => return words.next(),
            Some(rest) if rest.starts_with('=') => return Some(rest[1..].trim_matches(['"', '\''])),
            _ => {}
        }
    }
    None
}
