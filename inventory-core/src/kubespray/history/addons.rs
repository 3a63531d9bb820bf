//! The variables of what kubespray installs beside the cluster: `MetalLB`, kube-vip, and what is gone by now.
//!
//! `first` is W throughout, and what a variable holds is from the role's defaults and templates; a comment names what
//! else a line rests on.

use super::ValueSort::{Address, Boolean, List, Map, Number, Ranges};
use super::{Replacement, Variable, deprecated, ignored, refused};

const NO_KREW: &str = "kubespray installs no krew any more: remove it";

const IN_POOLS: &str = "write it as `metallb_config.address_pools.NAME.ip_range`, a list";

pub(super) const VARIABLES: &[Variable] = &[
    // MetalLB. The map `metallb` was read up to v2.13, and the flat names from v2.14 (#6238) up to v2.21; since #9120
    // of v2.22 it is one map again.
    Variable::new("metallb", Map).since(7).changed(&[
        ignored(14, Replacement::Advice("write `metallb_ip_range` and `metallb_protocol` instead")),
        ignored(22, Replacement::Variable("metallb_config")),
    ]),
    Variable::new("metallb_ip_range", Ranges).since(14).changed(&[ignored(22, Replacement::Advice(IN_POOLS))]),
    Variable::new("metallb_additional_address_pools", Map)
        .since(14)
        .changed(&[ignored(22, Replacement::Advice(IN_POOLS))]),
    Variable::new("metallb_peers", List).since(14).changed(&[ignored(
        22,
        Replacement::Advice("write them into `metallb_config.layer3.metallb_peers`, a map by name"),
    )]),
    // #8193 of v2.18, with the slip in its name; #8949 of v2.20 renamed it. A: the role of v2.31 stops on it; since
    // when, between the two, is not established.
    Variable::new("matallb_auto_assign", Boolean).since(18).changed(&[
        ignored(20, Replacement::Variable("metallb_auto_assign")),
        ignored(22, Replacement::Advice("write it as `metallb_config.address_pools.NAME.auto_assign`")),
        refused(31, Replacement::Advice("write it as `metallb_config.address_pools.NAME.auto_assign`")),
    ]),
    Variable::new("metallb_auto_assign", Boolean).since(20),
    // #10457.
    Variable::gone(
        "metallb_avoid_buggy_ips",
        &[ignored(22, Replacement::Advice("write it as `metallb_config.address_pools.NAME.avoid_buggy_ips`"))],
    ),
    Variable::new("metallb_config", Map).since(22),
    // S of v2.18 to v2.21: the name of the pool, which is a key of the map since.
    Variable::gone("metallb_pool_name", &[ignored(22, Replacement::Advice(IN_POOLS))]),
    // S up to v2.16. They left the role's defaults before v2.22; when exactly is not established.
    Variable::gone(
        "metallb_limits_cpu",
        &[ignored(22, Replacement::Nothing("kubespray sets no limits for MetalLB any more: remove it"))],
    ),
    Variable::gone(
        "metallb_limits_mem",
        &[ignored(22, Replacement::Nothing("kubespray sets no limits for MetalLB any more: remove it"))],
    ),
    // S up to v2.23, where #10485 put them into the map.
    Variable::gone(
        "metallb_controller_nodeselector",
        &[ignored(24, Replacement::Advice("write it as `metallb_config.controller.nodeselector`"))],
    ),
    Variable::gone(
        "metallb_controller_tolerations",
        &[ignored(24, Replacement::Advice("write it as `metallb_config.controller.tolerations`"))],
    ),
    Variable::gone(
        "metallb_speaker_nodeselector",
        &[ignored(24, Replacement::Advice("write it as `metallb_config.speaker.nodeselector`"))],
    ),
    Variable::gone(
        "metallb_speaker_tolerations",
        &[ignored(24, Replacement::Advice("write it as `metallb_config.speaker.tolerations`"))],
    ),
    // kube-vip.
    Variable::new("kube_vip_address", Address).since(19),
    Variable::new("kube_vip_cidr", Number).since(19),
    // N of v2.28 (#11763).
    Variable::new("gateway_api_experimental_channel", Boolean)
        .off_unless_written()
        .changed(&[deprecated(28, Replacement::Advice("write `gateway_api_channel: experimental` instead"))]),
    // Gone. N of v2.15 (#6846): Helm 3 alone, which runs on the host.
    Variable::gone("helm_deployment_type", &[ignored(15, Replacement::Nothing("Helm runs on the host: remove it"))]),
    // #8338, after v2.18; #8566: nothing uses it any more.
    Variable::gone(
        "metrics_server_resizer",
        &[ignored(19, Replacement::Nothing("kubespray installs no addon-resizer any more: remove it"))],
    ),
    // N of v2.28 (#11824).
    Variable::gone("krew_enabled", &[ignored(28, Replacement::Nothing(NO_KREW))]),
    Variable::gone("krew_root_dir", &[ignored(28, Replacement::Nothing(NO_KREW))]),
    Variable::gone("krew_download_url", &[ignored(28, Replacement::Nothing(NO_KREW))]),
    // W: the address of ingress-nginx's services, to v2.30; N of v2.31 (#12767).
    Variable::gone(
        "ingress_publish_status_address",
        &[ignored(31, Replacement::Nothing("kubespray installs no ingress-nginx any more: remove it"))],
    ),
    // N of v2.31 (#12858); S has it up to v2.30.
    Variable::gone(
        "dashboard_enabled",
        &[ignored(31, Replacement::Nothing("kubespray installs no dashboard any more: remove it"))],
    ),
    // N of v2.31 (#13058). The sample of v2.31 still turns it off.
    Variable::gone(
        "deploy_netchecker",
        &[ignored(31, Replacement::Nothing("kubespray installs no netchecker any more: remove it"))],
    ),
];
