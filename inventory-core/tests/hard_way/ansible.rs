//! Ansible has each value on the right hosts.

use ansible_referee::Ansible;
use serde_json::{Value, json};

use crate::lab::{FROM_SCRATCH, HA_LAB, Lab};

const API: &str = "  api_address: 10.240.0.50\n";

fn route(cidr: &str, via: &str) -> Value {
    json!({"cidr": cidr, "via": via})
}

#[test]
fn every_value_is_on_the_right_hosts() {
    let lab = Lab::example("ha-lab", API, &HA_LAB);
    lab.write();
    let ways = [0, 1, 2].map(|n| route(&format!("10.200.{n}.0/24"), &format!("10.240.0.3{n}")));
    for ansible in Ansible::ALL {
        let hosts = lab.hostvars(ansible);
        for (name, _) in HA_LAB {
            let vars = &hosts[name];
            assert_eq!(vars["cluster_cidr"], "10.200.0.0/16", "{ansible:?} {name}");
            assert_eq!(vars["service_cidr"], "10.32.0.0/24");
            assert_eq!(vars["cluster_dns"], "10.32.0.10");
            assert_eq!(vars["api_address"], "10.240.0.50");
            assert_eq!(
                vars["etcd_initial_cluster"],
                "etcd0.lan=https://10.240.0.10:2380,etcd1.lan=https://10.240.0.11:2380,\
                 etcd2.lan=https://10.240.0.12:2380"
            );
            let sans = vars["apiserver_sans"].as_array().unwrap();
            for name in ["10.32.0.1", "10.240.0.22", "controller2.lan", "10.240.0.50", "127.0.0.1", "kubernetes"] {
                assert!(sans.contains(&json!(name)), "{name}");
            }
            let (pods, routes) = match name.strip_prefix("worker") {
                Some(number) => {
                    let at = usize::from(number.as_bytes()[0] - b'0');
                    let others: Vec<_> = (0..3).filter(|other| *other != at).map(|other| ways[other].clone()).collect();
                    (json!(format!("10.200.{at}.0/24")), json!(others))
                }
                None if name.starts_with("controller") => (Value::Null, json!(ways)),
                None => (Value::Null, Value::Null),
            };
            assert_eq!((&vars["pod_cidr"], &vars["pod_routes"]), (&pods, &routes), "{ansible:?} {name}");
        }
    }
}

#[test]
fn a_more_specific_group_of_the_user_wins_and_is_told() {
    let lab = Lab::example("ha-lab", API, &HA_LAB)
        .with(
            "group_vars/worker_servers.yml",
            "# The workers reach the API through a tunnel.\napi_address: 127.0.0.1\n",
        )
        .with("group_vars/all/own.yml", "etcd_initial_cluster_token: etcd-cluster-0\n");
    let merged = lab.write();
    let told: Vec<_> = merged.overrides.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(lab.shown(&told.join("\n")), @"group_vars/worker_servers.yml:2:1: `api_address` is 127.0.0.1 for group `worker_servers`, which counts there instead of 10.240.0.50; remove it if that is not meant");
    // A file beside the directory would never be read.
    assert!(lab.text("group_vars/all/all.yml").contains("cluster_cidr: 10.200.0.0/16"));
    for ansible in Ansible::ALL {
        let hosts = lab.hostvars(ansible);
        assert_eq!(hosts["worker1.lan"]["api_address"], "127.0.0.1");
        assert_eq!(hosts["controller1.lan"]["api_address"], "10.240.0.50");
        assert_eq!(hosts["worker1.lan"]["etcd_initial_cluster_token"], "etcd-cluster-0");
        assert_eq!(hosts["worker1.lan"]["cluster_cidr"], "10.200.0.0/16");
    }
}

#[test]
fn what_is_read_back_is_what_counts_for_ansible() {
    // Every set of places that a value can stand in; each set has a variable of its own, so that Ansible runs once.
    const FILES: [&str; 5] = [
        "group_vars/all.yml",
        "group_vars/lab.yml",
        "group_vars/etcd.yml",
        "group_vars/controllers.yml",
        "host_vars/master.yml",
    ];
    const PLACES: usize = FILES.len() + 2;
    let lines = |place: usize| -> Vec<String> {
        let sets = (0..1_u32 << PLACES).filter(|set| set & (1 << place) != 0);
        sets.map(|set| format!("v{set}: 10.{}.0.0/16", 100 + place)).collect()
    };
    let [of_top, of_host] = [5, 6].map(|place| lines(place).join(", "));
    let cluster = |set: u32| {
        format!(
            "plugin: kube_inventory.vms.static\nlayout: hard-way\nhosts: {{vars: {{{of_top}}}}}\ngroups:\n  \
             controllers: {{names: [master], host_vars: {{{of_host}}}}}\n  workers: {{names: ['minion*']}}\n  \
             etcd: all\nnetwork: {{variables: {{cluster_cidr: v{set}}}}}\n"
        )
    };
    let mut lab = Lab::new(&cluster(0), &FROM_SCRATCH);
    for (place, file) in FILES.iter().enumerate() {
        lab = lab.with(file, &lines(place).join("\n"));
    }
    let counts = Ansible::ALL.map(|ansible| lab.hostvars(ansible)["master"].clone());
    for set in 0..1_u32 << PLACES {
        lab = lab.becomes(&cluster(set), &FROM_SCRATCH);
        let read = lab.current().pods.first().map(|pods| pods.value.to_string());
        for counts in &counts {
            assert_eq!(read.as_deref(), counts[format!("v{set}")].as_str(), "{set:b}");
        }
    }
}

#[test]
fn the_users_own_file_keeps_everything_else() {
    let path = format!("{}/../examples/ha-lab/group_vars/all.yml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    // As it was before our own were written into it.
    let own = text.split("# inv: ").next().unwrap().to_owned();
    let names = "  variables:\n    cluster_cidr: k8s_controller_cluster_cidr\n    \
        service_cidr: k8s_controller_service_account_ip_range\n    cluster_dns: k8s_worker_cluster_dns\n";
    let lab = Lab::example("ha-lab", &format!("{API}{names}"), &HA_LAB).with("group_vars/all.yml", &own);
    let merged = lab.write();
    // What stands there is what the plan wants, so that only the missing two are new.
    let changes: Vec<_> = merged.changes.iter().map(|change| change.path.join(".")).collect();
    assert_eq!(changes[..2], ["api_address", "apiserver_sans"]);
    assert!(changes[2..].iter().all(|name| name.starts_with("pod_")), "{changes:?}");
    assert!(lab.text("group_vars/all.yml").starts_with(&own));
    for ansible in Ansible::ALL {
        assert_eq!(lab.hostvars(ansible)["worker0.lan"]["k8s_worker_master"], "https://10.240.0.50:443");
    }
}
