//! The variables of what kubespray installs beside the cluster: `MetalLB`, kube-vip, and what is gone by now.
//!
//! `first` is W throughout, and what a variable holds is from the role's defaults and templates; a comment names what
//! else a line rests on.

use super::ValueSort::{Address, Boolean, List, Map, Number, Ranges};
use super::{Replacement, Variable, ignored, refused};

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
    // kube-vip.
    Variable::new("kube_vip_address", Address).since(19),
    Variable::new("kube_vip_cidr", Number).since(19),
    // Gone. W: the address of ingress-nginx's services, to v2.30; N of v2.31 (#12767).
    Variable::gone(
        "ingress_publish_status_address",
        &[ignored(31, Replacement::Nothing("kubespray installs no ingress-nginx any more: remove it"))],
    ),
    // N of v2.31 (#12858); S has it up to v2.30.
    Variable::gone(
        "dashboard_enabled",
        &[ignored(31, Replacement::Nothing("kubespray installs no dashboard any more: remove it"))],
    ),
];
