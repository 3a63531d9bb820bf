//! Jinja in variables, resolved as far as it can be known without running Ansible.
//!
//! A value is known only where every Ansible would come to the same one; everything else is [`NotChecked`], with the
//! reason. So expressions are evaluated here with Python's rules, and only the parser is minijinja's: its evaluator
//! compares a text with a number, prints `true` for `True` and takes any text for an attribute, where Ansible stops.
//!
//! Ansible 2.19 changed what a template gives: `{{ '5' | int }}` is the number 5 since then and was the text `5`
//! before, which every comparison sees; and before, a text like `[{{ x }}]` became a list. This follows 2.19. Where a
//! value was made by such a template, the whole is evaluated once more by the older rules, and is known only where
//! the two agree; a whole result that is a number by the newer rules and the same digits by the older ones counts as
//! the number.
//!
//! An item of a map or list is evaluated only when it is asked for, as 2.19 does: a fact in `loadbalancer.address` says
//! nothing about `loadbalancer.port`.

mod arguments;
mod data;
mod evaluation;
mod expressions;
mod filters;
mod ipaddr;
mod methods;
mod operators;
mod predicates;
mod statements;
mod syntax;
#[cfg(test)]
mod tests;
mod typing;

use std::borrow::Cow;
use std::cell::RefCell;

use thiserror::Error;

use crate::inventory::{Author, Text, Value};
use evaluation::{Evaluation, Memo};
use typing::Typing;

/// Why a value could not be known, as the second half of a sentence: "not checked: …". It names variables and filters
/// and quotes no values, which may be secrets.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{why}")]
pub struct NotChecked {
    /// Such as "`ansible_default_ipv4` is a fact that only the host knows".
    pub why: String,
}

impl NotChecked {
    fn new(why: impl Into<String>) -> Self {
        Self { why: why.into() }
    }
}

/// What is known about a variable of a host.
#[derive(Debug, Clone)]
pub enum Lookup<'v> {
    /// Nobody defines it, no role's defaults either: `is defined` is false, and `default` gives its argument. Names
    /// that Ansible itself defines when it runs (`ansible_*`, `groups`, `inventory_hostname`) are not checked even so.
    Absent,
    /// Its value as written, which may be a template again.
    Raw(Cow<'v, Value>),
    /// It may be defined, or as what is not known. The reason is the second half of a sentence.
    Unknown(String),
}

/// Resolves the values of one host. Variables are evaluated once, however often they are asked for.
pub struct Resolver<'v> {
    lookup: &'v dyn Fn(&str) -> Lookup<'v>,
    native: RefCell<Memo>,
    text: RefCell<Memo>,
}

impl<'v> Resolver<'v> {
    /// A resolver that asks `lookup` for the variables a template names.
    pub fn new(lookup: &'v dyn Fn(&str) -> Lookup<'v>) -> Self {
        Self { lookup, native: RefCell::default(), text: RefCell::default() }
    }

    /// The value with every template in it evaluated; itself where there is none.
    ///
    /// A text that came from outside is never a template, neither here nor in the result. One encrypted or unknown
    /// text makes a whole list or map unknown: ask item by item where that matters.
    pub fn resolve<'a>(&self, value: &'a Value) -> Result<Cow<'a, Value>, NotChecked> {
        if is_plain(value) {
            return Ok(Cow::Borrowed(value));
        }
        self.by_both(|evaluation| evaluation.raw_value(value)).map(Cow::Owned)
    }

    /// The value of a variable by its name; `None` where there is none.
    pub fn variable(&self, name: &str) -> Result<Option<Value>, NotChecked> {
        match (self.lookup)(name) {
            Lookup::Absent => return evaluation::absent(name).map(|_| None),
            Lookup::Unknown(why) => return Err(NotChecked { why }),
            Lookup::Raw(value) if is_plain(&value) => return Ok(Some(value.into_owned())),
            Lookup::Raw(_) => {}
        }
        self.by_both(|evaluation| evaluation.named_value(name)).map(Some)
    }

    fn by_both(
        &self,
        value: impl Fn(&mut Evaluation<'_, 'v>) -> Result<Value, NotChecked>,
    ) -> Result<Value, NotChecked> {
        let mut memo = self.native.borrow_mut();
        let mut evaluation = Evaluation::new(self.lookup, Typing::Native, &mut memo);
        let native = value(&mut evaluation)?;
        if evaluation.is_same_by_both() {
            return Ok(native);
        }
        let mut memo = self.text.borrow_mut();
        let text = value(&mut Evaluation::new(self.lookup, Typing::Text, &mut memo))?;
        if typing::agree(&native, &text) {
            return Ok(native);
        }
        Err(NotChecked::new("Ansible 2.19 makes another value of it than older ones do"))
    }
}

/// Whether there is nothing to evaluate and nothing encrypted.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::Text(Text { author: Author::Vault, .. }) => false,
        Value::Text(_) => !value.is_template(),
        Value::List(items) => items.iter().all(is_plain),
        Value::Map(map) => map.values().all(is_plain),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => true,
    }
}
