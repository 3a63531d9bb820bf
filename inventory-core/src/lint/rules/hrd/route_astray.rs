use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::network::relations::Fault;

declare_rule! {
    /// ## What it does
    /// Checks that every static route to pods (`pod_routes`) leads to the worker that has them (`pod_cidr`), over the network
    /// of the nodes where that is declared.
    ///
    /// ## Why is this bad?
    /// Without a CNI nobody else lays routes. One that leads to the wrong worker makes its pods unreachable from some nodes and
    /// not from others, which looks like anything but a route.
    ///
    /// ## Example
    /// ```yaml
    /// # worker1 is 10.240.0.21 and has the pods 10.200.1.0/24.
    /// pod_routes:
    ///   - {cidr: 10.200.1.0/24, via: 10.240.0.20}
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// pod_routes:
    ///   - {cidr: 10.200.1.0/24, via: 10.240.0.21}
    /// ```
    "HRD003" "route-astray" Error Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    let network = view.network();
    for (route, place) in &network.routes {
        let (to, via) = (route.destination, route.via);
        let label = Label::new(place.clone(), format!("the route to {to}"));
        let finding = match route.fault(&network.facts) {
            Some(Fault::Misses(owner)) => {
                let message = format!("the route to pods {to} leads over {via}, and {owner} has them");
                Finding::new(&RULE, message, label).help(format!("write {owner}"))
            }
            Some(_) => {
                let message = format!("the route to pods {to} leads over {via}, which is in no network of the nodes");
                Finding::new(&RULE, message, label)
            }
            None => continue,
        };
        let owner = network.spaces().find(|(space, about)| space.range == to.range() && about.place.is_some());
        let owner = owner.and_then(|(_, about)| Some(Label::new(about.place.clone()?, about.title.clone())));
        report.find(match owner {
            Some(label) => finding.related(label),
            None => finding,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    const W1: &str = "pod_cidr: 10.200.1.0/24\n";

    #[test]
    fn a_route_to_another_worker_is_found() {
        let w0 = "pod_cidr: 10.200.0.0/24\npod_routes:\n  - {cidr: 10.200.1.0/24, via: 10.240.0.99}\n";
        insta::assert_snapshot!(Fixture::hard_way("", w0, W1).check(&RULE), @"
        host_vars/w0.yml:3:5: error[HRD003] the route to pods 10.200.1.0/24 leads over 10.240.0.99, and 10.240.0.21 has them
          `{cidr: 10.200.1.0/24, via: 10.240.0.99}` the route to 10.200.1.0/24
          host_vars/w1.yml:1:11: `10.200.1.0/24` pods of w1
          help: write 10.240.0.21
        ");
    }

    #[test]
    fn a_route_over_no_network_of_the_nodes_is_found() {
        let w0 = "pod_cidr: 10.200.0.0/24\npod_routes:\n  - {cidr: 10.200.9.0/24, via: 192.168.0.1}\n";
        let cluster = Fixture::hard_way("", w0, W1);
        assert_eq!(cluster.check(&RULE), "");
        insta::assert_snapshot!(cluster.declared("nodes: [{cidr: 10.240.0.0/24}]\n").check(&RULE), @"
        host_vars/w0.yml:3:5: error[HRD003] the route to pods 10.200.9.0/24 leads over 192.168.0.1, which is in no network of the nodes
          `{cidr: 10.200.9.0/24, via: 192.168.0.1}` the route to 10.200.9.0/24
        ");
    }

    #[test]
    fn a_route_to_the_owner_is_in_order() {
        let w0 = "pod_cidr: 10.200.0.0/24\npod_routes: [{cidr: 10.200.1.0/24, via: 10.240.0.21}]\n";
        assert_eq!(Fixture::hard_way("", w0, W1).declared("nodes: [{cidr: 10.240.0.0/24}]\n").check(&RULE), "");
    }
}
