//! How wide a text will be, without a font at hand.
//!
//! A page is read in whatever sans-serif font the reader has. The table holds, for each character, the wider of Noto Sans
//! (which [`crate::png`] uses) and DejaVu Sans (the widest of the usual system fonts, and often the only one on a bare Linux):
//! what fits by this table fits everywhere.

/// Advance widths of U+0020 to U+007E in thousandths of the font size.
#[rustfmt::skip]
const REGULAR: [u16; 95] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 551, 838, 318, 361, 318, 372, 636, 636, 636, 636, 636, 636, 636, 636,
    636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 339, 295, 656, 557, 907, 760, 787,
    605, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 372, 390, 838, 500, 580, 613, 635, 550, 635, 615, 352, 635,
    634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 413, 521, 392, 634, 592, 818, 592, 592, 525, 636, 551, 636, 838,
];

/// The same for bold.
#[rustfmt::skip]
const BOLD: [u16; 95] = [
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 545, 838, 380, 415, 380, 413, 696, 696, 696, 696, 696, 696, 696, 696,
    696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 389, 372, 775, 637, 995, 837, 850,
    733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 413, 457, 838, 500, 607, 675, 716, 593, 716, 678, 435, 716,
    712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712, 551, 712, 838,
];

/// Width of `text` in pixels at a font size, on the safe side for any usual sans-serif font.
pub fn text_width(text: &str, size: f64, bold: bool) -> f64 {
    let table = if bold { &BOLD } else { &REGULAR };
    let thousandths: f64 = text.chars().map(|c| char_width(c, table)).sum();
    thousandths * size / 1000.0
}

fn char_width(c: char, table: &[u16; 95]) -> f64 {
    let code = c as u32;
    match code {
        0x20..=0x7e => f64::from(table[(code - 0x20) as usize]),
        0x2018 | 0x2019 | 0xb7 => 380.0,
        0x2013 => 500.0,
        0x201c | 0x201d => 657.0,
        // Latin letters with marks are as wide as the widest small letters; capitals, signs and other scripts may fill the em.
        0xe0..=0xff if code != 0xe6 => 720.0,
        0x0300..=0x036f => 0.0,
        0x1100.. if !(0x2000..=0x2bff).contains(&code) => 1050.0,
        _ => 1000.0,
    }
}

/// `text` in lines no wider than `max` pixels, broken between words; a word wider than that is broken inside.
pub(crate) fn wrap_text(text: &str, size: f64, bold: bool, max: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let candidate = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if text_width(&candidate, size, bold) <= max {
            line = candidate;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for c in word.chars() {
            line.push(c);
            if text_width(&line, size, bold) > max && line.chars().count() > 1 {
                line.pop();
                lines.push(std::mem::replace(&mut line, c.to_string()));
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Like [`wrap`], with lines of about the same length instead of one word left over at the end.
pub(crate) fn wrap_evenly(text: &str, size: f64, bold: bool, max: f64) -> Vec<String> {
    let mut lines = wrap_text(text, size, bold, max);
    let mut narrower = max;
    while lines.len() > 1 && narrower > max / 2.0 {
        narrower -= 8.0;
        let candidate = wrap_text(text, size, bold, narrower);
        if candidate.len() > lines.len() {
            break;
        }
        lines = candidate;
    }
    lines
}

/// `text`, or as much of it as fits into `max` pixels with `…` at its end.
pub(crate) fn elide_text(text: &str, size: f64, bold: bool, max: f64) -> String {
    if text_width(text, size, bold) <= max {
        return text.to_owned();
    }
    let mut short = text.to_owned();
    while !short.is_empty() && text_width(&short, size, bold) + size > max {
        short.pop();
    }
    short.truncate(short.trim_end().len());
    short + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_lines_fit_and_lose_nothing() {
        let text =
            "Grade 3 reading: proficiency is recovering, but Llanfairpwllgwyngyllgogerychwyrndrobwll is below the path";
        for max in [60.0, 120.0, 300.0, 2000.0] {
            let lines = wrap_text(text, 17.0, true, max);
            assert!(lines.iter().all(|l| text_width(l, 17.0, true) <= max), "{max}: {lines:?}");
            let letters = |t: &str| t.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(letters(&lines.concat()), letters(text));
        }
        assert_eq!(wrap_text(text, 17.0, true, 2000.0).len(), 1);
        assert!(wrap_text("", 12.0, false, 100.0).is_empty());
    }
}
