use super::fates::gone;
use crate::inventory::Value;
use crate::kubespray::history::{Replacement, Standing};
use crate::lint::edits;
use crate::lint::finding::{Applicability, Finding, Label, Place, Severity};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Finds variables that earlier releases read, and this one does not.
    ///
    /// ## Why is this bad?
    /// Nobody says so. The best known are MetalLB's: v2.22 wants the ranges in `metallb_config`, and a file that still has
    /// `metallb_ip_range` gives a cluster whose load balancer has no address to give away, or no longer the ones that
    /// services had (kubernetes-sigs/kubespray#10457).
    ///
    /// It is an info where the variable turned something off that is not there any more.
    ///
    /// The fix deletes the variable: the cluster gets the same without it. It is unsafe where the value is to be written
    /// elsewhere first, as MetalLB's ranges are. A template that reads the variable keeps the fix away.
    ///
    /// ## Example
    /// ```yaml
    /// metallb_ip_range: ["192.0.2.40-192.0.2.79"]   # for kubespray v2.31.0
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// metallb_config:
    ///   address_pools:
    ///     primary:
    ///       ip_range: ["192.0.2.40-192.0.2.79"]
    ///       auto_assign: true
    ///   layer2: [primary]
    /// ```
    "KSP002" "ignored-variable" Warning Safe
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() {
        return;
    }
    for gone in gone(view, Standing::Ignored) {
        // Nothing is no setting.
        if gone.assignment.value().is_ok_and(|value| *value == Value::Null) {
            continue;
        }
        let (name, kubespray) = (gone.assignment.name, view.kubespray());
        let message = format!("{kubespray} ignores `{name}`: nothing reads it since v2.{}", gone.change.since);
        let place = Place::new(gone.assignment.source, gone.assignment.key);
        let mut finding = Finding::new(&RULE, message, Label::new(place, "ignored")).help(gone.advice());
        let is_for_nothing = matches!(gone.change.instead, Replacement::Nothing(_)) || gone.is_needless();
        if is_for_nothing && gone.is_off() {
            finding.severity = Severity::Info;
        }
        finding.fix = gone.removed(view).or_else(|| gone.renamed(view)).or_else(|| {
            let mut fix = edits::delete(gone.assignment, view.root)?;
            // A name that only begins like kubespray's may be read by a role of the user's own; and what is to be written
            // elsewhere must not get lost on the way.
            if gone.variable().is_none() || !is_for_nothing {
                fix.applicability = Applicability::Unsafe;
            }
            Some(fix)
        });
        report.find(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str) -> Fixture {
        Fixture::kubespray().file("group_vars/k8s_cluster/addons.yml", text)
    }

    #[test]
    fn a_variable_that_nothing_reads_is_deleted_with_its_lines() {
        let text = "# MetalLB\nmetallb_enabled: true\nmetallb_ip_range:\n  - \"192.0.2.40-192.0.2.79\"  # ours\n\nhelm_enabled: true\n";
        insta::assert_snapshot!(with(text).check(&RULE), @r#"
        group_vars/k8s_cluster/addons.yml:3:1: warning[KSP002] kubespray v2.31.0 ignores `metallb_ip_range`: nothing reads it since v2.22
          `metallb_ip_range` ignored
          help: write it as `metallb_config.address_pools.NAME.ip_range`, a list
          Unsafe fix: delete `metallb_ip_range`
            group_vars/k8s_cluster/addons.yml:3:1: "metallb_ip_range:\n  - \"192.0.2.40-192.0.2.79\"  # ours\n" -> ""
        "#);
        assert_eq!(with(text).releases(&["v2.21.0"]).check(&RULE), "");
    }

    #[test]
    fn a_variable_with_another_name_gets_it_and_a_familys_name_may_be_the_users_own() {
        insta::assert_snapshot!(with("dnsmasq_dns_server: 10.233.0.2\ningress_nginx_enabled: true\n").check(&RULE), @r#"
        group_vars/k8s_cluster/addons.yml:1:1: warning[KSP002] kubespray v2.31.0 ignores `dnsmasq_dns_server`: nothing reads it since v2.9
          `dnsmasq_dns_server` ignored
          help: write `skydns_server` instead
          Unsafe fix: call it `skydns_server`
            group_vars/k8s_cluster/addons.yml:1:1: "dnsmasq_dns_server" -> "skydns_server"
        group_vars/k8s_cluster/addons.yml:2:1: warning[KSP002] kubespray v2.31.0 ignores `ingress_nginx_enabled`: nothing reads it since v2.31
          `ingress_nginx_enabled` ignored
          help: kubespray installs no ingress-nginx any more: remove it
          Unsafe fix: delete `ingress_nginx_enabled`
            group_vars/k8s_cluster/addons.yml:2:1: "ingress_nginx_enabled: true\n" -> ""
        "#);
    }

    #[test]
    fn what_turned_something_off_that_went_is_only_an_info() {
        insta::assert_snapshot!(with("podsecuritypolicy_enabled: false\nkrew_enabled: no\netcd_kubeadm_enabled: false\ndynamic_kubelet_configuration: true\n").check(&RULE), @r#"
        group_vars/k8s_cluster/addons.yml:1:1: info[KSP002] kubespray v2.31.0 ignores `podsecuritypolicy_enabled`: nothing reads it since v2.24
          `podsecuritypolicy_enabled` ignored
          help: Kubernetes has no PodSecurityPolicy since 1.25: remove it, and see Pod Security Admission
          Unsafe fix: delete `podsecuritypolicy_enabled`
            group_vars/k8s_cluster/addons.yml:1:1: "podsecuritypolicy_enabled: false\n" -> ""
        group_vars/k8s_cluster/addons.yml:2:1: info[KSP002] kubespray v2.31.0 ignores `krew_enabled`: nothing reads it since v2.28
          `krew_enabled` ignored
          help: kubespray installs no krew any more: remove it
          Safe fix: delete `krew_enabled`
            group_vars/k8s_cluster/addons.yml:2:1: "krew_enabled: no\n" -> ""
        group_vars/k8s_cluster/addons.yml:3:1: info[KSP002] kubespray v2.31.0 ignores `etcd_kubeadm_enabled`: nothing reads it since v2.29
          `etcd_kubeadm_enabled` ignored
          help: remove it: it is off, and so it is without the line
          Safe fix: delete `etcd_kubeadm_enabled`
            group_vars/k8s_cluster/addons.yml:3:1: "etcd_kubeadm_enabled: false\n" -> ""
        group_vars/k8s_cluster/addons.yml:4:1: warning[KSP002] kubespray v2.31.0 ignores `dynamic_kubelet_configuration`: nothing reads it since v2.20
          `dynamic_kubelet_configuration` ignored
          help: the kubelet has no dynamic configuration since Kubernetes 1.24: remove it
          Safe fix: delete `dynamic_kubelet_configuration`
            group_vars/k8s_cluster/addons.yml:4:1: "dynamic_kubelet_configuration: true\n" -> ""
        "#);
        // Not to give addresses by itself was a choice.
        assert!(with("matallb_auto_assign: false\n").releases(&["v2.30.0"]).check(&RULE).contains("warning[KSP002]"));
    }

    #[test]
    fn what_a_template_reads_shares_its_line_or_holds_an_anchor_stays() {
        for text in [
            "metallb_ip_range: [192.0.2.1/32]\nmine: \"{{ metallb_ip_range }}\"\n",
            "{metallb_ip_range: [192.0.2.1/32], helm_enabled: true}\n",
            "metallb_ip_range: &range [192.0.2.1/32]\nmine: *range\n",
        ] {
            let found = with(text).check(&RULE);
            assert!(found.contains("KSP002") && !found.contains("fix"), "{found}");
        }
    }

    #[test]
    fn variables_that_are_read_or_empty_pass() {
        assert_eq!(with("metallb_config: {}\nmetallb_ip_range:\nmy_range: 1\n").check(&RULE), "");
    }
}
