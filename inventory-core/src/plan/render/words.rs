//! The plan's reasons in words: levels by their names, sums that a line's end does not tear apart.

use std::borrow::Cow;

use crate::network::mtu::Sum;
use crate::network::space::Owner;
use crate::plan::{NetworkPlan, Why};

use super::style::TIE;

/// Whose something is, by name.
pub(super) fn owner<'a>(plan: &'a NetworkPlan, owner: &'a Owner) -> Cow<'a, str> {
    match owner {
        Owner::Cluster => plan.cluster.as_str().into(),
        Owner::Level(level) => match plan.levels.get(usize::from(*level)) {
            Some(name) => name.as_str().into(),
            None => format!("level {level}").into(),
        },
        Owner::Sibling(name) => name.as_str().into(),
    }
}

/// Why a value is what it is.
pub(super) fn why(plan: &NetworkPlan, why: &Why) -> String {
    match why {
        Why::Free { instead_of, in_the_way } => match in_the_way.split_first() {
            None => format!("the next free one after {instead_of}"),
            Some((first, [])) => format!("instead of {instead_of}, which meets {}", plan.tell(first)),
            Some((first, others)) => {
                format!("instead of {instead_of}, which meets {} and {} more", plan.tell(first), others.len())
            }
        },
        other => other.to_string(),
    }
}

/// A sum, whose terms no end of a line parts.
pub(super) fn tied(sum: &Sum) -> String {
    let text = sum.to_string().replace(' ', &TIE.to_string());
    text.replace(&format!("{TIE}−"), " −").replace(&format!("{TIE}="), " =")
}
