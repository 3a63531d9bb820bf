//! What a source hands over: machines, and what it could not read.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::environment::Environment;
use crate::inventory::{Author, Text, Value, Variables};
use crate::machine::{Jump, Machine, NamedBy, Reach};
use crate::safe::{GroupName, VariableName};

/// Everything a source found in one look.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discovery {
    /// The machines, in the source's order.
    pub machines: Vec<Machine>,
    /// Groups that an inventory of the user's already has, in its order, parents and children alike.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub groups: IndexMap<GroupName, OwnGroup>,
    /// Variables that an inventory of the user's gives to `all`.
    #[serde(default, skip_serializing_if = "Variables::is_empty")]
    pub vars: Variables,
    /// Who logs in where neither a machine nor the user's own settings say so: what the source's makers agreed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_user: Option<String>,
    /// What is around the machines.
    #[serde(default, skip_serializing_if = "Environment::is_empty")]
    pub environment: Environment,
    /// What looks like a machine and is none, each with the reason, so that nobody searches for it in vain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed_over: Vec<PassedOver>,
    /// What else a person should know of the look as a whole, each a sentence without its full stop. For `explain`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Places that could not be read. Without `partial` one of them fails everything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unreadable: Vec<UnreadablePlace>,
}

/// A group of the user's own inventory.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnGroup {
    /// Its hosts in its own order, as positions in [`Discovery::machines`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<usize>,
    /// Groups below it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<GroupName>,
    /// Its variables.
    #[serde(default, skip_serializing_if = "Variables::is_empty")]
    pub vars: Variables,
}

/// What looks like a machine and is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassedOver {
    /// What the source calls it.
    pub name: String,
    /// Where it was found.
    pub origin: String,
    /// Why it is no machine, half a sentence.
    pub why: String,
}

/// A place that did not answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnreadablePlace {
    /// Its name.
    pub place: String,
    /// Why, as a sentence.
    pub why: String,
    /// The machine to jump through to those that live there, where the source knows without asking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jump: Option<Jump>,
}

impl Discovery {
    /// The machine to jump through to a machine of a place that is not seen now: what is known of a silent place, or
    /// what all that were found there agree on.
    pub fn jump_to(&self, place: Option<&str>) -> Option<&Jump> {
        if let Some(silent) = self.unreadable.iter().find(|silent| Some(silent.place.as_str()) == place) {
            return silent.jump.as_ref();
        }
        let mut there = self.machines.iter().filter(|machine| machine.place.as_deref() == place);
        let jump = there.next()?.reach.jump.as_ref();
        there.all(|machine| machine.reach.jump.as_ref() == jump).then_some(jump).flatten()
    }

    /// The same, as somebody else's word: a file that says so may have been written by anyone.
    ///
    /// No text is a template any more, nobody was named by the user, and no variable steers Ansible. Where the user's
    /// inventory said how to reach a machine, what it said is read as addresses, a number and a name, and nothing else.
    /// A command that leads to a machine never runs, and none of the user's keys is offered because of it.
    #[must_use]
    pub fn distrusted(mut self) -> Self {
        self.vars = outside_variables(self.vars);
        for group in self.groups.values_mut() {
            group.vars = outside_variables(std::mem::take(&mut group.vars));
        }
        for machine in &mut self.machines {
            machine.named_by = NamedBy::Outside;
            machine.reach.keys.clear();
            machine.reach.identities_only = false;
            machine.reach.proxy_command = None;
            if std::mem::take(&mut machine.reach.as_inventory_says) {
                machine.reach = reach_in(&machine.vars, &machine.name);
                machine.vars.retain(|name, _| !matches!(name.as_str(), "ip" | "ip6" | "access_ip" | "access_ip6"));
            }
            machine.vars = outside_variables(std::mem::take(&mut machine.vars));
        }
        self
    }
}

/// How an inventory's variables say that a machine is reached. One that is a template is not known here, and then
/// the machine has no address.
fn reach_in(vars: &Variables, name: &str) -> Reach {
    let text = |names: [&str; 2]| names.iter().find_map(|name| vars.get(*name)).map(Value::to_plain_text);
    let address = text(["ansible_host", "ansible_ssh_host"]).unwrap_or_else(|| name.to_owned());
    Reach {
        address: address.parse().ok(),
        port: text(["ansible_port", "ansible_ssh_port"]).and_then(|port| port.parse().ok()),
        user: text(["ansible_user", "ansible_ssh_user"]),
        ip: text(["ip", "ip6"]).and_then(|ip| ip.parse().ok()),
        access_ip: text(["access_ip", "access_ip6"]).and_then(|ip| ip.parse().ok()),
        ..Reach::default()
    }
}

/// Variables without those that steer Ansible or have no name, all their text marked.
fn outside_variables(vars: Variables) -> Variables {
    let is_harmless = |name: &str| VariableName::parse(name).is_ok_and(|name| !name.steers_ansible());
    vars.into_iter().filter(|(name, _)| is_harmless(name)).map(|(name, value)| (name, outside_value(value))).collect()
}

fn outside_value(value: Value) -> Value {
    // Cipher text of somebody else's is no secret of the user's: Ansible would only fail to read it.
    value.with_texts(&|text| Text { author: Author::Outside, ..text })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(vars: &[(&str, Value)]) -> Machine {
        let mut machine = Machine::new("n1", NamedBy::User, "hosts.ini:1");
        machine.vars = vars.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        machine.reach.as_inventory_says = true;
        let discovery = Discovery { machines: vec![machine], ..Discovery::default() };
        discovery.distrusted().machines.remove(0)
    }

    #[test]
    fn no_text_of_somebody_elses_is_a_template() {
        let payload = Value::user("{{ lookup('pipe', 'id') }}");
        let nested = Value::Map(Variables::from_iter([("k".to_owned(), Value::List(vec![payload.clone()]))]));
        let machine = told(&[("a", payload), ("b", nested), ("ansible_connection", Value::user("local"))]);
        assert_eq!(machine.named_by, NamedBy::Outside);
        assert_eq!(machine.vars["a"], Value::outside("{{ lookup('pipe', 'id') }}"));
        let Value::Map(map) = &machine.vars["b"] else { panic!("a map") };
        assert_eq!(map["k"], Value::List(vec![Value::outside("{{ lookup('pipe', 'id') }}")]));
        assert!(!machine.vars.contains_key("ansible_connection"));
    }

    #[test]
    fn a_command_or_a_key_of_somebody_elses_is_never_used() {
        let mut machine = Machine::new("n1", NamedBy::User, "n1");
        machine.reach.keys = vec!["/home/me/.ssh/id_rsa".to_owned()];
        machine.reach.identities_only = true;
        machine.reach.proxy_command = Some("touch /tmp/x".to_owned());
        machine.reach.port = Some(2222);
        let discovery = Discovery { machines: vec![machine], ..Discovery::default() }.distrusted();
        assert_eq!(discovery.machines[0].reach, Reach { port: Some(2222), ..Reach::default() });
    }

    #[test]
    fn how_a_machine_is_reached_is_an_address_or_nothing() {
        let address = |host: &str| told(&[("ansible_host", Value::user(host))]).reach.address;
        assert_eq!(address("10.0.0.1").map(|address| address.to_string()).as_deref(), Some("10.0.0.1"));
        assert_eq!(address("-oProxyCommand=touch x"), None);
        assert_eq!(address("{{ x }}"), None);
        assert_eq!(told(&[]).reach.address.map(|address| address.to_string()).as_deref(), Some("n1"));
    }
}
