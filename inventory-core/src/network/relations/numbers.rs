//! Rules about how many there are of what, in words.

use crate::network::address::Network;
use crate::network::allocate::headroom;

/// The numbers that go with a pod network, each with what says so: `` `node_prefix` is 24 (default of kubespray) ``.
#[derive(Debug, Clone)]
pub(crate) struct Numbers {
    /// The pod network, or a pool in it.
    pub(crate) network: Network,
    /// It in words.
    pub(crate) pods: String,
    /// The prefix length of a node's share.
    pub(crate) share: Option<(u8, String)>,
    /// The prefix length of Calico's blocks, and its value in words.
    pub(crate) block: Option<(u8, String)>,
    /// How many nodes there are.
    pub(crate) nodes: u32,
    /// The most pods on a node, in words.
    pub(crate) max_pods: String,
}

impl Numbers {
    /// What breaks a rule about the sizes of shares and blocks. `None`: it is another rule.
    pub(crate) fn tell(&self, rule: &str) -> Option<String> {
        let Self { network, pods, .. } = self;
        let nodes = count(self.nodes.into(), "node");
        let are = if self.nodes == 1 { "is" } else { "are" };
        Some(match rule {
            "A12" => format!("{}, and {pods} is smaller than one such share", self.share.as_ref()?.1),
            "A13" => format!(
                "{}, more than 16 bits longer than {pods}, and Kubernetes does not divide a network that finely",
                self.share.as_ref()?.1
            ),
            "A14" => {
                let (len, share) = self.share.as_ref()?;
                let shares = count(headroom::parts(*network, *len), "node");
                format!("{pods} has room for {shares}, since {share}, and there {are} {nodes}")
            }
            "A15" => {
                let (len, share) = self.share.as_ref()?;
                let room = headroom::pods_in_share(network.family(), *len);
                format!("{}, and {share}, which is {room} pods a node", self.max_pods)
            }
            "B03" => format!("Calico's blocks are {}, and it has {} only", self.block.as_ref()?.1, bounds(*network)),
            "B04" => format!("{pods} is smaller than one of Calico's blocks, {}", self.block.as_ref()?.1),
            "B05" => {
                let (len, block) = self.block.as_ref()?;
                let blocks = count(headroom::parts(*network, *len), "block");
                format!("{pods} has {blocks} of Calico's, {block}, and there {are} {nodes}")
            }
            _ => return None,
        })
    }
}

fn count(number: u128, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}

/// The sizes that Calico's blocks can have.
fn bounds(network: Network) -> String {
    let bits = network.family().bits();
    format!("/{} to /{bits}", bits - 12)
}
