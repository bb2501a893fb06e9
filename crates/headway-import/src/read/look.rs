//! What the first rows of a table show of its columns, before the first is read.

use headway_model::{Value, ValueFlags};

use super::cell::ColumnTokens;
use super::counts::CountPair;
use super::number::{DecimalNumber, is_misplaced, may_be_thousands, number_in};
use super::plan::{BoundProfile, ValuePlan};
use crate::profile::{DecimalMark, NumberScale};
use crate::table::trim_cell;

impl BoundProfile<'_> {
    /// Looks at the first rows: whether a column of shares shows whole percents at least, and whether some of its numbers have the
    /// decimal mark that the profile does not say.
    pub(crate) fn look_at_rows<'r>(&mut self, rows: impl Iterator<Item = &'r [String]>) {
        // Of each value column: cells that show whole percents at least, and others.
        let mut shown = vec![(0u32, 0u32); self.values.len()];
        for row in rows {
            for (value, shown) in self.values.iter_mut().zip(&mut shown) {
                value.see_decimals(row, &self.tokens[value.tokens]);
                let Some(cell) = value.column.and_then(|column| row.get(column)) else { continue };
                let (cell, tokens) = (value.picked_part(trim_cell(cell)), &self.tokens[value.tokens]);
                match tokens.read_number(cell) {
                    // 0 and 1 are as short in any column.
                    Some(number) if number.shifted_value(0) == 0.0 || number.shifted_value(0) == 1.0 => {}
                    Some(number) if value.decimals_of(&number) >= 0 => shown.0 += 1,
                    Some(_) => shown.1 += 1,
                    None if is_misplaced(cell, tokens.decimal) => {
                        let other = match tokens.decimal {
                            DecimalMark::Point => DecimalMark::Comma,
                            DecimalMark::Comma => DecimalMark::Point,
                        };
                        value.reading.other_mark |= number_in(cell, other).is_some();
                    }
                    None => {}
                }
            }
        }
        for (value, (whole, coarser)) in self.values.iter_mut().zip(shown) {
            value.whole_percents = whole >= coarser;
        }
    }
}

impl ValuePlan<'_> {
    /// Notes which columns show numbers that can only be fractions: no thousands are apart in them.
    fn see_decimals(&mut self, row: &[String], tokens: &ColumnTokens) {
        let only_a_fraction = |column: Option<usize>| {
            let cell = column.and_then(|column| row.get(column)).map(|cell| trim_cell(cell));
            cell.is_some_and(|cell| {
                let decimals = tokens.read_number(cell).is_some_and(|number| number.decimal_places() > 0);
                decimals && !may_be_thousands(cell, tokens.decimal)
            })
        };
        self.reading.decimals |= only_a_fraction(self.column);
        for (seen, column) in self.decimals.iter_mut().zip([self.numerator, self.denominator]) {
            *seen |= only_a_fraction(column);
        }
    }

    /// How many decimals of a percent a number shows: two fewer when it is written as a fraction.
    fn decimals_of(&self, number: &DecimalNumber) -> i32 {
        let fraction = match self.reading.scale {
            NumberScale::Fraction => true,
            NumberScale::Signed => !number.percent,
            NumberScale::Mixed => !number.percent && number.shifted_value(0) <= 1.0,
            _ => false,
        };
        number.decimal_places() - if fraction { 2 } else { 0 }
    }

    /// How exact a cell is, in decimals of a percent. Spreadsheets drop zeros at the end, so that 0.70 stands as 0.7 in a column of
    /// whole percents.
    pub(super) fn exactness(&self, number: &DecimalNumber) -> i32 {
        self.decimals_of(number).max(if self.whole_percents { 0 } else { -1 })
    }

    /// A share as its counts make it. One that its profile lets differ from them (`tolerance`) is made in another way, and a mask's
    /// number only stands in.
    pub(super) fn by_counts(&self, value: Value, flags: ValueFlags, counts: CountPair) -> Value {
        if !self.reading.scale.is_share() || self.tolerance > 0.0 || flags.has_all(ValueFlags::STAND_IN) {
            return value;
        }
        value.by_counts(counts.0.known_count(), counts.1.known_count())
    }
}
