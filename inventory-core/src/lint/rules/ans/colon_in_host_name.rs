use std::net::Ipv6Addr;

use crate::ansible::host_pattern::split_port;
use crate::inventory::Value;
use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Finds hosts whose name holds a colon that does not do what it looks like: it separates no port, or the port counts
    /// for nothing.
    ///
    /// ## Why is this bad?
    /// `node1:2222` is the host `node1` on port 2222, but only where the host is first written; later on the port is
    /// ignored. And what Ansible does not recognise as a host and a port, `node1:10.0.0.1` for one, is a host of that
    /// whole name, which SSH then cannot find.
    ///
    /// ## Example
    /// ```ini
    /// [all]
    /// node1
    ///
    /// [kube_node]
    /// node1:2222
    /// ```
    ///
    /// Use instead:
    /// ```ini
    /// [all]
    /// node1 ansible_port=2222
    ///
    /// [kube_node]
    /// node1
    /// ```
    "ANS008" "colon-in-host-name" Warning Never
}

fn check(view: &View<'_>, report: &mut Report) {
    for (name, _) in view.groups.hosts().filter(|(name, _)| name.contains(':') && name.parse::<Ipv6Addr>().is_err()) {
        let Some(place) = view.host_place(name) else { continue };
        let finding = Finding::new(
            &RULE,
            format!("`{name}` is the host's whole name: what follows the colon is no port"),
            Label::new(place, "taken for one name"),
        );
        report.find(finding.help("write the address as `ansible_host`, and the port as `ansible_port`"));
    }
    for (_, group) in view.groups.iter() {
        for (host, place) in &group.hosts {
            let Some(place) = place.as_ref().filter(|place| place.text().contains(':')) else { continue };
            let (_, Some(digits)) = split_port(place.text().trim_matches(['"', '\''])) else { continue };
            let Ok(port) = digits.parse::<i128>() else { continue };
            let own = view.groups.host(host).into_iter().flat_map(|host| &host.vars);
            let counts = own.filter(|variable| variable.name == "ansible_port").find_map(|variable| {
                match variable.value().as_deref() {
                    Ok(Value::Int(port)) => Some((*port, variable.place())),
                    _ => None,
                }
            });
            let finding = match counts {
                Some((counts, _)) if counts == port => {
                    if (1..=65535).contains(&port) {
                        continue;
                    }
                    Finding::new(
                        &RULE,
                        format!("{port} behind the colon is the port of {host}, and there is none of that number"),
                        Label::new(place.clone(), format!("port {port}")),
                    )
                }
                Some((counts, other)) => Finding::new(
                    &RULE,
                    format!("port {port} of {host} counts for nothing: its port is {counts}"),
                    Label::new(place.clone(), "written too late"),
                )
                .related(Label::new(other, format!("port {counts}"))),
                None => Finding::new(
                    &RULE,
                    format!("port {port} of {host} counts for nothing: {host} was written before, without a port"),
                    Label::new(place.clone(), "written too late"),
                )
                .related(Label::new(
                    view.host_place(host).unwrap_or_else(|| place.clone()),
                    format!("the first {host}"),
                )),
            };
            report.find(finding.help(format!("write `ansible_port` of {host} once")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn colons_that_separate_no_port_or_too_late_are_found() {
        let odd = Fixture::kubespray().inventory(
            "[all]\nn1\nn2:2222\nn5:99999\n[kube_node]\nn1:2222\nn2:2200\nn3:10.0.0.1\n[kube_control_plane]\nn2\n",
        );
        insta::assert_snapshot!(odd.check(&RULE), @"
        inventory.ini:8:1: warning[ANS008] `n3:10.0.0.1` is the host's whole name: what follows the colon is no port
          `n3:10.0.0.1` taken for one name
          help: write the address as `ansible_host`, and the port as `ansible_port`
        inventory.ini:4:1: warning[ANS008] 99999 behind the colon is the port of n5, and there is none of that number
          `n5:99999` port 99999
          help: write `ansible_port` of n5 once
        inventory.ini:6:1: warning[ANS008] port 2222 of n1 counts for nothing: n1 was written before, without a port
          `n1:2222` written too late
          inventory.ini:2:1: `n1` the first n1
          help: write `ansible_port` of n1 once
        inventory.ini:7:1: warning[ANS008] port 2200 of n2 counts for nothing: its port is 2222
          `n2:2200` written too late
          inventory.ini:3:1: `n2:2222` port 2222
          help: write `ansible_port` of n2 once
        ");
    }

    #[test]
    fn a_port_where_a_host_is_first_met_and_ipv6_are_fine() {
        let fine = "[all]\nn1:2222\n2001:db8::1\n[2001:db8::2]:2222\n\"n[3:4]:22\"\n[kube_node]\nn1\n";
        assert_eq!(Fixture::kubespray().inventory(fine).check(&RULE), "");
    }
}
