//! Rules about how many there are of what, in the words of the keys.

use super::super::NetworkPlan;
use super::super::capacity::count;
use crate::network::address::Network;
use crate::network::allocate::headroom;
use crate::network::space::AddressSpace;

/// What breaks a rule about the sizes of shares and blocks. `None`: it is another rule.
pub(super) fn tell(plan: &NetworkPlan, rule: &str, subject: &AddressSpace) -> Option<String> {
    let network = subject.range.network()?;
    let at = plan.families.iter().position(|family| *family == network.family())?;
    let pods = || Some(format!("pods {network} ({})", plan.pods.get(at)?.why));
    let share = || {
        let share = plan.node_prefix.get(at)?;
        Some((share.value, format!("`node_prefix` is {} ({})", share.value, share.why)))
    };
    let block = || {
        let block = plan.block_prefix.get(at)?;
        Some((block.value, format!("/{} ({})", block.value, block.why)))
    };
    let nodes = count(plan.nodes_today, "node");
    let are = if plan.nodes_today == 1 { "is" } else { "are" };
    Some(match rule {
        "A12" => format!("{}, and {} is smaller than one such share", share()?.1, pods()?),
        "A13" => format!(
            "{}, more than 16 bits longer than {}, and Kubernetes does not divide a network that finely",
            share()?.1,
            pods()?
        ),
        "A14" => {
            let (len, share) = share()?;
            let shares = count(headroom::parts(network, len), "node");
            format!("{} has room for {shares}, since {share}, and there {are} {nodes}", pods()?)
        }
        "A15" => {
            let (len, share) = share()?;
            let room = headroom::pods_in_share(network.family(), len);
            format!(
                "`max_pods` is {} ({}), and {share}, which is {room} pods a node",
                plan.max_pods.value, plan.max_pods.why
            )
        }
        "B03" => format!("Calico's blocks are {}, and it has {} only", block()?.1, bounds(network)),
        "B04" => format!("{} is smaller than one of Calico's blocks, {}", pods()?, block()?.1),
        "B05" => {
            let (len, block) = block()?;
            let blocks = count(headroom::parts(network, len), "block");
            format!("{} has {blocks} of Calico's, {block}, and there {are} {nodes}", pods()?)
        }
        _ => return None,
    })
}

/// The sizes that Calico's blocks can have.
fn bounds(network: Network) -> String {
    let bits = network.family().bits();
    format!("/{} to /{bits}", bits - 12)
}
