//! The way out of each error.

use super::error::AssembleError;

impl AssembleError {
    /// What a person can do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::UnreadablePlace { .. } => {
                "try again when it answers, or accept the gap with `partial: true` (needs `members`)".into()
            }
            Self::NobodySelected { seen, .. } if seen.is_empty() => {
                "look at `source`; write `expect: 0` under `machines` if nobody is fine".into()
            }
            Self::NobodySelected { .. } => {
                "look at `names`, `tags`, `places` and `namespaces` under `machines`; write `expect: 0` if nobody is fine"
                    .into()
            }
            Self::Count { .. } => "change `expect` under `machines`, or select other machines".into(),
            Self::PartialWithoutMembers => "write the members with `pin` while every place answers".into(),
            Self::NotPlayable { machine, is_listed, .. } => {
                let without = if *is_listed {
                    "to keep it in its groups while it is away, write `offline: true` into its line of `members`".into()
                } else {
                    format!("to play without it, add {machine} to `except`")
                };
                format!("start it, or wait for it with `wait`; to play it as it is, add its state to `states`; {without}")
            }
            Self::ListedAndLeftOut { .. } => {
                "delete its line from `members`, or change `machines` (to play some hosts only, use Ansible's --limit)"
                    .into()
            }
            Self::Missing { .. } => {
                "if it is gone for good, run kubespray's remove-node.yml with `offline: true` on it, then delete the line"
                    .into()
            }
            Self::Recreated { machine, .. } => format!(
                "write `offline: true` into the line of {machine} in `members` and remove the old node with \
                 remove-node.yml; then delete the line and take the new machine with `pin --add`"
            ),
            Self::NotListed { machine, .. } => {
                format!("`pin --add` appends it; if it does not belong, add {machine} to `except` under `machines`")
            }
            Self::Ambiguous { .. } => "write `place:` or `namespace:` into that line of `members`".into(),
            Self::AddressChanged { host, .. } => format!(
                "give {host} its old address back; if the change is meant, replace the member and its certificates, \
                 then renew it with `pin --existing`"
            ),
            Self::NoCreationTime { .. } => "use `order: name`".into(),
            Self::UnknownMachine { nearest: Some(near), .. } => format!("did you mean {near}? (machines are named here, not hosts)"),
            Self::UnknownMachine { .. } => "wait for it, correct the name, or remove it; machines are named here, not hosts".into(),
            Self::EmptyRole { .. } => "correct its selector; `explain` lists the members and their names".into(),
            Self::NearRole { version: Some(_), written, role } => {
                format!("correct the version, or rename {written} to {role}")
            }
            Self::NearRole { version: None, written, role } => {
                format!("rename {written} to {role}, or write {role} as well if both are meant")
            }
            Self::Name { .. } => {
                "rename the machine, leave it out with `except` under `machines`, or give the host a name with `hosts.names`"
                    .into()
            }
            Self::Unfilled { .. } => "use another placeholder, or leave the machine out with `except`".into(),
            Self::SameHost { .. } => {
                "tell them apart with `hosts.name`, for example \"{namespace}-{name}\" or \"{place}-{name}\", or select one \
                 of them with `tags` or `places` under `machines`"
                    .into()
            }
            Self::NotForKubespray { way_out, .. } => way_out.clone(),
            Self::NoAddress { may_be_skipped: false, .. } => {
                "it is the first of the control plane or of etcd, so it is not skipped: wait for it with `wait --for address`, or \
                 write `offline: true` and its `address` into its line of `members`"
                    .into()
            }
            Self::NoAddress { .. } => {
                "wait for it with `wait --for address`, change the rules in `hosts.address`, leave it out with \
                 `except`, or write `without_address: skip` under `machines`"
                    .into()
            }
            Self::SameAddress { are_apart: true, .. } => {
                "they are in different places: behind a host of each, one address is two machines', if each is reached \
                 through its own (`jump`); `explain` shows where the addresses come from"
                    .into()
            }
            Self::SameAddress { .. } => "`explain` shows where the addresses come from".into(),
            Self::SeparateNetworks { .. } => {
                "attach them to a network that they share, bridged or routed both ways, and take their addresses there \
                 (`ip: [{network: NAME}]` under `hosts`), or play one place alone (`places` under `machines`); if a \
                 tunnel or routes of yours connect them, write `allow: [separate-nat]` under `network`"
                    .into()
            }
            Self::TagsNotKnown { .. } => {
                "write the machines' names into that group under `groups` (`names: [..]`), where they hold whoever \
                 answers; `init` writes groups that way"
                    .into()
            }
            Self::SameEtcdMember { .. } => {
                "correct `etcd_member_name` in `members` or in the variables; a member keeps its name for life".into()
            }
            Self::NoRoles { suggestion, .. } => format!("write them into the file, for example {suggestion}"),
            Self::TooFew { .. } => "ask for fewer, or add machines".into(),
            Self::GroupNotAllowed { .. } => "add it to `allow`, or change the tag".into(),
            Self::AlreadyMember { .. } => "delete it there; variables of members go under `host_vars`".into(),
            Self::TopGroupTaken { .. } => "give the cluster another name with `cluster:` (`init` has --cluster), or rename the group".into(),
            Self::HostLikeGroup { host, .. } => format!(
                "give it another name with `names` or `name` under `hosts`, leave {host} out with `except`, or rename \
                 the group"
            ),
            Self::SamePlace { .. } => "give one of them another name, in letters and digits".into(),
            Self::NotForSsh { .. } => "use letters, digits, `.`, `_` and `-`".into(),
            Self::NoFormForSsh { .. } => {
                "move the file to a path without quotes, backslashes, line ends and braces, or leave the machine out with \
                 `except` under `machines`"
                    .into()
            }
            Self::Inconsistent(error) => error.remedy().into(),
        }
    }
}
