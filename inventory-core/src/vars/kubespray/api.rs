//! The address of the API, and who has it.

use super::draft::{Draft, File};
use super::unwritable::Unwritable;
use crate::cluster::ApiBy;
use crate::inventory::Value;
use crate::vars::reason;
use crate::vars::tree::Reading;

/// The port that kube-vip and the API server share.
const API_PORT: u16 = 6443;

pub(super) fn draft(draft: &mut Draft<'_>) -> Result<(), Unwritable> {
    let plan = draft.plan;
    let Some(choice) = &plan.api else { return Ok(()) };
    let (api, why) = (choice.value, reason::of(choice, &plan.levels));
    let address = || Value::user(api.address.to_string());
    let file = match api.by {
        // The node has the address already, and the others find it through their own balancer.
        ApiBy::Node => return Ok(()),
        ApiBy::LoadBalancer => File::All,
        ApiBy::KubeVip => {
            let version = draft.release.version();
            if !draft.release.has_kube_vip() {
                return Err(Unwritable::NoKubeVip { version, address: api.address });
            }
            if api.port != API_PORT {
                return Err(Unwritable::KubeVipPort { port: api.port });
            }
            // Whoever announces it by BGP wants no ARP beside it.
            let is_bgp = draft.is_on("kube_vip_bgp_enabled");
            draft.write(File::Addons, &["kube_vip_enabled"], Value::Bool(true), &why);
            draft.write(File::Addons, &["kube_vip_controlplane_enabled"], Value::Bool(true), &why);
            if !is_bgp {
                draft.write(File::Addons, &["kube_vip_arp_enabled"], Value::Bool(true), &why);
            }
            draft.write(File::Addons, &["kube_vip_address"], address(), &why);
            if api.address.is_ipv6() {
                // Its default is the length of an IPv4 address.
                draft.write(File::Addons, &["kube_vip_cidr"], Value::Int(128), &why);
            }
            if !is_bgp {
                strict_arp(draft, "kube-vip answers for its address by ARP");
            }
            // The sample has it here, beside kube-vip, since v2.24.
            if draft.release.is_since(24) { File::Addons } else { File::All }
        }
    };
    draft.write(file, &["loadbalancer_apiserver", "address"], address(), &why);
    draft.write(file, &["loadbalancer_apiserver", "port"], Value::Int(api.port.into()), &why);
    Ok(())
}

/// Makes kube-proxy leave ARP to others, where its mode would not.
pub(super) fn strict_arp(draft: &mut Draft<'_>, why: &str) {
    // A mode that is not known may be ipvs, and in the others the variable does no harm.
    let mode = match draft.now(&["kube_proxy_mode"]).map(|mode| mode.reading) {
        Some(Reading::Plain(mode)) => Some(mode.to_plain_text()),
        Some(_) => None,
        None => draft.release.kube_proxy_mode().map(str::to_owned),
    };
    let is_ipvs = mode.is_none_or(|mode| mode == "ipvs");
    match (is_ipvs, draft.release.has_strict_arp()) {
        (false, _) => {}
        (true, true) => draft.write(File::Cluster, &["kube_proxy_strict_arp"], Value::Bool(true), why),
        (true, false) => draft.note(format!(
            "{why}, which kube-proxy would do too in mode ipvs, and kubespray {} has no `kube_proxy_strict_arp`: set \
             `kube_proxy_mode: iptables`",
            draft.release.version()
        )),
    }
}
