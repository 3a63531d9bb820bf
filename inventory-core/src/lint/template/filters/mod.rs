//! Filters. A name may be written out: `ansible.builtin.default`, `ansible.utils.ipaddr`.

mod sequences;
mod texts;

use super::NotChecked;
use super::arguments::Arguments;
use super::data::Data;
use super::evaluation::Evaluation;
use super::ipaddr::{self, Version};

impl Evaluation<'_, '_> {
    /// What a filter makes of a value.
    pub(super) fn filter(&mut self, name: &str, input: Data, mut with: Arguments<'_>) -> Result<Data, NotChecked> {
        self.spend(1)?;
        let short = name.strip_prefix("ansible.builtin.").unwrap_or(name);
        if matches!(short, "default" | "d") {
            return default(input, with);
        }
        let input = input.defined()?;
        if let Some(result) = self.address_filter(name, &input, &mut with) {
            let data = result?;
            with.finish()?;
            return Ok(data);
        }
        match short {
            "mandatory" | "ternary" | "bool" | "int" | "float" | "string" | "abs" => {
                let data = self.conversion(short, input, &mut with)?;
                with.finish()?;
                Ok(data)
            }
            "map" | "select" | "reject" | "selectattr" | "rejectattr" => self.for_each(short, &input, with),
            "first" | "last" | "join" | "list" | "length" | "count" | "unique" | "flatten" | "dict2items"
            | "extract" => {
                let data = self.sequence_filter(short, &input, &mut with)?;
                with.finish()?;
                Ok(data)
            }
            "lower" | "upper" | "trim" | "replace" | "split" => {
                let data = self.text_filter(short, &input, &mut with)?;
                with.finish()?;
                Ok(data)
            }
            _ => Err(NotChecked::new(format!("the filter `{name}` is not known here"))),
        }
    }

    fn address_filter(
        &mut self,
        name: &str,
        input: &Data,
        with: &mut Arguments<'_>,
    ) -> Option<Result<Data, NotChecked>> {
        let short = ["ansible.utils.", "ansible.netcommon."].iter().find_map(|prefix| name.strip_prefix(prefix));
        let version = match short.unwrap_or(name) {
            "ipaddr" => Version::Any,
            "ipv4" => Version::Four,
            "ipv6" => Version::Six,
            "ipwrap" => {
                return Some(if with.is_empty() {
                    ipaddr::wrapped(self, input)
                } else {
                    Err(NotChecked::new("a query of `ipwrap` is not known here"))
                });
            }
            _ => return None,
        };
        let query = with.optional("query").map(|query| query.unwrap_or_else(|| Data::text("")));
        Some(query.and_then(|query| ipaddr::filtered(self, input, &query, version)))
    }

    fn conversion(&mut self, name: &str, input: Data, with: &mut Arguments<'_>) -> Result<Data, NotChecked> {
        match name {
            "mandatory" => {
                with.optional("msg")?;
                Ok(input)
            }
            "ternary" => {
                let (when_true, when_false) = (with.required("true_val")?, with.required("false_val")?);
                match with.optional("none_val")? {
                    Some(when_null) if matches!(input, Data::Null) && !matches!(when_null, Data::Null) => Ok(when_null),
                    _ => Ok(if input.is_true()? { when_true } else { when_false }),
                }
            }
            "bool" => truth(&input),
            "int" => {
                let default = with.optional("default")?.unwrap_or(Data::Int(0));
                whole_number(&input, default)
            }
            "float" => match input {
                Data::Float(_) => Ok(input),
                Data::Int(number) => {
                    let number =
                        i32::try_from(number).map_err(|_| NotChecked::new("a number is too large to follow"))?;
                    Ok(Data::Float(number.into()))
                }
                other => Err(NotChecked::new(format!("`float` of {} is not known here", other.sort()))),
            },
            "abs" => match input {
                Data::Int(number) => number
                    .checked_abs()
                    .map(Data::Int)
                    .ok_or_else(|| NotChecked::new("a number is too large to follow")),
                other => Err(NotChecked::new(format!("`abs` of {} is not known here", other.sort()))),
            },
            _ => self.python_text(&input).map(Data::text),
        }
    }
}

/// With `true` as its second argument, `default` also replaces what Python takes for false.
fn default(input: Data, mut with: Arguments<'_>) -> Result<Data, NotChecked> {
    let replacement = with.maybe_undefined("default_value").unwrap_or_else(|| Data::text(""));
    let also_false = with.optional("boolean")?.is_some_and(|boolean| boolean.is_true().unwrap_or_default());
    with.finish()?;
    let is_missing = matches!(input, Data::Undefined(_)) || also_false && !input.is_true()?;
    if is_missing { Ok(replacement) } else { input.defined() }
}

/// Ansible's `bool`: it warns about other words, and some of them changed their meaning.
fn truth(data: &Data) -> Result<Data, NotChecked> {
    let unknown = || NotChecked::new("`bool` of something that is neither true nor false");
    Ok(Data::Bool(match data {
        Data::Bool(value) => *value,
        Data::Int(0) => false,
        Data::Int(1) => true,
        Data::Text(text) => match text.to_ascii_lowercase().as_str() {
            "yes" | "on" | "1" | "true" => true,
            "no" | "off" | "0" | "false" => false,
            _ => return Err(unknown()),
        },
        _ => return Err(unknown()),
    }))
}

/// Jinja's `int`: of a fraction its whole part, of what is no number the default.
fn whole_number(data: &Data, default: Data) -> Result<Data, NotChecked> {
    let unknown = || NotChecked::new("`int` of something that may or may not be a number");
    match data {
        Data::Bool(value) => Ok(Data::Int((*value).into())),
        Data::Int(_) => Ok(data.clone()),
        Data::Text(text) => {
            let digits = text.trim_matches(' ');
            let (sign, digits) = match digits.strip_prefix('-') {
                Some(digits) => (-1, digits),
                None => (1, digits.strip_prefix('+').unwrap_or(digits)),
            };
            let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
            let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            if is_number(whole) && is_number(fraction) && whole.len() < 16 {
                return whole.parse::<i128>().map(|number| Data::Int(sign * number)).map_err(|_| unknown());
            }
            // `inf` and `nan` are numbers, too, and so are `1_000` and digits of other scripts.
            let is_word = |c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '/' | ':');
            if text.is_empty() || text.starts_with(is_word) && !text.to_ascii_lowercase().contains(['i', 'n']) {
                return Ok(default);
            }
            Err(unknown())
        }
        _ => Err(unknown()),
    }
}
