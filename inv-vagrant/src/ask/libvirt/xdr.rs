//! XDR (RFC 4506), as much of it as libvirt's protocol uses here: everything is big-endian and padded to four bytes.

/// Longer than any text libvirt sends: its own bound of a string.
const LONGEST_TEXT: usize = 4 << 20;

/// What a reply does not say as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum XdrError {
    #[error("it ends in the middle")]
    Short,
    #[error("it announces more than it may hold")]
    TooLong,
    #[error("it holds a number that means nothing there")]
    Meaningless,
}

/// Arguments of a call.
#[derive(Debug, Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn number(mut self, number: u32) -> Self {
        self.0.extend(number.to_be_bytes());
        self
    }

    pub(super) fn signed(mut self, number: i32) -> Self {
        self.0.extend(number.to_be_bytes());
        self
    }

    pub(super) fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend(bytes);
        self.0.resize(self.0.len().next_multiple_of(4), 0);
        self
    }

    /// A text; its length must fit, which that of a name does.
    pub(super) fn text(self, text: &str) -> Self {
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        self.number(length).bytes(text.as_bytes())
    }

    /// A text that might have been left out.
    pub(super) fn maybe_text(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.number(1).text(text),
            None => self.number(0),
        }
    }

    pub(super) fn done(self) -> Vec<u8> {
        self.0
    }
}

/// What is left of a reply. Whoever sent it may be anybody: nothing is believed that is not there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], XdrError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(XdrError::Short)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], XdrError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(XdrError::Short)?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(super) fn number(&mut self) -> Result<u32, XdrError> {
        self.array().map(u32::from_be_bytes)
    }

    pub(super) fn signed(&mut self) -> Result<i32, XdrError> {
        self.array().map(i32::from_be_bytes)
    }

    /// A number of eight bytes.
    pub(super) fn hyper(&mut self) -> Result<i64, XdrError> {
        self.array().map(i64::from_be_bytes)
    }

    pub(super) fn uuid(&mut self) -> Result<[u8; 16], XdrError> {
        self.array()
    }

    /// A text. What is no UTF-8 is replaced.
    pub(super) fn text(&mut self) -> Result<String, XdrError> {
        let length = self.length(LONGEST_TEXT)?;
        let bytes = self.take(length)?;
        self.take(length.next_multiple_of(4) - length)?;
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }

    /// A text that may have been left out.
    pub(super) fn maybe_text(&mut self) -> Result<Option<String>, XdrError> {
        match self.number()? {
            0 => Ok(None),
            1 => self.text().map(Some),
            _ => Err(XdrError::Meaningless),
        }
    }

    /// A list of at most that many items.
    pub(super) fn list<T>(
        &mut self,
        most: usize,
        item: impl Fn(&mut Self) -> Result<T, XdrError>,
    ) -> Result<Vec<T>, XdrError> {
        let count = self.length(most)?;
        // Grows as items come, not as they are announced.
        (0..count).map(|_| item(self)).collect()
    }

    fn length(&mut self, most: usize) -> Result<usize, XdrError> {
        let length = usize::try_from(self.number()?).map_err(|_| XdrError::TooLong)?;
        if length > most { Err(XdrError::TooLong) } else { Ok(length) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let bytes = Writer::default().number(7).text("abcde").maybe_text(None).maybe_text(Some("ü")).signed(-1).done();
        assert_eq!(bytes.len() % 4, 0);
        let mut reader = Reader::new(&bytes);
        assert_eq!((reader.number(), reader.text()), (Ok(7), Ok("abcde".to_owned())));
        assert_eq!((reader.maybe_text(), reader.maybe_text()), (Ok(None), Ok(Some("ü".to_owned()))));
        assert_eq!((reader.signed(), reader.number()), (Ok(-1), Err(XdrError::Short)));
    }

    #[test]
    fn a_text_is_never_longer_than_what_was_sent() {
        let announced = |length: u32| Writer::default().number(length).number(0).done();
        assert_eq!(Reader::new(&announced(5)).text(), Err(XdrError::Short));
        assert_eq!(Reader::new(&announced(u32::MAX)).text(), Err(XdrError::TooLong));
        // Four bytes and no padding behind the fifth.
        let bytes = [0, 0, 0, 5, b'a', b'b', b'c', b'd', b'e'];
        assert_eq!(Reader::new(&bytes).text(), Err(XdrError::Short));
        assert_eq!(Reader::new(&announced(3)).list(2, Reader::number), Err(XdrError::TooLong));
    }
}
