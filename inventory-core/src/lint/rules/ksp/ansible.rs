use crate::kubespray::AnsibleVersion;
use crate::lint::finding::{Finding, Label, Place};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::yaml::{Source, Span};

declare_rule! {
    /// ## What it does
    /// Checks that the Ansible which `requirements.txt` pins, beside the inventory or above it, is one that the release
    /// accepts.
    ///
    /// ## Why is this bad?
    /// kubespray looks at Ansible's version first of all and stops: v2.31 runs under ansible-core 2.18 and no other, v2.29
    /// and v2.30 under 2.17, v2.25 to v2.28 under 2.16. Who upgrades kubespray alone finds out in the pipeline.
    ///
    /// ## Example
    /// ```text
    /// ansible==9.13.0   # ansible-core 2.16, for kubespray v2.31.0
    /// ```
    ///
    /// Use instead: the `requirements.txt` of the kubespray release itself.
    "KSP025" "unsupported-ansible" Warning Never
}

fn check(view: &View<'_>, report: &mut Report) {
    let (Some(source), Some(window)) = (&view.root.requirements, view.release.ansible()) else { return };
    let Some(Pin { version, span }) = pin(source).filter(|_| view.is_kubespray()) else { return };
    if window.contains(&version) {
        return;
    }
    let wanted = if window.start() == window.end() {
        format!("{} only", window.end())
    } else {
        format!("{} to {}", window.start(), window.end())
    };
    let kubespray = view.release.version();
    let message =
        format!("kubespray {kubespray} runs under ansible-core {wanted}, and requirements.txt pins {version}");
    let finding = Finding::new(&RULE, message, Label::new(Place::new(source, span), format!("ansible-core {version}")));
    report.find(finding.help(format!("pin what kubespray {kubespray} pins in its own requirements.txt")));
}

/// A version of Ansible that is pinned.
struct Pin {
    version: AnsibleVersion,
    /// Where.
    span: Span,
}

/// The pin of ansible-core, or else that of the package `ansible`, which brings one. Only `==` says for sure.
fn pin(source: &Source) -> Option<Pin> {
    let mut start = 0;
    let (mut core, mut package) = (None, None);
    for line in source.text().split_inclusive('\n') {
        let requirement = line.split(['#', ';']).next().unwrap_or_default();
        let span = Span { start, end: start + requirement.trim_end().len() };
        start += line.len();
        let Some((name, version)) = requirement.split_once("==") else { continue };
        let Some(version) = numbers(version) else { continue };
        match name.trim().to_ascii_lowercase().replace('_', "-").as_str() {
            "ansible-core" | "ansible-base" => {
                core = Some(Pin { version: AnsibleVersion { major: version.0, minor: version.1 }, span });
            }
            // Up to 2.9 the package was all of Ansible.
            "ansible" if version.0 == 2 => {
                package = Some(Pin { version: AnsibleVersion { major: 2, minor: version.1 }, span });
            }
            "ansible" => {
                package = AnsibleVersion::of_package(version.0).map(|version| Pin { version, span });
            }
            _ => {}
        }
    }
    core.or(package)
}

/// The first two numbers of a version, `9.13.0` or `2.16.*`.
fn numbers(version: &str) -> Option<(u16, u16)> {
    let mut parts = version.trim().split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str, release: &str) -> String {
        Fixture::kubespray().requirements(text).releases(&[release]).check(&RULE)
    }

    #[test]
    fn an_ansible_outside_the_window_is_found() {
        insta::assert_snapshot!(with("# of v2.28\nansible==9.13.0  # core 2.16\njinja2==3.1.6\n", "v2.31.0"), @"
        requirements.txt:2:1: warning[KSP025] kubespray v2.31.0 runs under ansible-core 2.18 only, and requirements.txt pins 2.16
          `ansible==9.13.0` ansible-core 2.16
          help: pin what kubespray v2.31.0 pins in its own requirements.txt
        ");
        insta::assert_snapshot!(with("ansible-core==2.17.4; python_version > '3.9'\n", "v2.24.0"), @"
        requirements.txt:1:1: warning[KSP025] kubespray v2.24.0 runs under ansible-core 2.15 to 2.16, and requirements.txt pins 2.17
          `ansible-core==2.17.4` ansible-core 2.17
          help: pin what kubespray v2.24.0 pins in its own requirements.txt
        ");
    }

    #[test]
    fn what_is_in_the_window_not_pinned_or_not_known_passes() {
        for (text, release) in [
            ("ansible==11.13.0\n", "v2.31.0"),
            ("ansible==9.13.0\nansible-core==2.18.1\n", "v2.31.0"),
            ("ansible>=9\nansible-core~=2.16.0\n", "v2.31.0"),
            ("ansible-lint==9.13.0\n", "v2.31.0"),
            ("ansible==99.1.0\n", "v2.31.0"),
            ("ansible==9.13.0\n", "v2.20.0"),
            ("ansible==2.9.27\n", "v2.15.0"),
        ] {
            assert_eq!(with(text, release), "", "{text}");
        }
    }
}
