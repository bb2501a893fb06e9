//! The sections of a workbook's number format (`[<10]"*";0.0`): which one is for a number, and what of it is no digit.

/// Longer numbers are no ids: Excel itself keeps fifteen digits.
pub(super) const MOST_DIGITS: usize = 15;

/// One section of a format.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FormatSection {
    when: Option<FormatCondition>,
    pub(super) how: FormatStyle,
}

/// The numbers that a section is for (`[<10]`).
#[derive(Clone, Copy, Debug, PartialEq)]
struct FormatCondition {
    sign: &'static str,
    than: f64,
}

/// How a section writes a number.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum FormatStyle {
    /// As it is, or nearly so: rounded, with thousands apart, a currency or a unit.
    Plain,
    /// As a percent: a hundred times the number, with a sign, between these texts, with so many decimals.
    Percent(String, String, usize),
    /// With zeros before it, up to so many digits.
    Zeros(usize),
    /// Its digits with texts before and among them (`00-0000`, `"D"000`).
    Among(Vec<FormatPiece>),
    /// With so many decimals at most, between these texts (`">"0`, `0"-25"`).
    Between(String, String, usize),
    /// A text in the place of the number (`"*"`).
    Text(String),
    /// In a way that is not followed.
    Unknown,
}

/// One piece of a number's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FormatPiece {
    /// A digit; a zero where there is none.
    Digit,
    /// A digit, or nothing.
    Optional,
    /// A point, a comma, or another sign that belongs to the digits.
    Sign(char),
    /// What stands there in any number.
    Literal(char),
}

/// The sections of a format that are for numbers.
pub(super) fn format_sections(code: &str) -> Vec<FormatSection> {
    let mut texts = split_sections(code);
    // The fourth is for texts, and so is a last one with the sign of texts.
    texts.truncate(3);
    if texts.len() > 1 && texts.last().is_some_and(|last| last.contains('@')) {
        texts.pop();
    }
    let mut sections: Vec<FormatSection> = texts.iter().map(|text| FormatSection::parse_section(text)).collect();
    if sections.iter().all(|section| section.when.is_none()) {
        // A number below zero is written without its sign, in brackets or in red; nothing as a dash, as accountants do.
        if let Some(below) = sections.get_mut(1) {
            below.how = below.how.clone().below_zero();
        }
        if let Some(zero) = sections.get_mut(2)
            && matches!(&zero.how, FormatStyle::Text(text) | FormatStyle::Between(text, _, _) if matches!(text.trim(), "-" | "–" | "—"))
        {
            zero.how = FormatStyle::Plain;
        }
    }
    sections
}

/// The section for a number; `None` where no section is for it, or which one can't be said.
pub(super) fn section_for(sections: &[FormatSection], number: f64) -> Option<&FormatSection> {
    if sections.iter().all(|section| section.when.is_none()) {
        let at = match sections.len() {
            1 => 0,
            _ if number < 0.0 => 1,
            3 if number == 0.0 => 2,
            _ => 0,
        };
        return sections.get(at);
    }
    for (at, section) in sections.iter().enumerate() {
        match section.when {
            Some(when) if when.is_met_by(number) => return Some(section),
            Some(_) => {}
            None => return (at + 1 == sections.len()).then_some(section),
        }
    }
    None
}

impl FormatCondition {
    fn parse_condition(text: &str) -> Option<Self> {
        let sign = ["<=", ">=", "<>", "<", ">", "="].into_iter().find(|sign| text.starts_with(sign))?;
        Some(Self { sign, than: text[sign.len()..].trim().parse().ok()? })
    }

    #[expect(clippy::float_cmp, reason = "a format compares the number as it is kept")]
    fn is_met_by(self, number: f64) -> bool {
        match self.sign {
            "<=" => number <= self.than,
            ">=" => number >= self.than,
            "<>" => number != self.than,
            "<" => number < self.than,
            ">" => number > self.than,
            _ => number == self.than,
        }
    }
}

impl FormatStyle {
    fn below_zero(self) -> Self {
        let is_sign = |text: &str| text.chars().all(|c| matches!(c, '-' | '−' | '(' | ')'));
        match self {
            Self::Percent(before, after, decimals) if is_sign(&before) && is_sign(&after) => {
                Self::Percent(String::new(), String::new(), decimals)
            }
            Self::Between(before, after, _) if is_sign(&before) && is_sign(&after) => Self::Plain,
            Self::Plain | Self::Text(_) => self,
            _ => Self::Unknown,
        }
    }
}

/// A format at its semicolons, but those in texts.
fn split_sections(code: &str) -> Vec<String> {
    let (mut sections, mut quoted, mut taken) = (vec![String::new()], false, false);
    for c in code.chars() {
        match c {
            ';' if !quoted && !taken => {
                sections.push(String::new());
                continue;
            }
            '"' if !taken => quoted = !quoted,
            _ => {}
        }
        taken = !taken && !quoted && c == '\\';
        if let Some(last) = sections.last_mut() {
            last.push(c);
        }
    }
    sections
}

impl FormatSection {
    fn parse_section(text: &str) -> Self {
        let mut when = None;
        let how = parse_pieces(text, &mut when).map_or(FormatStyle::Unknown, |pieces| find_style(&pieces));
        Self { when, how }
    }
}

/// The pieces of a section; `None` where a piece is not known.
fn parse_pieces(section: &str, when: &mut Option<FormatCondition>) -> Option<Vec<FormatPiece>> {
    let mut pieces = Vec::new();
    let (mut quoted, mut chars) = (false, section.chars());
    if matches!(section.trim().to_lowercase().as_str(), "general" | "@") {
        return Some(vec![FormatPiece::Digit, FormatPiece::Sign('.'), FormatPiece::Optional]);
    }
    while let Some(c) = chars.next() {
        pieces.push(match c {
            '"' => {
                quoted = !quoted;
                continue;
            }
            c if quoted => FormatPiece::Literal(c),
            '\\' => FormatPiece::Literal(chars.next()?),
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                parse_bracket(&inside, when)?;
                continue;
            }
            // Room as wide as a sign, and a sign that fills the cell.
            '_' => {
                chars.next()?;
                continue;
            }
            '*' if chars.next()? == ' ' => continue,
            '0' => FormatPiece::Digit,
            '#' | '?' => FormatPiece::Optional,
            '.' | ',' | '%' | 'E' | 'e' => FormatPiece::Sign(c),
            '$' | '€' | '£' | '¥' => continue,
            '+' if matches!(pieces.last(), Some(FormatPiece::Sign('E' | 'e'))) => FormatPiece::Sign(c),
            '-' | '+' | '/' | ' ' | '(' | ')' | ':' | '<' | '>' | '=' | '!' | '&' | '~' | '{' | '}' | '^' | '\'' => {
                FormatPiece::Literal(c)
            }
            _ => return None,
        });
    }
    Some(pieces)
}

/// What stands in square brackets: a color, a currency, or for which numbers the section is.
fn parse_bracket(inside: &str, when: &mut Option<FormatCondition>) -> Option<()> {
    const COLORS: [&str; 8] = ["black", "blue", "cyan", "green", "magenta", "red", "white", "yellow"];
    let lower = inside.to_lowercase();
    if COLORS.contains(&lower.as_str()) || lower.starts_with("color") || lower.starts_with('$') {
        return Some(());
    }
    *when = Some(FormatCondition::parse_condition(inside)?);
    Some(())
}

fn find_style(pieces: &[FormatPiece]) -> FormatStyle {
    let is_digit = |piece: &FormatPiece| matches!(piece, FormatPiece::Digit | FormatPiece::Optional);
    let (Some(first), Some(last)) = (pieces.iter().position(is_digit), pieces.iter().rposition(is_digit)) else {
        let has_signs = pieces.iter().any(|piece| matches!(piece, FormatPiece::Sign(_)));
        return if has_signs {
            FormatStyle::Unknown
        } else {
            FormatStyle::Text(literal_text(pieces).trim().to_owned())
        };
    };
    let (before, digits, after) = (&pieces[..first], &pieces[first..=last], &pieces[last + 1..]);
    if pieces.len() >= 2 && pieces.len() <= MOST_DIGITS && pieces.iter().all(|piece| *piece == FormatPiece::Digit) {
        return FormatStyle::Zeros(pieces.len());
    }
    let percents = pieces.iter().filter(|piece| **piece == FormatPiece::Sign('%')).count();
    let outside = |pieces: &[FormatPiece]| {
        pieces.iter().all(|piece| matches!(piece, FormatPiece::Literal(_) | FormatPiece::Sign('%')))
    };
    // A point may end the digits; a comma there shows thousands.
    let after = if after.first() == Some(&FormatPiece::Sign('.')) { &after[1..] } else { after };
    if percents > 1 || !outside(before) || !outside(after) || digits.contains(&FormatPiece::Sign('%')) {
        return FormatStyle::Unknown;
    }
    let point = digits.iter().position(|piece| *piece == FormatPiece::Sign('.'));
    let decimals = point.map_or(0, |point| digits[point..].iter().filter(|piece| is_digit(piece)).count());
    let (text_before, text_after) = (literal_text(before), literal_text(after));
    if percents == 1 {
        return FormatStyle::Percent(text_before.trim().to_owned(), text_after.trim().to_owned(), decimals);
    }
    if is_id(pieces, digits) {
        return FormatStyle::Among(pieces.to_vec());
    }
    if digits.iter().any(|piece| matches!(piece, FormatPiece::Literal(c) if *c != '/' && *c != ' ')) {
        return FormatStyle::Unknown;
    }
    if matches!(text_before.trim(), "" | "+" | "$" | "€" | "£" | "¥") && is_unit(text_after.trim()) {
        return FormatStyle::Plain;
    }
    // Spaces stay as they are written, but around the whole.
    FormatStyle::Between(text_before.trim_start().to_owned(), text_after.trim_end().to_owned(), decimals)
}

fn literal_text(pieces: &[FormatPiece]) -> String {
    pieces.iter().filter_map(|piece| if let FormatPiece::Literal(c) = piece { Some(*c) } else { None }).collect()
}

/// What is counted, which says nothing of the number.
fn is_unit(text: &str) -> bool {
    const UNITS: [&str; 9] = ["student", "pupil", "school", "district", "teacher", "place", "day", "year", "point"];
    let lower = text.to_lowercase();
    matches!(lower.as_str(), "" | "%" | "$" | "€" | "£" | "¥")
        || UNITS.contains(&lower.strip_suffix('s').unwrap_or(&lower))
}

/// Whether a format makes an id of a number: whole digits, with a text among them, around several of them, or with letters before.
fn is_id(pieces: &[FormatPiece], digits: &[FormatPiece]) -> bool {
    let is_digit = |piece: &&FormatPiece| matches!(piece, FormatPiece::Digit | FormatPiece::Optional);
    let wanted = pieces.iter().filter(|piece| **piece == FormatPiece::Digit).count();
    let before: String = literal_text(&pieces[..pieces.iter().take_while(|piece| !is_digit(piece)).count()]);
    let after: String =
        literal_text(&pieces[pieces.len() - pieces.iter().rev().take_while(|piece| !is_digit(piece)).count()..]);
    let among = literal_text(digits);
    let around = !before.trim().is_empty() || !is_unit(after.trim());
    let named = before.contains(char::is_alphabetic) || among.contains(char::is_alphabetic);
    pieces.iter().all(|piece| !matches!(piece, FormatPiece::Sign(_)))
        && (wanted >= 2 && (!among.is_empty() || around) || wanted >= 1 && named)
}
