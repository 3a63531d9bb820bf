//! Who is in a group that `init` writes down.

use crate::cli::commands::pin;
use crate::cluster::{GroupSpec, NameGlob, Selector};

/// The machines of a group, written so that a machine added later goes where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Chosen {
    /// All of them.
    Everybody,
    /// All but these: a machine added later is one of them.
    AllBut(Vec<String>),
    /// These and nobody else: who holds the cluster's certificates is never decided by an addition.
    Only(Vec<String>),
}

impl Chosen {
    /// The workers, given everybody and the control plane.
    pub(super) fn workers(workers: Vec<String>, control_plane: &[String], everybody: &[String]) -> Self {
        let others = || everybody.iter().filter(|name| !control_plane.contains(name));
        if workers == everybody {
            return Self::Everybody;
        }
        if others().eq(workers.iter()) { Self::AllBut(control_plane.to_vec()) } else { Self::Only(workers) }
    }

    /// The selector.
    pub(super) fn selector(&self) -> Selector {
        let named = |machines: &[String]| GroupSpec {
            names: Some(
                machines.iter().filter_map(|name| glob::Pattern::escape(name).parse::<NameGlob>().ok()).collect(),
            ),
            ..GroupSpec::default()
        };
        match self {
            Self::Everybody => Selector::All,
            Self::Only(machines) => Selector::Some(Box::new(named(machines))),
            Self::AllBut(machines) => Selector::Some(Box::new(GroupSpec {
                except: Some(Selector::Some(Box::new(named(machines)))),
                ..GroupSpec::default()
            })),
        }
    }

    /// The selector as it stands in the file.
    pub(super) fn text(&self) -> String {
        let names = |machines: &[String]| {
            let names: Vec<String> = machines.iter().map(|name| pin::flow_text(&glob::Pattern::escape(name))).collect();
            format!("{{names: [{}]}}", names.join(", "))
        };
        match self {
            Self::Everybody => "all".to_owned(),
            Self::Only(machines) => names(machines),
            Self::AllBut(machines) => format!("{{except: {}}}", names(machines)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_added_later_becomes_a_worker_and_nothing_else() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let (control_plane, everybody) = (names(&["a", "b", "c"]), names(&["a", "b", "c", "d"]));
        assert_eq!(Chosen::workers(names(&["d"]), &control_plane, &everybody), Chosen::AllBut(control_plane.clone()));
        assert_eq!(Chosen::workers(everybody.clone(), &control_plane, &everybody), Chosen::Everybody);
        assert_eq!(Chosen::workers(names(&["c"]), &control_plane, &everybody), Chosen::Only(names(&["c"])));
    }
}
