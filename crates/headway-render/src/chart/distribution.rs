//! How the places of a state lie on one measure: a dot each, with one place, the state and the target named.

use headway_model::Value;

use crate::{
    Chart, ChartFrame, DataTable, MeasureUnit, TableColumn,
    canvas::{SvgCanvas, SvgPath, TextAnchor, TextStyle},
    format::{count_text, count_with_noun},
    frame::{EDGE, draw_ticks},
    labels::spread_labels,
    palette,
    scale::AxisScale,
};

/// A dot for each place, stacked where they are many (bars where they are too many for dots).
#[derive(Clone, Debug, PartialEq)]
pub struct DistributionChart {
    /// Headline, subtitle, source, id.
    pub frame: ChartFrame,
    /// Unit of all values.
    pub unit: MeasureUnit,
    /// What a place is, one and many (`district`, `districts`).
    pub noun: (String, String),
    /// The places, in any order.
    pub places: Vec<PlaceValue>,
    /// Index of the place that is shown among the others.
    pub highlight: Option<usize>,
    /// The whole they belong to: its name and value (`State`, 62.0).
    pub state: Option<(String, f64)>,
    /// The target's value.
    pub target: Option<f64>,
    /// Other figures that results are held against: the ends of a band, what a path asks for. Written figures keep to their side.
    pub marks: Vec<f64>,
}

/// A place and its result.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceValue {
    /// Its name.
    pub name: String,
    /// What was published.
    pub value: Value,
    /// Whether its bound is excluded: less than 5, not 5 or less.
    pub strict: bool,
}

/// Highest stack of dots, in pixels.
const HIGHEST: f64 = 110.0;
/// Above this many places dots would be dust: bars say it better.
const MOST_DOTS: usize = 1500;

/// Fewer places have no quarters.
const QUARTERED: usize = 8;

/// Where the places lie, in a sentence: half of them; of a few, from the lowest to the highest. Sorts the values.
pub fn spread_headline(values: &mut [f64], places: &str, said: impl Fn(f64) -> String) -> String {
    values.sort_by(f64::total_cmp);
    match (quartile_values(values), values) {
        (_, []) => format!("None of the {places} has an exact result"),
        (Some([low, _, high]), _) => format!("Half of the {places} lie between {} and {}", said(low), said(high)),
        (None, [lowest, .., highest]) => format!("The {places} lie between {} and {}", said(*lowest), said(*highest)),
        (None, [only]) => format!("The one of the {places} with an exact result lies at {}", said(*only)),
    }
}

/// Quartiles as the values that a quarter, half and three quarters of the places don't exceed.
fn quartile_values(sorted: &[f64]) -> Option<[f64; 3]> {
    let at = |share: f64| sorted[((sorted.len() - 1) as f64 * share).round() as usize];
    (sorted.len() >= QUARTERED).then(|| [0.25, 0.5, 0.75].map(at))
}

/// A line with a label that marks a value on the axis.
struct AxisFlag {
    value: f64,
    text: String,
    color: &'static str,
    line: &'static str,
}

impl DistributionChart {
    /// Places only.
    pub fn new(frame: ChartFrame, unit: MeasureUnit, noun: (&str, &str), places: Vec<PlaceValue>) -> Self {
        let noun = (noun.0.to_owned(), noun.1.to_owned());
        Self { frame, unit, noun, places, highlight: None, state: None, target: None, marks: Vec::new() }
    }

    /// Index and value of each place with a finite exact value.
    fn exact_values(&self) -> Vec<(usize, f64)> {
        let values = self.places.iter().enumerate().filter_map(|(i, p)| Some((i, p.value.exact_number()?)));
        values.filter(|v| v.1.is_finite()).collect()
    }

    fn highlighted_place(&self) -> Option<(&PlaceValue, Option<f64>)> {
        let place = self.places.get(self.highlight?)?;
        Some((place, place.value.exact_number().filter(|v| v.is_finite())))
    }

    fn finite_state(&self) -> Option<&(String, f64)> {
        self.state.as_ref().filter(|s| s.1.is_finite())
    }

    fn finite_target(&self) -> Option<f64> {
        self.target.filter(|t| t.is_finite())
    }

    /// What values are held against.
    fn rounding_marks(&self) -> Vec<f64> {
        self.finite_target().into_iter().chain(self.marks.iter().copied()).collect()
    }

    fn build_flags(&self, width: f64) -> Vec<AxisFlag> {
        let flag = |name: &str, (value, figure): (f64, String), color, line| {
            let style = TextStyle::label(color);
            let name = style.elide_text(name, width - 2.0 * EDGE - style.text_width(&figure) - 8.0);
            let text = format!("{name} {figure}");
            AxisFlag { value, text, color, line }
        };
        let mut flags = Vec::new();
        if let Some((name, value)) = self.finite_state() {
            flags.push(flag(
                name,
                (*value, self.unit.value_beside(*value, &self.rounding_marks())),
                palette::INK,
                "stroke-width=\"1.5\"",
            ));
        }
        if let Some(target) = self.finite_target() {
            flags.push(flag(
                "Target",
                (target, self.unit.trimmed_text(target)),
                palette::TARGET,
                "stroke-width=\"2\" stroke-dasharray=\"7 4\"",
            ));
        }
        if let Some((place, Some(value))) = self.highlighted_place() {
            flags.push(flag(
                &place.name,
                (value, self.unit.value_beside(value, &self.rounding_marks())),
                palette::ACTUAL,
                "stroke-width=\"1\"",
            ));
        }
        flags
    }

    /// What can't be drawn as a dot, in words.
    fn left_out(&self) -> Vec<String> {
        let of = |what: &dyn Fn(Value) -> bool| self.places.iter().filter(|p| what(p.value)).count();
        let (one, many) = (&*self.noun.0, &*self.noun.1);
        let suppressed = of(&|v| v == Value::Suppressed);
        let bounded = of(&|v| matches!(v, Value::Range { .. } | Value::AtLeast { .. } | Value::AtMost { .. }));
        let without = self.places.len() - self.exact_values().len() - suppressed - bounded;
        let mut out = Vec::new();
        for (n, why) in [
            (suppressed, "with a result that is not published"),
            (bounded, "known only as a range, not drawn"),
            (without, "without a result"),
        ] {
            if n > 0 {
                out.push(format!("{} {why}", count_with_noun(n, one, many)));
            }
        }
        if let Some((place, None)) = self.highlighted_place() {
            out.push(format!(
                "{}: {}",
                place.name,
                self.unit.published_beside(place.value, place.strict, &self.rounding_marks())
            ));
        }
        out
    }

    fn describe_data(&self) -> String {
        let mut values = self.exact_values();
        values.sort_by(|a, b| a.1.total_cmp(&b.1));
        let mut out = Vec::new();
        if let (Some(first), Some(last)) = (values.first(), values.last()) {
            let shown = |v: f64| self.unit.value_beside(v, &self.rounding_marks());
            let named = |v: &(usize, f64)| format!("{} ({})", shown(v.1), self.places[v.0].name);
            let sorted: Vec<f64> = values.iter().map(|v| v.1).collect();
            let middle = quartile_values(&sorted).map_or(String::new(), |[low, middle, high]| {
                format!(
                    "; half of them lie between {} and {}, the middle one at {}",
                    shown(low),
                    shown(high),
                    shown(middle)
                )
            });
            out.push(format!(
                "{} from {} to {}{middle}.",
                count_with_noun(values.len(), &self.noun.0, &self.noun.1),
                named(first),
                named(last),
            ));
        } else {
            out.push("No exact result.".to_owned());
        }
        if let Some((place, Some(value))) = self.highlighted_place() {
            let below = values.iter().filter(|v| v.1 < value).count();
            let others = count_text(values.len().saturating_sub(1));
            out.push(format!(
                "{}: {}, higher than {} of {others} others.",
                place.name,
                self.unit.value_beside(value, &self.rounding_marks()),
                count_text(below)
            ));
        }
        out.extend(
            self.finite_state()
                .map(|(name, v)| format!("{name}: {}.", self.unit.value_beside(*v, &self.rounding_marks()))),
        );
        out.extend(self.finite_target().map(|t| format!("Target: {}.", self.unit.trimmed_text(t))));
        out.extend(self.left_out().into_iter().map(|t| t + "."));
        out.join(" ")
    }

    fn draw_chart(&self, width: f64) -> String {
        let (mut canvas, top) = self.frame.open_picture(width);
        let values = self.exact_values();
        let flags = self.build_flags(width);
        let numbers = values.iter().map(|v| v.1).chain(flags.iter().map(|f| f.value));
        let side = if width < 480.0 { 22.0 } else { 30.0 };
        let scale = AxisScale::with_round_ends(numbers, &self.unit, (width / 80.0).floor(), (side, width - side));
        let stacks = DotStacks::from_values(&values, self.highlight, &scale, width - 2.0 * side);

        let (rows, below_rows) = flag_rows(&flags, &scale, width, top);
        let bottom = below_rows + 10.0 + stacks.total_height();
        for (flag, _, y) in &rows {
            let path = SvgPath::new().add_vertical(scale.pixel_at(flag.value), y + 9.0, bottom).clone();
            canvas.draw_path(&path, &format!("stroke=\"{}\" {}", flag.color, flag.line));
        }
        stacks.draw_stacks(&mut canvas, bottom);
        canvas.draw_path(
            SvgPath::new().add_horizontal(side - 8.0, width - side + 8.0, bottom),
            &format!("stroke=\"{}\"", palette::AXIS),
        );
        for (flag, x, y) in &rows {
            let style = TextStyle::label(flag.color);
            let half = style.text_width(&flag.text) / 2.0 + 2.0;
            // A line on its way down from a higher row must not strike through this label.
            canvas.draw_rect((x - half, y - 7.0, 2.0 * half, 15.0), "fill=\"#fff\"");
            canvas.text_mid(*x, *y, TextAnchor::Middle, style, &flag.text);
        }
        draw_ticks(&mut canvas, &scale, &self.unit, bottom, (EDGE, width - EDGE));
        if values.is_empty() {
            canvas.draw_text(width / 2.0, bottom - 8.0, TextAnchor::Middle, TextStyle::SUB, "No results yet");
        }
        self.frame.close_picture(
            canvas,
            width,
            bottom + 20.0,
            &self.left_out(),
            &self.frame.detail_text(&self.describe_data()),
        )
    }
}

/// Where the flags' labels stand: in one row when each can stay over its line, else one row each. Gives (flag, x, y) and
/// the height below all rows.
fn flag_rows<'a>(
    flags: &'a [AxisFlag],
    scale: &AxisScale,
    width: f64,
    top: f64,
) -> (Vec<(&'a AxisFlag, f64, f64)>, f64) {
    let size = |f: &AxisFlag| TextStyle::label(f.color).text_width(&f.text);
    let wanted: Vec<(f64, f64)> = flags.iter().map(|f| (scale.pixel_at(f.value), size(f))).collect();
    if let Some(centers) = spread_labels(&wanted, 10.0, EDGE, width - EDGE)
        && centers.iter().zip(&wanted).all(|(c, w)| (c - w.0).abs() <= w.1 / 2.0 - 4.0)
    {
        let row = flags.iter().zip(centers).map(|(f, x)| (f, x, top + 8.0)).collect();
        return (row, top + if flags.is_empty() { 0.0 } else { 18.0 });
    }
    let rows = flags.iter().zip(&wanted).enumerate().map(|(i, (f, (x, length)))| {
        let half = (length / 2.0).min(width / 2.0 - EDGE);
        (f, x.clamp(EDGE + half, width - EDGE - half), top + 8.0 + 17.0 * i as f64)
    });
    (rows.collect(), top + 17.0 * flags.len() as f64 + 1.0)
}

/// Places in columns: a dot each, or a bar a column.
struct DotStacks {
    /// Middle of each column and how many stand in it.
    columns: Vec<(f64, usize)>,
    /// The column of the place that is shown.
    highlight: Option<usize>,
    /// Width of a column, and how far one dot lies above the other.
    pitch: f64,
    rise: f64,
    bars: bool,
}

impl DotStacks {
    fn from_values(values: &[(usize, f64)], highlight: Option<usize>, scale: &AxisScale, width: f64) -> Self {
        let fill = |pitch: f64| {
            let n = (width / pitch).floor().max(1.0) as usize + 1;
            let left = scale.pixel_at(scale.lo);
            let column = |v: f64| (((scale.pixel_at(v) - left) / pitch) as usize).min(n - 1);
            let mut columns: Vec<(f64, usize)> = (0..n).map(|i| (left + (i as f64 + 0.5) * pitch, 0)).collect();
            values.iter().for_each(|v| columns[column(v.1)].1 += 1);
            let highlight = values.iter().find(|v| Some(v.0) == highlight).map(|v| column(v.1));
            let tallest = columns.iter().map(|c| c.1).max().unwrap_or(0) as f64;
            (columns, highlight, tallest)
        };
        let bars = values.len() > MOST_DOTS;
        let sizes: &[f64] = if bars { &[12.0] } else { &[8.0, 7.0, 6.0, 5.0, 4.0, 3.0] };
        let mut best = None;
        for &pitch in sizes {
            let (columns, highlight, tallest) = fill(pitch);
            let rise = pitch.min(HIGHEST / tallest.max(1.0));
            best = Some(Self { columns, highlight, pitch, rise, bars });
            if tallest * pitch <= HIGHEST {
                break;
            }
        }
        best.expect("there is at least one size")
    }

    fn total_height(&self) -> f64 {
        let tallest = self.columns.iter().map(|c| c.1).max().unwrap_or(0);
        (tallest as f64 * self.rise).max(24.0)
    }

    fn draw_stacks(&self, canvas: &mut SvgCanvas, bottom: f64) {
        let occupied = self.columns.iter().filter(|c| c.1 > 0);
        let mut path = SvgPath::new();
        if self.bars {
            for (x, n) in occupied {
                path.add_vertical(*x, bottom, bottom - *n as f64 * self.rise);
            }
            canvas.draw_path(
                &path,
                &format!("class=\"hw-crowd\" stroke=\"{}\" stroke-width=\"{}\"", palette::CROWD, self.pitch - 1.5),
            );
        } else {
            // A column of dots is one dashed stroke: dashes without length and round ends are dots.
            for (x, n) in occupied {
                let start = bottom - self.pitch * 0.5;
                path.add_vertical(*x, start, start - (*n as f64 - 1.0) * self.rise - 0.1);
            }
            let size = self.pitch - 1.0;
            canvas.draw_path(&path, &format!(
                "class=\"hw-crowd\" stroke=\"{}\" stroke-width=\"{size}\" stroke-linecap=\"round\" stroke-dasharray=\"0 {}\"",
                palette::CROWD,
                self.rise
            ));
        }
        if let Some((x, n)) = self.highlight.map(|h| self.columns[h]) {
            let y = if self.bars { bottom } else { bottom - self.pitch * 0.5 - (n as f64 - 1.0) * self.rise };
            canvas.draw_dot(
                x,
                y,
                (self.pitch / 2.0).clamp(4.5, 6.0),
                &format!("fill=\"{}\" stroke=\"#fff\"", palette::ACTUAL),
                "",
            );
        }
    }
}

impl Chart for DistributionChart {
    fn to_svg(&self, width: f64) -> String {
        self.draw_chart(width.max(240.0))
    }

    fn text_alternative(&self) -> String {
        self.frame.full_text(&self.describe_data())
    }

    fn data_table(&self) -> DataTable {
        let mut rows: Vec<Vec<String>> = self
            .places
            .iter()
            .map(|p| vec![p.name.clone(), self.unit.published_beside(p.value, p.strict, &self.rounding_marks())])
            .collect();
        rows.extend(
            self.finite_state().map(|(name, v)| vec![name.clone(), self.unit.value_beside(*v, &self.rounding_marks())]),
        );
        rows.extend(self.finite_target().map(|t| vec!["Target".to_owned(), self.unit.trimmed_text(t)]));
        DataTable {
            caption: self.frame.headline.clone(),
            columns: vec![
                TableColumn::text_column(capitalize_first(&self.noun.0)),
                TableColumn::number_column("Result"),
            ],
            rows,
        }
    }
}

fn capitalize_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
