//! `LNT001`.

use super::check;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Finds comments `inv-lint: ignore[...]` and `inv-lint: file-ignore[...]` that excuse nothing.
    ///
    /// A rule that did not run, because of `--select` for instance, is not reported, and neither is one that could not
    /// know everything: a value that is encrypted, a file that cannot be read.
    ///
    /// ## Why is this bad?
    /// What it excused is put right, and the comment now waits for the next mistake on its line, to hide it.
    ///
    /// ## Example
    /// ```yaml
    /// kube_pods_subnet: 10.234.0.0/18  # inv-lint: ignore[NET003] until the move in May
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_pods_subnet: 10.234.0.0/18
    /// ```
    "LNT001" "unused-ignore" Warning Safe
}
