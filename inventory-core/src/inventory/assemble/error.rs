//! Why machines and settings give no inventory. Every error names the way out.

use super::roles::CONTROL_PLANE_WORDS;
use crate::cluster::{KubesprayVersion, Unfilled};
use crate::inventory::Inconsistent;
use crate::kubespray;
use crate::machine::State;
use crate::safe::{GroupName, HostAddress, HostName, NameError};

/// Why there is no inventory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssembleError {
    /// A place did not answer, and a smaller cluster must not be mistaken for the whole.
    #[error("the place {place} says nothing: {why}")]
    UnreadablePlace {
        /// Its name.
        place: String,
        /// Why.
        why: String,
    },
    /// `partial` where nothing is pinned: whoever answers would be elected first.
    #[error("`partial` needs `members`: without them nobody knows whom a silent place would have had")]
    PartialWithoutMembers,
    /// The selection matches nothing.
    #[error("no machine is selected{}{}", .why.as_ref().map_or(String::new(), |why| format!(" ({why})")), there_are(.seen))]
    NobodySelected {
        /// The machines there are.
        seen: Vec<String>,
        /// Why the first of them is none.
        why: Option<String>,
    },
    /// Another number of members than written.
    #[error("`expect` is {expected}, and the members are {}: {}", .found.len(), listed(.found))]
    Count {
        /// How many were expected.
        expected: usize,
        /// Who is there.
        found: Vec<String>,
    },
    /// A member that cannot be played now.
    #[error("{machine} ({origin}) is a member and is {state}{}", because(.why.as_ref()))]
    NotPlayable {
        /// The machine.
        machine: String,
        /// What it is doing.
        state: State,
        /// Where it was found.
        origin: String,
        /// What the source says of that.
        why: Option<String>,
        /// Whether `members` lists it, so that `except` cannot leave it out.
        is_listed: bool,
    },
    /// A pinned member that `machines` does not select.
    #[error("{machine} is listed in `members`, and `machines` leaves it out: {why}")]
    ListedAndLeftOut {
        /// The machine.
        machine: String,
        /// Which wish leaves it out.
        why: String,
    },
    /// A pinned member that is not there.
    #[error("{machine} is listed in `members`{} and does not exist{}", .id.as_ref().map_or(String::new(), |id| format!(" with the id {id}")), because(.why.as_ref()))]
    Missing {
        /// The machine.
        machine: String,
        /// Its recorded id.
        id: Option<String>,
        /// What the source says of the name.
        why: Option<String>,
    },
    /// Another machine under a pinned name.
    #[error(
        "{machine} was re-created: `members` has the id {recorded}, and it is {found} now; its disk is empty, and \
         kubespray would take it for a new node (as first of etcd it would make a new certificate authority for all)"
    )]
    Recreated {
        /// The machine.
        machine: String,
        /// The id in the file.
        recorded: String,
        /// The id now.
        found: String,
    },
    /// A machine that belongs and is not listed.
    #[error("{machine} ({origin}, {state}) belongs to the cluster and is not listed in `members`")]
    NotListed {
        /// The machine.
        machine: String,
        /// Its place.
        place: Option<String>,
        /// Its namespace.
        namespace: Option<String>,
        /// Where it was found.
        origin: String,
        /// What it is doing.
        state: State,
    },
    /// A pin that fits two machines.
    #[error("`members` has {machine}, and there are two: {first} and {second}")]
    Ambiguous {
        /// The machine.
        machine: String,
        /// One.
        first: String,
        /// The other.
        second: String,
    },
    /// The address of a member that holds certificates is another one now.
    #[error(
        "{host} had the address {recorded} when it was pinned and has {now} now; its certificates, and etcd's list of \
         peers, name the old one"
    )]
    AddressChanged {
        /// The host.
        host: HostName,
        /// The address in the file.
        recorded: HostAddress,
        /// The address now.
        now: HostAddress,
    },
    /// `order: created`, and a machine that does not say when.
    #[error("the order is by creation time, and {machine} has none")]
    NoCreationTime {
        /// The machine.
        machine: String,
    },
    /// A name written out, and no machine is called so.
    #[error("{place} has {name}, and no machine is called so")]
    UnknownMachine {
        /// The setting.
        place: String,
        /// What it says.
        name: String,
        /// The machine that is called nearly so.
        nearest: Option<String>,
    },
    /// A group that a layout cannot do without has nobody.
    #[error("the group {group} has no host: what {wanted_by} says of it fits nobody")]
    EmptyRole {
        /// The group.
        group: GroupName,
        /// Where it is written.
        wanted_by: String,
    },
    /// A group called nearly like one that the layout would now fill by itself.
    #[error("{}`groups` has {written}, and the playbooks want {role}, which is not written", of_version(*.version))]
    NearRole {
        /// The version of kubespray, where its groups have dashes, as newer ones' have not.
        version: Option<KubesprayVersion>,
        /// What it says.
        written: GroupName,
        /// What it probably means.
        role: GroupName,
    },
    /// A name that may not reach Ansible.
    #[error("{machine} ({origin}): {error}")]
    Name {
        /// The machine.
        machine: String,
        /// Where the machine was found.
        origin: String,
        /// What is wrong with its name.
        error: NameError,
    },
    /// A template in `hosts.name` or a variable has nothing to be filled with.
    #[error("{place}: {unfilled}")]
    Unfilled {
        /// What is missing.
        unfilled: Unfilled,
        /// The setting.
        place: String,
    },
    /// Two machines with one host name.
    #[error("two machines would both be the host {host}: {first} and {second}")]
    SameHost {
        /// The name.
        host: HostName,
        /// One.
        first: String,
        /// The other.
        second: String,
    },
    /// A name that kubespray refuses.
    #[error("kubespray refuses the host name {host}: it wants lower-case letters, digits, `-` and `.`")]
    NotForKubespray {
        /// The name.
        host: HostName,
        /// What to write instead.
        way_out: String,
    },
    /// No address that could be used.
    #[error("{host} ({origin}) has no usable address{seen}")]
    NoAddress {
        /// The host.
        host: HostName,
        /// Where the machine was found.
        origin: String,
        /// What was seen, as `: …`, or nothing.
        seen: String,
        /// Whether the cluster can do without it: not where the playbooks begin.
        may_be_skipped: bool,
    },
    /// Two hosts that are reached the same way.
    #[error("{first} and {second} both have {what}; one of them is wrong, or a guest lies")]
    SameAddress {
        /// One.
        first: HostName,
        /// The other.
        second: HostName,
        /// What they share.
        what: String,
        /// Whether they are in different places, where one address can be two machines'.
        are_apart: bool,
    },
    /// Two members that do not reach each other.
    #[error(
        "{first} is in {first_network} and {second} in {second_network}: nobody outside {} reaches its machines, so \
         they cannot be one cluster", if *.both { "either network" } else { "the first network" }
    )]
    SeparateNetworks {
        /// One, whose network nobody outside reaches.
        first: HostName,
        /// Its network: `the network default of hv1 (NAT)`.
        first_network: String,
        /// The other, of another place.
        second: HostName,
        /// Its network.
        second_network: String,
        /// Whether nobody outside reaches the second's network either.
        both: bool,
    },
    /// A group is by tags, and those of a member that nobody sees now are not known.
    #[error("{asks}, and the tags of {machine} are not known while nobody sees it")]
    TagsNotKnown {
        /// What asks for them.
        asks: String,
        /// The machine.
        machine: String,
    },
    /// Two members of etcd with one name.
    #[error("{first} and {second} would both be the member {name} of etcd")]
    SameEtcdMember {
        /// One.
        first: HostName,
        /// The other.
        second: HostName,
        /// The name.
        name: String,
    },
    /// Nobody said who is who.
    #[error(
        "nothing says which machines are the control plane: neither `groups`, nor a tag `role`, nor a word in their \
         names ({})",
        CONTROL_PLANE_WORDS.join(", ")
    )]
    NoRoles {
        /// The `groups` that would do.
        suggestion: String,
    },
    /// A count that the members cannot fill.
    #[error("the group {group} wants the {which} {wanted}, and only {there} are there to choose from")]
    TooFew {
        /// The group.
        group: GroupName,
        /// "first" or "last".
        which: &'static str,
        /// How many.
        wanted: usize,
        /// How many there are.
        there: usize,
    },
    /// A tag names a group that is not allowed.
    #[error("the tag {key} of {machine} names the group {group:?}, which `from_tag.allow` does not have")]
    GroupNotAllowed {
        /// The tag.
        key: String,
        /// The machine.
        machine: String,
        /// What it says.
        group: String,
    },
    /// A host under `groups.G.hosts` that is a member already.
    #[error("`groups.{group}.hosts` has {host}, which is a member already")]
    AlreadyMember {
        /// The group.
        group: GroupName,
        /// The host.
        host: HostName,
    },
    /// The cluster's own group is taken.
    #[error("the cluster's name makes {group} the group of all members, and {wanted_by} has a group {group} as well")]
    TopGroupTaken {
        /// The group.
        group: GroupName,
        /// Where the other one comes from.
        wanted_by: String,
    },
    /// Ansible would take the host's variables for the group's.
    #[error(
        "the host {host} ({origin}) has the name of a group, which {wanted_by} has; Ansible would give the host's \
         variables to the whole group"
    )]
    HostLikeGroup {
        /// The host.
        host: HostName,
        /// Where it was found or written.
        origin: String,
        /// Where the group comes from.
        wanted_by: String,
    },
    /// Two places whose names are one word to Ansible.
    #[error("the places {first:?} and {second:?} would both be the group {group}")]
    SamePlace {
        /// One.
        first: String,
        /// The other.
        second: String,
        /// The group.
        group: GroupName,
    },
    /// A user or id that could be read as an SSH option.
    #[error("{what} of {machine} is {value:?}, which may not reach SSH's command line")]
    NotForSsh {
        /// What it is.
        what: &'static str,
        /// The machine.
        machine: String,
        /// The value.
        value: String,
    },
    /// A key or a command that SSH's arguments have no form for.
    #[error("{what} of {machine} is {value:?}, which cannot be written into SSH's arguments")]
    NoFormForSsh {
        /// What it is.
        what: &'static str,
        /// The machine.
        machine: String,
        /// The value.
        value: String,
    },
    /// The parts do not make an inventory.
    #[error(transparent)]
    Inconsistent(#[from] Inconsistent),
}

/// What a source says of something, in brackets, where it says anything.
fn because(why: Option<&String>) -> String {
    why.map_or_else(String::new, |why| format!(" ({why})"))
}

fn there_are(names: &[String]) -> String {
    if names.is_empty() {
        "; the source found no machine at all".into()
    } else {
        format!("; there are {}", listed(names))
    }
}

/// Names for a sentence: all of a few, the first of many.
fn listed(names: &[String]) -> String {
    const MANY: usize = 12;
    match names.len() {
        0 => "nobody".into(),
        n if n > MANY => format!("{} and {} more", names[..MANY].join(", "), n - MANY),
        _ => names.join(", "),
    }
}

/// The version that explains which names the playbooks want.
fn of_version(version: Option<KubesprayVersion>) -> String {
    match version {
        None => String::new(),
        Some(version) if version < kubespray::OLDEST => format!(
            "`kubespray_version` is {version}, which is older than {}, the oldest that is known here, and its groups \
             have dashes: ",
            kubespray::OLDEST
        ),
        Some(version) => format!("`kubespray_version` is {version}, whose groups have dashes: "),
    }
}
