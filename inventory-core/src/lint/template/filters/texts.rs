//! Filters of texts.

use crate::lint::template::NotChecked;
use crate::lint::template::arguments::Arguments;
use crate::lint::template::data::Data;
use crate::lint::template::evaluation::Evaluation;

impl Evaluation<'_, '_> {
    pub(super) fn text_filter(
        &mut self,
        name: &str,
        input: &Data,
        with: &mut Arguments<'_>,
    ) -> Result<Data, NotChecked> {
        if name == "split" {
            return match input {
                Data::Text(_) => self.method(input, "split", Arguments::new(with.all_positional(), Vec::new())),
                other => Err(NotChecked::new(format!("`split` of {} is not known here", other.sort()))),
            };
        }
        // These take what is no text for one.
        let text = Data::text(self.python_text(input)?);
        let method = match name {
            "trim" => "strip",
            other => other,
        };
        self.method(&text, method, Arguments::new(with.all_positional(), Vec::new()))
    }
}
