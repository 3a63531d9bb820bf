//! Which Kubernetes a release installs, and which Ansible it runs under.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use super::{NEWEST, OLDEST, Release};

/// A version of Kubernetes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KubernetesVersion {
    /// The first number.
    pub major: u16,
    /// The second number.
    pub minor: u16,
    /// The third number.
    pub patch: u16,
}

impl FromStr for KubernetesVersion {
    type Err = String;

    /// Reads `1.35.4`, or `v1.35.4` as it was written up to v2.27 of kubespray.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut numbers = text.strip_prefix('v').unwrap_or(text).split('.').map(str::parse::<u16>);
        let mut next = || numbers.next().and_then(Result::ok);
        match (next(), next(), next(), numbers.next()) {
            (Some(major), Some(minor), Some(patch), None) => Ok(Self { major, minor, patch }),
            _ => Err(format!("{text:?} is no version of Kubernetes; write one like `1.35.4`")),
        }
    }
}

impl fmt::Display for KubernetesVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// The minor number of the first 2.x release that writes versions without a leading `v` (#11890, notes of v2.28: "You
/// should remove the leading 'v'"): its table of checksums has them so, and it stops at another one. The table of every
/// release before has the `v`.
pub const VERSIONS_WITHOUT_LETTER: u16 = 28;

/// A minor version of ansible-core; up to 2.9 of Ansible as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AnsibleVersion {
    /// The first number.
    pub major: u16,
    /// The second number.
    pub minor: u16,
}

impl AnsibleVersion {
    /// The ansible-core that a version of the package `ansible` brings: each of its major versions is for one minor
    /// version of the core (the table of releases in Ansible's own documentation). `None`: not known here.
    pub fn of_package(major: u16) -> Option<Self> {
        // Version 3 came with 2.10, and both went on by one.
        (3..=13).contains(&major).then(|| Self { major: 2, minor: major + 7 })
    }
}

impl fmt::Display for AnsibleVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// What is known of a release: its minor number, the oldest minor version of Kubernetes 1.x that it takes
/// (`kube_version_min_required`), and the version that it installs when nobody says otherwise.
type KubernetesRow = (u16, Option<u16>, Option<(u16, u16)>);

/// Sources of the default: the sample's `kube_version` up to v2.27, v2.9 by its notes (#4370), v2.31 by the tag's
/// defaults. Sources of the oldest: the tag's defaults for v2.31; for the others the pull request that raised it just
/// before a release or just after the one before, named in the line. v2.28: the branch's checksums, as kubean lists
/// them (1.30.0 to 1.32.6).
const KUBERNETES: [KubernetesRow; 19] = [
    (7, None, Some((11, 3))),
    (9, None, Some((13, 5))),
    (10, None, Some((14, 1))),
    (12, Some(15), Some((16, 3))), // #5189, #5266
    (13, Some(16), None),          // #6191, an error of v2.13.1
    (14, Some(17), Some((18, 8))), // #6634: one less than the default
    (16, Some(19), Some((20, 7))), // #7534
    (18, None, Some((22, 5))),
    (19, Some(21), Some((23, 7))), // #8869, days before
    (20, None, Some((24, 6))),
    (21, Some(23), Some((25, 6))), // #9691, just after, drops 1.23
    (22, Some(24), Some((26, 5))), // #10231, #10126
    (23, Some(25), Some((27, 5))), // #10234, #10420
    (24, Some(26), Some((28, 6))), // #10420
    (25, Some(27), Some((29, 5))), // #10817
    (26, Some(28), Some((30, 4))), // #11221
    (27, Some(29), Some((31, 4))), // #11609
    (28, Some(30), None),
    (31, Some(33), Some((35, 4))),
];

/// From which release to which the minor versions of Ansible 2.x are accepted from which to which, all inclusive. v2.16
/// and v2.19 to v2.22 are not established.
///
/// From v2.24 on the tags' `ansible_version.yml`; before, #7130 (v2.15), #7884 (v2.17), #8172 and the error of v2.18.1,
/// "between 2.9.0 and 2.12.0", #10034 and #10395 (v2.23).
const ANSIBLE: [(u16, u16, u16, u16); 8] = [
    (15, 15, 9, 9),
    (17, 17, 9, 10),
    (18, 18, 9, 11),
    (23, 23, 14, 14),
    (24, 24, 15, 16),
    (25, 28, 16, 16),
    (29, 30, 17, 17),
    (31, 31, 18, 18),
];

impl Release {
    fn kubernetes(self) -> Option<&'static KubernetesRow> {
        let version = self.version();
        KUBERNETES.iter().find(|(minor, ..)| version.major == 2 && *minor == version.minor)
    }

    /// The oldest Kubernetes that it takes: with an older one it stops. `None`: not established.
    pub fn oldest_kubernetes(self) -> Option<KubernetesVersion> {
        self.kubernetes()?.1.map(|minor| KubernetesVersion { major: 1, minor, patch: 0 })
    }

    /// The Kubernetes that it installs when nobody says otherwise, in its first patch release. `None`: not established.
    pub fn default_kubernetes(self) -> Option<KubernetesVersion> {
        self.kubernetes()?.2.map(|(minor, patch)| KubernetesVersion { major: 1, minor, patch })
    }

    /// The minor versions of Ansible that it accepts, from which to which. `None`: not established.
    pub fn ansible(self) -> Option<RangeInclusive<AnsibleVersion>> {
        let version = self.version();
        let is_this = |(from, to, ..): &&(u16, u16, u16, u16)| (*from..=*to).contains(&version.minor);
        let (.., oldest, newest) = ANSIBLE.iter().find(is_this).filter(|_| version.major == 2)?;
        Some(AnsibleVersion { major: 2, minor: *oldest }..=AnsibleVersion { major: 2, minor: *newest })
    }
}

/// The last release that cannot install a version of Kubernetes because it is too new for it. `None`: not established
/// of any.
///
/// A release has checksums of no minor version but its default's, the two or so before, and the next at most: that
/// was the newest there was when any of them came out (v2.24, with v1.28.6, has v1.29.1), and its patch releases bring
/// no other ("Greater `kube_version` requires a new major or minor release", RELEASE.md). Defaults only rise.
pub fn last_too_old_for(kubernetes: KubernetesVersion) -> Option<Release> {
    let is_too_new =
        |release: &Release| release.default_kubernetes().is_some_and(|default| is_later(kubernetes, default.minor + 1));
    known().filter(is_too_new).last()
}

/// The first release that refuses a version of Kubernetes because it is too old for it. `None`: not established of any.
/// What a release asks for at least only rises.
pub fn first_too_new_for(kubernetes: KubernetesVersion) -> Option<Release> {
    known().find(|release| release.oldest_kubernetes().is_some_and(|oldest| kubernetes < oldest))
}

fn is_later(kubernetes: KubernetesVersion, minor: u16) -> bool {
    (kubernetes.major, kubernetes.minor) > (1, minor)
}

/// Every release that is known here, oldest first, without patch releases.
fn known() -> impl Iterator<Item = Release> {
    (OLDEST.minor..=NEWEST.minor).map(Release::v2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_only_rise_and_hold_their_default() {
        let (mut oldest, mut default) = (None, None);
        for release in known() {
            let (asked, installed) = (release.oldest_kubernetes(), release.default_kubernetes());
            assert!(asked.is_none() || asked > oldest, "{}", release.version());
            assert!(installed.is_none() || installed > default, "{}", release.version());
            assert!(asked.is_none() || installed.is_none() || asked < installed, "{}", release.version());
            (oldest, default) = (asked.or(oldest), installed.or(default));
        }
        assert_eq!(oldest.unwrap().to_string(), "1.33.0");
        assert_eq!(default.unwrap().to_string(), "1.35.4");
    }

    #[test]
    fn a_version_of_kubernetes_bounds_the_release_from_both_sides() {
        let bounds = |text: &str| {
            let version = text.parse().unwrap();
            let minor = |release: Release| release.version().minor;
            (last_too_old_for(version).map(minor), first_too_new_for(version).map(minor))
        };
        assert_eq!(bounds("v1.11.3"), (None, Some(12)));
        assert_eq!(bounds("v1.28.6"), (Some(22), Some(27)));
        // v2.24 has v1.29.1 too.
        assert_eq!(bounds("1.29.1"), (Some(23), Some(28)));
        assert_eq!(bounds("1.35.4"), (Some(27), None));
        assert_eq!(bounds("1.37.0"), (Some(31), None));
    }

    #[test]
    fn versions_are_read_with_their_letter_and_without() {
        let read = |text: &str| text.parse::<KubernetesVersion>().map(|version| version.to_string());
        assert_eq!((read("v1.20.7"), read("1.35.4")), (Ok("1.20.7".into()), Ok("1.35.4".into())));
        for text in ["1.30", "latest", "1.30.0-rc.1", "", "1.2.3.4"] {
            assert!(read(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn each_ansible_has_its_releases() {
        let shown =
            |minor| Release::v2(minor).ansible().map(|window| format!("{} to {}", window.start(), window.end()));
        assert_eq!([14, 16, 19, 22, 32].map(shown), [None, None, None, None, None]);
        assert_eq!(shown(18).as_deref(), Some("2.9 to 2.11"));
        assert_eq!(shown(24).as_deref(), Some("2.15 to 2.16"));
        assert_eq!([25, 28].map(shown), [Some("2.16 to 2.16".into()), Some("2.16 to 2.16".into())]);
        assert_eq!(shown(31).as_deref(), Some("2.18 to 2.18"));
    }
}
