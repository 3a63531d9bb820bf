//! Why a variable has its value, in one line above it.

use std::path::Path;

use crate::network::space::{AddressSpace, Origin, Owner};
use crate::plan::{Choice, Why};

/// The reason of a choice. `levels` are the names of the levels around, the site first.
///
/// A comment stays as long as its value does, and is read in other clones: it names files, and neither their lines nor
/// their directories.
pub(in crate::vars) fn of<T>(choice: &Choice<T>, levels: &[String]) -> String {
    match &choice.why {
        Why::Written(origin) => format!("as {} says", place(origin)),
        Why::Kept(origin) => format!("kept, as {} had it", place(origin)),
        Why::Free { instead_of, in_the_way } if !in_the_way.is_empty() => {
            let length = instead_of.prefix_len();
            let taken = &in_the_way[0];
            let more = match in_the_way.len() {
                1 => String::new(),
                2 => ", and 1 more is in the way".to_owned(),
                more => format!(", and {} more are in the way", more - 1),
            };
            format!("the next free /{length}; {} is {}{more}", taken.range, whose(taken, levels))
        }
        other => other.to_string(),
    }
}

fn whose(space: &AddressSpace, levels: &[String]) -> String {
    let role = space.role;
    match &space.owner {
        Owner::Level(level) => match levels.get(usize::from(*level)) {
            Some(name) => format!("{role} of {name}"),
            None => format!("{role} of level {level}"),
        },
        Owner::Sibling(name) => format!("{role} of {name}"),
        Owner::Cluster => format!("{role} ({})", place(&space.origin)),
    }
}

/// Where something was learned, for a comment.
pub(in crate::vars) fn place(origin: &Origin) -> String {
    match origin {
        Origin::Written { file, .. } => {
            Path::new(file).file_name().map_or_else(|| file.clone(), |name| name.to_string_lossy().into_owned())
        }
        other => other.to_string(),
    }
}

/// A sentence as one line of a comment. Names in it may come from outside, and YAML 1.1 ends a line in more places than
/// a terminal shows; what turns the direction of writing could make a comment look like a value.
pub(in crate::vars) fn one_line(sentence: &str) -> String {
    // Marks of direction, line ends, private use and what is no character.
    let is_hidden = |c: char| {
        matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
            || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{fff0}'..)
    };
    let is_shown = |c: char| (' '..='~').contains(&c) || (c >= '\u{a0}' && !is_hidden(c));
    let shown: String = sentence.chars().map(|c| if is_shown(c) { c } else { ' ' }).collect();
    let line = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// The most of a reason that becomes a comment, in characters: a stranger's name may be as long as a file.
const LONGEST: usize = 1000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::space::{Origin, Role};
    use crate::plan::Fixity;

    fn free(in_the_way: Vec<AddressSpace>) -> String {
        let why = Why::Free { instead_of: "10.233.64.0/18".parse().unwrap(), in_the_way };
        of(&Choice::written((), why, Fixity::Fixed), &["site".to_owned(), "kube-test".to_owned()])
    }

    fn pods(owner: Owner) -> AddressSpace {
        let range: crate::network::address::AddressRange = "10.233.64.0/18".parse().unwrap();
        AddressSpace::new(range, Role::Pods, owner, Origin::Found("IPPool default".to_owned()))
    }

    #[test]
    fn a_free_network_says_what_was_in_the_way_of_the_usual_one() {
        assert_eq!(free(vec![pods(Owner::Level(1))]), "the next free /18; 10.233.64.0/18 is pods of kube-test");
        assert_eq!(
            free(vec![pods(Owner::Sibling("ci-2".to_owned())), pods(Owner::Level(7))]),
            "the next free /18; 10.233.64.0/18 is pods of ci-2, and 1 more is in the way"
        );
        assert_eq!(free(Vec::new()), "the next free one after 10.233.64.0/18");
    }

    #[test]
    fn a_file_is_named_without_its_directory_and_line() {
        let origin = Origin::Written { file: "clusters/ci-kube.static.yml".to_owned(), line: 7, column: 3 };
        let written = Choice::written((), Why::Written(origin.clone()), Fixity::Fixed);
        assert_eq!(of(&written, &[]), "as ci-kube.static.yml says");
        let kept = Choice::written((), Why::Kept(origin), Fixity::Fixed);
        assert_eq!(of(&kept, &[]), "kept, as ci-kube.static.yml had it");
    }

    #[test]
    fn no_name_from_outside_ends_the_comment() {
        for end in ["\n", "\r\n", "\u{85}", "\u{2028}", "\u{2029}", "\0", "\u{1b}[2K", "\u{fffe}", "\t"] {
            let line = one_line(&format!("pods of a{end}kube_pods_subnet: 0.0.0.0/0"));
            assert!(line.starts_with("pods of a ") && line.ends_with("kube_pods_subnet: 0.0.0.0/0"), "{line:?}");
            assert!(line.chars().all(|c| (' '..='~').contains(&c)), "{line:?}");
        }
        assert_eq!(one_line("1500 (site) − 50 (vxlan, größe)"), "1500 (site) − 50 (vxlan, größe)");
        assert_eq!(one_line("\u{202e}txt"), "txt");
        assert_eq!(one_line(&"\u{e4}".repeat(1 << 20)).chars().count(), LONGEST + 1);
    }
}
