//! The elements of libvirt's XML that are read. Nothing else of a document is ever seen.
//!
//! Reading and recording both work on what came through the sieve. So a recording holds all that is read, and nothing
//! that is not listed here can get into one: no disk's path, no kernel's command line, no password of a display.

use std::borrow::Cow;
use std::fmt::Write as _;

use inventory_core::yaml::nearest;
use roxmltree::{Document, Node, ParsingOptions};

use super::bounds::{self, TooMuch};

/// The namespace of what is said to us in `<metadata>`.
pub(super) const NAMESPACE: &str = "urn:kube-inventory:vms:1";

/// An element that is kept.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Kept {
    name: &'static str,
    attributes: &'static [&'static str],
    has_text: bool,
    children: &'static [Kept],
    is_ours: bool,
}

impl Kept {
    const fn new(name: &'static str, attributes: &'static [&'static str], children: &'static [Kept]) -> Self {
        Self { name, attributes, has_text: false, children, is_ours: false }
    }

    const fn text(name: &'static str) -> Self {
        Self { has_text: true, ..Self::new(name, &[], &[]) }
    }

    const fn ours(name: &'static str, attributes: &'static [&'static str], children: &'static [Kept]) -> Self {
        Self { is_ours: true, has_text: children.is_empty(), ..Self::new(name, attributes, children) }
    }
}

/// A guest: <https://libvirt.org/formatdomain.html>.
pub(super) const DOMAIN: Kept = Kept::new(
    "domain",
    &[],
    &[
        Kept::text("name"),
        Kept::text("uuid"),
        Kept::text("title"),
        Kept::text("description"),
        Kept::new(
            "metadata",
            &[],
            &[Kept::ours(
                "machine",
                &[],
                &[Kept::ours("tag", &["name"], &[]), Kept::ours("address", &["network", "mac"], &[])],
            )],
        ),
        Kept::new(
            "devices",
            &[],
            &[
                Kept::new("disk", &[], &[Kept::new("source", &["pool"], &[])]),
                Kept::new(
                    "interface",
                    &["type"],
                    &[
                        Kept::new("mac", &["address"], &[]),
                        Kept::new("source", &["network", "bridge", "dev"], &[]),
                        Kept::new("mtu", &["size"], &[]),
                        Kept::new("backend", &["type"], &[]),
                        Kept::new("ip", &["family", "address", "prefix"], &[]),
                        Kept::new(
                            "portForward",
                            &["proto", "address"],
                            &[Kept::new("range", &["start", "end", "to", "exclude"], &[])],
                        ),
                    ],
                ),
            ],
        ),
    ],
);

/// A virtual network: <https://libvirt.org/formatnetwork.html>.
pub(super) const NETWORK: Kept = Kept::new(
    "network",
    &[],
    &[
        Kept::text("name"),
        Kept::new("forward", &["mode"], &[Kept::new("nat", &["ipv6"], &[])]),
        Kept::new("bridge", &["name"], &[]),
        Kept::new("mtu", &["size"], &[]),
        Kept::new("dns", &["enable"], &[]),
        Kept::new(
            "ip",
            &["family", "address", "netmask", "prefix"],
            &[Kept::new(
                "dhcp",
                &[],
                &[Kept::new("range", &["start", "end"], &[]), Kept::new("host", &["mac", "name", "ip"], &[])],
            )],
        ),
    ],
);

/// Why a document cannot be read. Half a sentence, without the document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum XmlError {
    /// It would cost too much.
    #[error(transparent)]
    TooMuch(#[from] TooMuch),
    /// It is not XML, or has a DTD.
    #[error("{0}")]
    Syntax(String),
    /// It describes something else.
    #[error("it is a {found}, not a <{wanted}>")]
    OtherRoot {
        /// The element.
        found: String,
        /// The one that was wanted.
        wanted: &'static str,
    },
    /// An element of our namespace that means nothing.
    #[error("its metadata has <{found}> in {NAMESPACE}, which means nothing there{}", did_you_mean(*.instead))]
    Unknown {
        /// The element.
        found: String,
        /// One that does.
        instead: Option<&'static str>,
    },
}

fn did_you_mean(instead: Option<&'static str>) -> String {
    instead.map_or_else(String::new, |instead| format!("; is <{instead}> meant?"))
}

/// An element that came through, and what of it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Element<'a> {
    kept: &'static Kept,
    attributes: Vec<(&'static str, &'a str)>,
    text: Cow<'a, str>,
    children: Vec<Element<'a>>,
}

/// Parses a document and hands over what came through; the document itself stays inside.
pub(super) fn read<R>(
    document: &str,
    root: &'static Kept,
    make: impl FnOnce(&Element<'_>) -> R,
) -> Result<R, XmlError> {
    bounds::check(document)?;
    let options = ParsingOptions { allow_dtd: false, nodes_limit: bounds::MAX_NODES, ..ParsingOptions::default() };
    let parsed =
        Document::parse_with_options(document, options).map_err(|error| XmlError::Syntax(error.to_string()))?;
    let node = parsed.root_element();
    if !is(node, root) {
        let of = node.tag_name().namespace().map(|namespace| format!(" of {namespace}")).unwrap_or_default();
        let found = format!("<{}>{of}", node.tag_name().name());
        return Err(XmlError::OtherRoot { found, wanted: root.name });
    }
    Ok(make(&Element::of(node, root)?))
}

/// A document with what came through and nothing else; read again, it gives the same.
pub(super) fn reduce(document: &str, root: &'static Kept) -> Result<String, XmlError> {
    read(document, root, |element| {
        let mut reduced = String::new();
        element.write_to(&mut reduced, false);
        reduced
    })
}

fn is(node: Node<'_, '_>, kept: &Kept) -> bool {
    let namespace = node.tag_name().namespace();
    node.tag_name().name() == kept.name && namespace == kept.is_ours.then_some(NAMESPACE)
}

impl<'a> Element<'a> {
    /// The list is no deeper than a few levels, and so is this.
    fn of(node: Node<'a, 'a>, kept: &'static Kept) -> Result<Self, XmlError> {
        let attribute = |name: &&'static str| node.attribute(*name).map(|value| (*name, value));
        let mut children = Vec::new();
        for child in node.children().filter(Node::is_element) {
            match kept.children.iter().find(|kept| is(child, kept)) {
                Some(kept) => children.push(Self::of(child, kept)?),
                None if child.tag_name().namespace() == Some(NAMESPACE) => return Err(unknown(child, kept)),
                None => {}
            }
        }
        Ok(Self {
            kept,
            attributes: kept.attributes.iter().filter_map(attribute).collect(),
            text: if kept.has_text { text(node) } else { Cow::Borrowed("") },
            children,
        })
    }

    /// The first child of that name.
    pub(super) fn child(&self, name: &'static str) -> Option<&Self> {
        self.children(name).next()
    }

    /// The children of that name, in order.
    pub(super) fn children(&self, name: &'static str) -> impl Iterator<Item = &Self> {
        debug_assert!(self.kept.children.iter().any(|kept| kept.name == name), "{name} does not come through");
        self.children.iter().filter(move |child| child.kept.name == name)
    }

    /// An attribute's value.
    pub(super) fn attribute(&self, name: &'static str) -> Option<&str> {
        debug_assert!(self.kept.attributes.contains(&name), "{name} does not come through");
        self.attributes.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
    }

    /// An attribute of the first child of that name.
    pub(super) fn of_child(&self, name: &'static str, attribute: &'static str) -> Option<&str> {
        self.child(name)?.attribute(attribute)
    }

    /// The text in it, exactly.
    pub(super) fn text(&self) -> &str {
        debug_assert!(self.kept.has_text, "the text of {} does not come through", self.kept.name);
        &self.text
    }

    fn write_to(&self, document: &mut String, is_declared: bool) {
        let Kept { name, is_ours, .. } = self.kept;
        let prefix = if *is_ours { "inv:" } else { "" };
        // A document is a string in memory: writing to one does not fail.
        let _ = write!(document, "<{prefix}{name}");
        if *is_ours && !is_declared {
            let _ = write!(document, " xmlns:inv=\"{NAMESPACE}\"");
        }
        for (name, value) in &self.attributes {
            let _ = write!(document, " {name}=\"");
            escape(value, document);
            document.push('"');
        }
        document.push('>');
        escape(&self.text, document);
        for child in &self.children {
            child.write_to(document, *is_ours);
        }
        let _ = write!(document, "</{prefix}{name}>");
    }
}

/// All the text directly in an element: comments cut it in pieces.
fn text<'a>(node: Node<'a, 'a>) -> Cow<'a, str> {
    let mut pieces = node.children().filter(Node::is_text).filter_map(|text| text.text());
    let Some(first) = pieces.next() else { return Cow::Borrowed("") };
    pieces.fold(Cow::Borrowed(first), |all, piece| Cow::Owned(all.into_owned() + piece))
}

fn unknown(node: Node<'_, '_>, within: &'static Kept) -> XmlError {
    let known: Vec<&'static str> = within.children.iter().filter(|kept| kept.is_ours).map(|kept| kept.name).collect();
    let found = node.tag_name().name();
    XmlError::Unknown { found: found.to_owned(), instead: nearest(found, &known) }
}

/// Writes text so that a parser reads exactly it: line ends and tabs would be changed in attributes, and a carriage
/// return everywhere.
fn escape(text: &str, document: &mut String) {
    for character in text.chars() {
        match character {
            '&' => document.push_str("&amp;"),
            '<' => document.push_str("&lt;"),
            '>' => document.push_str("&gt;"),
            '"' => document.push_str("&quot;"),
            '\n' => document.push_str("&#10;"),
            '\r' => document.push_str("&#13;"),
            '\t' => document.push_str("&#9;"),
            other => document.push(other),
        }
    }
}
