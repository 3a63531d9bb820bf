//! `plan` and `vars`: what the network is to be, and what stands in `group_vars`.

use std::fs;

use crate::lab::Lab;

/// Three machines on the pod network of a cluster that has kubespray's own ranges.
const NESTED: &str = "\
kubespray_version: v2.31.0
source:
  addresses: [10.233.67.76-10.233.67.78]
groups:
  kube_control_plane: {first: 1}
  etcd: {first: 1}
  kube_node: all
network:
  hosting:
    - {name: kube-test, cni: calico, cni_version: v3.29.0, encapsulation: vxlan, pods: 10.233.64.0/18, services: 10.233.0.0/18}
";

/// Three machines on a network of their own.
pub(crate) const FLAT: &str = "\
kubespray_version: v2.31.0
source:
  addresses: [192.168.1.10-192.168.1.12]
groups:
  kube_control_plane: {first: 1}
  etcd: {first: 1}
  kube_node: all
network:
  nodes: [{cidr: 192.168.1.0/24}]
";

const CLUSTER_VARS: &str = "group_vars/k8s_cluster/k8s-cluster.yml";
const CALICO_VARS: &str = "group_vars/k8s_cluster/k8s-net-calico.yml";

#[test]
fn a_cluster_without_company_needs_no_variables() {
    let lab = Lab::new(FLAT);
    insta::assert_snapshot!(lab.on_file(&["vars", "--check"]).text(), @"");
    insta::assert_snapshot!(lab.on_file(&["vars", "--write"]).text(), @"nothing to write: the variables are as planned");
    assert_eq!(lab.names(), [".inv", "lab.static.yml"], "only what was in effect is remembered");
}

#[test]
fn a_cluster_in_a_cluster_gets_ranges_of_its_own_once() {
    let lab = Lab::new(NESTED);
    insta::assert_snapshot!(lab.on_file(&["vars", "--diff"]).no(), @"
    --- /dev/null
    +++ b/group_vars/k8s_cluster/k8s-cluster.yml
    @@ -0,0 +1,5 @@
    +---
    +# inv: the next free /18; 10.233.0.0/18 is services of kube-test
    +kube_service_addresses: 10.233.128.0/18
    +# inv: the next free /18; 10.233.64.0/18 is pods of kube-test, and 3 more are in the way
    +kube_pods_subnet: 10.233.192.0/18
    --- /dev/null
    +++ b/group_vars/k8s_cluster/k8s-net-calico.yml
    @@ -0,0 +1,5 @@
    +---
    +# inv: kube-test drops VXLAN on its own port
    +calico_vxlan_port: 4790
    +# inv: 1500 (site) − 50 (vxlan, kube-test) − 50 (vxlan, lab) = 1400
    +calico_mtu: 1400
    ");
    assert_eq!(lab.names(), ["lab.static.yml"], "a look changes nothing");
    insta::assert_snapshot!(lab.on_file(&["vars", "--write"]).text(), @"
    group_vars/k8s_cluster/k8s-cluster.yml:3: kube_service_addresses: 10.233.128.0/18 (the next free /18; 10.233.0.0/18 is services of kube-test)
    group_vars/k8s_cluster/k8s-cluster.yml:5: kube_pods_subnet: 10.233.192.0/18 (the next free /18; 10.233.64.0/18 is pods of kube-test, and 3 more are in the way)
    group_vars/k8s_cluster/k8s-net-calico.yml:3: calico_vxlan_port: 4790 (kube-test drops VXLAN on its own port)
    group_vars/k8s_cluster/k8s-net-calico.yml:5: calico_mtu: 1400 (1500 (site) − 50 (vxlan, kube-test) − 50 (vxlan, lab) = 1400)
    4 values written in 2 files
    ");
    let written = (lab.read(CLUSTER_VARS), lab.read(CALICO_VARS), lab.read(".inv/plan.json"));
    insta::assert_snapshot!(lab.on_file(&["vars", "--write"]).text(), @"nothing to write: the variables are as planned");
    assert_eq!((lab.read(CLUSTER_VARS), lab.read(CALICO_VARS), lab.read(".inv/plan.json")), written);
    assert_eq!(lab.on_file(&["vars", "--check"]).text(), "");
    assert_eq!(lab.on_file(&["vars", "--diff"]).text(), "");
}

#[test]
fn a_range_that_stands_there_moves_only_when_asked() {
    let lab = Lab::new(NESTED).with(CLUSTER_VARS, "---\n# ours since 2019\nkube_pods_subnet: 10.233.64.0/18 # pods\n");
    insta::assert_snapshot!(lab.on_file(&["vars", "--write"]).failure(1), @"nothing was written: pods 10.233.64.0/18 (group_vars/k8s_cluster/k8s-cluster.yml:3:1) meets pods 10.233.64.0/18 of kube-test (lab.static.yml:12:88) and must not: pods share no address with the hosting cluster's pods, which the machines themselves are; `--replan pods` takes 10.233.192.0/18, which is all there is to do while the cluster is not built; one that runs must be built again");
    assert_eq!(lab.read(CLUSTER_VARS), "---\n# ours since 2019\nkube_pods_subnet: 10.233.64.0/18 # pods\n");
    assert_eq!(lab.names(), ["group_vars", "lab.static.yml"]);
    insta::assert_snapshot!(lab.on_file(&["vars", "--write", "--replan", "pods"]).text(), @"
    group_vars/k8s_cluster/k8s-cluster.yml:6: kube_service_addresses: 10.233.128.0/18 (the next free /18; 10.233.0.0/18 is services of kube-test)
    group_vars/k8s_cluster/k8s-cluster.yml:4: kube_pods_subnet: 10.233.64.0/18 → 10.233.192.0/18 (the next free /18; 10.233.64.0/18 is pods of kube-test, and 3 more are in the way)
    group_vars/k8s_cluster/k8s-net-calico.yml:3: calico_vxlan_port: 4790 (kube-test drops VXLAN on its own port)
    group_vars/k8s_cluster/k8s-net-calico.yml:5: calico_mtu: 1400 (1500 (site) − 50 (vxlan, kube-test) − 50 (vxlan, lab) = 1400)
    4 values written in 2 files
    ");
    insta::assert_snapshot!(lab.read(CLUSTER_VARS), @"
    ---
    # ours since 2019
    # inv: the next free /18; 10.233.64.0/18 is pods of kube-test, and 3 more are in the way
    kube_pods_subnet: 10.233.192.0/18 # pods
    # inv: the next free /18; 10.233.0.0/18 is services of kube-test
    kube_service_addresses: 10.233.128.0/18
    ");
}

#[test]
fn what_was_in_effect_stays_in_effect_when_something_new_is_in_the_way() {
    let lab = Lab::new(FLAT);
    lab.on_file(&["vars", "--write"]).text();
    lab.edit("  nodes:", "  avoid: [{name: office, cidr: 10.233.64.0/20}]\n  nodes:");
    insta::assert_snapshot!(lab.on_file(&["vars", "--write"]).failure(1), @"nothing was written: pods 10.233.64.0/18 (in effect when the variables were last written) meets network outside 10.233.64.0/20 (office, lab.static.yml:11:32) and must not: pods and services share no address with a network outside that machines must reach; `--replan pods` takes 10.233.128.0/18, which is all there is to do while the cluster is not built; one that runs must be built again");
}

#[test]
fn a_new_version_with_another_default_writes_the_old_value_out() {
    let lab = Lab::new(&FLAT.replace("v2.31.0", "v2.18.0"));
    lab.on_file(&["vars", "--write"]).text();
    lab.edit("v2.18.0", "v2.20.0");
    insta::assert_snapshot!(lab.on_file(&["vars", "--write"]).text(), @"
    group_vars/k8s_cluster/k8s-net-calico.yml:3: calico_ipip_mode: Always (kept from v2.18.0: v2.20.0 has vxlan, and a live pool cannot change)
    group_vars/k8s_cluster/k8s-net-calico.yml:5: calico_vxlan_mode: Never (kept from v2.18.0: v2.20.0 has vxlan, and a live pool cannot change)
    group_vars/k8s_cluster/k8s-net-calico.yml:7: calico_network_backend: bird (kept from v2.18.0: v2.20.0 has vxlan, and a live pool cannot change)
    group_vars/k8s_cluster/k8s-net-calico.yml:9: calico_pool_blocksize: 24 (kept from v2.18.0: v2.20.0 has /26, and a live pool cannot change)
    4 values written in 1 file
    ");
    insta::assert_snapshot!(lab.read(CALICO_VARS), @"
    ---
    # inv: kept from v2.18.0: v2.20.0 has vxlan, and a live pool cannot change
    calico_ipip_mode: Always
    # inv: kept from v2.18.0: v2.20.0 has vxlan, and a live pool cannot change
    calico_vxlan_mode: Never
    # inv: kept from v2.18.0: v2.20.0 has vxlan, and a live pool cannot change
    calico_network_backend: bird
    # inv: kept from v2.18.0: v2.20.0 has /26, and a live pool cannot change
    calico_pool_blocksize: 24
    ");
}

#[test]
fn a_value_behind_jinja_is_left_and_told() {
    let lab = Lab::new(NESTED).with(CLUSTER_VARS, "kube_pods_subnet: \"{{ lookup('env', 'PODS') }}\"\n");
    let run = lab.on_file(&["vars", "--write"]);
    insta::assert_snapshot!(run.text(), @"
    group_vars/k8s_cluster/k8s-cluster.yml:3: kube_service_addresses: 10.233.128.0/18 (the next free /18; 10.233.0.0/18 is services of kube-test)
    group_vars/k8s_cluster/k8s-net-calico.yml:3: calico_vxlan_port: 4790 (kube-test drops VXLAN on its own port)
    group_vars/k8s_cluster/k8s-net-calico.yml:5: calico_mtu: 1400 (1500 (site) − 50 (vxlan, kube-test) − 50 (vxlan, lab) = 1400)
    left: group_vars/k8s_cluster/k8s-cluster.yml:1:1: `kube_pods_subnet` is left as it is, because it is a template, `{{ lookup('env', 'PODS') }}`, and only Ansible knows what that comes to; see to it that it is 10.233.192.0/18, or write that instead
    3 values written in 2 files
    ");
    assert!(lab.read(CLUSTER_VARS).contains("kube_pods_subnet: \"{{ lookup('env', 'PODS') }}\"\n"));
}

#[test]
fn whoever_overrides_a_planned_value_is_told() {
    let lab = Lab::new(NESTED).with("group_vars/kube_node.yml", "calico_mtu: 1500\n");
    lab.on_file(&["vars", "--write"]).text();
    insta::assert_snapshot!(lab.on_file(&["vars", "--check"]).no(), @"overridden: group_vars/kube_node.yml:1:1: `calico_mtu` is 1500 for group `kube_node`, which counts there instead of 1400; remove it if that is not meant");
}

#[test]
fn a_check_that_cannot_find_out_exits_2() {
    let lab = Lab::new("kubespray_version: v2.31.0\nsource: {files: [hosts.ini]}\n");
    insta::assert_snapshot!(lab.on_file(&["vars", "--check"]).failure(2), @"hosts.ini cannot be read: No such file or directory (os error 2); check the path");
    insta::assert_snapshot!(lab.on_file(&["vars", "--write"]).failure(1), @"hosts.ini cannot be read: No such file or directory (os error 2); check the path");
    let lab = Lab::new(NESTED).with(CLUSTER_VARS, "kube_pods_subnet: [\n");
    insta::assert_snapshot!(lab.on_file(&["vars", "--write"]).failure(1), @"nothing was written: group_vars/k8s_cluster/k8s-cluster.yml:1:19: `[` is opened and not closed; close the bracket");
}

#[test]
fn variables_need_a_version_and_a_layout() {
    let lab = Lab::new(&FLAT.replace("kubespray_version: v2.31.0\n", ""));
    insta::assert_snapshot!(lab.on_file(&["vars", "--write"]).failure(1), @"`kubespray_version` is missing, and names, files and defaults of the variables change with it; write the version that you run, `kubespray_version: v2.31.0`");
    let lab = Lab::new(&FLAT.replace("kubespray_version: v2.31.0", "layout: none"));
    insta::assert_snapshot!(lab.on_file(&["vars", "--write"]).failure(2), @"`layout: none` says nothing about variables; write `layout: kubespray` or `layout: hard-way` into the cluster file");
    insta::assert_snapshot!(lab.on_file(&["vars"]).failure(2), @"<--write|--check|--diff> is missing; `inv-static --help` lists what there is");
    insta::assert_snapshot!(lab.run(&["vars", "--write"]).failure(2), @"`vars` needs a cluster file; name it first: `inv-static FILE vars`; `inv-static init` writes one");
}

#[test]
fn siblings_of_a_site_keep_apart_one_after_the_other() {
    let lab =
        Lab::new(&(FLAT.to_owned() + "site: site.yml\n")).with("site.yml", "siblings: ['*.static.yml', 'b/*.yml']\n");
    let other = FLAT.replace("192.168.1.", "192.168.2.") + "site: ../site.yml\n";
    lab.write("b/b.static.yml", &format!("#!/usr/bin/env inv-static\nplugin: kube_inventory.vms.static\n{other}"));
    lab.make_executable("b/b.static.yml");
    insta::assert_snapshot!(lab.on_file(&["vars", "--write"]).text(), @"
    group_vars/k8s_cluster/k8s-cluster.yml:3: kube_service_addresses: 10.233.128.0/18 (the next free /18; 10.233.0.0/18 is services of b)
    group_vars/k8s_cluster/k8s-cluster.yml:5: kube_pods_subnet: 10.233.192.0/18 (the next free /18; 10.233.64.0/18 is pods of b)
    2 values written in 1 file
    ");
    insta::assert_snapshot!(lab.run(&["b/b.static.yml", "vars", "--check"]).text(), @"");
}

#[test]
fn a_site_that_is_not_there_is_named() {
    let lab = Lab::new(&(FLAT.to_owned() + "site: ../site.yml\n"));
    insta::assert_snapshot!(lab.on_file(&["plan"]).failure(1), @"../site.yml cannot be read: No such file or directory (os error 2); check the path");
    lab.on_file(&["--list"]).text();
    let lab = Lab::new(&(FLAT.to_owned() + "site: site.yml\n"))
        .with("site.yml", "siblings: ['clusters/*.yml']\navoids: []\n");
    insta::assert_snapshot!(lab.on_file(&["plan"]).failure(1), @"site.yml:2:1: unknown key `avoids`; did you mean `avoid`?");
    lab.write("site.yml", "siblings: ['clusters/*.yml']\n");
    insta::assert_snapshot!(lab.on_file(&["plan"]).failure(1), @r#"site.yml:1:11: `siblings` has "clusters/*.yml": there is no such file; write paths or globs of cluster files"#);
}

#[test]
fn a_plan_is_shown_without_a_cluster_file_too() {
    let lab = Lab::empty();
    insta::assert_snapshot!(lab.run(&["plan", "--addresses", "10.0.0.4-10.0.0.6"]).text(), @"
    inv-static: 3 nodes

    ranges      network         addresses  later  room for
      services  10.233.0.0/18      16,384  fixed  16,384 services       default of kubespray
      pods      10.233.64.0/18     16,384  fixed  128 nodes × 110 pods  default of kubespray

    settings
      CNI              calico, fixed: default of kubespray
      encapsulation    vxlan, fixed: default of calico
      a node's share   /24, fixed
      Calico's blocks  /26, fixed: default of calico
      pods on a node   110 at most, changeable: default of the kubelet
      nodes            3 today, 6 at most, changeable: twice today's
      runtime          containerd, fixed
      domain           cluster.local, fixed
      DNS              10.233.0.10: in the service network
      without a reason: default of Kubernetes

    MTU           machines' NIC  path  pods' NIC  pods use  fits
      site                 1500  1500
      inv-static           1500  1500       1450      1450  1450
      1500 (site) − 50 (vxlan, inv-static) = 1450
      nothing is written: its pods get 1450 without

    kept apart from
      inv-static  nodes 10.0.0.4-10.0.0.6

    nothing collides
    ");
}

#[test]
fn a_plan_that_would_break_the_cluster_is_shown_and_says_no() {
    let lab = Lab::new(NESTED).with(CLUSTER_VARS, "kube_pods_subnet: 10.233.64.0/18\n");
    let table = lab.on_file(&["plan"]).no();
    assert!(table.contains("F01") && table.contains("nothing will be written"), "{table}");
    let json: serde_json::Value = serde_json::from_str(&lab.on_file(&["plan", "--format", "json"]).no()).unwrap();
    assert_eq!(json["format"], 1);
    assert!(lab.on_file(&["plan", "--format", "svg"]).no().starts_with("<svg"));
}

#[test]
fn variables_go_where_the_directory_is() {
    let lab = Lab::new(NESTED);
    fs::create_dir(lab.path("inventory")).unwrap();
    lab.on_file(&["vars", "--write", "inventory"]).text();
    assert_eq!(lab.names(), ["inventory", "lab.static.yml"]);
    assert_eq!(lab.on_file(&["vars", "--check", "inventory"]).text(), "");
    assert!(lab.read("inventory/group_vars/k8s_cluster/k8s-cluster.yml").contains("kube_pods_subnet: 10.233.192.0/18"));
}

#[test]
fn doctor_knows_a_network_that_collides() {
    let lab = Lab::new(NESTED).with(CLUSTER_VARS, "kube_pods_subnet: 10.233.64.0/18\n");
    let text = lab.on_file(&["doctor"]).no();
    let wrong =
        text.lines().find(|line| line.starts_with("wrong: ") && line.contains("10.233.64.0/18")).expect("it is told");
    insta::assert_snapshot!(wrong, @"wrong: pods 10.233.64.0/18 (group_vars/k8s_cluster/k8s-cluster.yml:1:1) meets pods 10.233.64.0/18 of kube-test (lab.static.yml:12:88) and must not: pods share no address with the hosting cluster's pods, which the machines themselves are; `--replan pods` takes 10.233.192.0/18, which is all there is to do while the cluster is not built; one that runs must be built again");
}

#[test]
fn a_range_changed_by_hand_is_not_taken_for_the_one_in_effect() {
    let lab = Lab::new(NESTED);
    lab.on_file(&["vars", "--write"]).text();
    let by_hand = lab.read(CLUSTER_VARS).replace("10.233.192.0/18", "10.250.0.0/18");
    lab.write(CLUSTER_VARS, &by_hand);
    insta::assert_snapshot!(lab.on_file(&["vars", "--check"]).no(), @"error: `pods` moves from 10.233.192.0/18 (in effect when the variables were last written) to 10.250.0.0/18; a cluster that runs must be built again for it: write 10.233.192.0/18 back, or, if 10.250.0.0/18 is meant, write it into the cluster file and say `--replan pods`");
    insta::assert_snapshot!(lab.on_file(&["vars", "--write"]).failure(1), @"nothing was written: `pods` moves from 10.233.192.0/18 (in effect when the variables were last written) to 10.250.0.0/18; a cluster that runs must be built again for it: write 10.233.192.0/18 back, or, if 10.250.0.0/18 is meant, write it into the cluster file and say `--replan pods`");
    assert!(lab.read(".inv/plan.json").contains("10.233.192.0/18"));
    lab.edit("network:\n", "network:\n  pods: 10.250.0.0/18\n");
    lab.on_file(&["vars", "--write", "--replan", "pods"]).text();
    assert_eq!(lab.on_file(&["vars", "--check"]).text(), "");
}

#[test]
fn a_file_of_secrets_is_in_nobodys_way() {
    let lab = Lab::new(NESTED).with("group_vars/all/vault.yml", "$ANSIBLE_VAULT;1.1;AES256\n6162\n");
    lab.on_file(&["vars", "--write"]).text();
    assert_eq!(lab.on_file(&["vars", "--check"]).text(), "");
    let table = lab.on_file(&["plan"]).text();
    insta::assert_snapshot!(table.lines().find(|line| line.contains("vault.yml")).unwrap().trim(), @"note     not-read: group_vars/all/vault.yml is encrypted by ansible-vault as a whole, and not");
}

#[test]
fn a_file_that_cannot_be_read_is_no_drift() {
    let lab = Lab::new(NESTED).with(CLUSTER_VARS, "kube_pods_subnet: [\n");
    assert!(lab.on_file(&["plan"]).no().contains("is opened and not closed"));
    assert_eq!(lab.on_file(&["vars", "--check"]).code(), Some(2));
    assert_eq!(lab.on_file(&["vars", "--diff"]).code(), Some(2));
    insta::assert_snapshot!(lab.on_file(&["vars", "--check", "nowhere"]).failure(2), @"nowhere is no directory; name the one that has `group_vars`, or leave it out: the cluster file's");
}

#[test]
fn a_directory_whose_group_is_gone_is_told() {
    let lab = Lab::new(FLAT).with("group_vars/k8s-cluster/k8s-cluster.yml", "kube_pods_subnet: 10.240.0.0/16\n");
    insta::assert_snapshot!(lab.on_file(&["vars", "--check"]).text(), @"warning: group_vars/k8s-cluster counts for nobody: the inventory has no such group; rename it as this version names the group");
    let lab = Lab::new(FLAT).with("group_vars/all.yml", "a: 1\n").with("group_vars/all/all.yml", "a: 2\n");
    insta::assert_snapshot!(lab.on_file(&["vars", "--check"]).text(), @"warning: group_vars/all.yml: Ansible reads `group_vars/all` and then looks no further");
}

#[test]
fn siblings_on_one_network_keep_their_addresses_apart() {
    let one = FLAT.to_owned() + "  load_balancer: [192.168.1.100-192.168.1.120]\n  api_address: 192.168.1.130\n";
    let two =
        one.replace("192.168.1.10-192.168.1.12", "192.168.1.20-192.168.1.22") + "  siblings: [../lab.static.yml]\n";
    let lab = Lab::new(&one);
    lab.on_file(&["vars", "--write"]).text();
    let told = |edits: &[(&str, &str)]| {
        let text = edits.iter().fold(two.clone(), |text, (from, to)| text.replace(from, to));
        lab.write(
            "two/two.static.yml",
            &format!("#!/usr/bin/env inv-static\nplugin: kube_inventory.vms.static\n{text}"),
        );
        lab.make_executable("two/two.static.yml");
        let json: serde_json::Value =
            serde_json::from_str(lab.run(&["two/two.static.yml", "plan", "--format", "json"]).stdout()).unwrap();
        let findings = json["findings"].as_array().unwrap().iter();
        let errors = findings.filter(|finding| finding["severity"] == "error");
        errors
            .map(|finding| finding["what"].as_str().unwrap().split(':').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let apart = [("192.168.1.100-192.168.1.120", "192.168.1.60-192.168.1.80"), ("192.168.1.130", "192.168.1.131")];
    assert_eq!(told(&apart), [""; 0]);
    insta::assert_debug_snapshot!(told(&apart[..1]), @r#"
    [
        "API address 192.168.1.130 (two/two.static.yml",
    ]
    "#);
    insta::assert_debug_snapshot!(told(&apart[1..]), @r#"
    [
        "load-balancer pool 192.168.1.100-192.168.1.120 (two/two.static.yml",
    ]
    "#);
    let pool_over_nodes = [apart[1], ("192.168.1.100-192.168.1.120", "192.168.1.8-192.168.1.15")];
    insta::assert_debug_snapshot!(told(&pool_over_nodes), @r#"
    [
        "load-balancer pool 192.168.1.8/29 (two/two.static.yml",
    ]
    "#);
}

#[test]
fn what_a_site_avoids_stays_avoided_when_a_cluster_avoids_more() {
    let avoid = "  avoid: [{name: lab, cidr: 10.233.0.0/20}]\nsite: site.yml\n";
    let lab = Lab::new(&(FLAT.to_owned() + avoid)).with("site.yml", "avoid: [{name: office, cidr: 10.233.64.0/20}]\n");
    let diff = lab.on_file(&["vars", "--diff"]).no();
    assert!(diff.contains("kube_service_addresses: 10.233.128.0/18"), "{diff}");
    assert!(diff.contains("kube_pods_subnet: 10.233.192.0/18"), "{diff}");
}

#[test]
fn a_range_in_the_inventory_itself_is_kept_too() {
    let hosts = "n1 ansible_host=192.168.1.10\n[kube_control_plane]\nn1\n[etcd]\nn1\n[kube_node]\nn1\n\
                 [k8s_cluster:children]\nkube_control_plane\nkube_node\n[k8s_cluster:vars]\nkube_pods_subnet=10.240.0.0/16\n";
    let lab = Lab::new("kubespray_version: v2.31.0\nsource: {files: [hosts.ini]}\n").with("hosts.ini", hosts);
    let table = lab.on_file(&["plan"]).text();
    let lines: Vec<&str> = table.lines().skip_while(|line| !line.contains(" pods ")).take(2).map(str::trim).collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    * pods      10.240.0.0/16     65,536  fixed  512 nodes × 110 pods  kept, as `kube_pods_subnet` of n1
    in the inventory has it
    ");
}

#[test]
fn a_misspelt_network_plugin_is_named_with_its_place_and_what_is_meant() {
    let lab = Lab::new(NESTED).with(CLUSTER_VARS, "---\nkube_network_plugin: cillium\n");
    insta::assert_snapshot!(lab.on_file(&["plan"]).failure(1), @r#"group_vars/k8s_cluster/k8s-cluster.yml:2:1: `kube_network_plugin` is "cillium", and kubespray v2.31.0 has no such network plugin; it has calico, cilium, flannel, kube-router, kube-ovn, cni; write cilium there, if that is meant"#);
    assert_eq!(lab.on_file(&["vars", "--check"]).failure(2), lab.on_file(&["plan"]).failure(1));
    lab.edit("  hosting:", "  cni: cilium\n  hosting:");
    assert!(lab.on_file(&["vars", "--diff"]).no().contains("-kube_network_plugin: cillium\n"));
}

/// What another source learned, as its snapshot has it.
const SNAPSHOT: &str = r#"{"format": 1, "source": "kubevirt", "taken": "2026-11-20T10:00:00Z", "raw": null, "discovery": {
  "machines": [{"name": "m1", "named_by": "outside", "origin": "vmi ns/m1", "state": "running",
    "reach": {"address": "10.233.67.76"}}],
  "environment": {
    "hosting": [[{"name": "kube\u001b[31m-test", "cni": "calico", "pods": [["10.233.64.0/18"], {"found": "IPPool default"}]},
      {"found": "cluster kube-test"}]],
    "silent": [{"place": "ServiceCIDR", "why": "403", "would_tell": "services of kube-test"}]}}}"#;

#[test]
fn what_a_source_learned_counts_and_what_it_did_not_is_told() {
    let lab =
        Lab::new("kubespray_version: v2.31.0\nsource: {files: [snapshot.json]}\ngroups: {kube_control_plane: all}\n")
            .with("snapshot.json", SNAPSHOT);
    let table = lab.on_file(&["plan"]).text();
    assert!(!table.contains('\u{1b}'), "no name moves the cursor");
    let told =
        |word: &str| table.lines().filter(|line| line.contains(word)).map(str::trim).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(told("403"), @"ServiceCIDR  403; it would have told: services of kube-test");
    insta::assert_snapshot!(told("IPPool default"), @"
    instead of 10.233.64.0/18, which meets pods 10.233.64.0/18 of kube�[31m-test (IPPool default)
    kube�[31m-test  pods 10.233.64.0/18 (IPPool default)
    ");
    insta::assert_snapshot!(told("1500 ("), @"1500 (site) − 50 (vxlan, kube�[31m-test) − 50 (vxlan, lab) = 1400");
    assert!(lab.on_file(&["vars", "--diff"]).no().contains("kube_pods_subnet: 10.233.128.0/18"));
}

#[test]
fn a_broken_file_that_belongs_to_nobody_stops_nobody() {
    let lab = Lab::new(NESTED).with("group_vars/gone.yml", "a: [\n");
    lab.on_file(&["vars", "--write"]).text();
    insta::assert_snapshot!(lab.on_file(&["vars", "--check"]).text(), @"warning: group_vars/gone.yml:1:4: `[` is opened and not closed; close the bracket");
}
