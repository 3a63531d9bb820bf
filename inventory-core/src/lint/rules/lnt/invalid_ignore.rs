//! `LNT003`.

use super::check;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Finds comments that begin with `inv-lint:` and are not understood: a rule that does not exist, brackets that are
    /// missing.
    ///
    /// ## Why is this bad?
    /// The comment does nothing, and looks as if it did.
    ///
    /// ## Example
    /// ```yaml
    /// kube_pods_subnet: 10.0.0.0/18  # inv-lint: ignore NET04 the old VPN
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_pods_subnet: 10.0.0.0/18  # inv-lint: ignore[NET004] the old VPN
    /// ```
    "LNT003" "invalid-ignore" Warning Never
}
