use crate::inventory::Value;
use crate::lint::finding::{Finding, Label};
use crate::lint::model::Told;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Counts what docker is told of DNS where it is the container manager and `resolvconf_mode` is `docker_dns`, the
    /// default up to v2.17: at most 6 search domains of at most 256 characters, and at most 3 name servers where
    /// `docker_dns_servers_strict` is on. The cluster's own DNS and its two search domains count.
    ///
    /// ## Why is this bad?
    /// kubespray stops with "Too many search domains", "Search domains exceeded limit of 256 characters" or "Too many
    /// nameservers", in the middle of a run (kubernetes-sigs/kubespray#3790, #2449). What the machines have in their own
    /// resolv.conf is added to that, so that fewer may be too many already.
    ///
    /// ## Example
    /// ```yaml
    /// container_manager: docker
    /// resolvconf_mode: docker_dns
    /// searchdomains: [a.example.com, b.example.com, c.example.com, d.example.com, e.example.com]
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// container_manager: docker
    /// resolvconf_mode: docker_dns
    /// searchdomains: [a.example.com, b.example.com, c.example.com, d.example.com]
    /// ```
    "KSP032" "docker-dns-overfull" Error Never
}

/// The limits of the role's `set_facts_dns.yml`, in every release.
const MOST_SERVERS: usize = 3;
const MOST_DOMAINS: usize = 6;
const MOST_CHARACTERS: usize = 256;

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() {
        return;
    }
    let manager = view.effective_text("container_manager", view.release.container_manager());
    let way = view.effective_text("resolvconf_mode", view.release.resolvconf_mode());
    let mode = view.effective_text("dns_mode", "coredns");
    let (Some(manager), Some(way), Some(mode)) = (manager, way, mode) else { return };
    if manager.value != "docker" || way.value != "docker_dns" || mode.value == "none" {
        return;
    }
    let explain = |finding| way.explain(manager.explain(finding, view), view);
    if let Some(finding) = search_domains(view) {
        report.find(explain(finding));
    }
    let own = match mode.value.as_str() {
        "coredns" => &["skydns_server"][..],
        "coredns_dual" => &["skydns_server", "skydns_server_secondary"],
        // The servers above are not added to it.
        _ => return,
    };
    // Before, there were more modes, each with its own servers.
    if let Some(finding) = name_servers(view, own).filter(|_| view.release.is_since(9)) {
        report.find(explain(finding));
    }
}

fn search_domains(view: &View<'_>) -> Option<Finding> {
    let written = list(view, "searchdomains");
    let base = if view.nodes().is_set("docker_dns_search_domains") {
        let (base, told) = list(view, "docker_dns_search_domains")?;
        if !view.release.has_docker_search_domains() {
            let why = "a task of this release may set another value";
            view.could_not_check("docker_dns_search_domains", &told.place(), why);
            return None;
        }
        (base, Some(told))
    } else {
        let cluster = view.effective_text("cluster_name", "cluster.local")?.value;
        let domain = view.effective_text("dns_domain", &cluster)?.value;
        (vec![format!("default.svc.{domain}"), format!("svc.{domain}")], None)
    };
    let (own, mut all) = (base.0.clone(), base.0);
    let at = match written {
        Some((more, told)) => {
            all.extend(more);
            told
        }
        None => base.1?,
    };
    // The machines' own are added as to a set.
    let all = distinct(all);
    let characters = all.join(" ").chars().count();
    let what = if all.len() > MOST_DOMAINS {
        format!("docker gets {} search domains, and kubespray stops at more than {MOST_DOMAINS}", all.len())
    } else if characters > MOST_CHARACTERS {
        format!(
            "docker gets search domains of {characters} characters, and kubespray stops at more than {MOST_CHARACTERS}"
        )
    } else {
        return None;
    };
    let finding = Finding::new(&RULE, what, Label::new(at.place(), "too many for docker"));
    let finding = match own.join(", ") {
        none if none.is_empty() => finding,
        own => finding.note(format!("counting {own}, which come first")),
    };
    Some(finding.help("leave some out, or write `resolvconf_mode: host_resolvconf`"))
}

fn name_servers(view: &View<'_>, own: &[&str]) -> Option<Finding> {
    // They are the cluster's own unless somebody says otherwise.
    if view.nodes().is_set("dns_servers") {
        return None;
    }
    let (upstream, told) = list(view, "upstream_dns_servers")?;
    let upstream = distinct(upstream);
    let is_another =
        |name: &&&str| view.text(view.nodes(), &[name]).is_none_or(|(address, _)| !upstream.contains(&address));
    let count = upstream.len() + own.iter().filter(is_another).count();
    if count <= MOST_SERVERS {
        return None;
    }
    let name = "docker_dns_servers_strict";
    let default = view.release.has_strict_docker_dns();
    if default.is_none() && !view.nodes().is_set(name) {
        let why = format!("whether more than {MOST_SERVERS} stop the run depends on `{name}`, which no file has");
        view.could_not_check("upstream_dns_servers", &told.place(), why);
        return None;
    }
    let strict = view.effective_truth(name, default.unwrap_or_default()).filter(|strict| strict.value)?;
    let message = format!(
        "docker gets {count} name servers, the cluster's own among them, and kubespray stops at more than {MOST_SERVERS}"
    );
    let finding = Finding::new(&RULE, message, Label::new(told.place(), "too many for docker"));
    let finding = strict.explain(finding, view);
    Some(finding.help(format!("leave some out, or write `{name}: false`, and docker gets the first {MOST_SERVERS}")))
}

/// A list of texts.
fn list<'a>(view: &View<'a>, name: &str) -> Option<(Vec<String>, Told<'a>)> {
    let (Value::List(items), told) = view.value(view.nodes(), &[name])? else { return None };
    Some((items.iter().map(|item| item.to_plain_text().trim().to_owned()).collect(), told))
}

/// Each once, in the order of their first places.
fn distinct(items: Vec<String>) -> Vec<String> {
    let mut known = Vec::new();
    for item in items {
        if !known.contains(&item) {
            known.push(item);
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    const DOCKER: &str = "container_manager: docker\nresolvconf_mode: docker_dns\n";

    fn fixture(text: &str, releases: &[&str]) -> Fixture {
        Fixture::kubespray().file("group_vars/all/docker.yml", text).releases(releases)
    }

    fn with(text: &str) -> String {
        fixture(&format!("{DOCKER}{text}"), &["v2.31.0"]).check(&RULE)
    }

    fn domains(count: usize) -> String {
        let names = (0..count).map(|number| format!("d{number}.example.com")).collect::<Vec<_>>();
        format!("searchdomains: [{}]\n", names.join(", "))
    }

    #[test]
    fn more_search_domains_than_docker_takes_are_found() {
        insta::assert_snapshot!(with(&domains(5)), @"
        group_vars/all/docker.yml:3:16: error[KSP032] docker gets 7 search domains, and kubespray stops at more than 6
          `[d0.example.com, d1.example.com, d2.example.com, d3.example.com, d4.example.com]` too many for docker
          group_vars/all/docker.yml:1:20: `docker` container_manager is docker
          group_vars/all/docker.yml:2:18: `docker_dns` resolvconf_mode is docker_dns
          note: counting default.svc.cluster.local, svc.cluster.local, which come first
          help: leave some out, or write `resolvconf_mode: host_resolvconf`
        ");
        assert_eq!(with(&domains(4)), "");
        let twice = "searchdomains: [a.org, a.org, b.org, c.org, d.org, svc.cluster.local]\n";
        assert_eq!(with(twice), "", "each counts once");
        let own = format!("docker_dns_search_domains: []\n{}", domains(6));
        assert_eq!(with(&own), "");
        let own = "docker_dns_search_domains: [a.org, b.org, c.org, d.org, e.org, f.org, g.org]\n";
        assert!(with(own).contains("docker gets 7 search domains"));
    }

    #[test]
    fn longer_search_domains_than_docker_takes_are_found() {
        // default.svc.cluster.local svc.cluster.local and a space are 44 characters.
        let long = |length: usize| format!("searchdomains: [{}.example.com]\n", "a".repeat(length));
        let name = "a".repeat(230);
        let text = format!("cluster_name: k8s.example.com\nsearchdomains: [{name}]\n");
        insta::assert_snapshot!(with(&text).replace(&name, "NAME"), @"
        group_vars/all/docker.yml:4:16: error[KSP032] docker gets search domains of 278 characters, and kubespray stops at more than 256
          `[NAME]` too many for docker
          group_vars/all/docker.yml:1:20: `docker` container_manager is docker
          group_vars/all/docker.yml:2:18: `docker_dns` resolvconf_mode is docker_dns
          note: counting default.svc.k8s.example.com, svc.k8s.example.com, which come first
          help: leave some out, or write `resolvconf_mode: host_resolvconf`
        ");
        assert_eq!(with(&long(256 - 44 - 12)), "");
        assert!(with(&long(256 - 44 - 11)).contains("257 characters"));
    }

    #[test]
    fn more_name_servers_than_docker_takes_are_found_where_it_is_strict() {
        let strict = "docker_dns_servers_strict: true\n";
        insta::assert_snapshot!(with(&format!("{strict}upstream_dns_servers: [1.1.1.1, 8.8.8.8, 9.9.9.9]\n")), @"
        group_vars/all/docker.yml:4:23: error[KSP032] docker gets 4 name servers, the cluster's own among them, and kubespray stops at more than 3
          `[1.1.1.1, 8.8.8.8, 9.9.9.9]` too many for docker
          group_vars/all/docker.yml:3:28: `true` docker_dns_servers_strict is true
          group_vars/all/docker.yml:1:20: `docker` container_manager is docker
          group_vars/all/docker.yml:2:18: `docker_dns` resolvconf_mode is docker_dns
          help: leave some out, or write `docker_dns_servers_strict: false`, and docker gets the first 3
        ");
        for (text, is_found) in [
            ("upstream_dns_servers: [1.1.1.1, 8.8.8.8]\n", false),
            ("dns_mode: coredns_dual\nupstream_dns_servers: [1.1.1.1, 8.8.8.8]\n", true),
            ("dns_mode: manual\nupstream_dns_servers: [1.1.1.1, 8.8.8.8, 9.9.9.9]\n", false),
            ("upstream_dns_servers: [1.1.1.1, 8.8.8.8, 1.1.1.1]\n", false),
            ("skydns_server: 8.8.8.8\nupstream_dns_servers: [1.1.1.1, 8.8.8.8, 9.9.9.9]\n", false),
            ("dns_servers: []\nupstream_dns_servers: [1.1.1.1, 8.8.8.8, 9.9.9.9]\n", false),
        ] {
            assert_eq!(with(&format!("{strict}{text}")).contains("KSP032"), is_found, "{text}");
        }
        let many = "upstream_dns_servers: [1.1.1.1, 8.8.8.8, 9.9.9.9]\n";
        assert_eq!(with(many), "", "strict by nobody's word");
        assert_eq!(with(&format!("docker_dns_servers_strict: false\n{many}")), "");
    }

    #[test]
    fn docker_is_told_only_where_it_runs_and_takes_it() {
        let many = domains(9);
        for text in ["", "container_manager: docker\n", "resolvconf_mode: docker_dns\n"] {
            assert_eq!(fixture(&format!("{text}{many}"), &["v2.31.0"]).check(&RULE), "", "{text}");
        }
        assert_eq!(with(&format!("dns_mode: none\n{many}")), "");
        insta::assert_snapshot!(fixture(&many, &["v2.17.0"]).check(&RULE), @"
        group_vars/all/docker.yml:1:16: error[KSP032] docker gets 11 search domains, and kubespray stops at more than 6
          `[d0.example.com, d1.example.com, d2.example.com, d3.example.com, d4.example.com, d5.example.com, d6.example.com, d7.example.com, d8.example.com]` too many for docker
          note: counting default.svc.cluster.local, svc.cluster.local, which come first
          note: container_manager is docker, the default of kubespray v2.17.0, and written nowhere
          note: resolvconf_mode is docker_dns, the default of kubespray v2.17.0, and written nowhere
          help: leave some out, or write `resolvconf_mode: host_resolvconf`
        ");
        assert_eq!(fixture(&many, &["v2.18.0", "v2.17.0"]).check(&RULE), "", "not in the whole range");
        let both = fixture(&format!("{DOCKER}{many}"), &["v2.31.0", "v2.17.0"]);
        assert!(both.check(&RULE).contains("KSP032"), "in the whole range");
    }

    #[test]
    fn what_is_not_known_is_not_checked() {
        let hidden = format!("{DOCKER}searchdomains: \"{{{{ lookup('env', 'DOMAINS') }}}}\"\n");
        let hidden = fixture(&hidden, &["v2.31.0"]);
        assert_eq!(hidden.check(&RULE), "");
        assert!(hidden.not_checked(&RULE).starts_with("searchdomains: "));
        let servers = fixture("upstream_dns_servers: [1.1.1.1, 8.8.8.8, 9.9.9.9]\n", &["v2.15.0"]);
        assert_eq!(servers.check(&RULE), "");
        insta::assert_snapshot!(servers.not_checked(&RULE), @"upstream_dns_servers: whether more than 3 stop the run depends on `docker_dns_servers_strict`, which no file has");
        let own = "docker_dns_search_domains: [a, b, c, d, e, f, g]\n";
        let own = fixture(own, &["v2.14.0"]);
        assert_eq!(own.check(&RULE), "");
        insta::assert_snapshot!(own.not_checked(&RULE), @"docker_dns_search_domains: a task of this release may set another value");
    }
}
