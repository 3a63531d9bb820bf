//! The versions of the CNIs that a release installs.
//!
//! Sources, by kubespray's minor version: **R** the README's list of components at the release's own version of
//! Kubernetes; **S** the sample inventory; **N** the release notes; **P** the pull request that changed the default,
//! where it was merged before the release and the next one after; **D** the tag's `download.yml` or checksums, as others
//! have taken them down; **B** a bound: the release has this version or a
//! later one, and the one of the next line at most. No rule of the MTU chain changes between the two.

use super::Release;
use crate::network::layer::{Cni, CniVersion};

/// Since which minor version of kubespray a version of a CNI is installed.
type Step = (u16, CniVersion);

const fn step(minor: u16, major: u16, second: u16, third: u16) -> Step {
    (minor, CniVersion::exactly(major, second, third))
}

const CALICO: [Step; 20] = [
    step(7, 3, 1, 3),   // R; v2.8: B
    step(9, 3, 4, 0),   // R; v2.10: B
    step(11, 3, 7, 3),  // R, at Kubernetes 1.15.2; v2.12: B
    step(13, 3, 13, 2), // R
    step(14, 3, 15, 0), // B, P 6306
    step(15, 3, 16, 0), // B, P 7524: from v3.16.9 to v3.17.3 after it
    step(16, 3, 17, 4), // R
    step(17, 3, 19, 2), // P 7867, P 7984
    step(18, 3, 20, 3), // P 8238
    step(19, 3, 21, 0), // B, P 8426
    step(20, 3, 23, 3), // P 9112
    step(21, 3, 24, 5), // P 9580
    step(22, 3, 25, 1), // P 9950
    step(23, 3, 25, 2), // N
    step(24, 3, 26, 4), // R
    step(25, 3, 27, 3), // R
    step(26, 3, 28, 1), // R
    step(27, 3, 29, 1), // D
    step(28, 3, 29, 3), // D; v2.29 and v2.30: B, v3.30.5 in v2.29.1 (N)
    step(31, 3, 31, 5), // D
];

const CILIUM: [Step; 14] = [
    step(7, 1, 2, 0),   // R; v2.8: B
    step(9, 1, 3, 0),   // R; v2.10: B
    step(11, 1, 5, 5),  // R; v2.12: R, at Kubernetes 1.16.6 still the same
    step(13, 1, 7, 2),  // R; v2.14, v2.15: B
    step(16, 1, 8, 9),  // R; v2.17: B
    step(18, 1, 9, 0),  // B, P 8354: "from 1.9.x" just after it
    step(19, 1, 11, 3), // S
    step(20, 1, 12, 1), // S; v2.21: S
    step(22, 1, 13, 0), // B, R at Kubernetes 1.26.3
    step(23, 1, 13, 4), // N; v2.24: R
    step(25, 1, 15, 4), // R, S; v2.27: v1.15.9, S
    step(28, 1, 17, 3), // D
    step(29, 1, 18, 2), // D; v2.30: v1.18.6
    step(31, 1, 19, 3), // D
];

const FLANNEL: [Step; 9] = [
    step(7, 0, 10, 0),  // R; v2.8: the README of February 2019 has it still
    step(9, 0, 11, 0),  // R; v2.10 to v2.12: R
    step(13, 0, 12, 0), // R; v2.14, v2.15: B
    step(16, 0, 13, 0), // R; v2.17 to v2.20: B
    step(21, 0, 20, 2), // D of the branch
    step(22, 0, 21, 4), // B, R at Kubernetes 1.26.3
    step(23, 0, 22, 0), // N; v2.24 to v2.26: R; v2.27, v2.28: D
    step(29, 0, 27, 3), // N of v2.29.1; v2.30: B
    step(31, 0, 28, 4), // D
];

const KUBE_ROUTER: [Step; 10] = [
    step(8, 0, 2, 1),  // P 3535; v2.9: B
    step(10, 0, 2, 5), // R on both sides of it; v2.11, v2.12: R
    step(13, 0, 4, 0), // R
    step(14, 1, 0, 0), // B, P 6211
    step(15, 1, 1, 1), // P 7022
    step(16, 1, 2, 2), // R; v2.17, v2.18: B
    step(19, 1, 4, 0), // P 8928: "1.4.0 -> 1.5.0" just after it
    step(20, 1, 5, 1), // P 9136; v2.23: N
    step(24, 2, 0, 0), // R, P 10503; v2.27: D
    step(28, 2, 1, 1), // D, to v2.31
];

const KUBE_OVN: [Step; 7] = [
    step(13, 0, 6, 0),   // B
    step(14, 1, 2, 1),   // B, P 6306
    step(16, 1, 6, 2),   // R; v2.17: B
    step(18, 1, 8, 1),   // P 8084; v2.19, v2.20: B
    step(21, 1, 10, 7),  // D of the branch; v2.22: B
    step(23, 1, 11, 5),  // N; v2.24, v2.25: R
    step(26, 1, 12, 21), // R, to v2.31
];

const WEAVE: [Step; 7] = [
    step(7, 2, 4, 0),  // R; v2.8: B
    step(9, 2, 5, 1),  // R; v2.10: B
    step(11, 2, 5, 2), // R; v2.12: R
    step(13, 2, 6, 2), // R
    step(14, 2, 6, 5), // B, P 6306; v2.15: B
    step(16, 2, 8, 1), // R, to v2.24
    step(25, 2, 8, 7), // R, to v2.28
];

/// Since which minor version of kubespray an older Cilium than this one is refused (`cilium_min_version_required`):
/// "Dropped support for < v1.10.0" (#9225), where Cilium became v1.12.1; the role's defaults of v2.28 to v2.31.
const OLDEST_CILIUM: [Step; 2] = [step(20, 1, 10, 0), step(28, 1, 15, 0)];

/// The oldest Calico that a release has checksums of: #13196, just before v2.31, adds v3.31 and takes v3.28 away.
const OLDEST_CALICO: [Step; 1] = [step(31, 3, 29, 0)];

/// Since which minor version of kubespray the definitions of the Gateway API have this version
/// (`gateway_api_version`): the tags' `download.yml`; where it is the first of the checksums, N and #13138.
const GATEWAY_API: [(u16, &str); 3] = [(29, "1.2.1"), (30, "1.4.1"), (31, "1.5.1")];

impl Release {
    /// The oldest Cilium that it installs: with an older one it stops. `None`: it does not look.
    pub fn oldest_cilium(self) -> Option<CniVersion> {
        self.step_of(&OLDEST_CILIUM)
    }

    /// The oldest Calico that it can download: with an older one it stops. `None`: not established.
    pub fn oldest_calico(self) -> Option<CniVersion> {
        self.step_of(&OLDEST_CALICO)
    }

    /// A Calico that came out after it, so that it can have no checksums of that, nor of later ones.
    ///
    /// A release has checksums of its default's minor version and of the next one at most, which is the newest that
    /// there was. Where the default is known as a bound, the next line's holds.
    pub fn first_calico_after(self) -> Option<CniVersion> {
        let later = CALICO.iter().find(|(minor, _)| !self.is_since(*minor)).or(CALICO.last());
        later.map(|(_, version)| version.minors_later(2))
    }

    /// The version of the Gateway API whose definitions it installs where they are asked for (`gateway_api_enabled`).
    /// `None`: not established.
    pub fn gateway_api(self) -> Option<&'static str> {
        self.step_of(&GATEWAY_API)
    }

    /// The version of a CNI that it installs, or the oldest that this can be. `None`: it does not install that one.
    pub fn cni_version(self, cni: Cni) -> Option<CniVersion> {
        let steps: &[Step] = match cni {
            Cni::Calico => &CALICO,
            Cni::Cilium => &CILIUM,
            Cni::Flannel => &FLANNEL,
            Cni::KubeRouter => &KUBE_ROUTER,
            Cni::KubeOvn => &KUBE_OVN,
            Cni::Weave => &WEAVE,
            _ => &[],
        };
        self.step_of(steps).filter(|_| self.has_cni(cni))
    }

    /// What holds of a table of what holds since which minor version.
    fn step_of<T: Copy>(self, steps: &[(u16, T)]) -> Option<T> {
        steps.iter().rfind(|(minor, _)| self.is_since(*minor)).map(|(_, value)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::KubesprayVersion;

    fn release(minor: u16) -> Release {
        Release::of(Some(KubesprayVersion { major: 2, minor, patch: 0 }))
    }

    #[test]
    fn every_cni_of_a_release_has_a_version_and_it_only_grows() {
        for cni in [Cni::Calico, Cni::Cilium, Cni::Flannel, Cni::KubeRouter, Cni::KubeOvn, Cni::Weave] {
            let mut before = None;
            for minor in 7..=31 {
                let version = release(minor).cni_version(cni);
                assert_eq!(version.is_some(), release(minor).has_cni(cni), "{cni} in v2.{minor}");
                assert!(version.is_none() || version >= before, "{cni} in v2.{minor}");
                before = version.or(before);
            }
        }
        assert_eq!(release(31).cni_version(Cni::None), None);
    }

    #[test]
    fn what_a_release_installs_by_itself_is_in_its_own_window() {
        for minor in 7..=31 {
            let (calico, cilium) = (release(minor).cni_version(Cni::Calico), release(minor).cni_version(Cni::Cilium));
            assert!(release(minor).oldest_cilium() <= cilium, "Cilium of v2.{minor}");
            assert!(release(minor).oldest_calico() <= calico, "Calico of v2.{minor}");
            assert!(release(minor).first_calico_after() > calico, "Calico of v2.{minor}");
        }
        let oldest = [19, 20, 27, 28].map(|minor| release(minor).oldest_cilium().map(|version| version.to_string()));
        assert_eq!(oldest, [None, Some("v1.10.0".into()), Some("v1.10.0".into()), Some("v1.15.0".into())]);
        let after = [19, 28, 31].map(|minor| release(minor).first_calico_after().unwrap().to_string());
        assert_eq!(after, ["v3.25.0", "v3.33.0", "v3.33.0"]);
        assert_eq!([28, 29, 31].map(|minor| release(minor).gateway_api()), [None, Some("1.2.1"), Some("1.5.1")]);
    }

    #[test]
    fn the_rules_of_the_mtu_chain_change_with_these_releases() {
        let shown = |minor, cni| release(minor).cni_version(cni).unwrap().to_string();
        // Calico detects the MTU since v3.17.
        assert_eq!((shown(15, Cni::Calico), shown(16, Cni::Calico)), ("v3.16.0".into(), "v3.17.4".into()));
        // kube-router deducts its tunnel up to v1.5.
        assert_eq!((shown(23, Cni::KubeRouter), shown(24, Cni::KubeRouter)), ("v1.5.1".into(), "v2.0.0".into()));
        // Cilium stacks WireGuard and tunnel since v1.16, perhaps since v1.14.
        assert_eq!((shown(24, Cni::Cilium), shown(25, Cni::Cilium)), ("v1.13.4".into(), "v1.15.4".into()));
        assert_eq!(shown(28, Cni::Cilium), "v1.17.3");
    }
}
