//! The domain of the cluster's own names.

use super::draft::{Draft, File};
use crate::inventory::Value;
use crate::vars::reason;
use crate::vars::tree::Reading;

pub(super) fn draft(draft: &mut Draft<'_>) {
    let choice = &draft.plan.dns_domain;
    // The plan does not know what the variables have: whoever set a domain there keeps it.
    if !choice.is_written {
        return;
    }
    draft.choose(File::Cluster, "cluster_name", choice, choice.value.clone(), "cluster.local");
    // The role's default and every sample say `{{ cluster_name }}`, which is this domain too.
    let now = draft.now(&["dns_domain"]).map(|now| now.reading);
    let follows = match now {
        None => true,
        Some(Reading::Template(value)) => value.as_str().is_some_and(is_cluster_name),
        Some(_) => false,
    };
    if !follows {
        let why = reason::of(choice, &draft.plan.levels);
        draft.correct(File::Cluster, &["dns_domain"], Value::user(choice.value.clone()), &why);
    }
}

fn is_cluster_name(template: &str) -> bool {
    let inside = template.trim().strip_prefix("{{").and_then(|text| text.strip_suffix("}}"));
    inside.is_some_and(|name| name.trim() == "cluster_name")
}
