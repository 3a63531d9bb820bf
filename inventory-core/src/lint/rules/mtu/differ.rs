use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::network::layer::Cni;

declare_rule! {
    /// ## What it does
    /// Finds a `calico_mtu` and a `calico_veth_mtu` that differ.
    ///
    /// ## Why is this bad?
    /// The names say the contrary of what happens: pods get `calico_mtu`, and Calico's tunnels get `calico_veth_mtu`. Where
    /// pods have more than the tunnel, each large packet depends on somebody telling its sender so, which firewalls and
    /// tunnels in tunnels prevent: small requests work, and large answers hang. MicroK8s had such a pair, tunnels at 1392
    /// and pods at 1500 (canonical/microk8s#4142).
    ///
    /// ## Example
    /// ```yaml
    /// calico_mtu: 1500
    /// calico_veth_mtu: 1440
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// calico_mtu: 1440
    /// ```
    "MTU004" "calico-mtus-differ" Warning Never
}

fn check(view: &View<'_>, report: &mut Report) {
    // In v2.14 to v2.17 the two met in other ways.
    if !view.is_kubespray() || !view.release.is_since(18) || view.cni() != Some(Cni::Calico) {
        return;
    }
    let number = |name| {
        let (text, told) = view.text(view.nodes(), &[name])?;
        Some((text.parse::<u32>().ok()?, told))
    };
    let (Some((pods, pods_told)), Some((tunnels, tunnels_told))) = (number("calico_mtu"), number("calico_veth_mtu"))
    else {
        return;
    };
    if pods == tunnels {
        return;
    }
    let message = format!(
        "pods get an MTU of {pods}, by `calico_mtu`, and Calico's tunnels one of {tunnels}, by `calico_veth_mtu`"
    );
    let finding = Finding::new(&RULE, message, Label::new(tunnels_told.place(), "the tunnels'"))
        .related(Label::new(pods_told.place(), "the pods'"));
    let least = pods.min(tunnels);
    report.find(finding.help(format!("write `calico_mtu: {least}`, and delete `calico_veth_mtu`")));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str) -> String {
        Fixture::kubespray().file("group_vars/k8s_cluster/k8s-net-calico.yml", text).check(&RULE)
    }

    #[test]
    fn pods_and_tunnels_have_one_mtu() {
        insta::assert_snapshot!(with("calico_mtu: 1500\ncalico_veth_mtu: 1440\n"), @"
        group_vars/k8s_cluster/k8s-net-calico.yml:2:18: warning[MTU004] pods get an MTU of 1500, by `calico_mtu`, and Calico's tunnels one of 1440, by `calico_veth_mtu`
          `1440` the tunnels'
          group_vars/k8s_cluster/k8s-net-calico.yml:1:13: `1500` the pods'
          help: write `calico_mtu: 1440`, and delete `calico_veth_mtu`
        ");
        assert_eq!(with("calico_mtu: 1440\ncalico_veth_mtu: \"1440\"\n"), "");
        assert_eq!(with("calico_mtu: 1500\n"), "");
        assert_eq!(with("calico_mtu: 1500\ncalico_veth_mtu: \"{{ calico_mtu }}\"\n"), "");
        assert_eq!(with("kube_network_plugin: flannel\ncalico_mtu: 1500\ncalico_veth_mtu: 1440\n"), "");
    }
}
