//! Which part a member plays, where `groups` does not say: a tag, or a word in its name. Never a count.

use super::Member;

/// The tag that says it.
const ROLE_TAG: &str = "role";

/// A part to play.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    ControlPlane,
    Etcd,
    LoadBalancer,
}

/// The words that mean the control plane, for messages too.
pub(super) const CONTROL_PLANE_WORDS: [&str; 7] =
    ["master", "control-plane", "controlplane", "cp", "head", "controller", "kube_control_plane"];
const ETCD_WORDS: [&str; 1] = ["etcd"];
const LOAD_BALANCER_WORDS: [&str; 4] = ["lb", "load-balancer", "loadbalancer", "haproxy"];

/// How it is known what a member is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Evidence {
    Tag,
    Word(&'static str),
}

impl Role {
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::ControlPlane => &CONTROL_PLANE_WORDS,
            Self::Etcd => &ETCD_WORDS,
            Self::LoadBalancer => &LOAD_BALANCER_WORDS,
        }
    }
}

/// Whether a member has the tag that says its part.
pub(super) fn is_tagged(member: &Member<'_>) -> bool {
    member.machine.tags.contains_key(ROLE_TAG)
}

/// Whether a member plays a part, and how that is known. A tag, where there is one, is asked alone.
pub(super) fn evidence(member: &Member<'_>, role: Role) -> Option<Evidence> {
    if let Some(tag) = member.machine.tags.get(ROLE_TAG) {
        return tag.split(',').any(|said| word_in(said.trim(), role.words()).is_some()).then_some(Evidence::Tag);
    }
    word_in(first_label(&member.machine.name), role.words())
        .or_else(|| word_in(first_label(member.host.as_str()), role.words()))
        .map(Evidence::Word)
}

fn first_label(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// The word that stands in a name on its own: between anything that is no letter, `controlplane1` and `k8s-cp-2`
/// but not `mastermind` or `recap`. A plural counts.
fn word_in(name: &str, words: &'static [&'static str]) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase().replace('_', "-");
    words.iter().copied().find(|word| {
        let word = word.replace('_', "-");
        lower.match_indices(&word).any(|(at, _)| {
            let before = lower[..at].chars().next_back();
            let rest = &lower[at + word.len()..];
            let after = rest.strip_prefix('s').unwrap_or(rest).chars().next();
            let is_edge = |c: Option<char>| !c.is_some_and(|c| c.is_ascii_alphabetic());
            is_edge(before) && is_edge(after)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_word_stands_on_its_own() {
        let is_control_plane = |name| word_in(name, &CONTROL_PLANE_WORDS).is_some();
        for name in [
            "master",
            "k8s-master-1",
            "head10",
            "cp1",
            "controller0",
            "kube_control_plane",
            "lab-control-plane-2",
            "masters",
        ] {
            assert!(is_control_plane(name), "{name}");
        }
        for name in ["mastermind", "work11", "recap", "node-1", "ahead", "cpu-1", "router"] {
            assert!(!is_control_plane(name), "{name}");
        }
    }
}
