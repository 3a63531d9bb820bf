//! Address spaces, as they are read from variables.

use std::net::IpAddr;

use super::About;
use crate::inventory::Value;
use crate::lint::finding::Place;
use crate::lint::model::{Scope, Told};
use crate::lint::view::View;
use crate::network::address::{AddressError, AddressRange, InterfaceAddress};
use crate::network::space::{AddressSpace, Origin, Owner, Role};
use crate::yaml::{Node, Resolved};

/// What stands where a range is meant, and is none.
#[derive(Debug, Clone)]
pub struct Misread {
    /// The variable.
    pub variable: String,
    /// Where it is.
    pub place: Place,
    /// Why it is none: a sentence without its full stop.
    pub why: String,
    /// What is meant, where that is for all to see.
    pub meant: Option<String>,
}

/// Address spaces with what is known of them.
pub(super) struct Gather<'v, 'a> {
    pub(super) view: &'v View<'a>,
    pub(super) spaces: Vec<AddressSpace>,
    pub(super) about: Vec<About>,
    pub(super) misread: Vec<Misread>,
}

impl<'v, 'a> Gather<'v, 'a> {
    pub(super) fn new(view: &'v View<'a>) -> Self {
        Self { view, spaces: Vec::new(), about: Vec::new(), misread: Vec::new() }
    }

    pub(super) fn add(&mut self, space: AddressSpace, about: About) {
        self.spaces.push(space);
        self.about.push(about);
    }

    /// A space that nobody wrote.
    pub(super) fn add_default(&mut self, space: AddressSpace, title: &str, name: &str) {
        self.add(space, About { title: title.to_owned(), name: name.to_owned(), place: None, is_literal: false });
    }

    /// Reads the networks of a variable. Says whether it is set, to whatever.
    pub(super) fn networks(&mut self, scope: &Scope<'_, 'a>, name: &str, role: Role, title: &str) -> bool {
        let Some(told) = scope.find(&[name]) else { return false };
        let Some(text) = self.text(&told, name) else { return true };
        let parts: Vec<&str> = text.split(',').collect();
        if parts.len() > 1 && self.view.is_kubespray() {
            let why = format!("`{name}` has {} networks, and kubespray takes one", parts.len());
            self.misread.push(Misread { variable: name.to_owned(), place: told.place(), why, meant: None });
        }
        for part in &parts {
            // Blanks behind a network are no mistake to Ansible; those around a comma are none to a person.
            let part = if parts.len() > 1 { part.trim() } else { part };
            match part.parse::<InterfaceAddress>() {
                Ok(written) => {
                    let is_literal = parts.len() == 1 && is_literal(&told, part);
                    self.add_told(written, role, &told, (title, name), is_literal);
                }
                Err(error) => self.misread.push(misread(name, told.place(), part, &error)),
            }
        }
        true
    }

    /// The text of a variable. `None`: it is not to be known, or no text.
    fn text(&mut self, told: &Told<'a>, name: &str) -> Option<String> {
        match &told.value {
            Err(why) => {
                self.view.could_not_check(name, &told.place(), why.clone());
                None
            }
            Ok(Value::List(_) | Value::Map(_)) => {
                let why = format!("`{name}` is a list or a map where one network is wanted");
                self.misread.push(Misread { variable: name.to_owned(), place: told.place(), why, meant: None });
                None
            }
            Ok(value) => Some(value.to_plain_text()),
        }
    }

    fn add_told(
        &mut self,
        written: InterfaceAddress,
        role: Role,
        told: &Told<'a>,
        (title, name): (&str, &str),
        is_literal: bool,
    ) {
        let place = told.place();
        let origin = self.view.origin_of(place.clone());
        let about = About { title: title.to_owned(), name: name.to_owned(), place: Some(place), is_literal };
        self.add(AddressSpace::written(written, role, Owner::Cluster, origin), about);
    }

    /// Takes a range that was found at a place.
    pub(super) fn add_range(
        &mut self,
        range: impl Into<AddressRange>,
        role: Role,
        place: Place,
        (title, name): (String, String),
        is_literal: bool,
    ) {
        let origin: Origin = self.view.origin_of(place.clone());
        self.add(
            AddressSpace::new(range, role, Owner::Cluster, origin),
            About { title, name, place: Some(place), is_literal },
        );
    }

    /// Reads the addresses of a list that counts for the nodes; what is none, or has a port, is passed over.
    pub(super) fn addresses(&mut self, name: &str, role: Role, title: &str) {
        let view = self.view;
        let Some((Value::List(items), told)) = view.value(view.nodes(), &[name]) else { return };
        let places = places(&told, &[name], items.len());
        for (item, place) in items.iter().zip(places) {
            let text = item.to_plain_text();
            let Ok(address) = text.trim().parse::<IpAddr>() else { continue };
            let is_literal = told.is_literal() && unquoted(place.text()) == text;
            self.add_range(address, role, place, (title.to_owned(), name.to_owned()), is_literal);
        }
    }

    /// Reads an address.
    pub(super) fn address(&mut self, scope: &Scope<'_, 'a>, path: &[&str], role: Role, title: &str) -> Option<IpAddr> {
        let (address, told) = self.view.address(scope, path)?;
        let is_literal = is_literal(&told, &address.to_string());
        self.add_range(address, role, told.place(), (title.to_owned(), path.join(".")), is_literal);
        Some(address)
    }
}

/// Whether a value stands as it is where it is written, in quotes or not.
pub(super) fn is_literal(told: &Told<'_>, text: &str) -> bool {
    told.is_literal() && unquoted(told.place().text()) == text
}

/// A text without the quotes around it.
pub(super) fn unquoted(text: &str) -> &str {
    let within = |quote: char| text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
    within('"').or_else(|| within('\'')).unwrap_or(text)
}

/// Why a text is no network.
pub(super) fn misread(variable: &str, place: Place, text: &str, error: &AddressError) -> Misread {
    let why = if text.trim().is_empty() {
        format!("`{variable}` is empty, and a network is wanted")
    } else {
        format!("`{variable}` is no network: {error}")
    };
    let meant = match error {
        AddressError::HostBits { network, .. } => Some(network.to_string()),
        _ => None,
    };
    Misread { variable: variable.to_owned(), place, why, meant }
}

/// Where each item of a list is written; where that is not known, the list.
pub(super) fn places(told: &Told<'_>, path: &[&str], count: usize) -> Vec<Place> {
    let source = told.assignment.source;
    let mut node = told.assignment.node();
    for key in &path[1..] {
        node = node.and_then(|node| node.get(key, source));
    }
    match node.map(Node::resolve) {
        Some(Resolved::List(items)) if items.len() == count => {
            items.iter().map(|item| Place::new(source, item.alias.unwrap_or(item.span))).collect()
        }
        _ => vec![told.place(); count],
    }
}
