//! Texts that were parsed already.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher as _;
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::fast::RandomState;

use crate::yaml::{Document, Source};

/// How many bytes of text are kept, so that a search through very many directories does not hold all of them.
const MAX_BYTES: usize = 64 << 20;

/// Files of variables that were parsed, by their text.
///
/// People copy kubespray's sample and change a few lines in a few files: of many inventories, most files are one. A
/// text means the same wherever it stands, and only its file's name is another; a text with a mistake, which is told
/// with the file's name, is not kept.
///
/// Nor is a text that was met once: inventories that have nothing in common would fill the memory for nobody. Of such
/// a text only the hash is remembered, so that it is kept when it is met again.
#[derive(Debug, Default)]
pub struct Parsed {
    hasher: RandomState,
    texts: Mutex<Texts>,
}

#[derive(Debug, Default)]
struct Texts {
    /// The hashes of texts that were met.
    met: HashSet<u64, RandomState>,
    /// By the hash of the text, which the source has in full.
    kept: HashMap<u64, (Source, Arc<Document>), RandomState>,
    bytes: usize,
}

impl Parsed {
    /// The document of a text: what is kept of it, else what `parse` makes of it.
    pub(super) fn document<E>(
        &self,
        source: &Source,
        parse: impl FnOnce() -> Result<Document, E>,
    ) -> Result<Arc<Document>, E> {
        // Behind a byte order mark JSON is not JSON.
        if source.has_bom() {
            return parse().map(Arc::new);
        }
        let hash = self.hasher.hash_one(source.text());
        if let Some(document) = self.texts(|texts| texts.get(hash, source)) {
            return Ok(document);
        }
        let document = Arc::new(parse()?);
        self.texts(|texts| texts.meet(hash, source, &document));
        Ok(document)
    }

    fn texts<R>(&self, work: impl FnOnce(&mut Texts) -> R) -> R {
        work(&mut self.texts.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Texts {
    fn get(&self, hash: u64, source: &Source) -> Option<Arc<Document>> {
        let (kept, document) = self.kept.get(&hash)?;
        (kept.text() == source.text()).then(|| Arc::clone(document))
    }

    fn meet(&mut self, hash: u64, source: &Source, document: &Arc<Document>) {
        let length = source.text().len();
        if self.met.insert(hash) || self.kept.contains_key(&hash) || self.bytes + length > MAX_BYTES {
            return;
        }
        self.kept.insert(hash, (source.clone(), Arc::clone(document)));
        self.bytes += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::parse_one;

    /// Whether a text is parsed when it is met.
    fn is_parsed(parsed: &Parsed, text: &str) -> bool {
        let source = Source::new("all.yml", text);
        let mut is_parsed = false;
        let document = parsed.document(&source, || {
            is_parsed = true;
            parse_one(&source)
        });
        assert_eq!(*document.unwrap(), parse_one(&source).unwrap(), "{text}");
        is_parsed
    }

    #[test]
    fn a_text_that_is_met_again_is_kept() {
        let parsed = Parsed::default();
        let met = ["a: 1", "a: 1", "a: 1", "a: 2", "a: 1"].map(|text| is_parsed(&parsed, text));
        assert_eq!(met, [true, true, false, true, false]);
    }

    #[test]
    fn a_text_behind_a_byte_order_mark_is_another_one() {
        let parsed = Parsed::default();
        assert!((0..3).all(|_| is_parsed(&parsed, "\u{feff}{\"a\": 1e3}")));
        assert!(is_parsed(&parsed, "{\"a\": 1e3}"));
    }
}
