//! Filters of lists and maps.

use std::rc::Rc;

use indexmap::IndexMap;

use crate::lint::template::NotChecked;
use crate::lint::template::arguments::Arguments;
use crate::lint::template::data::Data;
use crate::lint::template::evaluation::Evaluation;

impl Evaluation<'_, '_> {
    /// What iterating gives: items of a list, keys of a map, characters of a text.
    pub(in crate::lint::template) fn items(&mut self, data: &Data) -> Result<Vec<Data>, NotChecked> {
        match data {
            Data::List(items) | Data::Tuple(items) | Data::View(items) => {
                self.spend(items.len())?;
                items.iter().map(|item| self.force(item.clone())).collect()
            }
            Data::Map(map) => {
                self.spend(map.len())?;
                Ok(map.keys().map(Data::text).collect())
            }
            Data::Text(text) => {
                self.spend(text.len())?;
                Ok(text.chars().map(|c| Data::text(c.to_string())).collect())
            }
            other => Err(NotChecked::new(format!("it goes through {} as if it were a list", other.sort()))),
        }
    }

    pub(super) fn sequence_filter(
        &mut self,
        name: &str,
        input: &Data,
        with: &mut Arguments<'_>,
    ) -> Result<Data, NotChecked> {
        match name {
            "extract" => self.extract(input, with),
            "length" | "count" => length(input),
            "first" | "last" => {
                let end = if name == "first" { 0 } else { -1 };
                match input {
                    Data::List(_) | Data::Text(_) => self.item(input, &Data::Int(end)),
                    Data::Tuple(items) | Data::View(items) if name == "first" => {
                        self.item(&Data::List(items.clone()), &Data::Int(end))
                    }
                    other => Err(NotChecked::new(format!("`{name}` of {} is not known here", other.sort()))),
                }
            }
            "list" => Ok(Data::List(self.items(input)?.into())),
            "join" => {
                let separator =
                    with.optional("d")?.map_or_else(|| Ok(String::new()), |data| self.python_text(&data))?;
                self.join(input, &separator)
            }
            "unique" => {
                let mut kept: Vec<Data> = Vec::new();
                for item in self.items(input)? {
                    // Jinja's ignores case for some versions of Ansible and not for others.
                    let Data::Text(text) = &item else {
                        return Err(NotChecked::new("`unique` of a list that is not all texts"));
                    };
                    self.spend(kept.len())?;
                    if kept
                        .iter()
                        .any(|other| other.as_text().is_some_and(|o| o != &**text && o.eq_ignore_ascii_case(text)))
                    {
                        return Err(NotChecked::new("`unique` of texts that differ in case only"));
                    }
                    if !text.is_ascii() {
                        return Err(NotChecked::new("`unique` of texts that are not plain ASCII"));
                    }
                    if !kept.iter().any(|other| other.as_text() == Some(text)) {
                        kept.push(item);
                    }
                }
                Ok(Data::List(kept.into()))
            }
            "flatten" => {
                let levels = match with.optional("levels")? {
                    None | Some(Data::Null) => None,
                    Some(Data::Int(levels)) => Some(levels),
                    Some(other) => return Err(NotChecked::new(format!("`flatten` by {}", other.sort()))),
                };
                let Data::List(_) = input else {
                    return Err(NotChecked::new(format!("`flatten` of {} is not known here", input.sort())));
                };
                let mut out = Vec::new();
                self.flatten(input, levels, &mut out)?;
                Ok(Data::List(out.into()))
            }
            _ => {
                let Data::Map(map) = input else {
                    return Err(NotChecked::new(format!("`dict2items` of {}", input.sort())));
                };
                self.spend(map.len())?;
                let pair = |(key, value): (&String, &Data)| {
                    let pair = [("key".to_owned(), Data::text(key)), ("value".to_owned(), value.clone())];
                    Data::Map(Rc::new(pair.into_iter().collect::<IndexMap<_, _>>()))
                };
                Ok(Data::List(map.iter().map(pair).collect()))
            }
        }
    }

    /// The items' texts, one behind the other.
    pub(in crate::lint::template) fn join(&mut self, data: &Data, separator: &str) -> Result<Data, NotChecked> {
        let mut out = String::new();
        for (index, item) in self.items(data)?.iter().enumerate() {
            if index > 0 {
                out.push_str(separator);
            }
            out.push_str(&self.python_text(item)?);
            self.check_length(out.len())?;
        }
        Ok(Data::text(out))
    }

    fn flatten(&mut self, list: &Data, levels: Option<i128>, out: &mut Vec<Data>) -> Result<(), NotChecked> {
        for item in self.items(list)? {
            match &item {
                // A null, also when it is written as a text, is left out.
                Data::Null => {}
                Data::Text(text) if matches!(&**text, "None" | "null") => {}
                Data::List(_) if levels.is_none_or(|levels| levels >= 1) => {
                    let levels = levels.map(|levels| levels - 1);
                    self.nested(|evaluation| evaluation.flatten(&item, levels, out))?;
                }
                _ => out.push(item),
            }
        }
        Ok(())
    }

    fn extract(&mut self, key: &Data, with: &mut Arguments<'_>) -> Result<Data, NotChecked> {
        let container = with.required("container")?;
        let found = self.item(&container, key)?;
        match with.optional("morekeys")? {
            None | Some(Data::Null) => Ok(found),
            Some(Data::List(keys)) => {
                let mut found = found;
                for key in keys.iter() {
                    found = self.item(&found, key)?;
                }
                Ok(found)
            }
            Some(key) => self.item(&found, &key),
        }
    }

    /// `map`, `select`, `reject`, `selectattr` and `rejectattr`: something done with each item.
    pub(super) fn for_each(&mut self, name: &str, input: &Data, mut with: Arguments<'_>) -> Result<Data, NotChecked> {
        let items = self.items(input)?;
        let mut out = Vec::with_capacity(items.len());
        if name == "map" {
            if let Some(attribute) = with.named("attribute") {
                let default = with.named("default");
                with.finish()?;
                let path = attribute_path(&attribute)?;
                for item in items {
                    let found = self.path(item, &path)?;
                    out.push(match (&found, &default) {
                        (Data::Undefined(_), Some(default)) => default.clone().defined()?,
                        _ => found.defined()?,
                    });
                }
                return Ok(Data::List(out.into()));
            }
            let filter = with.text("the filter's name")?;
            let (positional, named) = with.rest();
            for item in items {
                let with = Arguments::new(positional.clone(), named.clone());
                out.push(self.nested(|evaluation| evaluation.filter(&filter, item, with))?.defined()?);
            }
            return Ok(Data::List(out.into()));
        }
        let path = if name.ends_with("attr") { Some(attribute_path(&with.required("attribute")?)?) } else { None };
        let test = if with.is_empty() { None } else { Some(with.text("the test's name")?) };
        let (positional, named) = with.rest();
        for item in items {
            let tested = match &path {
                Some(path) => self.path(item.clone(), path)?,
                None => item.clone(),
            };
            let holds = match &test {
                Some(test) => self.test(test, &tested, Arguments::new(positional.clone(), named.clone()))?,
                None => tested.is_true()?,
            };
            if holds == name.starts_with("select") {
                out.push(item);
            }
        }
        Ok(Data::List(out.into()))
    }

    fn path(&mut self, mut data: Data, path: &[String]) -> Result<Data, NotChecked> {
        for name in path {
            data = self.item(&data, &Data::text(name))?;
        }
        Ok(data)
    }
}

/// The names of `a.b.c`. Jinja takes digits for an index.
fn attribute_path(attribute: &Data) -> Result<Vec<String>, NotChecked> {
    let path: Vec<String> = attribute.as_text().unwrap_or_default().split('.').map(str::to_owned).collect();
    if path.iter().any(|name| name.is_empty() || name.bytes().all(|b| b.is_ascii_digit())) {
        return Err(NotChecked::new("an attribute that is no name is not known here"));
    }
    Ok(path)
}

fn length(data: &Data) -> Result<Data, NotChecked> {
    let length = match data {
        Data::List(items) | Data::Tuple(items) | Data::View(items) => items.len(),
        Data::Map(map) => map.len(),
        Data::Text(text) => text.chars().count(),
        other => return Err(NotChecked::new(format!("`length` of {}", other.sort()))),
    };
    i128::try_from(length).map(Data::Int).map_err(|_| NotChecked::new("it grows too long to follow"))
}
