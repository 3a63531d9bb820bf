//! 49 vectors: input and every number of every level, as the reference model reckoned them.

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Vector {
    id: String,
    input: Input,
    expected: Expected,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    underlay: Nic,
    layers: Vec<Described>,
    #[serde(default)]
    ipv6_pods: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nic {
    link_mtu: i64,
    path_mtu: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "the reference's form")]
struct Described {
    cni: String,
    encap: Vec<String>,
    #[serde(default)]
    encap_v6: Vec<String>,
    /// The reference's own model of the wire; here it follows from the CNI.
    #[serde(rename = "wire_encap")]
    _wire: Option<Vec<String>>,
    outer: Option<String>,
    explicit_mtu: Option<i64>,
    pod_mtu_override: Option<i64>,
    tunnel_mtu_override: Option<i64>,
    #[serde(default = "yes")]
    iface_matched: bool,
    #[serde(default)]
    aks_wg: bool,
    #[serde(default)]
    wireguard: bool,
    #[serde(default)]
    ipsec: bool,
    #[serde(default)]
    pre_1_6: bool,
    #[serde(default)]
    ipv6_pods: bool,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct Expected {
    layers: Vec<Numbers>,
    verdict: String,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Numbers {
    node_link: i32,
    node_path: i32,
    overhead: i32,
    auto_mtu: i32,
    auto_route_mtu: i32,
    pod_link: i32,
    pod_effective: i32,
    max_safe: i32,
    slack: i32,
    mss_v4: i32,
    mss_v6: i32,
    codes: Vec<String>,
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("vectors.json")).unwrap()
}

fn encapsulation(name: &str) -> Option<Encapsulation> {
    Some(match name {
        "ipip" => Encapsulation::IpIp,
        "vxlan" => Encapsulation::Vxlan,
        "geneve" => Encapsulation::Geneve,
        "geneve_ovn" => Encapsulation::OvnGeneve,
        "gretap_key" => Encapsulation::Gre,
        "udp_flannel" => Encapsulation::FlannelUdp,
        "wireguard" => Encapsulation::WireGuard,
        "esp_cbc_sha256_tunnel" => return None,
        other => panic!("{other}"),
    })
}

fn tunnels(names: &[String]) -> Vec<Tunnel> {
    names.iter().filter_map(|name| encapsulation(name)).map(Tunnel::always).collect()
}

impl Described {
    fn layer(&self, ipv6_pods: bool) -> Layer {
        let (cni, version) = match self.cni.as_str() {
            "calico" => (Cni::Calico, None),
            "calico-pre-autodetect" => (Cni::Calico, Some("v3.1.3")),
            "cilium" => (Cni::Cilium, None),
            "flannel" => (Cni::Flannel, None),
            "kube-router" => (Cni::KubeRouter, self.pre_1_6.then_some("v1.5.4")),
            "kube-ovn" => (Cni::KubeOvn, None),
            "antrea" => (Cni::Antrea, None),
            "ovn-kubernetes" => (Cni::OvnKubernetes, None),
            "openshift-ovnk" => (Cni::OpenShift, None),
            "weave" => (Cni::Weave, None),
            "docker" => (Cni::None, None),
            other => panic!("{other}"),
        };
        let esp = self.encap.iter().any(|name| name.starts_with("esp"));
        let mut tunnels_ipv4 = tunnels(&self.encap);
        let encryption = if self.aks_wg {
            tunnels_ipv4.clear();
            Some(Encryption::WireGuardOfAksHosts)
        } else if self.wireguard {
            Some(Encryption::WireGuard)
        } else {
            (self.ipsec || esp).then_some(Encryption::IpSec { key_bits: 128 })
        };
        let outer = if self.outer.as_deref() == Some("v6") { Family::Ipv6 } else { Family::Ipv4 };
        let pods = match (ipv6_pods || self.ipv6_pods, outer) {
            (false, _) => Families::Ipv4,
            (true, Family::Ipv4) => Families::Dual,
            (true, Family::Ipv6) => Families::Ipv6,
        };
        let written = match (self.explicit_mtu, self.pod_mtu_override, self.tunnel_mtu_override) {
            (None, Some(pods), Some(tunnels)) => {
                Some(WrittenMtu { tunnels: Some(mtu(tunnels)), ..WrittenMtu::new(mtu(pods)) })
            }
            (explicit, _, _) => explicit.map(mtu).map(WrittenMtu::new),
        };
        Layer {
            version: version.map(|version| version.parse().unwrap()),
            tunnels: Some(tunnels_ipv4),
            tunnels_ipv6: tunnels(&self.encap_v6),
            encryption,
            written,
            outer,
            pods,
            nic: (!self.iface_matched).then(|| "bond0".to_owned()),
            ..Layer::new("level", cni)
        }
    }
}

/// The reference's name of a problem it knows.
fn reference_code(problem: &Problem) -> Option<&'static str> {
    match problem {
        Problem::ExceedsPath { .. } => Some("MTU_EXCEEDS_PATH"),
        Problem::ReliesOnPathDiscovery { .. } => Some("RELIES_ON_PMTUD"),
        Problem::NicNotFound { .. } => Some("NO_MATCHING_IFACE"),
        Problem::Ipv6Below1280 { .. } => Some("IPV6_BELOW_1280"),
        _ => None,
    }
}

fn numbers(chain: &Chain, index: usize) -> Numbers {
    let level = &chain.levels[index];
    let mss = |family| level.pods.usable.mss(family).unwrap().into();
    let mut codes: Vec<String> = chain
        .findings
        .iter()
        .filter(|finding| finding.level == index)
        .filter_map(|finding| reference_code(&finding.problem))
        .map(str::to_owned)
        .collect();
    codes.sort();
    Numbers {
        node_link: level.node_link.into(),
        node_path: level.node_path.into(),
        overhead: i32::from(level.node_path) - i32::from(level.safe),
        auto_mtu: level.auto.link.into(),
        auto_route_mtu: level.auto.route.into(),
        pod_link: level.pods.link.into(),
        pod_effective: level.pods.usable.into(),
        max_safe: level.safe.into(),
        slack: i32::from(level.safe) - i32::from(level.pods.usable),
        mss_v4: mss(Family::Ipv4),
        mss_v6: mss(Family::Ipv6),
        codes,
    }
}

#[test]
fn every_number_of_every_vector_is_ours() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 49);
    for Vector { id, input, expected } in vectors {
        let mut underlay = site(input.underlay.link_mtu);
        underlay.path = input.underlay.path_mtu.map(mtu);
        let layers: Vec<Layer> = input.layers.iter().map(|layer| layer.layer(input.ipv6_pods)).collect();
        let chain = chain(&underlay, &layers).unwrap();
        for (index, mut level) in expected.layers.into_iter().enumerate() {
            level.codes.sort();
            assert_eq!(numbers(&chain, index), level, "{id}, level {index}");
        }
        let verdict = chain
            .findings
            .iter()
            .filter(|finding| reference_code(&finding.problem).is_some())
            .map(|finding| finding.problem.severity())
            .max();
        let verdict = match verdict {
            Some(Severity::Error) => "error",
            Some(Severity::Warning) => "warn",
            Some(Severity::Info) | None => "ok",
        };
        assert_eq!(verdict, expected.verdict, "{id}");
    }
}
