//! `JUnit`'s XML.

use super::*;

#[test]
fn junit_fails_for_what_is_worse_than_a_remark() {
    assert_snapshot!(rendered(Format::Junit), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="inv-lint" tests="6" failures="3" errors="1" skipped="1">
      <testsuite name="a:b,c%/größe.yml" tests="1" failures="1" errors="0" skipped="0">
        <testcase name="MTU002 mtu-in-quotes" classname="a:b,c%/größe.yml" file="a:b,c%/größe.yml" line="2" column="12">
          <failure type="warning" message="100% of&#10;it: ✓">a:b,c%/größe.yml:2:12: 100% of it: ✓
    fix: write 1400</failure>
        </testcase>
      </testsuite>
      <testsuite name="group_vars/all.yml" tests="2" failures="1" errors="0" skipped="0">
        <testcase name="KSP001 no-version" classname="group_vars/all.yml" file="group_vars/all.yml">
          <system-out>group_vars/all.yml: nothing tells kubespray's version
    help: pass --kubespray</system-out>
        </testcase>
        <testcase name="INV003 odd-value" classname="group_vars/all.yml" file="group_vars/all.yml" line="2" column="20">
          <failure type="warning" message="`registry_password` is ***, which is short">group_vars/all.yml:2:20: `registry_password` is ***, which is short
    note: there is a fix, which is not shown: a secret is in it</failure>
        </testcase>
      </testsuite>
      <testsuite name="group_vars/broken.yml" tests="1" failures="0" errors="1" skipped="0">
        <testcase name="unread" classname="group_vars/broken.yml" file="group_vars/broken.yml" line="3" column="1">
          <error type="unread" message="not read: expected a key; indent it">group_vars/broken.yml:3:1: not read: expected a key; indent it</error>
        </testcase>
      </testsuite>
      <testsuite name="group_vars/k8s_cluster/k8s net.yml" tests="1" failures="1" errors="0" skipped="0">
        <testcase name="NET001 pods-overlap-nodes" classname="group_vars/k8s_cluster/k8s net.yml" file="group_vars/k8s_cluster/k8s net.yml" line="3" column="19">
          <failure type="error" message="pods 10.0.0.0/8 have the node n1 10.1.2.3 in them">group_vars/k8s_cluster/k8s net.yml:3:19: pods 10.0.0.0/8 have the node n1 10.1.2.3 in them
    inventory.ini:2:32: node n1
    note: 10.0.0.0/8 is 16,777,216 addresses
    help: 10.233.64.0/18 is free
    fix: write 10.233.64.0/18 (with --unsafe-fixes)</failure>
        </testcase>
      </testsuite>
      <testsuite name="group_vars/vault.yml" tests="1" failures="0" errors="0" skipped="1">
        <testcase name="unread" classname="group_vars/vault.yml" file="group_vars/vault.yml">
          <skipped message="not checked: it is encrypted by ansible-vault">group_vars/vault.yml: not checked: it is encrypted by ansible-vault</skipped>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}
