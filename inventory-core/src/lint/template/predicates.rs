//! Tests: what stands behind `is`.

use super::NotChecked;
use super::arguments::Arguments;
use super::data::Data;
use super::evaluation::Evaluation;
use super::operators::order;

impl Evaluation<'_, '_> {
    /// Whether a test holds.
    pub(super) fn test(&mut self, name: &str, data: &Data, mut with: Arguments<'_>) -> Result<bool, NotChecked> {
        self.spend(1)?;
        let short = name.strip_prefix("ansible.builtin.").unwrap_or(name);
        let holds = match short {
            // What is encrypted is there, whatever it says.
            "defined" => !matches!(data, Data::Undefined(_)),
            "undefined" => matches!(data, Data::Undefined(_)),
            _ => self.test_of_value(name, short, &data.clone().defined()?, &mut with)?,
        };
        with.finish()?;
        Ok(holds)
    }

    fn test_of_value(
        &mut self,
        name: &str,
        short: &str,
        data: &Data,
        with: &mut Arguments<'_>,
    ) -> Result<bool, NotChecked> {
        Ok(match short {
            "none" => matches!(data, Data::Null),
            "boolean" => matches!(data, Data::Bool(_)),
            "true" => matches!(data, Data::Bool(true)),
            "false" => matches!(data, Data::Bool(false)),
            "integer" => matches!(data, Data::Int(_)),
            "float" => matches!(data, Data::Float(_)),
            // To Python a truth value is a number.
            "number" => matches!(data, Data::Int(_) | Data::Float(_) | Data::Bool(_)),
            "string" => matches!(data, Data::Text(_)),
            "mapping" => matches!(data, Data::Map(_)),
            "sequence" if !matches!(data, Data::View(_)) => {
                matches!(data, Data::Text(_) | Data::List(_) | Data::Tuple(_) | Data::Map(_))
            }
            "iterable" => matches!(data, Data::Text(_) | Data::List(_) | Data::Tuple(_) | Data::View(_) | Data::Map(_)),
            "odd" | "even" | "divisibleby" => {
                let divisor = if short == "divisibleby" { with.required("num")? } else { Data::Int(2) };
                let (Data::Int(number), Data::Int(divisor)) = (data, divisor) else {
                    return Err(NotChecked::new(format!("`is {short}` of {}", data.sort())));
                };
                let rest = number.checked_rem_euclid(divisor).ok_or_else(|| NotChecked::new("it divides by zero"))?;
                (rest == 0) != (short == "odd")
            }
            "in" => {
                let container = with.required("seq")?;
                self.is_in(data, &container)?
            }
            "eq" | "equalto" => {
                let other = with.required("other")?;
                self.equal(data, &other)?
            }
            "ne" => {
                let other = with.required("other")?;
                !self.equal(data, &other)?
            }
            "lt" | "lessthan" => order(data, &with.required("other")?)?.is_lt(),
            "le" => order(data, &with.required("other")?)?.is_le(),
            "gt" | "greaterthan" => order(data, &with.required("other")?)?.is_gt(),
            "ge" => order(data, &with.required("other")?)?.is_ge(),
            "contains" => {
                let item = with.required("item")?;
                self.is_in(&item, data)?
            }
            _ => return Err(NotChecked::new(format!("the test `{name}` is not known here"))),
        })
    }
}
