//! From bytes to UTF-8, block by block: byte order marks, UTF-16, and the eight-bit encodings of older files.

use encoding_rs::{DecoderResult, Encoding, UTF_8, WINDOWS_1252};
use memchr::memchr3_iter;

/// Turns bytes into UTF-8. What a file is encoded in is told by its byte order mark, else by whether the sample is UTF-8, else by
/// the statistics of chardetng. A text that is UTF-8 but for a few bytes is no other encoding: read as one, all its names and ids
/// would be others.
pub(crate) struct TextDecoder {
    encoding: &'static Encoding,
    decoder: Option<encoding_rs::Decoder>,
    /// Bytes of a UTF-8 character that a block has cut in two.
    rest: Vec<u8>,
    /// Only plain ASCII was seen so far: then the guess may still be changed.
    only_ascii: bool,
    /// Nobody named the encoding.
    guessed: bool,
}

/// Bytes that are not what the encoding says, or what it can't mean: where they begin in what was to be decoded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BadBytes(pub(crate) usize);

impl TextDecoder {
    /// Decides by the first bytes of a file (`whole`: they are all of it).
    pub(crate) fn of_sample(sample: &[u8], whole: bool) -> Self {
        if let Some((encoding, _)) = Encoding::for_bom(sample) {
            return Self::of_encoding(encoding);
        }
        if looks_like_utf16(sample) {
            let little = sample.get(1) == Some(&0);
            return Self::of_encoding(if little { encoding_rs::UTF_16LE } else { encoding_rs::UTF_16BE });
        }
        match std::str::from_utf8(sample) {
            Ok(_) => Self { guessed: true, ..Self::of_encoding(UTF_8) },
            // A character cut by the end of the sample is no fault.
            Err(e) if !whole && e.error_len().is_none() => Self { guessed: true, ..Self::of_encoding(UTF_8) },
            Err(_) => Self::of_guess(sample),
        }
    }

    /// An encoding that the profile names.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Encoding::for_label(name.as_bytes()).map(Self::of_encoding)
    }

    fn of_encoding(encoding: &'static Encoding) -> Self {
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder());
        Self { encoding, decoder, rest: Vec::new(), only_ascii: true, guessed: false }
    }

    /// What bytes that are not UTF-8 are encoded in: in UTF-8 all the same, with faults, where they have its characters too.
    fn of_guess(bytes: &[u8]) -> Self {
        let guess = guess_encoding(bytes);
        let faulty = utf8_prevails(bytes) || (guess == WINDOWS_1252 && first_utf8_character(bytes).is_some());
        Self { guessed: true, ..Self::of_encoding(if faulty { UTF_8 } else { guess }) }
    }

    /// The encoding's name, for the report.
    pub(crate) fn encoding_name(&self) -> &'static str {
        self.encoding.name()
    }

    pub(crate) fn is_utf8(&self) -> bool {
        self.decoder.is_none()
    }

    /// Remembers what kind of text the block read outside held.
    pub(crate) fn note_ascii(&mut self, only_ascii: bool) {
        self.only_ascii &= only_ascii;
    }

    /// Appends the text of `bytes` to `out`; `last` says that nothing follows.
    pub(crate) fn decode_bytes(&mut self, bytes: &[u8], last: bool, out: &mut String) -> Result<(), BadBytes> {
        if self.decoder.is_none() {
            let mut joined = std::mem::take(&mut self.rest);
            joined.extend_from_slice(bytes);
            match std::str::from_utf8(&joined) {
                Ok(text) => {
                    self.only_ascii &= text.is_ascii();
                    out.push_str(text);
                    return Ok(());
                }
                Err(e) if e.error_len().is_none() && !last => {
                    let (good, cut) = joined.split_at(e.valid_up_to());
                    out.push_str(std::str::from_utf8(good).map_err(|e| BadBytes(e.valid_up_to()))?);
                    self.only_ascii = false;
                    self.rest = cut.to_vec();
                    return Ok(());
                }
                Err(e) => {
                    let decided = Self::of_guess(&joined);
                    if !self.guessed || !self.only_ascii || decided.is_utf8() {
                        return Err(BadBytes(e.valid_up_to()));
                    }
                    // All so far was ASCII, which reads the same in every eight-bit encoding: decide again from here.
                    *self = decided;
                    return self.decode_bytes(&joined, last, out);
                }
            }
        }
        if self.guessed
            && self.encoding == WINDOWS_1252
            && let Some(at) = first_utf8_character(bytes)
        {
            return Err(BadBytes(at));
        }
        let decoder = self.decoder.as_mut().expect("every encoding but UTF-8 has a decoder");
        let mut read = 0;
        loop {
            out.reserve(decoder.max_utf8_buffer_length(bytes.len() - read).unwrap_or(bytes.len()));
            let (result, took) = decoder.decode_to_string_without_replacement(&bytes[read..], out, last);
            read += took;
            match result {
                DecoderResult::InputEmpty => return Ok(()),
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => return Err(BadBytes(read.saturating_sub(1))),
            }
        }
    }
}

fn guess_encoding(bytes: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, chardetng::Utf8Detection::Deny)
}

/// Whether bytes that are not UTF-8 as a whole are so in the main: they have as many of its characters as of other bytes.
fn utf8_prevails(bytes: &[u8]) -> bool {
    let (mut characters, mut faults) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        characters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        faults += chunk.invalid().len();
    }
    characters > 0 && characters >= faults
}

/// Where the first character of UTF-8 begins that nobody writes in windows-1252: accented letters, signs and typographic marks, whose
/// bytes there are Â, Ã or â with a sign behind it.
fn first_utf8_character(bytes: &[u8]) -> Option<usize> {
    let goes_on = |at: usize| bytes.get(at).is_some_and(|byte| (0x80..0xc0).contains(byte));
    memchr3_iter(0xc2, 0xc3, 0xe2, bytes).find(|&at| match bytes[at] {
        0xe2 => bytes.get(at + 1).is_some_and(|byte| (0x80..0x85).contains(byte)) && goes_on(at + 2),
        _ => goes_on(at + 1),
    })
}

/// UTF-16 without a mark: every other byte of plain text is zero.
fn looks_like_utf16(sample: &[u8]) -> bool {
    let head = &sample[..sample.len().min(200)];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|&&b| b == 0).count();
    head.len() >= 8 && (zeros(0) * 3 > head.len() || zeros(1) * 3 > head.len()) && !(zeros(0) > 0 && zeros(1) > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], encoding: &str, text: &str) {
        for step in [1, 3, bytes.len()] {
            let mut decoder = TextDecoder::of_sample(bytes, true);
            let mut out = String::new();
            for (i, part) in bytes.chunks(step).enumerate() {
                let last = (i + 1) * step >= bytes.len();
                decoder.decode_bytes(part, last, &mut out).expect("decodes");
            }
            assert_eq!(
                (decoder.encoding_name(), out.trim_start_matches('\u{feff}')),
                (encoding, text),
                "in steps of {step}"
            );
        }
    }

    #[test]
    fn decodes_what_agencies_send() {
        check(b"plain,1\n", "UTF-8", "plain,1\n");
        check("\u{feff}caf\u{e9},1\n".as_bytes(), "UTF-8", "café,1\n");
        check(b"Pe\xf1asco,1\nDo\xf1a Ana,2\n", "windows-1252", "Peñasco,1\nDoña Ana,2\n");
        let utf16: Vec<u8> = "\u{feff}name,1\né".encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&utf16, "UTF-16LE", "name,1\né");
        let bare: Vec<u8> = "School,Rate\nA,1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&bare, "UTF-16LE", "School,Rate\nA,1\n");
    }

    #[test]
    fn late_bytes_of_another_encoding() {
        let mut decoder = TextDecoder::of_sample(b"plain", false);
        let mut out = String::new();
        decoder.decode_bytes(b"plain\n", false, &mut out).expect("ascii");
        decoder.decode_bytes(b"Do\xf1a Ana\n", true, &mut out).expect("decided again");
        assert_eq!(out, "plain\nDoña Ana\n");
        let mut decoder = TextDecoder::of_sample("é".as_bytes(), false);
        decoder.decode_bytes("é\n".as_bytes(), false, &mut out).expect("utf-8");
        assert_eq!(decoder.decode_bytes(b"Do\xf1a\n", true, &mut out), Err(BadBytes(2)));
    }

    #[test]
    fn utf8_with_faults_is_nothing_else() {
        let check = |bytes: &[u8], fault: Option<usize>| {
            let mut out = String::new();
            let read = TextDecoder::of_sample(bytes, true).decode_bytes(bytes, true, &mut out);
            assert_eq!(read, fault.map_or(Ok(()), |at| Err(BadBytes(at))), "{bytes:?} read as {out}");
        };
        check("Peñasco,Doña Ana\nDñ,x\n".as_bytes(), None);
        check(&["Peñasco,Doña Ana\nDñ,".as_bytes(), b"Caf\xe9\n"].concat(), Some(26));
        // One row of UTF-8 in a file of the older encoding: its fault is the first byte that is none.
        check(&[&b"Do\xf1a,Pe\xf1asco\nCa\xf1on,Espa\xf1ola\n"[..], "Cañada\n".as_bytes()].concat(), Some(2));
        check(b"Do\xf1a,CAF\xc9\xa0\xbb\n", None); // a capital before signs of its own encoding
    }
}
