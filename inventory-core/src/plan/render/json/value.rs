//! A value with its reason.

use schemars::JsonSchema;
use serde::Serialize;

use crate::network::space::Origin;
use crate::plan::{Choice, Fixity, NetworkPlan};

use super::super::words;
use super::Space;
use super::mtu::Sum;

/// The largest number that every JSON reader keeps (RFC 8259, section 6).
const GREATEST: u64 = (1 << 53) - 1;

/// A count, no larger than every reader of JSON can keep.
pub(super) fn capped(count: u128) -> u64 {
    u64::try_from(count).map_or(GREATEST, |count| count.min(GREATEST))
}

/// A value that was decided.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Chosen<T> {
    /// The value.
    value: T,
    /// Why it is that.
    why: Why,
    /// Whether it can be changed on a running cluster.
    fixity: Fixity,
    /// Whether it must stand in the variables.
    written: bool,
}

impl<T> Chosen<T> {
    pub(super) fn new<U>(plan: &NetworkPlan, choice: &Choice<U>, shown: impl FnOnce(&U) -> T) -> Self {
        Self {
            value: shown(&choice.value),
            why: Why::new(plan, &choice.why),
            fixity: choice.fixity,
            written: choice.is_written,
        }
    }
}

impl Chosen<String> {
    /// The value as it is written.
    pub(super) fn text(plan: &NetworkPlan, choice: &Choice<impl ToString>) -> Self {
        Self::new(plan, choice, ToString::to_string)
    }
}

/// Why a value is what it is.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Why {
    /// For a person.
    text: String,
    /// For a program.
    #[serde(flatten)]
    reason: Reason,
}

/// What kind of reason it is.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Reason {
    /// The cluster file, or the site's, says so.
    Written {
        /// Where.
        origin: Place,
    },
    /// The cluster's variables have it already, and it does not move by itself.
    Kept {
        /// Where.
        origin: Place,
    },
    /// It was in effect when the variables were last written, without standing there.
    WasInEffect {
        /// Whose default it was.
        whose: String,
    },
    /// It is what happens anyway.
    Default {
        /// Whose default it is.
        whose: String,
    },
    /// It was the first one free.
    Free {
        /// What would have been taken first.
        instead_of: String,
        /// What is in the way of that.
        in_the_way: Vec<Space>,
    },
    /// It is what fits, or what leaves pods that much where the CNI deducts from it.
    Fits {
        /// The sum.
        sum: Sum,
    },
    /// Something else, which the text says.
    Because {},
}

impl Why {
    fn new(plan: &NetworkPlan, why: &crate::plan::Why) -> Self {
        use crate::plan::Why as Of;
        let reason = match why {
            Of::Written(origin) => Reason::Written { origin: Place::new(origin) },
            Of::Kept(origin) => Reason::Kept { origin: Place::new(origin) },
            Of::WasInEffect(whose) => Reason::WasInEffect { whose: whose.clone() },
            Of::Default(whose) => Reason::Default { whose: whose.clone() },
            Of::Free { instead_of, in_the_way } => Reason::Free {
                instead_of: instead_of.to_string(),
                in_the_way: in_the_way.iter().map(|space| Space::new(plan, space)).collect(),
            },
            Of::Fits(sum) | Of::Leaves { sum, .. } => Reason::Fits { sum: Sum::new(sum) },
            Of::Because(_) => Reason::Because {},
        };
        Self { text: words::why(plan, why), reason }
    }
}

/// Where something was learned.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum Place {
    /// A file says it.
    Written {
        /// The file's path, as the person knows it.
        file: String,
        /// The line, from 1; null where it has none.
        line: Option<usize>,
        /// The column, from 1; null where it has none.
        column: Option<usize>,
    },
    /// An object that was asked for.
    Found {
        /// Which.
        object: String,
    },
    /// It is so wherever nothing else is said.
    Default {
        /// Whose default it is.
        whose: String,
    },
}

impl Place {
    pub(super) fn new(origin: &Origin) -> Self {
        match origin {
            Origin::Written { file, line, column } => {
                let (line, column) = if *line == 0 { (None, None) } else { (Some(*line), Some(*column)) };
                Self::Written { file: file.clone(), line, column }
            }
            Origin::Found(object) => Self::Found { object: object.clone() },
            Origin::Default(whose) => Self::Default { whose: whose.to_string() },
        }
    }
}
