//! The variables of the cluster as a whole, and of its hosts.
//!
//! `first` is W throughout, and what a variable holds is from the role's defaults and templates; a comment names what
//! else a line rests on.

use super::ValueSort::{Address, Addresses, Boolean, List, Map, Network, Networks, Number, Text, Word};
use super::{Replacement, Variable, deprecated, ignored, refused};

const AS_MIRRORS: &str = "write it as `containerd_registries_mirrors`, a list with `prefix` and `mirrors`";

const NO_PASSWORDS: &str = "Kubernetes has no passwords since 1.19: remove it";

const NO_DYNAMIC_KUBELET: &str = "the kubelet has no dynamic configuration since Kubernetes 1.24: remove it";

const INTO_CONTROL_PLANE_FILE: &str = "write it without `master_` into `group_vars/kube_control_plane/`";

pub(super) const VARIABLES: &[Variable] = &[
    // Networks and their sizes.
    Variable::new("kube_service_addresses", Network).since(2),
    Variable::new("kube_pods_subnet", Network).since(2),
    Variable::new("kube_network_node_prefix", Number).since(2),
    Variable::new("kube_service_addresses_ipv6", Network).since(16),
    Variable::new("kube_pods_subnet_ipv6", Network).since(16),
    Variable::new("kube_network_node_prefix_ipv6", Number).since(16),
    Variable::new("kube_service_subnets", Networks).since(28),
    Variable::new("kube_pods_subnets", Networks).since(28),
    Variable::new("ipv4_stack", Boolean).since(28),
    Variable::new("ipv6_stack", Boolean).since(28),
    // A: validate_inventory of v2.28 warns, and `ipv6_stack` falls back on it.
    Variable::new("enable_dual_stack_networks", Boolean)
        .since(16)
        .off_unless_written()
        .changed(&[deprecated(28, Replacement::Variable("ipv6_stack"))]),
    Variable::new("kubelet_max_pods", Number).since(6),
    // Addresses of services.
    Variable::new("kube_apiserver_ip", Address).since(2),
    Variable::new("skydns_server", Address).since(2),
    Variable::new("skydns_server_secondary", Address).since(5),
    // W, to v2.8; N of v2.9 (#4370).
    Variable::new("dnsmasq_dns_server", Address)
        .since(3)
        .changed(&[ignored(9, Replacement::Variable("skydns_server"))]),
    Variable::new("nodelocaldns_ip", Address).since(9),
    Variable::new("manual_dns_server", Address).since(4),
    Variable::new("dns_servers", Addresses),
    Variable::new("upstream_dns_servers", Addresses).since(2),
    // The way to the API.
    Variable::new("loadbalancer_apiserver", Map).since(2),
    Variable::new("loadbalancer_apiserver_localhost", Boolean).since(2),
    Variable::new("apiserver_loadbalancer_domain_name", Text).since(2),
    Variable::new("kube_apiserver_bind_address", Address).since(4),
    Variable::new("supplementary_addresses_in_ssl_keys", List).since(3),
    Variable::new("no_proxy", Text).since(2),
    Variable::new("additional_no_proxy", Text).since(7),
    // kube-proxy.
    Variable::new("kube_proxy_nodeport_addresses_cidr", Network).since(7),
    Variable::new("kube_proxy_nodeport_addresses", Networks),
    Variable::new("kube_proxy_strict_arp", Boolean).since(12),
    // Hosts.
    Variable::new("ip", Address).since(2),
    Variable::new("access_ip", Address).since(2),
    Variable::new("ip6", Address).since(2),
    Variable::new("access_ip6", Address).since(28),
    // etcd. `kubeadm` became a word of `etcd_deployment_type` with #8317, in N of v2.19; #11901 of v2.28 refuses the
    // old variable "for one release".
    Variable::new("etcd_deployment_type", Word).since(2),
    Variable::new("etcd_peer_addresses", Text),
    Variable::new("etcd_kubeadm_enabled", Boolean).since(11).off_unless_written().changed(&[
        deprecated(19, Replacement::Advice("write `etcd_deployment_type: kubeadm` instead")),
        refused(28, Replacement::Advice("write `etcd_deployment_type: kubeadm` instead")),
        ignored(29, Replacement::Advice("write `etcd_deployment_type: kubeadm` instead")),
    ]),
    // Container runtimes.
    Variable::new("docker_options", Text).since(2),
    Variable::new("docker_insecure_registries", List).since(7),
    // A: preinstall of v2.27; #11901 of v2.28 drops the assertion. What v2.26 and older did is not established.
    Variable::gone(
        "containerd_config",
        &[
            refused(27, Replacement::Advice("set what you need of the variables in the sample's `all/containerd.yml`")),
            ignored(28, Replacement::Advice("set what you need of the variables in the sample's `all/containerd.yml`")),
        ],
    ),
    // #8123, before v2.18; S up to v2.16.
    Variable::gone(
        "containerd_runtimes",
        &[ignored(18, Replacement::Advice("write those beside runc into `containerd_additional_runtimes`"))],
    ),
    // S of v2.14. The template that has `containerd_registries_mirrors` has no untrusted runtime any more; since when is
    // not established.
    Variable::gone(
        "containerd_untrusted_runtime_type",
        &[ignored(31, Replacement::Advice("write it into `containerd_additional_runtimes`"))],
    ),
    Variable::gone(
        "containerd_untrusted_runtime_engine",
        &[ignored(31, Replacement::Advice("write it into `containerd_additional_runtimes`"))],
    ),
    Variable::gone(
        "containerd_untrusted_runtime_root",
        &[ignored(31, Replacement::Advice("write it into `containerd_additional_runtimes`"))],
    ),
    // #10196, which is in v2.23, and #10737; S up to v2.22.
    Variable::gone("containerd_registries", &[ignored(23, Replacement::Advice(AS_MIRRORS))]),
    Variable::gone("containerd_insecure_registries", &[ignored(23, Replacement::Advice(AS_MIRRORS))]),
    // How the cluster is deployed. N of v2.9: "Non-kubeadm deployment mode (`kubeadm_enabled: false`) is removed"; #6661
    // takes the other away, after v2.14, which is the last sample that has it.
    Variable::gone("kubeadm_enabled", &[ignored(9, Replacement::Nothing("kubespray always uses kubeadm: remove it"))]),
    Variable::gone(
        "kubeadm_control_plane",
        &[ignored(15, Replacement::Nothing("control planes always join by kubeadm: remove it"))],
    ),
    // S of v2.7. #3498 infers it; the newest roles do not read it, and since when is not established.
    Variable::gone("bootstrap_os", &[ignored(31, Replacement::Nothing("kubespray finds out by itself: remove it"))]),
    // N of v2.29 (#12475).
    Variable::gone("conntrack_modules", &[ignored(29, Replacement::Nothing("kubespray knows them itself: remove it"))]),
    // The API. Passwords went with #6655, after v2.14, which is the last sample that has them. The port: #7182 took the
    // flag away, and the sample of v2.19 is the last that has it.
    Variable::gone("kube_basic_auth", &[ignored(15, Replacement::Nothing(NO_PASSWORDS))]),
    Variable::gone("kube_users", &[ignored(15, Replacement::Nothing(NO_PASSWORDS))]),
    Variable::gone("kube_users_dir", &[ignored(15, Replacement::Nothing(NO_PASSWORDS))]),
    Variable::gone("kube_api_pwd", &[ignored(15, Replacement::Nothing(NO_PASSWORDS))]),
    Variable::gone(
        "kube_apiserver_insecure_port",
        &[ignored(20, Replacement::Nothing("the API server has no port without TLS any more: remove it"))],
    ),
    // The kubelet outside a container is the only one since #6815, after v2.14; #8935 of v2.20.
    Variable::gone(
        "kubelet_deployment_type",
        &[ignored(15, Replacement::Nothing("the kubelet always runs on the host: remove it"))],
    ),
    Variable::gone("dynamic_kubelet_configuration", &[ignored(20, Replacement::Nothing(NO_DYNAMIC_KUBELET))]),
    Variable::gone("dynamic_kubelet_configuration_dir", &[ignored(20, Replacement::Nothing(NO_DYNAMIC_KUBELET))]),
    // #12970 of v2.31 took it away, "strictly equivalent" to the other, and the check of removed variables
    // (#12942) begins with it. Which release had it first is not established: #13281 says v2.29, the notes v2.31.
    Variable::new("kubelet_static_pod_path", Text).changed(&[refused(31, Replacement::Variable("kube_manifest_dir"))]),
    // #8421 of v2.19; its last reader went with #10643, which is commit 1bc61c9f3 of v2.27 (#12438, #13396).
    Variable::new("eviction_hard_control_plane", Map)
        .since(19)
        .changed(&[ignored(27, Replacement::Advice("write `eviction_hard` into `group_vars/kube_control_plane/`"))]),
    // #10643, the same commit.
    Variable::gone(
        "kubelet_node_config_extra_args",
        &[ignored(27, Replacement::Advice("write `kubelet_config_extra_args` into `group_vars/kube_node/`"))],
    ),
    Variable::gone(
        "kubelet_node_custom_flags",
        &[ignored(27, Replacement::Advice("write `kubelet_custom_flags` into `group_vars/kube_node/`"))],
    ),
    Variable::gone("kube_master_cpu_reserved", &[ignored(27, Replacement::Advice(INTO_CONTROL_PLANE_FILE))]),
    Variable::gone("kube_master_memory_reserved", &[ignored(27, Replacement::Advice(INTO_CONTROL_PLANE_FILE))]),
    Variable::gone(
        "kube_master_ephemeral_storage_reserved",
        &[ignored(27, Replacement::Advice(INTO_CONTROL_PLANE_FILE))],
    ),
    Variable::gone("kube_master_pid_reserved", &[ignored(27, Replacement::Advice(INTO_CONTROL_PLANE_FILE))]),
    Variable::gone("system_master_cpu_reserved", &[ignored(27, Replacement::Advice(INTO_CONTROL_PLANE_FILE))]),
    Variable::gone("system_master_memory_reserved", &[ignored(27, Replacement::Advice(INTO_CONTROL_PLANE_FILE))]),
    Variable::gone(
        "system_master_ephemeral_storage_reserved",
        &[ignored(27, Replacement::Advice(INTO_CONTROL_PLANE_FILE))],
    ),
    Variable::gone("system_master_pid_reserved", &[ignored(27, Replacement::Advice(INTO_CONTROL_PLANE_FILE))]),
    // Others. N of v2.31 (#13046).
    Variable::gone("ssh_bastion_confing__name", &[ignored(31, Replacement::Variable("ssh_bastion_config_name"))]),
    // S of v2.10: "vault is removed".
    Variable::gone(
        "vault_deployment_type",
        &[ignored(10, Replacement::Nothing("kubespray runs no HashiCorp Vault any more: remove it"))],
    ),
];
