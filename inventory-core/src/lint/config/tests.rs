//! Configurations as people write them, right and wrong.

use std::path::Path;

use super::*;
use crate::lint::samples::{self, POOL, RULES, SERVICES};
use crate::network::address::AddressRange;

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(Source::new("lab/inv-lint.toml", text))
}

/// The sentence of a mistake, with its remedy.
fn wrong(text: &str) -> String {
    let error = match parse(text) {
        Ok(config) => config.choice(RULES).map(|_| ()).and_then(|()| config.exclude().map(|_| ())).unwrap_err(),
        Err(error) => error,
    };
    match error.remedy() {
        remedy if remedy.is_empty() => error.to_string(),
        remedy => format!("{error} ({remedy})"),
    }
}

const WHOLE: &str = r#"kubespray = "v2.31.0"
select = ["ALL"]
extend-select = ["NET"]
ignore = ["MTU002"]
fail-on = "error"
exclude = ["legacy", "old/*.ini"]
avoid = [{ name = "office", cidr = "10.0.0.0/8" }]
siblings = "../*/hosts.static.yml"
underlay = { mtu = 9_000, path_mtu = 0x5dc }

[per-file-ignores]
"lab/**" = ["NET003", "calico-veth-mtu-alone"]

[[nodes]]
cidr = "192.168.122.0/24"
gateway = "192.168.122.1"

[[hosting]]
name = "kube-test"
cni = "calico"
cni_version = "3.29.1"
pods = ["10.233.64.0/18"]

[[allow]]
rule = "NET004"
between = ["10.0.0.0/8", "kube_pods_subnet"]
reason = "the office is behind a NAT"
"#;

#[test]
fn everything_that_can_be_written_is_read_with_its_place() {
    let config = parse(WHOLE).unwrap();
    let (version, place) = config.kubespray().unwrap();
    assert_eq!((version.to_string().as_str(), place.text()), ("v2.31.0", "\"v2.31.0\""));
    assert_eq!(config.fail_on, Some(Severity::Error));
    let site = config.site();
    let at = |origin: &Origin| origin.to_string();
    let avoid = &site.avoid.as_ref().unwrap()[0];
    assert_eq!((avoid.name.as_str(), at(&avoid.cidr.origin)), ("office", "lab/inv-lint.toml:7:36".to_owned()));
    let underlay = site.underlay.as_ref().unwrap();
    assert_eq!(format!("{:?} {:?}", underlay.value.mtu, underlay.value.path_mtu), "Some(Mtu(9000)) Some(Mtu(1500))");
    assert_eq!(at(&site.siblings.as_ref().unwrap().origin), "lab/inv-lint.toml:8:12");
    assert_eq!(at(&site.nodes.as_ref().unwrap()[0].origin), "lab/inv-lint.toml:14:1");
    assert_eq!(site.hosting.as_ref().unwrap()[0].value.pods.as_ref().unwrap().value.len(), 1);
    let choice = config.choice(RULES).unwrap();
    assert_eq!((choice.select, choice.ignore.len()), (Some(vec![Selector::All]), 1));
    assert!(choice.per_file_ignores.unwrap()[0].files.matches(Path::new("lab/lab/hosts")));
    assert!(config.exclude().unwrap()[1].matches(Path::new("lab/old/a.ini")));
}

#[test]
fn what_is_declared_means_what_it_means_in_a_cluster_file() {
    let yaml = Source::new(
        "site.yml",
        "avoid: [{name: office, cidr: 10.0.0.0/8}]\nunderlay: {mtu: 9000, path_mtu: 1500}\nhosting:\n- {name: kube-test, cni: calico, pods: 10.233.64.0/18, allow: [ipip]}\n",
    );
    let from_yaml: Site = yaml::from_source(&yaml).unwrap();
    let toml = "avoid = [{name = 'office', cidr = '10.0.0.0/8'}]\nunderlay = {mtu = 9000, path_mtu = 1500}\nhosting = [{name = 'kube-test', cni = 'calico', pods = '10.233.64.0/18', allow = ['ipip']}]\n";
    let mut from_toml = parse(toml).unwrap().site();
    // Everything but the places.
    let strip = |site: &Site| {
        let text = format!("{site:?}");
        let mut parts = text.split("origin: Written {");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |all, part| all + part.split_once('}').map_or("", |(_, rest)| rest))
    };
    assert_eq!(strip(&from_toml), strip(&from_yaml));
    from_toml.avoid = None;
    assert_ne!(strip(&from_toml), strip(&from_yaml));
}

#[test]
fn every_mistake_has_its_place_and_a_way_out() {
    let mistakes = [
        "kubespray = \"v2.31.0\n",
        "kubspray = \"v2.31.0\"\n",
        "kubespray = 2.30\n",
        "kubespray = \"2.30\"\n",
        "kubespray = \"latest\"\n",
        "ignore = \"NET\"\n",
        "\nignore = [\"NET003\",\n  \"NET03\"]\n",
        "fail-on = \"warn\"\n",
        "exclude = [\"[\"]\n",
        "underlay = { mtu = \"9000\" }\n",
        "underlay = { mtu = 9000, pathmtu = 1500 }\n",
        "avoid = [{ name = \"office\", cidr = \"10.0.0.0/33\" }]\n",
        "select = []\nselect = []\n",
        "[per-file-ignores]\n\"lab\" = [\"XYZ\"]\n",
        "[[allow]]\nrule = \"NET004\"\nbetween = [\"10.0.0.0/8\"]\n",
        "[[allow]]\nrule = \"NET004\"\nbetween = [\"10.0.0.0/8\"]\nreason = \" \"\n",
        "[[allow]]\nrule = \"NET04\"\nbetween = [\"10.0.0.0/8\"]\nreason = \"x\"\n",
        "[[allow]]\nrule = \"NET004\"\nbetween = []\nreason = \"x\"\n",
        "[[allow]]\nrule = \"NET004\"\nbetween = [\"10.0.0.0/99\"]\nreason = \"x\"\n",
    ];
    insta::assert_snapshot!(mistakes.map(wrong).join("\n"), @r#"
    lab/inv-lint.toml:1:21: this is no TOML: invalid basic string, expected `"`
    lab/inv-lint.toml:1:1: unknown key `kubspray`; did you mean `kubespray`?
    lab/inv-lint.toml:1:13: 2.30 is no whole version of kubespray; write `v2.30.0`, or which v2.30 it is
    lab/inv-lint.toml:1:13: 2.30 is no whole version of kubespray; write `v2.30.0`, or which v2.30 it is
    lab/inv-lint.toml:1:13: "latest" is no version of kubespray; write one like `v2.31.0`
    lab/inv-lint.toml:1:10: expected a list, found text "NET"
    lab/inv-lint.toml:3:3: `NET03` is no rule (did you mean `NET003`?)
    lab/inv-lint.toml:1:11: unknown value `warn` (it is one of `info`, `warning`, `error`)
    lab/inv-lint.toml:1:12: `[` is no glob: invalid range pattern (write a path or a name; `*` stands for part of a name, `**` for directories)
    lab/inv-lint.toml:1:20: expected a whole number, found text "9000" (remove the quotes)
    lab/inv-lint.toml:1:26: unknown key `pathmtu`; did you mean `path_mtu`?
    lab/inv-lint.toml:1:36: "10.0.0.0/33": IPv4 has prefix lengths from 0 to 32 and netmasks like 255.255.192.0
    lab/inv-lint.toml:2:1: this is no TOML: duplicate key
    lab/inv-lint.toml:2:10: `XYZ` is no rule (`inv-lint rule --all` lists the rules)
    lab/inv-lint.toml:1:1: the key `reason` is missing
    lab/inv-lint.toml:4:10: a reason says why; whoever reads it next must know whether it still holds
    lab/inv-lint.toml:2:8: `NET04` is no rule (did you mean `NET004`?)
    lab/inv-lint.toml:3:11: two ranges overlap, or one and any other; here are 0
    lab/inv-lint.toml:3:12: "10.0.0.0/99": IPv4 has prefix lengths from 0 to 32 and netmasks like 255.255.192.0
    "#);
}

#[test]
fn a_finding_offers_what_allows_it() {
    let source = Source::new("group_vars/all.yml", "kube_pods_subnet: 10.233.64.0/18\n");
    let range = |text: &str| text.parse::<AddressRange>().unwrap();
    let finding = samples::finding(&POOL, &source, "10.233")
        .range("office", range("10.0.0.0/8"))
        .range("kube_pods_subnet", range("10.233.64.0/18"));
    let offered = allow_line(&finding).unwrap();
    insta::assert_snapshot!(offered, @r#"
    [[allow]]
    rule = "NET004"
    between = ["10.0.0.0/8", "10.233.64.0/18"]
    reason = "why it is meant"
    "#);
    // At the end of whatever is there already.
    let config = parse(&format!("{WHOLE}\n{offered}")).unwrap();
    assert!(config.is_allowed(&finding));
    assert!(parse(&offered).unwrap().is_allowed(&finding) && !parse("").unwrap().is_allowed(&finding));
    assert_eq!(allow_line(&samples::finding(&SERVICES, &source, "10.233")), None);
}

#[test]
fn an_overlap_is_allowed_by_its_rule_and_both_of_its_ranges() {
    let source = Source::new("group_vars/all.yml", "kube_pods_subnet: 10.233.64.0/18\n");
    let finding = samples::finding(&POOL, &source, "10.233")
        .range("office", "10.0.0.0/8".parse::<AddressRange>().unwrap())
        .range("kube_pods_subnet", "10.233.64.0/18".parse::<AddressRange>().unwrap());
    let allows = |rule: &str, between: &str| {
        let text = format!("[[allow]]\nrule = \"{rule}\"\nbetween = {between}\nreason = \"x\"\n");
        parse(&text).unwrap().is_allowed(&finding)
    };
    assert!(allows("NET004", "['10.0.0.0/8', 'kube_pods_subnet']"));
    assert!(allows("network-overlaps-outside", "['kube_pods_subnet', 'office']"));
    assert!(allows("NET004", "['office']") && allows("NET004", "['10.233.0.0/16']"));
    assert!(!allows("NET003", "['office']"));
    assert!(!allows("NET004", "['10.0.0.0/9', '10.234.0.0/16']") && !allows("NET004", "['services']"));
    // One range is not both sides of an overlap.
    assert!(!allows("NET004", "['office', 'office']") && !allows("NET004", "['fd00::/8']"));
}

#[test]
fn the_nearest_file_above_counts_up_to_the_top_of_the_repository() {
    let directory = tempfile::tempdir().unwrap();
    let at = |path: &str| directory.path().join(path);
    let write = |path: &str, fail_on: &str| std::fs::write(at(path), format!("fail-on = \"{fail_on}\"\n")).unwrap();
    for path in ["repo/.git", "repo/a/b/c", "repo/d"] {
        std::fs::create_dir_all(at(path)).unwrap();
    }
    write("inv-lint.toml", "info");
    write("repo/a/.inv-lint.toml", "error");
    let mut configs = Configs::default();
    let mut fail_on = |path: &str| configs.of(&at(path)).unwrap().fail_on;
    assert_eq!(fail_on("repo/a/b/c"), Some(Severity::Error));
    assert_eq!(fail_on("repo/a"), Some(Severity::Error));
    assert_eq!(fail_on("repo/d"), None);
    assert_eq!(fail_on("repo"), None);
    assert_eq!(fail_on("."), Some(Severity::Info));
    write("repo/a/inv-lint.toml", "info");
    let error = Configs::default().of(&at("repo/a/b")).unwrap_err();
    assert!(error.to_string().ends_with("repo/a has both `inv-lint.toml` and `.inv-lint.toml`"), "{error}");
}

#[test]
fn the_published_schema_is_what_the_types_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/schema/inv-lint.json");
    let wanted = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(published == wanted, "docs/schema/inv-lint.json is out of date: run `make schema`");
}
