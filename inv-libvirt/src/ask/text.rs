//! What has to be known of a description before it is read: who must be asked, and about which bridges.
//!
//! libvirt writes these descriptions itself, so a look at the text is enough to decide whom to ask. A guest's metadata
//! may look like a card; then somebody is asked in vain. Nothing of this ends up in an inventory.

/// The MAC addresses of a guest's cards, in lower case.
pub(super) fn macs(domain: &str) -> impl Iterator<Item = String> + '_ {
    cards(domain).filter_map(|card| attribute(card, "<mac ", "address")).map(str::to_ascii_lowercase)
}

/// Bridges that a guest's cards are in without a virtual network between.
pub(super) fn bridges_of_domain(domain: &str) -> impl Iterator<Item = &str> {
    let is_bridged = |card: &&str| attribute(card, " ", "type") == Some("bridge");
    cards(domain).filter(is_bridged).filter_map(|card| attribute(card, "<source ", "bridge"))
}

/// The bridge of a network that somebody else made, and that libvirt only uses.
pub(super) fn bridge_of_network(network: &str) -> Option<&str> {
    (attribute(network, "<forward ", "mode") == Some("bridge")).then(|| attribute(network, "<bridge ", "name"))?
}

/// The MTU of an interface of the hypervisor's.
pub(super) fn mtu_of_interface(interface: &str) -> Option<u32> {
    attribute(interface, "<mtu ", "size")?.parse().ok()
}

/// Whether a guest has a channel to an agent.
pub(super) fn has_agent(domain: &str) -> bool {
    domain.contains("org.qemu.guest_agent.0")
}

/// What stands inside a guest's `<interface>` elements.
fn cards(domain: &str) -> impl Iterator<Item = &str> {
    domain.split("<interface").skip(1).map(|rest| rest.split("</interface>").next().unwrap_or(rest))
}

/// An attribute of the first element that begins so.
fn attribute<'a>(text: &'a str, element: &str, name: &str) -> Option<&'a str> {
    let attributes = text.split_once(element)?.1.split('>').next()?;
    for (at, _) in attributes.match_indices(name) {
        let begins_here = at == 0 || attributes[..at].ends_with(char::is_whitespace);
        let Some(value) = attributes[at + name.len()..].strip_prefix('=').filter(|_| begins_here) else { continue };
        let quote = value.chars().next().filter(|&c| matches!(c, '\'' | '"'))?;
        return value[1..].split(quote).next();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOMAIN: &str = "<domain type='kvm'><metadata><x bridge='no'/></metadata><devices>
      <interface type='network'><mac address='52:54:00:AA:00:01'/><source network='kube' bridge='virbr0'/></interface>
      <interface type=\"bridge\">\n<mac address=\"52:54:00:00:00:02\"/>\n<source bridge='br0'/><target dev='vnet1'/></interface>
      <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel></devices></domain>";

    #[test]
    fn cards_and_their_bridges_are_seen() {
        assert_eq!(macs(DOMAIN).collect::<Vec<_>>(), ["52:54:00:aa:00:01", "52:54:00:00:00:02"]);
        assert_eq!(bridges_of_domain(DOMAIN).collect::<Vec<_>>(), ["br0"]);
        assert!(has_agent(DOMAIN));
    }

    #[test]
    fn only_a_bridge_of_somebody_elses_is_asked_about() {
        let host = "<network><name>lan</name><forward mode='bridge'/><bridge name='br1'/></network>";
        let nat = "<network><forward mode='nat'><nat/></forward><bridge name='virbr0' stp='on'/></network>";
        assert_eq!((bridge_of_network(host), bridge_of_network(nat)), (Some("br1"), None));
        assert_eq!(bridge_of_network("<network><bridge name='virbr1'/></network>"), None);
    }

    #[test]
    fn an_interface_may_say_its_mtu() {
        assert_eq!(mtu_of_interface("<interface type='bridge' name='br0'><mtu size='9000'/></interface>"), Some(9000));
        assert_eq!(mtu_of_interface("<interface type='bridge' name='br0'><bridge/></interface>"), None);
    }

    #[test]
    fn text_that_is_no_description_is_no_trouble() {
        for text in
            ["", "<interface", "<interface <mac address", "<interface><mac address='", "<mac >", "<mac address=x>"]
        {
            assert_eq!(macs(text).filter(|mac| !mac.is_empty()).count(), 0, "{text}");
        }
    }
}
