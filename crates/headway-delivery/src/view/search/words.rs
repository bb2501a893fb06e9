//! How what somebody writes is held against names: words in any order, numbers in any spelling, one wrong letter.

/// Words that say nothing of what is meant.
const EMPTY: [&str; 12] = ["a", "an", "and", "at", "for", "in", "of", "on", "the", "to", "who", "with"];
const ORDINALS: [&str; 12] = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth",
];
/// Two shorter words that differ by a letter are two words.
const LONG_ENOUGH: usize = 5;

/// What somebody looks for.
#[derive(Clone, Debug)]
pub struct SearchWords {
    wanted: Vec<String>,
    near: bool,
}

impl SearchWords {
    /// The words of a text; those that say nothing count only where there are no others.
    pub fn new(text: &str) -> Self {
        let all = split_words(text);
        let telling: Vec<String> = all.iter().filter(|word| !EMPTY.contains(&word.as_str())).cloned().collect();
        Self { wanted: if telling.is_empty() { all } else { telling }, near: false }
    }

    /// The same, where a long word may have one letter that is wrong, missing, too many or swapped with the next.
    pub fn with_near_words(&self) -> Self {
        Self { near: true, ..self.clone() }
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Whether every word is in the texts: as one of their words, or inside one.
    pub fn are_in<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> bool {
        let has: Vec<String> = texts.into_iter().flat_map(split_words).collect();
        !self.wanted.is_empty() && self.wanted.iter().all(|wanted| has.iter().any(|word| self.fits_word(wanted, word)))
    }

    fn fits_word(&self, wanted: &str, word: &str) -> bool {
        // A number is meant as a whole: grade 1 is not grade 10. A long one may be the beginning of an id.
        let number = wanted.bytes().all(|b| b.is_ascii_digit());
        if number {
            wanted == word || (wanted.len() > 2 && word.contains(wanted))
        } else {
            word.contains(wanted) || (self.near && (is_near(wanted, word) || is_near_ordinal(wanted, word)))
        }
    }
}

fn is_near(wanted: &str, word: &str) -> bool {
    let (a, b) = (wanted.chars().count(), word.chars().count());
    a.max(b) >= LONG_ENOUGH && a.abs_diff(b) <= 1 && strsim::osa_distance(wanted, word) <= 1
}

/// "eigth" is "eighth", which is 8.
fn is_near_ordinal(wanted: &str, word: &str) -> bool {
    let number = word.parse::<usize>().ok().and_then(|n| ORDINALS.get(n.checked_sub(1)?));
    number.is_some_and(|ordinal| is_near(wanted, ordinal))
}

/// Lower-case words; "3rd" and "third" are 3, a plural is its singular's word with a letter more and is found by it.
fn split_words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let parts = lower.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.map(plain_word).collect()
}

fn plain_word(word: &str) -> String {
    if let Some(at) = ORDINALS.iter().position(|ordinal| *ordinal == word) {
        return (at + 1).to_string();
    }
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ordinal = !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit())
        && matches!(&word[digits.len()..], "st" | "nd" | "rd" | "th");
    if ordinal { digits.to_owned() } else { word.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_as_people_write_them() {
        let name = "Grade 3 students who meet the reading standard";
        let check = |text: &str, name: &str, exact: bool, near: bool| {
            let words = SearchWords::new(text);
            assert_eq!(words.are_in([name]), exact, "{text} in {name}");
            assert_eq!(words.with_near_words().are_in([name]), near, "{text} near {name}");
        };
        check("3rd grade reading", name, true, true);
        check("third-grade READING", name, true, true);
        check("reading of the 3rd grade", name, true, true);
        check("read", name, true, true);
        check("1st grade reading", name, false, false);
        check("grade 3", "Grade 13", false, false);
        check("graduaton", "Four-year graduation rate", false, true);
        check("gradutaion", "Four-year graduation rate", false, true);
        check("graduatoin rates", "Four-year graduation rate", false, true);
        check("eigth grade math", "Grade 8 students below the mathematics standard", false, true);
        check("eigth gade mathmatics", "Grade 8 students below the mathematics standard", false, true);
        check("thrid grade raeding", name, false, true);
        check("forth grade", "Grade 4", false, true);
        check("eigth grade", "Grade 7", false, false);
        check("graduation rte", "Four-year graduation rate", false, false);
        check("12000", "District 12, 00012000", true, true);
        check("of the", "State of the art", true, true);
        check("", name, false, false);
        check("...", name, false, false);
        check("ürün", "ÜRÜN", true, true);
    }
}
