//! Texts that were parsed already.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::yaml::{Document, Source};

/// How many bytes of text are kept, so that a search through very many directories does not hold all of them.
const MAX_BYTES: usize = 64 << 20;

/// Files of variables that were parsed, by their text.
///
/// People copy kubespray's sample and change a few lines in a few files: of many inventories, most files are one. A
/// text means the same wherever it stands, and only its file's name is another; a text with a mistake, which is told
/// with the file's name, is not kept.
#[derive(Debug, Default)]
pub struct Parsed(RwLock<Texts>);

#[derive(Debug, Default)]
struct Texts {
    documents: HashMap<Box<str>, Arc<Document>>,
    bytes: usize,
}

impl Parsed {
    pub(super) fn get(&self, source: &Source) -> Option<Arc<Document>> {
        // Behind a byte order mark JSON is not JSON.
        if source.has_bom() {
            return None;
        }
        self.0.read().unwrap_or_else(PoisonError::into_inner).documents.get(source.text()).cloned()
    }

    pub(super) fn put(&self, source: &Source, document: &Arc<Document>) {
        let text = source.text();
        let mut texts = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if source.has_bom() || texts.bytes + text.len() > MAX_BYTES {
            return;
        }
        if texts.documents.insert(text.into(), Arc::clone(document)).is_none() {
            texts.bytes += text.len();
        }
    }
}
