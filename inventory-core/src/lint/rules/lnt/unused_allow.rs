//! `LNT004`.

use super::check;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Finds `[[allow]]` in `inv-lint.toml` that allows nothing that is there.
    ///
    /// It is told where everything below the file's directory was looked at by the rule that it names, and nothing was
    /// left unknown: no encrypted value, no machines that only their source knows.
    ///
    /// ## Why is this bad?
    /// Either the ranges do not say what was meant, and the overlap is still reported; or it is put right, and the lines
    /// now wait for the next one, to hide it.
    ///
    /// ## Example
    /// ```toml
    /// [[allow]]
    /// rule = "NET024"
    /// between = ["10.8.0.0/16", "kube_pod_subnet"]
    /// reason = "that part of the VPN is not routed here"
    /// ```
    ///
    /// Use instead:
    /// ```toml
    /// [[allow]]
    /// rule = "NET024"
    /// between = ["10.8.0.0/16", "kube_pods_subnet"]
    /// reason = "that part of the VPN is not routed here"
    /// ```
    "LNT004" "unused-allow" Warning Never
}
