use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::network::mtu::Problem;

declare_rule! {
    /// ## What it does
    /// Tells where pods use more than 100 bytes less than what fits through what is declared or was found.
    ///
    /// ## Why is this bad?
    /// Nothing breaks; every packet carries less than it could. cozystack/cozystack#2802 is about a fixed 1400 on a network
    /// that carries jumbo frames.
    ///
    /// ## Example
    /// ```yaml
    /// # underlay = { mtu = 9000 }
    /// calico_mtu: 1400
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// calico_mtu: 8950
    /// ```
    "MTU012" "mtu-needlessly-low" Info Never
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.network().is_chain_certain {
        return;
    }
    for finding in view.network().own_level() {
        let Problem::Slack { usable, safe } = &finding.problem else { continue };
        let written = view.current().mtu.as_ref().and_then(|mtu| view.place_of(&mtu.origin));
        let Some(place) = written.or_else(|| view.whole()) else { continue };
        let message = format!("pods use {usable} bytes of the {safe} that fit");
        report.find(
            Finding::new(&RULE, message, Label::new(place, "less than what fits"))
                .help("write what fits, or nothing where the CNI finds it by itself"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn a_small_mtu_on_a_large_network_is_told() {
        let cluster = Fixture::kubespray().file("group_vars/all.yml", "calico_mtu: 1400\n");
        assert_eq!(cluster.check(&RULE), "");
        insta::assert_snapshot!(cluster.declared("underlay: {mtu: 9000}\n").check(&RULE), @"
        group_vars/all.yml:1:13: info[MTU012] pods use 1400 bytes of the 8950 that fit
          `1400` less than what fits
          help: write what fits, or nothing where the CNI finds it by itself
        ");
    }

    #[test]
    fn a_few_bytes_are_nobodys_business() {
        let cluster = Fixture::kubespray().file("group_vars/all.yml", "calico_mtu: 1400\n");
        assert_eq!(cluster.declared("underlay: {mtu: 1500}\n").check(&RULE), "");
    }
}
