//! Small numbers in Parquet's hybrid of runs and packed groups of eight: places in a dictionary, and what is known or not.

/// Runs shorter than this on average are packed value by value.
const SHORT_RUN: usize = 4;

/// Bits that hold every place of a dictionary of so many values.
pub(crate) fn width_of(values: usize) -> u32 {
    usize::BITS - values.saturating_sub(1).leading_zeros()
}

/// Adds `codes` of `width` bits (at most 32).
pub(crate) fn put_codes(bytes: &mut Vec<u8>, codes: &[u32], width: u32) {
    let breaks = codes.windows(2).filter(|pair| pair[0] != pair[1]).count();
    if (breaks + 1) * SHORT_RUN <= codes.len() {
        for run in codes.chunk_by(|a, b| a == b) {
            put_run(bytes, run[0], width, run.len());
        }
        return;
    }
    put_varint(bytes, (codes.len().div_ceil(8) as u64) << 1 | 1);
    let (mut waiting, mut bits) = (0_u64, 0);
    for &code in codes {
        waiting |= u64::from(code) << bits;
        bits += width;
        if bits >= 32 {
            bytes.extend_from_slice(&(waiting as u32).to_le_bytes());
            waiting >>= 32;
            bits -= 32;
        }
    }
    // The last group is whole: places without a value are zero.
    let padding = codes.len().next_multiple_of(8) - codes.len();
    let rest = (bits as usize + padding * width as usize).div_ceil(8);
    bytes.extend(waiting.to_le_bytes().into_iter().chain(std::iter::repeat(0)).take(rest));
}

/// Adds `count` times the same code.
pub(crate) fn put_run(bytes: &mut Vec<u8>, code: u32, width: u32, count: usize) {
    put_varint(bytes, (count as u64) << 1);
    bytes.extend_from_slice(&code.to_le_bytes()[..width.div_ceil(8) as usize]);
}

/// Adds which of the values are known, one bit each, behind their length in bytes.
pub(crate) fn put_known(bytes: &mut Vec<u8>, known: impl ExactSizeIterator<Item = bool> + Clone) {
    let start = bytes.len();
    bytes.extend_from_slice(&[0; 4]);
    let (count, all) = (known.len(), known.clone().filter(|&known| known).count());
    if all == 0 || all == count {
        put_run(bytes, u32::from(all > 0), 1, count);
    } else {
        put_varint(bytes, (count.div_ceil(8) as u64) << 1 | 1);
        let mut known = known;
        for _ in 0..count.div_ceil(8) {
            bytes.push((0..8).fold(0, |byte, bit| byte | u8::from(known.next() == Some(true)) << bit));
        }
    }
    let length = (bytes.len() - start - 4) as u32;
    bytes[start..start + 4].copy_from_slice(&length.to_le_bytes());
}

fn put_varint(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(codes: &[u32], values: usize, expected: &[u8]) {
        let mut bytes = Vec::new();
        put_codes(&mut bytes, codes, width_of(values));
        assert_eq!(bytes, expected);
    }

    #[test]
    fn codes_are_as_the_format_says() {
        check(&[0; 300], 1, &[0xd8, 0x04]);
        check(&[1; 10], 2, &[20, 1]);
        check(&[&[0; 7][..], &[299; 5]].concat(), 300, &[14, 0, 0, 10, 43, 1]);
        // The example of the format's documentation: 0 to 7 in three bits.
        check(&[0, 1, 2, 3, 4, 5, 6, 7], 8, &[3, 0b1000_1000, 0b1100_0110, 0b1111_1010]);
        check(&[0, 1, 2], 3, &[3, 0b10_0100, 0]);
        // More than four bytes of them: 0 to 15 and 0 again, in four bits.
        let many: Vec<u32> = (0..17).map(|i| i % 16).collect();
        check(&many, 16, &[7, 0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe, 0, 0, 0, 0]);
    }

    #[test]
    fn what_is_known_is_as_the_format_says() {
        let check = |known: &[bool], expected: &[u8]| {
            let mut bytes = vec![9];
            put_known(&mut bytes, known.iter().copied());
            assert_eq!(bytes[1..], *expected);
        };
        check(&[true; 10], &[2, 0, 0, 0, 20, 1]);
        check(&[false; 10], &[2, 0, 0, 0, 20, 0]);
        check(&[true, false, true, true, false, false, false, false, true], &[3, 0, 0, 0, 5, 0b1101, 1]);
    }
}
