use crate::inventory::Value;
use crate::lint::finding::{Applicability, Edit, Finding, Fix, Label, Place};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::rules::documents;
use crate::lint::view::View;
use crate::yaml::{Kind, Node, Resolved, Source, Style, python_float};

declare_rule! {
    /// ## What it does
    /// Finds MAC addresses, versions and ports that YAML reads as another number than the one that is written.
    ///
    /// ## Why is this bad?
    /// To YAML 1.1, which Ansible reads, `52:54:00:12:34:56` is 41135085296: a number in base 60. `1.30` is 1.3, and
    /// `022` is 18. Ansible passes the number on, and what it is compared with does not match, or a release is asked for
    /// that does not exist.
    ///
    /// Only keys that are known to hold such values are looked at: `mac`, `hwaddr`, `…_mac`, `version`, `…_version`,
    /// `port`, `…_port`.
    ///
    /// ## Example
    /// ```yaml
    /// kube_version: 1.30
    /// mac: 52:54:00:12:34:56
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_version: "1.30"
    /// mac: "52:54:00:12:34:56"
    /// ```
    "INV019" "number-for-text" Error Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    for (source, root) in documents::of(view) {
        documents::walk(root, &mut |key, value| {
            let Some(key) = key.raw() else { return };
            for value in documents::items(value) {
                report.findings.extend(of_yaml(source, key, value));
            }
        });
    }
    let of_groups = view.groups.iter().flat_map(|(_, group)| &group.vars);
    for assignment in of_groups.chain(view.groups.hosts().flat_map(|(_, host)| &host.vars)) {
        let place = assignment.place();
        if let (Kept::Version, Ok(Value::Float(number))) = (Kept::of(assignment.name), assignment.value().as_deref())
            && view.inventory.is_some_and(|inventory| documents::root(inventory).is_none())
            && place.text() != python_float(*number)
            && place.text().parse::<f64>().is_ok()
        {
            let (written, name) = (place.text().to_owned(), assignment.name);
            let message = format!("`{name}` is {}: Ansible reads {written} as a number", python_float(*number));
            let finding = Finding::new(&RULE, message, Label::new(place, "a number to Ansible"));
            report.find(finding.help("move it into a file of `group_vars`, where quotes make it text"));
        }
    }
}

/// What a key is known to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    Mac,
    Version,
    Port,
    Other,
}

impl Kept {
    fn of(key: &str) -> Self {
        let key = key.to_lowercase();
        let singular = key.strip_suffix('s').unwrap_or(&key);
        let ends = |words: &[&str]| {
            let is_one = |key: &str, word: &&str| {
                key.strip_suffix(*word).is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
            };
            words.iter().any(|word| is_one(&key, word) || is_one(singular, word))
        };
        if ends(&["mac", "hwaddr", "hwaddress", "macaddr", "macaddress", "mac_addr", "mac_address"]) {
            Self::Mac
        } else if ends(&["version"]) {
            Self::Version
        } else if ends(&["port"]) {
            Self::Port
        } else {
            Self::Other
        }
    }
}

fn of_yaml(source: &Source, key: &str, value: &Node) -> Option<Finding> {
    let Kind::Scalar(scalar) = &value.kind else { return None };
    if value.tag.is_some() || !matches!(scalar.style, Style::Plain | Style::JsonNumber) {
        return None;
    }
    let written = &*scalar.raw;
    let is_base_60 = written.contains(':');
    let is_octal = written.len() > 1 && written.starts_with('0') && written.bytes().all(|byte| byte.is_ascii_digit());
    let (number, why) = match (Kept::of(key), value.resolve()) {
        (Kept::Mac | Kept::Port, Resolved::Int(number)) if is_base_60 => (number.to_string(), "a number in base 60"),
        (Kept::Port | Kept::Version, Resolved::Int(number)) if is_octal => (number.to_string(), "an octal number"),
        (Kept::Version, Resolved::Float(number)) if python_float(number) != written => {
            (python_float(number), "a number")
        }
        _ => return None,
    };
    let place = Place::new(source, value.alias.unwrap_or(value.span));
    let (meant, quoted) = match written.trim_start_matches('0') {
        port if is_octal && Kept::of(key) == Kept::Port && !port.is_empty() => (port.to_owned(), ""),
        _ => (format!("\"{written}\""), " in quotes"),
    };
    let finding = Finding::new(
        &RULE,
        format!("`{key}` is {number}: YAML reads {written} as {why}"),
        Label::new(place.clone(), format!("{number} to Ansible")),
    )
    .help(format!("write {meant}{quoted}"));
    Some(if value.alias.is_some() {
        finding
    } else {
        finding.fix(Fix {
            title: format!("write {meant}{quoted}"),
            applicability: Applicability::Unsafe,
            edits: vec![Edit::Replace { place, text: meant }],
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn values_that_yaml_changes_are_found_at_any_depth() {
        let changed = Fixture::kubespray().file(
            "group_vars/all/all.yml",
            "kube_version: 1.30\nnics:\n  - {mac: 52:54:00:12:34:56}\nansible_port: 022\nsome_ports: [22:22, 80]\n",
        );
        insta::assert_snapshot!(changed.check(&RULE), @r#"
        group_vars/all/all.yml:1:15: error[INV019] `kube_version` is 1.3: YAML reads 1.30 as a number
          `1.30` 1.3 to Ansible
          help: write "1.30" in quotes
          Unsafe fix: write "1.30" in quotes
            group_vars/all/all.yml:1:15: "1.30" -> "\"1.30\""
        group_vars/all/all.yml:4:15: error[INV019] `ansible_port` is 18: YAML reads 022 as an octal number
          `022` 18 to Ansible
          help: write 22
          Unsafe fix: write 22
            group_vars/all/all.yml:4:15: "022" -> "22"
        group_vars/all/all.yml:5:14: error[INV019] `some_ports` is 1342: YAML reads 22:22 as a number in base 60
          `22:22` 1342 to Ansible
          help: write "22:22" in quotes
          Unsafe fix: write "22:22" in quotes
            group_vars/all/all.yml:5:14: "22:22" -> "\"22:22\""
        group_vars/all/all.yml:3:11: error[INV019] `mac` is 41135085296: YAML reads 52:54:00:12:34:56 as a number in base 60
          `52:54:00:12:34:56` 41135085296 to Ansible
          help: write "52:54:00:12:34:56" in quotes
          Unsafe fix: write "52:54:00:12:34:56" in quotes
            group_vars/all/all.yml:3:11: "52:54:00:12:34:56" -> "\"52:54:00:12:34:56\""
        "#);
        let yaml =
            "all:\n  children:\n    kube_control_plane:\n      hosts:\n        n1: {eth0_mac: 52:54:00:12:34:56}\n";
        insta::assert_snapshot!(Fixture::kubespray().yaml_inventory(yaml).check(&RULE), @r#"
        hosts.yml:5:24: error[INV019] `eth0_mac` is 41135085296: YAML reads 52:54:00:12:34:56 as a number in base 60
          `52:54:00:12:34:56` 41135085296 to Ansible
          help: write "52:54:00:12:34:56" in quotes
          Unsafe fix: write "52:54:00:12:34:56" in quotes
            hosts.yml:5:24: "52:54:00:12:34:56" -> "\"52:54:00:12:34:56\""
        "#);
        let ini =
            Fixture::kubespray().inventory("[kube_node]\nn1 mac=52:54:00:12:34:56\n[all:vars]\nkube_version=1.30\n");
        insta::assert_snapshot!(ini.check(&RULE), @"
        inventory.ini:4:14: error[INV019] `kube_version` is 1.3: Ansible reads 1.30 as a number
          `1.30` a number to Ansible
          help: move it into a file of `group_vars`, where quotes make it text
        ");
    }

    #[test]
    fn text_and_numbers_that_stay_are_fine() {
        let fine = Fixture::kubespray().file(
            "group_vars/all.yml",
            "kube_version: v1.30.4\ncalico_version: 3.29\netcd_version: \"3.10\"\nmac: 52:54:00:12:34:5f\nport: 6443\nlease: 10:20\nprice: 1.50\nx_version: 3\nversions: {a: 1.5}\n",
        );
        assert_eq!(fine.check(&RULE), "");
    }
}
