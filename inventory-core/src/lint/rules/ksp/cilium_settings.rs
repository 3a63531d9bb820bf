use super::unsupported_choice::unknown_word;
use crate::inventory::Value;
use crate::lint::edits;
use crate::lint::finding::{Applicability, Finding, Label, Severity};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks what kubespray checks of Cilium's settings: the words of `cilium_encryption_type` and
    /// `cilium_identity_allocation_mode`, a `cilium_cluster_id` from 0 to 255, a `cilium_ipsec_key` for IPsec, an old
    /// `cilium_ipsec_enabled` beside another type, and since v2.26 a `cilium_hubble_event_buffer_capacity` that is a power
    /// of two less one, up to 65535, and a number.
    ///
    /// ## Why is this bad?
    /// kubespray stops at each of them. A key that no file has may come from the command line, so that its absence is a
    /// warning only.
    ///
    /// ## Example
    /// ```yaml
    /// cilium_encryption_enabled: true
    /// cilium_encryption_type: wirguard
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// cilium_encryption_enabled: true
    /// cilium_encryption_type: wireguard
    /// ```
    "KSP017" "unsupported-cilium-setting" Error Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() || !view.release.has_cilium_encryption() || !view.has_cilium() {
        return;
    }
    let (nodes, kubespray) = (view.nodes(), view.kubespray());
    let is_encrypted = view.is_certainly("cilium_encryption_enabled", true, false);
    let words: [(&str, &[&str], bool); 2] = [
        ("cilium_encryption_type", &["ipsec", "wireguard"], is_encrypted),
        ("cilium_identity_allocation_mode", &["crd", "kvstore"], true),
    ];
    for (name, words, counts) in words {
        let told = view.text(nodes, &[name]).filter(|(word, _)| counts && !words.contains(&&**word));
        let Some((word, told)) = told else { continue };
        let message = format!("`{name}` is `{word}`, which {kubespray} does not know");
        let finding = Finding::new(&RULE, message, Label::new(told.place(), "no such word"));
        report.find(unknown_word(finding, &told, &word, words));
    }
    if let Some((Value::Int(id), told)) = view.value(nodes, &["cilium_cluster_id"])
        && !(0..=255).contains(&id)
    {
        let message = format!("`cilium_cluster_id` is {id}, and clusters are numbered from 0 to 255");
        report.find(Finding::new(&RULE, message, Label::new(told.place(), "no number of a cluster")));
    }
    if let Some(old) = view.effective_truth("cilium_ipsec_enabled", false).filter(|old| old.value)
        && let (Some(place), Some((kind, told))) = (old.place(), view.text(nodes, &["cilium_encryption_type"]))
        && kind != "ipsec"
    {
        let message = format!("`cilium_ipsec_enabled` asks for IPsec, and `cilium_encryption_type` is {kind}");
        let finding = Finding::new(&RULE, message, Label::new(place, "IPsec"));
        report.find(finding.related(Label::new(told.place(), "not IPsec")).help("delete `cilium_ipsec_enabled`"));
    }
    ipsec_key(view, is_encrypted, report);
    // It came with its check, in #10943.
    if view.release.is_since(26) {
        hubble_buffer(view, report);
    }
}

/// kubespray looks the number up in a list of numbers, where no text is.
fn hubble_buffer(view: &View<'_>, report: &mut Report) {
    let name = "cilium_hubble_event_buffer_capacity";
    let Some((value, told)) = view.value(view.nodes(), &[name]) else { return };
    let number = match &value {
        Value::Int(number) => Some(*number),
        Value::Text(text) => text.content.trim().parse::<i128>().ok(),
        _ => return,
    };
    let fits = number.is_some_and(|number| (1..=0xffff).contains(&number) && (number & (number + 1)) == 0);
    // What a template gives is a number or not by Ansible's own rules.
    if fits && (matches!(value, Value::Int(_)) || !told.is_literal()) {
        return;
    }
    let shown = value.to_plain_text();
    let shown = shown.trim();
    let (message, label) = if fits {
        (format!("`{name}` is the text \"{shown}\", and {} looks for a number", view.kubespray()), "text, not a number")
    } else {
        (format!("`{name}` is `{shown}`, and must be a power of two less one, from 1 to 65535"), "no such capacity")
    };
    // The next larger one holds all that was asked for.
    let next = number.map_or(4095, |number| {
        let asked = u32::try_from(number.clamp(1, 0xffff)).unwrap_or(0xffff);
        (asked + 1).next_power_of_two() - 1
    });
    let mut finding = Finding::new(&RULE, message, Label::new(told.place(), label));
    let applicability = if fits { Applicability::Safe } else { Applicability::Unsafe };
    finding.fix = edits::write(&told, &next.to_string(), applicability);
    let quotes = if matches!(value, Value::Text(_)) { " without quotes" } else { "" };
    report.find(finding.help(format!("write {next}{quotes}")));
}

fn ipsec_key(view: &View<'_>, is_encrypted: bool, report: &mut Report) {
    let Some((_, told)) = view.text(view.nodes(), &["cilium_encryption_type"]).filter(|(word, _)| word == "ipsec")
    else {
        return;
    };
    let tunnel = view.effective_text("cilium_tunnel_mode", "vxlan");
    if !is_encrypted || tunnel.is_none_or(|tunnel| tunnel.value != "vxlan") || view.nodes().is_set("cilium_ipsec_key") {
        return;
    }
    // A key is what people encrypt whole files for.
    if view.root.tree.unreadable().next().is_some() {
        view.could_not_check("cilium_ipsec_key", &told.place(), "a file that may have it cannot be read");
        return;
    }
    let message = "Cilium is to encrypt by IPsec, and no file has a `cilium_ipsec_key`";
    let mut finding = Finding::new(&RULE, message, Label::new(told.place(), "needs a key"));
    finding.severity = Severity::Warning;
    report.find(finding.help("write `cilium_ipsec_key`, encrypted by ansible-vault, or give it with `-e`"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str) -> String {
        let text = format!("kube_network_plugin: cilium\n{text}");
        Fixture::kubespray().file("group_vars/k8s_cluster.yml", &text).check(&RULE)
    }

    #[test]
    fn each_setting_has_its_bounds() {
        insta::assert_snapshot!(with("cilium_encryption_enabled: true\ncilium_encryption_type: wirguard\ncilium_cluster_id: 256\n"), @r#"
        group_vars/k8s_cluster.yml:3:25: error[KSP017] `cilium_encryption_type` is `wirguard`, which kubespray v2.31.0 does not know
          `wirguard` no such word
          help: write `wireguard`; there are `ipsec`, `wireguard`
          Unsafe fix: write `cilium_encryption_type: wireguard`
            group_vars/k8s_cluster.yml:3:25: "wirguard" -> "wireguard"
        group_vars/k8s_cluster.yml:4:20: error[KSP017] `cilium_cluster_id` is 256, and clusters are numbered from 0 to 255
          `256` no number of a cluster
        "#);
        assert!(
            with("cilium_ipsec_enabled: true\ncilium_encryption_type: wireguard\n").contains("asks for IPsec"),
            "the old switch and the new type differ"
        );
        insta::assert_snapshot!(with("cilium_encryption_enabled: true\ncilium_encryption_type: ipsec\n"), @"
        group_vars/k8s_cluster.yml:3:25: warning[KSP017] Cilium is to encrypt by IPsec, and no file has a `cilium_ipsec_key`
          `ipsec` needs a key
          help: write `cilium_ipsec_key`, encrypted by ansible-vault, or give it with `-e`
        ");
    }

    #[test]
    fn hubbles_buffer_is_a_power_of_two_less_one_and_no_text() {
        insta::assert_snapshot!(with("cilium_hubble_event_buffer_capacity: 10000\n"), @r#"
        group_vars/k8s_cluster.yml:2:38: error[KSP017] `cilium_hubble_event_buffer_capacity` is `10000`, and must be a power of two less one, from 1 to 65535
          `10000` no such capacity
          help: write 16383
          Unsafe fix: write `cilium_hubble_event_buffer_capacity: 16383`
            group_vars/k8s_cluster.yml:2:38: "10000" -> "16383"
        "#);
        insta::assert_snapshot!(with("cilium_hubble_event_buffer_capacity: \"4095\"\n"), @r#"
        group_vars/k8s_cluster.yml:2:38: error[KSP017] `cilium_hubble_event_buffer_capacity` is the text "4095", and kubespray v2.31.0 looks for a number
          `"4095"` text, not a number
          help: write 4095 without quotes
          Safe fix: write `cilium_hubble_event_buffer_capacity: 4095`
            group_vars/k8s_cluster.yml:2:38: "\"4095\"" -> "4095"
        "#);
        insta::assert_snapshot!(with("cilium_hubble_event_buffer_capacity: many\n"), @r#"
        group_vars/k8s_cluster.yml:2:38: error[KSP017] `cilium_hubble_event_buffer_capacity` is `many`, and must be a power of two less one, from 1 to 65535
          `many` no such capacity
          help: write 4095 without quotes
          Unsafe fix: write `cilium_hubble_event_buffer_capacity: 4095`
            group_vars/k8s_cluster.yml:2:38: "many" -> "4095"
        "#);
        for wrong in ["0", "-1", "4096", "65536", "131071", "\"4096\""] {
            let text = format!("cilium_hubble_event_buffer_capacity: {wrong}\n");
            assert!(with(&text).contains("a power of two less one"), "{wrong}");
        }
        for exponent in 1..=16 {
            let text = format!("cilium_hubble_event_buffer_capacity: {}\n", (1 << exponent) - 1);
            assert_eq!(with(&text), "", "{text}");
        }
    }

    #[test]
    fn hubbles_buffer_counts_since_v2_26_and_where_cilium_runs() {
        let text = "cilium_hubble_event_buffer_capacity: 10000\n";
        let of = |text: &str, releases: &[&str]| {
            Fixture::kubespray().file("group_vars/k8s_cluster.yml", text).releases(releases).check(&RULE)
        };
        let cilium = format!("kube_network_plugin: cilium\n{text}");
        assert!(of(&cilium, &["v2.26.0"]).contains("10000"));
        assert!(of(&cilium, &["v2.31.0", "v2.26.0"]).contains("10000"), "in the whole range");
        assert_eq!(of(&cilium, &["v2.25.0"]), "");
        assert_eq!(of(&cilium, &["v2.31.0", "v2.25.0"]), "", "not in the whole range");
        assert_eq!(of(text, &["v2.31.0"]), "", "Calico runs");
        assert!(of(&format!("cilium_deploy_additionally: true\n{text}"), &["v2.31.0"]).contains("10000"));
        let unknown =
            "kube_network_plugin: cilium\ncilium_hubble_event_buffer_capacity: \"{{ lookup('env', 'N') }}\"\n";
        let unknown = Fixture::kubespray().file("group_vars/k8s_cluster.yml", unknown);
        assert_eq!(unknown.check(&RULE), "");
        assert!(unknown.not_checked(&RULE).starts_with("cilium_hubble_event_buffer_capacity: "));
        assert_eq!(with("buffer: 4095\ncilium_hubble_event_buffer_capacity: \"{{ buffer }}\"\n"), "");
    }

    #[test]
    fn what_is_in_order_not_used_or_not_known_passes() {
        for text in [
            "cilium_encryption_enabled: true\ncilium_encryption_type: wireguard\ncilium_cluster_id: 0\n",
            "cilium_encryption_type: wirguard\n",
            "cilium_encryption_enabled: true\ncilium_encryption_type: ipsec\ncilium_ipsec_key: x\n",
            "cilium_encryption_enabled: true\ncilium_encryption_type: ipsec\ncilium_tunnel_mode: disabled\n",
        ] {
            assert_eq!(with(text), "", "{text}");
        }
        let vault = "kube_network_plugin: cilium\ncilium_encryption_enabled: true\ncilium_encryption_type: ipsec\n";
        let vault = Fixture::kubespray().file("group_vars/all/cilium.yml", vault);
        assert_eq!(vault.file("group_vars/all/vault.yml", "$ANSIBLE_VAULT;1.1;AES256\n6162\n").check(&RULE), "");
        let other = Fixture::kubespray().file("group_vars/all.yml", "cilium_cluster_id: 256\n");
        assert_eq!(other.check(&RULE), "");
    }
}
