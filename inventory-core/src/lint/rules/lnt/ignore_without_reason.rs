//! `LNT002`.

use super::check;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Finds comments `inv-lint: ignore[...]` and `inv-lint: file-ignore[...]` without a word on why.
    ///
    /// ## Why is this bad?
    /// Whoever reads it next cannot know whether it still holds. The comment works all the same.
    ///
    /// ## Example
    /// ```yaml
    /// kube_pods_subnet: 10.0.0.0/18  # inv-lint: ignore[NET004]
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_pods_subnet: 10.0.0.0/18  # inv-lint: ignore[NET004] the old VPN, gone by May
    /// ```
    "LNT002" "ignore-without-reason" Info Never
}
