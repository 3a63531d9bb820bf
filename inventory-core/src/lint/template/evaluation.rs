//! One evaluation: its budget, the variables it went through, and what a template gives in the end.

use std::collections::HashMap;
use std::rc::Rc;

use super::data::{Data, quoted};
use super::typing::{Typing, as_text_gives, could_be_read_again};
use super::{Lookup, NotChecked, syntax};
use crate::inventory::{Value, Variables};
use crate::safe::looks_like_template;
use crate::yaml::python_float;

/// Steps: nodes of expressions, items of lists, and every 64 bytes of text.
const FUEL: usize = 100_000;
/// How deep expressions and the templates of variables may nest, together.
const DEEPEST: usize = 120;
/// Bytes of one text.
const LONGEST_TEXT: usize = 256 * 1024;

/// Variables evaluated before, and whether both rules give the same.
pub(super) type Memo = HashMap<Rc<str>, (Data, bool)>;

/// What only Ansible itself defines, besides `ansible_*`.
const MAGIC: [&str; 15] = [
    "environment",
    "group_names",
    "groups",
    "hostvars",
    "inventory_dir",
    "inventory_file",
    "inventory_hostname",
    "inventory_hostname_short",
    "omit",
    "play_hosts",
    "playbook_dir",
    "role_name",
    "role_names",
    "role_path",
    "vars",
];

/// The data of a name that is defined nowhere; an error where Ansible would define it.
pub(super) fn absent(name: &str) -> Result<Data, NotChecked> {
    if MAGIC.contains(&name) {
        return Err(NotChecked::new(format!("`{name}` is only known when Ansible runs")));
    }
    if name.starts_with("ansible_") {
        return Err(NotChecked::new(format!("`{name}` is a fact that only the host knows")));
    }
    Ok(Data::Undefined(format!("`{name}` is defined nowhere here").into()))
}

/// The evaluation of one value by one set of rules.
pub(super) struct Evaluation<'m, 'v> {
    lookup: &'v dyn Fn(&str) -> Lookup<'v>,
    pub(super) typing: Typing,
    memo: &'m mut Memo,
    /// The variables whose templates are being evaluated, the outermost first.
    path: Vec<Rc<str>>,
    fuel: usize,
    depth: usize,
    same_by_both: bool,
}

impl<'m, 'v> Evaluation<'m, 'v> {
    pub(super) fn new(lookup: &'v dyn Fn(&str) -> Lookup<'v>, typing: Typing, memo: &'m mut Memo) -> Self {
        Self { lookup, typing, memo, path: Vec::new(), fuel: FUEL, depth: 0, same_by_both: true }
    }

    /// Whether the other rules are bound to give the same.
    pub(super) fn is_same_by_both(&self) -> bool {
        self.same_by_both
    }

    pub(super) fn raw_value(&mut self, value: &Value) -> Result<Value, NotChecked> {
        let data = Data::from_value(value, None);
        self.whole(&data)
    }

    pub(super) fn named_value(&mut self, name: &str) -> Result<Value, NotChecked> {
        let data = self.variable(name)?;
        self.whole(&data)
    }

    /// A variable's value, whose items may still be templates.
    pub(super) fn variable(&mut self, name: &str) -> Result<Data, NotChecked> {
        if let Some(start) = self.path.iter().position(|on_path| &**on_path == name) {
            let path: Vec<&str> = self.path[start..].iter().map(|name| &**name).chain([name]).collect();
            return Err(NotChecked::new(format!("it refers to itself through {}", path.join(" → "))));
        }
        if let Some((data, same)) = self.memo.get(name) {
            self.same_by_both &= same;
            return Ok(data.clone());
        }
        let name: Rc<str> = name.into();
        let data = match (self.lookup)(&name) {
            Lookup::Absent => return absent(&name),
            Lookup::Unknown(why) => return Err(NotChecked { why }),
            Lookup::Raw(value) => Data::from_value(&value, Some(&name)),
        };
        let before = std::mem::replace(&mut self.same_by_both, true);
        let forced = self.force(data);
        let same = std::mem::replace(&mut self.same_by_both, before);
        self.same_by_both &= same;
        let data = forced?;
        self.memo.insert(name, (data.clone(), same));
        Ok(data)
    }

    /// The value of a template that nobody had asked for yet; other data as it is.
    pub(super) fn force(&mut self, data: Data) -> Result<Data, NotChecked> {
        let Data::Template(text, owner) = data else { return Ok(data) };
        if let Some(owner) = &owner {
            self.path.push(owner.clone());
        }
        let result = self.nested(|evaluation| evaluation.template(&text));
        if owner.is_some() {
            self.path.pop();
        }
        result
    }

    /// The value of a template's text.
    fn template(&mut self, text: &str) -> Result<Data, NotChecked> {
        let template = syntax::template(text)?;
        let mut parts = self.rendered(&template)?;
        // Nothing is no part, so that what stands beside it may be the only one.
        parts.retain(|part| !matches!(part, Data::Null));
        let newlines = trailing_newlines(text);
        let single = if parts.len() == 1 { parts.pop() } else { None };
        let data = match single {
            Some(Data::View(items)) => Data::List(items),
            Some(Data::Text(text)) => Data::text(with_newlines(&text, newlines)),
            Some(data @ (Data::List(_) | Data::Map(_))) => data,
            Some(data) => {
                // The rules differ in what they make of a number or null, and of a newline behind anything.
                self.same_by_both &= newlines == 0 && matches!(data, Data::Bool(_));
                match self.typing {
                    Typing::Text if newlines > 0 => Data::text(with_newlines(&self.emitted(&data)?, newlines)),
                    _ => data,
                }
            }
            None if parts.is_empty() => {
                self.same_by_both = false;
                Data::Null
            }
            None => {
                let mut text = String::new();
                for part in &parts {
                    text.push_str(&self.emitted(part)?);
                    self.check_length(text.len())?;
                }
                Data::text(with_newlines(&text, newlines))
            }
        };
        if data.as_text().is_some_and(looks_like_template) {
            return Err(NotChecked::new("what it gives is a template again"));
        }
        self.same_by_both &= !data.as_text().is_some_and(could_be_read_again);
        if self.typing == Typing::Native || self.is_plain_variable(text) {
            return Ok(data);
        }
        as_text_gives(data)
    }

    /// Whether a template names a variable that is written as a number, a truth value or null: Ansible before 2.19
    /// then takes it as it is.
    fn is_plain_variable(&self, text: &str) -> bool {
        let Some(name) = syntax::only_variable(text) else { return false };
        matches!((self.lookup)(name), Lookup::Raw(value)
            if matches!(*value, Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_)))
    }

    /// What stands in a text where a value was put into it. Null is nothing at all there.
    pub(super) fn emitted(&mut self, data: &Data) -> Result<String, NotChecked> {
        match data {
            Data::Null => Ok(String::new()),
            data => self.python_text(data),
        }
    }

    /// What Python's `str()` gives.
    pub(super) fn python_text(&mut self, data: &Data) -> Result<String, NotChecked> {
        self.spend(1)?;
        Ok(match data {
            Data::Undefined(_) | Data::Encrypted(_) => return Err(no_text(data)),
            Data::Null => "None".to_owned(),
            Data::Bool(true) => "True".to_owned(),
            Data::Bool(false) => "False".to_owned(),
            Data::Int(number) => number.to_string(),
            Data::Float(number) if number.is_finite() => python_float(*number),
            Data::Text(text) => {
                self.check_length(text.len())?;
                text.to_string()
            }
            Data::List(items) => {
                let mut out = String::from("[");
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { ", " });
                    out.push_str(&self.quoted(item)?);
                    self.check_length(out.len())?;
                }
                out + "]"
            }
            Data::Map(map) => {
                let mut out = String::from("{");
                for (index, (key, item)) in map.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { ", " });
                    out.push_str(&quoted(key)?);
                    out.push_str(": ");
                    out.push_str(&self.quoted(item)?);
                    self.check_length(out.len())?;
                }
                out + "}"
            }
            Data::Template(..) => {
                let forced = self.force(data.clone())?;
                return self.nested(|evaluation| evaluation.python_text(&forced));
            }
            Data::Float(_) | Data::Tuple(_) | Data::View(_) => {
                return Err(NotChecked::new(format!("{} is written as a text", data.sort())));
            }
        })
    }

    fn quoted(&mut self, item: &Data) -> Result<String, NotChecked> {
        let item = self.force(item.clone())?;
        match &item {
            Data::Text(text) => quoted(text),
            item => self.nested(|evaluation| evaluation.python_text(item)),
        }
    }

    /// The finished value, with every template in it evaluated.
    fn whole(&mut self, data: &Data) -> Result<Value, NotChecked> {
        self.spend(1)?;
        Ok(match self.force(data.clone())? {
            Data::Null => Value::Null,
            Data::Bool(value) => Value::Bool(value),
            Data::Int(value) => Value::Int(value),
            Data::Float(value) => Value::Float(value),
            // It was no template where it was written, so it is none now.
            Data::Text(text) if looks_like_template(&text) => Value::outside(&*text),
            Data::Text(text) => Value::user(&*text),
            Data::List(items) => {
                let items = items.iter().map(|item| self.nested(|evaluation| evaluation.whole(item)));
                Value::List(items.collect::<Result<_, _>>()?)
            }
            Data::Map(map) => {
                let mut values = Variables::with_capacity(map.len());
                for (key, item) in map.iter() {
                    values.insert(key.clone(), self.nested(|evaluation| evaluation.whole(item))?);
                }
                Value::Map(values)
            }
            other @ (Data::Undefined(_) | Data::Encrypted(_) | Data::Template(..)) => return Err(no_text(&other)),
            other @ (Data::Tuple(_) | Data::View(_)) => {
                return Err(NotChecked::new(format!("{} of Python's is part of what it gives", other.sort())));
            }
        })
    }

    /// Does something one level deeper.
    pub(super) fn nested<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, NotChecked>) -> Result<T, NotChecked> {
        if self.depth >= DEEPEST {
            return Err(NotChecked::new("it is nested too deeply to follow"));
        }
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        result
    }

    /// Takes steps off the budget.
    pub(super) fn spend(&mut self, steps: usize) -> Result<(), NotChecked> {
        self.fuel = self.fuel.checked_sub(steps).ok_or_else(|| NotChecked::new("it takes too many steps to follow"))?;
        Ok(())
    }

    /// Takes a text's or a list's length off the budget.
    pub(super) fn check_length(&mut self, bytes: usize) -> Result<(), NotChecked> {
        if bytes > LONGEST_TEXT {
            return Err(NotChecked::new("it grows too long to follow"));
        }
        self.spend(bytes / 64)
    }
}

fn no_text(data: &Data) -> NotChecked {
    match data.clone().defined() {
        Err(why) => why,
        Ok(data) => NotChecked::new(format!("{} has no text", data.sort())),
    }
}

fn trailing_newlines(text: &str) -> usize {
    text.len() - text.trim_end_matches('\n').len()
}

/// A text with as many newlines at its end as its template has: Jinja drops one, and Ansible puts it back.
fn with_newlines(text: &str, wanted: usize) -> String {
    format!("{text}{}", "\n".repeat(wanted.saturating_sub(trailing_newlines(text))))
}
