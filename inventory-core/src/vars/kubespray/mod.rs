//! kubespray's variables: those a plan needs, in the names, files and shapes of its release, and what a directory has
//! already.
//!
//! [`settings`] goes from a plan to variables, [`current`] back. Neither touches a file.

mod addresses;
mod api;
mod calico;
mod cilium;
mod current;
mod dns;
mod docker;
mod draft;
mod metallb;
mod others;
mod overlay;
mod unwritable;

use crate::kubespray::{NEWEST, Release};
use crate::plan::NetworkPlan;
use crate::vars::merge::Setting;
use crate::vars::tree::VarsTree;

pub(crate) use current::current_of;
pub use current::{current, current_since};
pub use unwritable::Unwritable;

use draft::Draft;

/// What a plan needs in kubespray's variables.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// The variables, in the order of the plan.
    pub settings: Vec<Setting>,
    /// What is to be done beside them, one sentence each.
    pub notes: Vec<String>,
}

/// The variables that a plan needs, in a directory whose variables are `tree`.
///
/// A value that is the release's own default is left out where nobody has it, unless somebody asked for it.
/// The tree decides no value; it decides where one goes, and how a text that holds more than ours is changed.
pub fn settings(plan: &NetworkPlan, tree: &VarsTree) -> Result<Settings, Unwritable> {
    let version = plan.kubespray_version.ok_or(Unwritable::NoVersion { newest: NEWEST })?;
    let release = Release::of(Some(version));
    if release.is_too_old() {
        return Err(Unwritable::TooOld { version });
    }
    let mut draft = Draft::new(release, plan, tree);
    if release.is_beyond_known() {
        draft.note(format!(
            "kubespray {version} is newer than {NEWEST}, the newest that is known here: the variables are those of \
             {NEWEST}; compare them with its release notes"
        ));
    }
    addresses::draft(&mut draft)?;
    overlay::draft(&mut draft)?;
    metallb::draft(&mut draft)?;
    api::draft(&mut draft)?;
    docker::draft(&mut draft)?;
    dns::draft(&mut draft);
    Ok(draft.finish())
}
