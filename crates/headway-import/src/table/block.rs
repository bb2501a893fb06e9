//! Texts in blocks of whole rows, so that a file of any size is read in flat memory and by several threads.

use std::io::Read;

use memchr::{memchr, memchr_iter, memrchr2};

use super::decode::{BadBytes, TextDecoder};
use super::record::TextRecord;

/// Bytes read at a time: so few that a block's rows stay near the processor until they are in their batch.
const BLOCK_BYTES: usize = 128 << 10;

/// Text without a row's end that is still taken for the beginning of a row.
const LONGEST_ROW: usize = 256 << 10;

/// No row of a table is as long as this.
const MOST_BYTES_IN_A_ROW: usize = 32 << 20;

/// How a text's rows and cells are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TextSyntax {
    pub(crate) delimiter: u8,
}

/// Whole rows of a text.
#[derive(Debug)]
pub(crate) struct TextBlock {
    pub(crate) text: String,
    /// The number of its first line in the file, from 1.
    pub(crate) first_line: u64,
    /// Whether there is a quote in it.
    pub(crate) quoted: bool,
}

/// Reads a file block by block.
pub(crate) struct BlockReader<'a> {
    reader: Box<dyn Read + 'a>,
    decoder: TextDecoder,
    pub(crate) syntax: TextSyntax,
    /// Text read and not yet given: the begun row at the end of the last block.
    rest: String,
    /// Bytes of a character that the last block has cut in two.
    cut: Vec<u8>,
    /// Texts given back, to be filled again.
    spare: Vec<String>,
    next_line: u64,
    done: bool,
    /// Bytes read so far.
    pub(crate) bytes: u64,
}

/// Why a text can't be read on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BlockError {
    #[error("can't be read: {0}")]
    Io(#[from] std::io::Error),
    #[error("{}", mixed_encodings(*line, encoding))]
    Bytes { line: u64, encoding: &'static str },
    #[error("line {line} is longer than {MOST_BYTES_IN_A_ROW} bytes: no table")]
    Endless { line: u64 },
}

/// What is said of a line whose bytes are not what all before it is encoded in.
pub(super) fn mixed_encodings(line: u64, encoding: &str) -> String {
    format!(
        "line {line} has bytes that are not {encoding}, which the file seems to be written in: a mix of encodings would change names \
         and ids. Save the file anew as UTF-8; or if all of it is in one other encoding, name that in the profile ([table] encoding = ...)"
    )
}

impl<'a> BlockReader<'a> {
    /// `head` is what was read of it already (the sample).
    pub(crate) fn new(reader: Box<dyn Read + 'a>, decoder: TextDecoder, syntax: TextSyntax) -> Self {
        Self {
            reader,
            decoder,
            syntax,
            rest: String::new(),
            cut: Vec::new(),
            spare: Vec::new(),
            next_line: 1,
            done: false,
            bytes: 0,
        }
    }

    pub(crate) fn encoding(&self) -> &'static str {
        self.decoder.encoding_name()
    }

    /// The next rows; `None` at the end.
    pub(crate) fn next_block(&mut self) -> Result<Option<TextBlock>, BlockError> {
        while !self.done {
            let mut text = self.spare.pop().unwrap_or_default();
            text.clear();
            text.push_str(&self.rest);
            let begun = text.len();
            text = self.fill_text(text)?;
            if self.next_line == 1 && begun == 0 && text.starts_with('\u{feff}') {
                text.remove(0);
            }
            let quoted = memchr(b'"', text.as_bytes()).is_some();
            let cut = if self.done { text.len() } else { last_row_end(&text, self.syntax.delimiter, quoted) };
            if cut == 0 && text.len() > MOST_BYTES_IN_A_ROW {
                return Err(BlockError::Endless { line: self.next_line });
            }
            self.rest.clear();
            self.rest.push_str(&text[cut..]);
            text.truncate(cut);
            if !text.is_empty() {
                let first_line = self.next_line;
                self.next_line += count_lines(&text);
                return Ok(Some(TextBlock { text, first_line, quoted }));
            }
        }
        Ok(None)
    }

    /// Takes a block's text back, to use its memory again.
    pub(crate) fn give_back(&mut self, text: String) {
        self.spare.push(text);
    }

    fn fill_text(&mut self, text: String) -> Result<String, BlockError> {
        if self.decoder.is_utf8() {
            return self.fill_utf8(text);
        }
        let mut text = text;
        let mut bytes = std::mem::take(&mut self.cut);
        self.read_bytes(&mut bytes)?;
        self.decode_bytes(&bytes, &mut text)?;
        Ok(text)
    }

    fn decode_bytes(&mut self, bytes: &[u8], text: &mut String) -> Result<(), BlockError> {
        let (first, before, encoding) = (self.next_line, line_ends(text.as_bytes()), self.decoder.encoding_name());
        self.decoder.decode_bytes(bytes, self.done, text).map_err(|BadBytes(at)| {
            let line = first + before + line_ends(&bytes[..at.min(bytes.len())]);
            BlockError::Bytes { line, encoding }
        })
    }

    /// UTF-8 is read where it stays, and only looked through.
    fn fill_utf8(&mut self, text: String) -> Result<String, BlockError> {
        let begun = text.len();
        let mut bytes = text.into_bytes();
        bytes.append(&mut self.cut);
        self.read_bytes(&mut bytes)?;
        let error = match String::from_utf8(bytes) {
            Ok(text) => {
                self.decoder.note_ascii(text.as_bytes()[begun..].is_ascii());
                return Ok(text);
            }
            Err(error) => error,
        };
        let fault = error.utf8_error();
        let mut bytes = error.into_bytes();
        if fault.error_len().is_none() && !self.done {
            self.cut = bytes.split_off(fault.valid_up_to());
            self.decoder.note_ascii(false);
            return Ok(String::from_utf8(bytes).expect("looked through just now"));
        }
        // Not UTF-8 after all: the decoder may still decide again.
        let new = bytes.split_off(begun);
        let mut text = String::from_utf8(bytes).expect("what was begun is a text");
        self.decode_bytes(&new, &mut text)?;
        Ok(text)
    }

    fn read_bytes(&mut self, bytes: &mut Vec<u8>) -> Result<(), BlockError> {
        let before = bytes.len();
        self.reader.by_ref().take(BLOCK_BYTES as u64).read_to_end(bytes)?;
        let read = bytes.len() - before;
        self.bytes += read as u64;
        self.done = read < BLOCK_BYTES;
        Ok(())
    }
}

/// Where the last whole row of `text` ends. A CR at the very end may be half of a CRLF, so that row is left for later.
fn last_row_end(text: &str, delimiter: u8, quoted: bool) -> usize {
    let bytes = text.as_bytes();
    let body = &bytes[..bytes.len().saturating_sub(1)];
    if !quoted {
        return match memrchr2(b'\n', b'\r', body) {
            Some(at) if bytes[at] == b'\r' && bytes[at + 1] == b'\n' => at + 2,
            Some(at) => at + 1,
            None => 0,
        };
    }
    // A line end inside quotes ends no row: walk the rows.
    let (mut record, mut at, mut last) = (TextRecord::default(), 0, 0);
    while at < body.len() {
        last = at;
        at = record.read_cells(text, at, delimiter, 0).0;
        // A quote that is open at the end of the block may be closed in the next one; one that stays open too long is a stray.
        if record.broken_quote && bytes.len() - last < LONGEST_ROW {
            return last;
        }
    }
    last
}

/// Lines of a text that ends with a row.
fn count_lines(text: &str) -> u64 {
    line_ends(text.as_bytes())
}

/// How many lines end in bytes whose encoding has ASCII in it: LF, CRLF and lone CR count one each.
pub(super) fn line_ends(bytes: &[u8]) -> u64 {
    let alone = |&at: &usize| bytes.get(at + 1) != Some(&b'\n');
    (memchr_iter(b'\n', bytes).count() + memchr_iter(b'\r', bytes).filter(alone).count()) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_never_cut() {
        let last_row_end = |text: &str, delimiter| last_row_end(text, delimiter, text.contains('"'));
        assert_eq!(last_row_end("a,b\nc,d\ne", b','), 8);
        assert_eq!(last_row_end("a,b\r\nc,d\r", b','), 5, "the CR may be half of a CRLF");
        assert_eq!(last_row_end("a,b\rc,d\re", b','), 8);
        assert_eq!(last_row_end("\"a\nb\",c\nd,\"e\nf", b','), 8);
        assert_eq!(last_row_end("abc", b','), 0);
        assert_eq!(count_lines("a\r\nb\rc\nd"), 3);
    }

    #[test]
    fn a_large_text_comes_whole_and_in_order() {
        let row = |i: usize| format!("{i},\"x\n\"\"{i}\"\"\",é\r\n");
        let all: String = (0..400_000).map(row).collect();
        let mut blocks = BlockReader::new(
            Box::new(all.as_bytes()),
            TextDecoder::of_sample(&all.as_bytes()[..4096], false),
            TextSyntax { delimiter: b',' },
        );
        let (mut joined, mut count, mut line) = (String::new(), 0, 1);
        while let Some(block) = blocks.next_block().expect("reads") {
            assert_eq!(block.first_line, line);
            line += block.text.matches('\n').count() as u64;
            assert!(block.text.ends_with('\n'));
            joined.push_str(&block.text);
            count += 1;
        }
        assert!(count > 3, "in several blocks");
        assert_eq!(joined, all);
        assert_eq!(blocks.bytes, all.len() as u64);
    }
}
