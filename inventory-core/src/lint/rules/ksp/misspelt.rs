use std::sync::OnceLock;

use foldhash::HashSet;

use super::fates::is_of_cluster;
use crate::kubespray::history;
use crate::lint::edits;
use crate::lint::finding::{Applicability, Finding, Fix, Label, Place};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::yaml::nearest_within;

declare_rule! {
    /// ## What it does
    /// Finds variables that are none of kubespray's, and one slip of the hand away from one that nobody set: a letter too
    /// many, too few, another one, or two that changed places. In a name of 16 letters or more that the linter has facts
    /// about, such as the networks, two slips count, too.
    ///
    /// The names that may be meant are those that begin like kubespray's own (`kube_`, `kubelet_`, `calico_`, `cilium_`,
    /// `metallb_`, `flannel_`, `nodelocaldns_`, `loadbalancer_apiserver`), and a few others that are long and hardly anybody
    /// else's, such as `cluster_name`, `container_manager` and `upstream_dns_servers`. Names of up to 8 letters, other numbers
    /// in a name and other underscores are never taken for a slip, nor is what a template reads.
    ///
    /// ## Why is this bad?
    /// Ansible takes every name, and kubespray goes on with its default: a `kube_pod_subnet` is read by nobody, and the
    /// pods get 10.233.64.0/18. It is an info, since the name may well be your own.
    ///
    /// ## Example
    /// ```yaml
    /// kube_pod_subnet: 10.240.0.0/16
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_pods_subnet: 10.240.0.0/16
    /// ```
    "KSP026" "misspelt-variable" Info Unsafe
}

/// Variables of kubespray's: from the samples of every release that is known here, comments included, and those that begin
/// like one of [`PREFIXES`] from the roles' defaults, too.
const NAMES: &str = include_str!("names.txt");

/// How names begin that few others have.
const PREFIXES: [&str; 8] =
    ["kube_", "kubelet_", "calico_", "cilium_", "metallb_", "flannel_", "nodelocaldns_", "loadbalancer_apiserver"];

/// Names that begin otherwise, and that few others have.
const OTHERS: [&str; 16] = [
    "auto_renew_certificates",
    "cert_management",
    "cluster_name",
    "container_manager",
    "containerd_registries_mirrors",
    "deploy_container_engine",
    "deploy_netchecker",
    "docker_insecure_registries",
    "enable_nodelocaldns",
    "etcd_deployment_type",
    "external_cloud_provider",
    "kubeconfig_localhost",
    "persistent_volumes_enabled",
    "resolvconf_mode",
    "supplementary_addresses_in_ssl_keys",
    "upstream_dns_servers",
];

/// Shorter names are a letter away from too much.
const SHORTEST: usize = 9;

/// As of this length, a name can be told even with two slips.
const LONG: usize = 16;

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() {
        return;
    }
    let written: HashSet<&str> = view.variables.all().map(|assignment| assignment.name).collect();
    let mut found = Vec::new();
    for assignment in view.variables.all() {
        let name = assignment.name;
        if known().contains(name) {
            continue;
        }
        let Some(meant) = meant(view, name, &written) else { continue };
        if is_of_cluster(view, assignment) && !edits::is_read(view.root, name) {
            found.push((assignment, meant));
        }
    }
    found.sort_by_key(|(assignment, _)| (assignment.source.name().to_owned(), assignment.key.start));
    for (assignment, meant) in found {
        let name = assignment.name;
        let message = format!("`{name}` is no variable of kubespray's; is `{meant}` meant?");
        let place = Place::new(assignment.source, assignment.key);
        let mut finding = Finding::new(&RULE, message, Label::new(place, "nobody reads it"));
        finding.fix = edits::rename(assignment, meant).map(|edit| Fix {
            title: format!("call it `{meant}`"),
            applicability: Applicability::Unsafe,
            edits: vec![edit],
        });
        report.find(finding);
    }
}

/// The variable that a name is most likely meant for. `None`: none that this release reads, or one that is near is set, so
/// that this one is beside it on purpose.
fn meant(view: &View<'_>, name: &str, written: &HashSet<&str>) -> Option<&'static str> {
    let most = if has_prefix(name) { 2 } else { 1 };
    let near: Vec<_> = candidates().iter().filter_map(|meant| Some((slips(name, meant, most)?, *meant))).collect();
    if near.iter().any(|(_, meant)| written.contains(meant)) {
        return None;
    }
    let is_read = |meant: &str| view.release.fate_of(meant).is_none() && view.release.is_before(meant).is_none();
    near.into_iter().filter(|(_, meant)| is_read(meant)).min_by_key(|(slips, _)| *slips).map(|(_, meant)| meant)
}

/// By how many slips of the hand, `most` or fewer, a name is another one. `None`: it is not.
fn slips(name: &str, meant: &str, most: usize) -> Option<usize> {
    if name.len().abs_diff(meant.len()) > most {
        return None;
    }
    let may_be_two = || most == 2 && meant.len() >= LONG && history::variable(meant).is_some();
    let slips = if is_one_slip(name.as_bytes(), meant.as_bytes()) {
        1
    } else if may_be_two() && nearest_within(name, &[meant], 2).is_some() {
        2
    } else {
        return None;
    };
    // `_ipv4` beside `_ipv6`, and `kubeconfig_dir` beside `kube_config_dir`, are names of their own.
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let letters = |text: &str| text.chars().filter(|c| *c != '_').collect::<String>();
    (digits(name) == digits(meant) && letters(name) != letters(meant)).then_some(slips)
}

/// Whether one letter more, less or another one, or a swap of neighbours, makes one of the other. What both begin and end
/// with is of no account, which leaves next to nothing to compare.
fn is_one_slip(a: &[u8], b: &[u8]) -> bool {
    let before = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[before..], &b[before..]);
    let after = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    match (&a[..a.len() - after], &b[..b.len() - after]) {
        ([a, c], [b, d]) => (a, c) == (d, b),
        (a, b) => a.len() <= 1 && b.len() <= 1 && (a.len(), b.len()) != (0, 0),
    }
}

fn has_prefix(name: &str) -> bool {
    PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

fn known() -> &'static HashSet<&'static str> {
    static KNOWN: OnceLock<HashSet<&'static str>> = OnceLock::new();
    KNOWN.get_or_init(|| NAMES.lines().chain(history::variables().map(|variable| variable.name)).collect())
}

/// The names that may be meant, in alphabetical order.
fn candidates() -> &'static [&'static str] {
    static CANDIDATES: OnceLock<Vec<&'static str>> = OnceLock::new();
    CANDIDATES.get_or_init(|| {
        let own = known().iter().copied().filter(|name| has_prefix(name) && name.len() >= SHORTEST);
        let mut all: Vec<_> = own.chain(OTHERS).collect();
        all.sort_unstable();
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str) -> String {
        Fixture::kubespray().file("group_vars/k8s_cluster/k8s-cluster.yml", text).check(&RULE)
    }

    #[test]
    fn a_slip_is_pointed_out() {
        insta::assert_snapshot!(with("kube_pod_subnet: 10.240.0.0/16\nkube_service_address: 10.96.0.0/16\n"), @r#"
        group_vars/k8s_cluster/k8s-cluster.yml:1:1: info[KSP026] `kube_pod_subnet` is no variable of kubespray's; is `kube_pods_subnet` meant?
          `kube_pod_subnet` nobody reads it
          Unsafe fix: call it `kube_pods_subnet`
            group_vars/k8s_cluster/k8s-cluster.yml:1:1: "kube_pod_subnet" -> "kube_pods_subnet"
        group_vars/k8s_cluster/k8s-cluster.yml:2:1: info[KSP026] `kube_service_address` is no variable of kubespray's; is `kube_service_addresses` meant?
          `kube_service_address` nobody reads it
          Unsafe fix: call it `kube_service_addresses`
            group_vars/k8s_cluster/k8s-cluster.yml:2:1: "kube_service_address" -> "kube_service_addresses"
        "#);
    }

    #[test]
    fn slips_of_every_kind_and_at_any_letter_are_found() {
        let text = "kube_network_plugn: cilium\nmetalb_enabled: true\ncluster_nam: home\nkube_versoin: 1.35.4\n\
                    upstream_dns_server: [192.0.2.53]\ncontainer_manger: crio\nkueb_proxy_mode: ipvs\n\
                    calico_ntu: 1440\nkube_servise_adresses: 10.96.0.0/16\n";
        let found = with(text);
        let found: Vec<&str> = found.lines().filter(|line| line.contains("KSP026")).collect();
        insta::assert_snapshot!(found.join("\n"), @"
        group_vars/k8s_cluster/k8s-cluster.yml:1:1: info[KSP026] `kube_network_plugn` is no variable of kubespray's; is `kube_network_plugin` meant?
        group_vars/k8s_cluster/k8s-cluster.yml:2:1: info[KSP026] `metalb_enabled` is no variable of kubespray's; is `metallb_enabled` meant?
        group_vars/k8s_cluster/k8s-cluster.yml:3:1: info[KSP026] `cluster_nam` is no variable of kubespray's; is `cluster_name` meant?
        group_vars/k8s_cluster/k8s-cluster.yml:4:1: info[KSP026] `kube_versoin` is no variable of kubespray's; is `kube_version` meant?
        group_vars/k8s_cluster/k8s-cluster.yml:5:1: info[KSP026] `upstream_dns_server` is no variable of kubespray's; is `upstream_dns_servers` meant?
        group_vars/k8s_cluster/k8s-cluster.yml:6:1: info[KSP026] `container_manger` is no variable of kubespray's; is `container_manager` meant?
        group_vars/k8s_cluster/k8s-cluster.yml:7:1: info[KSP026] `kueb_proxy_mode` is no variable of kubespray's; is `kube_proxy_mode` meant?
        group_vars/k8s_cluster/k8s-cluster.yml:8:1: info[KSP026] `calico_ntu` is no variable of kubespray's; is `calico_mtu` meant?
        group_vars/k8s_cluster/k8s-cluster.yml:9:1: info[KSP026] `kube_servise_adresses` is no variable of kubespray's; is `kube_service_addresses` meant?
        ");
        // v2.31 has no netchecker any more, whatever its name is.
        let netchecker = "deploy_netcheker: true\n";
        assert_eq!(with(netchecker), "");
        let before = Fixture::kubespray().file("group_vars/all.yml", netchecker).releases(&["v2.30.0"]).check(&RULE);
        assert!(before.contains("is `deploy_netchecker` meant?"), "{before}");
    }

    #[test]
    fn the_nearest_name_is_meant_and_what_is_beside_a_near_one_is_ones_own() {
        assert!(with("kube_pod_subnet: 10.240.0.0/16\n").contains("is `kube_pods_subnet` meant?"));
        for text in [
            "kube_pod_subnet: 10.240.0.0/16\nkube_pods_subnet: 10.241.0.0/16\n",
            "kube_pods_subnet_ipv4: 10.240.0.0/16\n",
            "kubeconfig_dir: /home/me\n",
            "_cluster_name: home\n",
            "ntp_server: 192.0.2.123\n",
            "dns_server: 192.0.2.53\n",
            "kube_pods_subnet2: 10.240.0.0/16\n",
        ] {
            assert_eq!(with(text), "", "{text}");
        }
    }

    #[test]
    fn one_slip_is_a_letter_more_less_other_or_a_swap() {
        let is = |a: &str, b: &str| is_one_slip(a.as_bytes(), b.as_bytes());
        assert!(["abd", "abcde", "abxd", "acbd", "bacd", "abdc", "bcd"].iter().all(|slip| is(slip, "abcd")));
        assert!(!["abcd", "ab", "adcb", "abcdef", "xbcx", "cabd", ""].iter().any(|other| is(other, "abcd")));
        // Letters that repeat themselves belong to the beginning and to the end.
        assert!(is("aa", "a") && is("aab", "ab") && !is("aaa", "a"));
    }

    #[test]
    fn every_name_that_may_be_meant_is_known() {
        assert!(candidates().len() > 300);
        assert!(OTHERS.iter().all(|name| known().contains(name) && !has_prefix(name) && name.len() >= SHORTEST));
        assert!(candidates().is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn known_names_own_names_and_a_name_beside_the_right_one_pass() {
        for text in [
            "kube_pods_subnet: 10.240.0.0/16\n",
            "kube_pods_subnets: 10.240.0.0/16\n",
            "kube_pod_subnet: 10.240.0.0/16\nkube_pods_subnet: \"{{ kube_pod_subnet }}\"\n",
            "kube_pod_subnet: 10.240.0.0/16\nmine: \"{{ kube_pod_subnet }}\"\n",
            "kube_pod_range: 10.240.0.0/16\n",
            "my_pods_subnet: 10.240.0.0/16\n",
            "kube_version_min: 1\n",
        ] {
            assert_eq!(with(text), "", "{text}");
        }
    }
}
