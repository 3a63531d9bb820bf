//! The `network` of a cluster file, and addresses of hosts behind a NUL: a plan that can be shown and written, or an
//! error with a remedy; what was planned once stays.
#![no_main]

use std::path::Path;

use inventory_core::cluster::{Cluster, Layout, Loaded};
use inventory_core::environment::Environment;
use inventory_core::plan::render::{Style, json, picture, svg, table};
use inventory_core::plan::{Current, Input, NetworkPlan, PlanError, PlannedHost, plan};
use inventory_core::safe::HostName;
use inventory_core::vars::tree::VarsTree;
use inventory_core::vars::{hard_way, kubespray};
use inventory_core::yaml::Source;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (network, addresses) = text.split_once('\0').unwrap_or((text, "192.168.1.10"));
    for head in ["kubespray_version: v2.31.0\n", "kubespray_version: v2.15.0\n", "layout: hard-way\n"] {
        let lines: String = network.lines().flat_map(|line| ["  ", line, "\n"]).collect();
        let file = format!("plugin: kube_inventory.vms.static\n{head}network:\n{lines}");
        let source = Source::new("fuzz.static.yml", file);
        let loaded = Loaded::<serde_json::Value>::parse(source, Path::new("/x/fuzz.static.yml"), "static", &|_| None);
        let Ok(Loaded { cluster, .. }) = loaded else { continue };
        look(&cluster, &hosts(addresses));
    }
});

fn hosts(addresses: &str) -> Vec<PlannedHost> {
    let addresses = addresses.split(',').filter_map(|address| address.parse().ok()).enumerate();
    let host = |(at, address)| PlannedHost {
        name: HostName::written(&format!("n{at}")).expect("a name"),
        addresses: vec![address],
        is_control_plane: at == 0,
        is_etcd: at == 0,
        is_worker: true,
        etcd_name: None,
        pod_cidrs: Vec::new(),
    };
    addresses.map(host).collect()
}

fn look(cluster: &Cluster, hosts: &[PlannedHost]) {
    let environment = Environment::default();
    let first = match planned(cluster, hosts, &environment) {
        Ok(first) => first,
        Err(error) => return assert!(!error.to_string().is_empty() && !error.remedy().is_empty()),
    };
    let style = Style { width: 80, colour: false };
    let shown = [table::table(&first, None, style), picture::picture(&first, style), svg::svg(&first)];
    assert!(shown.iter().all(|text| !text.contains('\u{1b}')));
    assert!(serde_json::to_string(&json::json(&first, None)).is_ok());
    assert_eq!(Ok(&first), planned(cluster, hosts, &environment).as_ref(), "a plan that differs from run to run");
    if cluster.layout == Layout::HardWay {
        let _ = hard_way::settings(&first, &cluster.network.variables);
    } else {
        let _ = kubespray::settings(&first, &VarsTree::read("/nowhere"));
    }
}

fn planned(cluster: &Cluster, hosts: &[PlannedHost], environment: &Environment) -> Result<NetworkPlan, PlanError> {
    plan(&Input { cluster, hosts, environment, current: &Current::default(), siblings: &[], replan: &[] })
}
