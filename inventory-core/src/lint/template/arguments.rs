//! The arguments of a filter, a test or a method.

use super::NotChecked;
use super::data::Data;

/// Arguments by position and by name. Each is taken once; what is left over in the end is not known here.
pub(super) struct Arguments<'t> {
    positional: std::vec::IntoIter<Data>,
    named: Vec<(&'t str, Data)>,
}

impl<'t> Arguments<'t> {
    pub(super) fn new(positional: Vec<Data>, named: Vec<(&'t str, Data)>) -> Self {
        Self { positional: positional.into_iter(), named }
    }

    /// The next by position, or the one with this name. It may be undefined.
    pub(super) fn maybe_undefined(&mut self, name: &str) -> Option<Data> {
        self.positional.next().or_else(|| self.named(name))
    }

    /// The next by position, or the one with this name.
    pub(super) fn optional(&mut self, name: &str) -> Result<Option<Data>, NotChecked> {
        self.maybe_undefined(name).map(Data::defined).transpose()
    }

    /// One that has to be there.
    pub(super) fn required(&mut self, name: &str) -> Result<Data, NotChecked> {
        self.optional(name)?.ok_or_else(|| NotChecked::new(format!("the argument `{name}` is missing")))
    }

    /// One that has to be there and be a text.
    pub(super) fn text(&mut self, name: &str) -> Result<String, NotChecked> {
        match self.required(name)? {
            Data::Text(text) => Ok(text.to_string()),
            other => Err(NotChecked::new(format!("the argument `{name}` is {}", other.sort()))),
        }
    }

    /// The one with this name, which by position would be something else.
    pub(super) fn named(&mut self, name: &str) -> Option<Data> {
        let index = self.named.iter().position(|(other, _)| *other == name)?;
        Some(self.named.swap_remove(index).1)
    }

    /// All by position that are left.
    pub(super) fn all_positional(&mut self) -> Vec<Data> {
        self.positional.by_ref().collect()
    }

    /// Whether nothing is left, by position or by name.
    pub(super) fn is_empty(&self) -> bool {
        self.positional.len() == 0 && self.named.is_empty()
    }

    /// The rest by position, for the filter or test that `map` and `select` hand them to.
    pub(super) fn rest(self) -> (Vec<Data>, Vec<(&'t str, Data)>) {
        (self.positional.collect(), self.named)
    }

    /// An error where an argument is left over.
    pub(super) fn finish(&self) -> Result<(), NotChecked> {
        if self.is_empty() { Ok(()) } else { Err(NotChecked::new("it has an argument that is not known here")) }
    }
}
