//! Rules about how many there are of what, in the words of the keys.

use super::super::NetworkPlan;
use crate::network::relations::Numbers;
use crate::network::space::AddressSpace;

/// What breaks a rule about the sizes of shares and blocks. `None`: it is another rule.
pub(super) fn tell(plan: &NetworkPlan, rule: &str, subject: &AddressSpace) -> Option<String> {
    let network = subject.range.network()?;
    let at = plan.families.iter().position(|family| *family == network.family())?;
    let share = plan.node_prefix.get(at);
    let block = plan.block_prefix.get(at);
    let numbers = Numbers {
        network,
        pods: format!("pods {network} ({})", plan.pods.get(at)?.why),
        share: share.map(|share| (share.value, format!("`node_prefix` is {} ({})", share.value, share.why))),
        block: block.map(|block| (block.value, format!("/{} ({})", block.value, block.why))),
        nodes: plan.nodes_today,
        max_pods: format!("`max_pods` is {} ({})", plan.max_pods.value, plan.max_pods.why),
    };
    numbers.tell(rule)
}
