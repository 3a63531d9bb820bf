use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that the names for the API server's certificate (`apiserver_sans`) have the first address of the service
    /// network.
    ///
    /// ## Why is this bad?
    /// That is the address by which pods call the API, as `kubernetes.default`: each of them refuses the certificate.
    ///
    /// ## Example
    /// ```yaml
    /// service_cidr: 10.32.0.0/24
    /// apiserver_sans: [10.240.0.10, 127.0.0.1]
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// service_cidr: 10.32.0.0/24
    /// apiserver_sans: [10.32.0.1, 10.240.0.10, 127.0.0.1]
    /// ```
    "HRD004" "api-address-not-in-certificate" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    present(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn a_certificate_without_the_first_service_address_is_found() {
        insta::assert_snapshot!(Fixture::hard_way("apiserver_sans: [10.240.0.10, kubernetes]\n", "", "").check(&RULE), @"
        group_vars/all.yml:3:17: error[HRD004] the API server's certificate does not name 10.32.0.1, the first address of services 10.32.0.0/24, by which pods call it
          `[10.240.0.10, kubernetes]` the names in the certificate
          group_vars/all.yml:2:15: `10.32.0.0/24` services 10.32.0.0/24
          help: add 10.32.0.1 to the names of the certificate
        ");
    }

    #[test]
    fn with_it_and_where_nobody_says_what_is_in_it_all_is_in_order() {
        assert_eq!(Fixture::hard_way("apiserver_sans: [10.32.0.1, kubernetes]\n", "", "").check(&RULE), "");
        assert_eq!(Fixture::hard_way("apiserver_sans: 10.32.0.1,kubernetes\n", "", "").check(&RULE), "");
        assert_eq!(Fixture::hard_way("", "", "").check(&RULE), "");
        assert_eq!(Fixture::hard_way("apiserver_sans: [\"{{ first }}\"]\n", "", "").check(&RULE), "");
    }
}
