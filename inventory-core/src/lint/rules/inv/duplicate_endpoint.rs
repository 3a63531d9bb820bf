use indexmap::IndexMap;

use super::addresses::endpoint;
use crate::lint::finding::{Finding, Label, Place};
use crate::lint::model::Scope;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::rules::words;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Finds two nodes that Ansible reaches at one address and port: one machine under two names.
    ///
    /// ## Why is this bad?
    /// kubespray sets up the machine twice at the same time, once as each node: the host name, etcd's data and the
    /// certificates are those of whichever task came last. Where both are members of etcd, it never has a majority.
    ///
    /// Nodes behind different jumps, or that are reached by other means than SSH, may share an address.
    ///
    /// ## Example
    /// ```ini
    /// [kube_node]
    /// node1 ansible_host=192.0.2.11
    /// node2 ansible_host=192.0.2.11
    /// ```
    ///
    /// Use instead:
    /// ```ini
    /// [kube_node]
    /// node1 ansible_host=192.0.2.11
    /// node2 ansible_host=192.0.2.12
    /// ```
    "INV009" "duplicate-endpoint" Error Never
}

/// What leads SSH elsewhere although address and port are the same.
const WAYS: [&str; 3] = ["ansible_ssh_common_args", "ansible_ssh_extra_args", "ansible_ssh_args"];

/// Address, port, and the ways there.
type Endpoint = (String, String, Vec<String>);

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() {
        return;
    }
    let mut by_endpoint: IndexMap<Endpoint, Vec<(&str, Option<Place>)>> = IndexMap::new();
    for (host, scope) in view.each_node() {
        if !is_by_ssh(view, scope) {
            continue;
        }
        let Some((address, place)) = endpoint(view, host, scope) else { continue };
        let Some(port) = port(view, scope) else { continue };
        let ways = WAYS.iter().map(|way| scope.get(way).map_or_else(String::new, |way| way.place().text().to_owned()));
        by_endpoint.entry((address, port, ways.collect())).or_default().push((host, place));
    }
    for ((address, port, _), nodes) in by_endpoint {
        let [_, (second, second_place), ..] = nodes.as_slice() else { continue };
        let place = |host: &str, place: &Option<Place>| place.clone().or_else(|| view.host_place(host));
        let Some(primary) = place(second, second_place) else { continue };
        let names: Vec<&str> = nodes.iter().map(|(host, _)| *host).collect();
        let mut finding = Finding::new(
            &RULE,
            format!("{} are one machine to Ansible: {address} on port {port}", words::list(&names)),
            Label::new(primary.clone(), format!("where {second} is reached")),
        );
        for (host, at) in nodes.iter().filter(|(host, _)| host != second) {
            if let Some(place) = place(host, at).filter(|place| *place != primary) {
                finding = finding.related(Label::new(place, format!("where {host} is reached")));
            }
        }
        report.find(finding.help("give each node the address, or the port, of its own machine"));
    }
}

/// The port, SSH's own where none is written. `None`: it cannot be known.
fn port<'a>(view: &View<'a>, scope: &Scope<'_, 'a>) -> Option<String> {
    match ["ansible_port", "ansible_ssh_port"].into_iter().find(|name| scope.is_set(name)) {
        Some(variable) => view.text(scope, &[variable]).map(|(port, _)| port),
        None => Some("22".to_owned()),
    }
}

fn is_by_ssh(view: &View<'_>, scope: &Scope<'_, '_>) -> bool {
    let Some(connection) = scope.find(&["ansible_connection"]) else { return true };
    match &connection.value {
        Ok(value) => {
            let text = value.to_plain_text();
            let name = text.rsplit('.').next().unwrap_or_default();
            matches!(name, "ssh" | "smart" | "paramiko" | "paramiko_ssh")
        }
        Err(why) => {
            view.could_not_check("ansible_connection", &connection.place(), why.clone());
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn one_machine_under_two_names_is_found() {
        let copied = Fixture::kubespray().inventory(
            "[kube_control_plane]\nn1 ansible_host=192.0.2.1\n[etcd]\nn1\n[kube_node]\nn2 ansible_host=192.0.2.1\nn3 ansible_host=192.0.2.1 ansible_port=22\nn4 ansible_host=192.0.2.1 ansible_port=2222\n",
        );
        insta::assert_snapshot!(copied.check(&RULE), @"
        inventory.ini:6:17: error[INV009] n1, n2 and n3 are one machine to Ansible: 192.0.2.1 on port 22
          `192.0.2.1` where n2 is reached
          inventory.ini:2:17: `192.0.2.1` where n1 is reached
          inventory.ini:7:17: `192.0.2.1` where n3 is reached
          help: give each node the address, or the port, of its own machine
        ");
        let by_name =
            Fixture::kubespray().inventory("[kube_control_plane]\n192.0.2.1\n[etcd]\nn1 ansible_host=192.0.2.1\n");
        insta::assert_snapshot!(by_name.check(&RULE), @"
        inventory.ini:4:17: error[INV009] 192.0.2.1 and n1 are one machine to Ansible: 192.0.2.1 on port 22
          `192.0.2.1` where n1 is reached
          inventory.ini:2:1: `192.0.2.1` where 192.0.2.1 is reached
          help: give each node the address, or the port, of its own machine
        ");
    }

    #[test]
    fn ports_jumps_and_other_connections_tell_machines_apart() {
        for fine in [
            "n1 ansible_host=127.0.0.1 ansible_port=2222\nn2 ansible_host=127.0.0.1 ansible_port=2200\n",
            "n1 ansible_host=10.0.0.5 ansible_ssh_common_args='-J a'\nn2 ansible_host=10.0.0.5 ansible_ssh_common_args='-J b'\n",
            "n1 ansible_host=x ansible_connection=docker\nn2 ansible_host=x ansible_connection=docker\n",
            "n1 ansible_host=\"{{ a }}\"\nn2 ansible_host=\"{{ a }}\"\n",
            "n1 ansible_host=x ansible_port=\"{{ a }}\"\nn2 ansible_host=x ansible_port=\"{{ b }}\"\n",
        ] {
            let inventory = format!("[kube_control_plane]\nn1\n[kube_node]\n{fine}");
            assert_eq!(Fixture::kubespray().inventory(&inventory).check(&RULE), "", "{fine}");
        }
        let bastion = "[kube_control_plane]\nn1 ansible_host=192.0.2.1\n[kube_node]\nn1\n[bastion]\nbastion ansible_host=192.0.2.1\n";
        assert_eq!(Fixture::kubespray().inventory(bastion).check(&RULE), "");
    }
}
