//! Python's methods of texts and maps.

use super::NotChecked;
use super::arguments::Arguments;
use super::data::Data;
use super::evaluation::Evaluation;

impl Evaluation<'_, '_> {
    /// What a method gives.
    pub(super) fn method(&mut self, data: &Data, name: &str, mut with: Arguments<'_>) -> Result<Data, NotChecked> {
        self.spend(1)?;
        let result = match data {
            Data::Text(text) => self.text_method(text, name, &mut with)?,
            Data::Map(map) => match name {
                "get" => {
                    let key = with.required("key")?;
                    let default = with.optional("default")?.unwrap_or(Data::Null);
                    let Data::Text(key) = key else { return Err(NotChecked::new("the key of `get` is no text")) };
                    map.get(&*key).map_or_else(|| Ok(default), |item| self.force(item.clone()))?
                }
                "keys" => Data::View(map.keys().map(Data::text).collect()),
                "values" => Data::View(map.values().cloned().collect()),
                "items" => {
                    let pair = |(key, value): (&String, &Data)| Data::Tuple([Data::text(key), value.clone()].into());
                    Data::View(map.iter().map(pair).collect())
                }
                _ => return Err(unknown(name, data)),
            },
            _ => return Err(unknown(name, data)),
        };
        with.finish()?;
        Ok(result)
    }

    fn text_method(&mut self, text: &str, name: &str, with: &mut Arguments<'_>) -> Result<Data, NotChecked> {
        Ok(match name {
            "split" => {
                let separator = with.optional("sep")?;
                let at_most = match with.optional("maxsplit")? {
                    None | Some(Data::Int(-1)) => usize::MAX,
                    Some(Data::Int(times)) => {
                        usize::try_from(times).map_err(|_| NotChecked::new("a negative count"))?
                    }
                    Some(other) => return Err(NotChecked::new(format!("`split` {} times", other.sort()))),
                };
                self.spend(text.len())?;
                match separator {
                    None | Some(Data::Null) if at_most == usize::MAX => {
                        ascii(text)?;
                        Data::List(
                            text.split(is_python_blank).filter(|part| !part.is_empty()).map(Data::text).collect(),
                        )
                    }
                    Some(Data::Text(separator)) if !separator.is_empty() => {
                        let parts = text.splitn(at_most.saturating_add(1), &*separator);
                        Data::List(parts.map(Data::text).collect())
                    }
                    _ => return Err(NotChecked::new("this use of `split` is not known here")),
                }
            }
            "strip" | "lstrip" | "rstrip" => {
                let characters = with.optional("chars")?;
                let is_stripped = |c: char| match &characters {
                    Some(Data::Text(characters)) => characters.contains(c),
                    _ => is_python_blank(c),
                };
                match &characters {
                    None | Some(Data::Null) => ascii(text)?,
                    Some(Data::Text(_)) => {}
                    Some(other) => return Err(NotChecked::new(format!("`{name}` of {}", other.sort()))),
                }
                let text = if name == "rstrip" { text } else { text.trim_start_matches(is_stripped) };
                Data::text(if name == "lstrip" { text } else { text.trim_end_matches(is_stripped) })
            }
            "replace" => {
                let (old, new) = (with.text("old")?, with.text("new")?);
                let times = text.matches(&*old).count();
                self.check_length(text.len().saturating_add(times.saturating_mul(new.len())))?;
                Data::text(text.replace(&*old, &new))
            }
            "startswith" => Data::Bool(text.starts_with(&*with.text("prefix")?)),
            "endswith" => Data::Bool(text.ends_with(&*with.text("suffix")?)),
            // Of other scripts Python may know more or less than Rust does.
            "lower" => {
                ascii(text)?;
                Data::text(text.to_ascii_lowercase())
            }
            "upper" => {
                ascii(text)?;
                Data::text(text.to_ascii_uppercase())
            }
            "join" => {
                let parts = with.required("iterable")?;
                if self.items(&parts)?.iter().any(|part| part.as_text().is_none()) {
                    return Err(NotChecked::new("`join` of what is no text"));
                }
                self.join(&parts, text)?
            }
            _ => return Err(unknown(name, &Data::text(text))),
        })
    }
}

fn unknown(name: &str, data: &Data) -> NotChecked {
    NotChecked::new(format!("the method `{name}` of {} is not known here", data.sort()))
}

fn ascii(text: &str) -> Result<(), NotChecked> {
    if text.is_ascii() { Ok(()) } else { Err(NotChecked::new("a text is not plain ASCII")) }
}

/// Python's idea of a blank, among ASCII characters.
fn is_python_blank(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r' | '\x1c'..='\x1f')
}
