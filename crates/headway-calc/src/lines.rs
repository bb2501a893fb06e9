//! JSON Lines: a line that is no JSON has its fault for an answer, and reading goes on behind it.

use std::io::{BufRead, Read};

use serde::de::IgnoredAny;

/// A broken value longer than this can't be read again line by line.
const HELD: usize = 1 << 20;
/// More than any value has: one that goes on may never end. (A series of ten million points is half as long.)
const LONGEST: usize = 256 << 20;

/// Values one after another, with what was read of the last one, so that the reading can go back to the end of its first line.
pub(super) struct JsonLines<R> {
    inner: R,
    /// What is read again, before `inner`.
    back: Vec<u8>,
    at: usize,
    /// What was read since [`JsonLines::begin`].
    held: Vec<u8>,
    overflown: bool,
    /// How many line ends were read.
    ends: usize,
    /// The number of the line on which the value began.
    line: usize,
    /// How many bytes were read of this value, or since the last comma of a batch.
    read: usize,
    longest: usize,
    in_batch: bool,
}

impl<R: BufRead> JsonLines<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            back: Vec::new(),
            at: 0,
            held: Vec::new(),
            overflown: false,
            ends: 0,
            line: 1,
            read: 0,
            longest: LONGEST,
            in_batch: false,
        }
    }

    /// The value that begins here is an array that is answered entry by entry, and may have any length.
    pub(super) fn begin_batch(&mut self) {
        self.in_batch = true;
    }

    /// A value begins here.
    pub(super) fn begin_value(&mut self) {
        self.held.clear();
        self.overflown = false;
        (self.read, self.in_batch) = (0, false);
        self.line = self.ends + 1;
    }

    /// The number of the line on which the value began.
    pub(super) fn line_number(&self) -> usize {
        self.line
    }

    /// Goes to the line after the one on which the value began, where that line is broken in itself: it is no JSON however it
    /// goes on, the line after it is a whole value, or there is none. `false` where the text is broken as one, over several lines.
    pub(super) fn skip_broken(&mut self) -> std::io::Result<bool> {
        if self.overflown {
            return Ok(false);
        }
        let first = self.rest_of_line()?;
        let unfinished = serde_json::from_slice::<IgnoredAny>(&first).is_err_and(|error| error.is_eof());
        if !unfinished {
            return Ok(true);
        }
        let after = self.peek_line()?;
        let whole = serde_json::from_slice::<IgnoredAny>(&after).is_ok() && after.trim_ascii().starts_with(b"{");
        Ok(whole || after.is_empty())
    }

    /// The line on which the value began; the reader stands behind it.
    fn rest_of_line(&mut self) -> std::io::Result<Vec<u8>> {
        let mut line = std::mem::take(&mut self.held);
        let end = match line.iter().position(|b| *b == b'\n') {
            Some(end) => end + 1,
            None => {
                self.read_until(b'\n', &mut line)?;
                line.len()
            }
        };
        self.put_back(line.split_off(end));
        Ok(line)
    }

    /// The line that comes next, left in the reader.
    fn peek_line(&mut self) -> std::io::Result<Vec<u8>> {
        let mut line = Vec::new();
        self.read_until(b'\n', &mut line)?;
        self.put_back(line.clone());
        Ok(line)
    }

    fn put_back(&mut self, bytes: Vec<u8>) {
        self.ends -= line_ends(&bytes);
        let mut back = bytes;
        back.extend_from_slice(&self.back[self.at..]);
        (self.back, self.at) = (back, 0);
        self.held.clear();
    }
}

fn line_ends(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b == b'\n').count()
}

impl<R: BufRead> Read for JsonLines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let available = self.fill_buf()?;
        let n = available.len().min(buffer.len());
        buffer[..n].copy_from_slice(&available[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for JsonLines<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.read > self.longest {
            let text = format!("a value is longer than {} MB (line {})", self.longest >> 20, self.line);
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, text));
        }
        if self.at < self.back.len() { Ok(&self.back[self.at..]) } else { self.inner.fill_buf() }
    }

    fn consume(&mut self, n: usize) {
        let again = self.at < self.back.len();
        // What was filled is still there: nothing is read to look at it.
        let bytes =
            if again { Some(&self.back[self.at..self.at + n]) } else { self.inner.fill_buf().ok().map(|b| &b[..n]) };
        if let Some(bytes) = bytes {
            self.ends += line_ends(bytes);
            self.read = if self.in_batch && bytes.contains(&b',') { 0 } else { self.read + n };
            if self.held.len() + n <= HELD {
                self.held.extend_from_slice(bytes);
            } else {
                self.overflown = true;
            }
        }
        if again { self.at += n } else { self.inner.consume(n) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_without_end_is_given_up() {
        let endless =
            |byte| JsonLines { longest: 4 << 20, ..JsonLines::new(std::io::BufReader::new(std::io::repeat(byte))) };
        let mut lines = endless(b'y');
        lines.begin_value();
        let told = lines.rest_of_line().expect_err("it has no end").to_string();
        assert!(told.contains("longer than 4 MB (line 1)"), "{told}");
        let mut lines = endless(b'1');
        lines.begin_value();
        lines.begin_batch();
        assert!(serde_json::from_reader::<_, IgnoredAny>(&mut lines).is_err());
    }

    #[test]
    fn a_batch_may_be_longer_than_a_value() {
        let text = format!("[{}1]", "1,".repeat(4 << 20));
        let mut lines = JsonLines { longest: 1 << 20, ..JsonLines::new(text.as_bytes()) };
        lines.begin_value();
        lines.begin_batch();
        assert!(serde_json::from_reader::<_, IgnoredAny>(&mut lines).is_ok());
    }
}
