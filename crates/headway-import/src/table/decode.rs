//! From bytes to UTF-8, block by block: byte order marks, UTF-16, and the eight-bit encodings of older files.

use encoding_rs::{CoderResult, Encoding, UTF_8};

/// Turns bytes into UTF-8. What a file is encoded in is told by its byte order mark, else by whether the sample is UTF-8, else by
/// the statistics of chardetng.
pub(crate) struct TextDecoder {
    encoding: &'static Encoding,
    decoder: Option<encoding_rs::Decoder>,
    /// Bytes of a UTF-8 character that a block has cut in two.
    rest: Vec<u8>,
    /// Only plain ASCII was seen so far: then the guess may still be changed.
    only_ascii: bool,
}

/// Bytes that are not what the encoding says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BadBytes;

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
            Ok(_) => Self::of_encoding(UTF_8),
            // A character cut by the end of the sample is no fault.
            Err(e) if !whole && e.error_len().is_none() => Self::of_encoding(UTF_8),
            Err(_) => Self::of_encoding(guess_encoding(sample)),
        }
    }

    /// An encoding that the profile names.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Encoding::for_label(name.as_bytes()).map(Self::of_encoding)
    }

    fn of_encoding(encoding: &'static Encoding) -> Self {
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder());
        Self { encoding, decoder, rest: Vec::new(), only_ascii: true }
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
                    out.push_str(std::str::from_utf8(good).map_err(|_| BadBytes)?);
                    self.only_ascii = false;
                    self.rest = cut.to_vec();
                    return Ok(());
                }
                Err(_) if self.only_ascii => {
                    // All so far was ASCII, which reads the same in every eight-bit encoding: decide again from here.
                    *self = Self::of_encoding(guess_encoding(&joined));
                    return self.decode_bytes(&joined, last, out);
                }
                Err(_) => return Err(BadBytes),
            }
        }
        let decoder = self.decoder.as_mut().expect("every encoding but UTF-8 has a decoder");
        let mut read = 0;
        loop {
            out.reserve(decoder.max_utf8_buffer_length(bytes.len() - read).unwrap_or(bytes.len()));
            let (result, took, _) = decoder.decode_to_string(&bytes[read..], out, last);
            read += took;
            if result == CoderResult::InputEmpty {
                return Ok(());
            }
        }
    }
}

fn guess_encoding(bytes: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, chardetng::Utf8Detection::Deny)
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
        assert_eq!(decoder.decode_bytes(b"Do\xf1a\n", true, &mut out), Err(BadBytes));
    }
}
