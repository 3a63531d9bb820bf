use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks the networks that a hypervisor makes, where a source found or a person declared them: they share no address with
    /// each other, with pods or with services, DHCP gives away addresses of its own network, and a hypervisor inside a machine
    /// does not repeat those of the one outside.
    ///
    /// ## Why is this bad?
    /// vagrant-libvirt/vagrant-libvirt#1311 and RamenDR/ramen#1297 are machines inside machines that have 192.168.121.0/24 or
    /// 192.168.122.0/24 at both levels: the inner ones lose their way out.
    ///
    /// ## Example
    /// ```toml
    /// nodes = [{ cidr = "192.168.122.0/24", dhcp = "192.168.123.10-192.168.123.90" }]
    /// ```
    ///
    /// Use instead:
    /// ```toml
    /// nodes = [{ cidr = "192.168.122.0/24", dhcp = "192.168.122.10-192.168.122.90" }]
    /// ```
    "NET023" "hypervisor-network-overlap" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    present(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn a_dhcp_range_of_another_network_is_found() {
        let declared = "nodes: [{cidr: 192.0.2.0/24, dhcp: 192.168.123.10-192.168.123.90}]\n";
        insta::assert_snapshot!(Fixture::kubespray().declared(declared).check(&RULE), @"
        inventory.ini: error[NET023] DHCP range 192.168.123.10-192.168.123.90 is not in the network of its machines
          `` its variables, or their defaults
          note: DHCP range 192.168.123.10-192.168.123.90 is declared in site.yml:1:9
        ");
    }

    #[test]
    fn its_own_network_is_in_order() {
        let declared = "nodes: [{cidr: 192.0.2.0/24, dhcp: 192.0.2.100-192.0.2.200}]\n";
        assert_eq!(Fixture::kubespray().declared(declared).check(&RULE), "");
    }
}
