//! Figures that a careful reader would not take as they stand: rates beside counts, hidden counts, decimal commas, marks.

use headway_import::{ImportProfile, SourceFile};
use headway_model::{Value, ValueFlags};

use crate::support::{Run, run};

const YEAR: i32 = 2022;

/// Imports one table of places in the year; `values` are the profile's rules.
fn import(table: &str, top: &str, values: &str) -> Run {
    let profile = format!(
        "name = 'x'\nunit = '{{code}}'\nperiod = {{ kind = 'school-year', from = '2022' }}\nignore_pattern = '.*'\n{top}\n\
         [[level]]\nis = 'school'\n[[values]]\nmeasure = 'r'\n{values}"
    );
    let profile = ImportProfile::parse(&profile, "test").unwrap_or_else(|e| panic!("{e}"));
    run(&profile, &[SourceFile::in_memory("table.csv", table.as_bytes().to_vec())])
}

/// What became of the place `place`: its value, or nothing.
fn found(run: &Run, place: &str) -> Option<(Value, ValueFlags)> {
    let row = run.observation("r", [place, "all", "all"], YEAR)?;
    let state = headway_model::ValueState::ALL.into_iter().find(|state| state.id() == row.state).expect("a state");
    Some((Value::of_stored(state, row.lo, row.hi), ValueFlags(row.flags)))
}

fn exact(value: f64) -> Option<(Value, ValueFlags)> {
    Some((Value::Exact { value }, ValueFlags::default()))
}

const BESIDE: &str = "column = 'rate'\nscale = 'percent'\nnumerator = 'k'\ndenominator = 'n'";

fn check_rate(rate: &str, k: &str, n: &str, refused: Option<&str>) {
    let run =
        import(&format!("code,rate,k,n\na,{rate},{k},{n}\n"), "tokens = { '*' = 'suppressed' }\nbands = true", BESIDE);
    let refusal = run.report().refusals.first();
    assert_eq!(refusal.map(|r| r.text.as_str()), refused, "{rate} with {k} of {n}: {refusal:?}");
    assert_eq!(found(&run, "a").is_none(), refused.is_some(), "{rate} with {k} of {n}");
}

#[test]
fn a_rate_that_contradicts_its_counts_is_refused() {
    check_rate("57.0", "30", "40", Some("57 (30 of 40 is 75)"));
    check_rate("75.0", "30", "400", Some("75 (30 of 400 is 7.5)"));
    check_rate("80", "50", "10", Some("50 of 10"));
    check_rate("50", "1", "10", Some("50 (1 of 10 is 10)"));
    check_rate("0.857", "6", "7", Some("0.857 (6 of 7 is 85.71)"));
    check_rate("80", "0", "0", Some("80 (0 of 0)"));
    check_rate("GE95", "30", "40", Some("95 or more (30 of 40 is 75)"));
    check_rate("80", "-1", "40", Some("-1 of 40"));
    check_rate("75", "<10", "40", Some("75 (less than 10 of 40)"));
    check_rate("GE95", "<10", "40", Some("95 or more (less than 10 of 40)"));
    check_rate("<5", ">=20", "40", Some("less than 5 (20 or more of 40)"));
    check_rate("70-79", "<10", "100", Some("70-79 (less than 10 of 100)"));
    check_rate("75", "30", ">=400", Some("75 (30 of 400 or more)"));
    for (rate, k, n) in [
        ("20", "<10", "40"),
        ("75", "30", ">=20"),
        ("75", "30", "40"),
        ("67", "2", "3"),
        ("66.6", "2", "3"),
        ("66.67", "2", "3"),
        ("66.7%", "2", "3"),
        ("66.666666666666671", "2", "3"),
        ("0", "0", "0"),
        ("*", "2", "3"),
        ("57.0", "*", "40"),
        ("57.0", "", "40"),
        ("70-79", "30", "40"),
    ] {
        check_rate(rate, k, n, None);
    }
}

/// A percent is made of counts: a numerator beyond its denominator is refused, and so is one in percent, within bounds too.
#[test]
fn numerators_within_bounds_are_held_against_their_denominators() {
    let made = "scale = 'percent'\nnumerator = 'k'\ndenominator = 'n'";
    let check = |k: &str, n: &str, refused: Option<&str>| {
        let run = import(&format!("code,k,n\na,{k},{n}\n"), "tokens = { '*' = 'suppressed' }\nbands = true", made);
        let refusal = run.report().refusals.first();
        assert_eq!(refusal.map(|r| r.text.as_str()), refused, "{k} of {n}: {refusal:?}");
        assert_eq!(found(&run, "a").is_none(), refused.is_some(), "{k} of {n}");
    };
    for (k, refused) in
        [(">45", "more than 45 of 40"), (">=41", "41 or more of 40"), ("41-50", "41-50 of 40"), ("45", "45 of 40")]
    {
        check(k, "40", Some(refused));
    }
    for percent in [">=95%", "<5%", "10-20%", "40%"] {
        check(percent, "200", Some(percent));
    }
    check("20", ">=95%", Some(">=95%"));
    for k in [">=40", "<45", "30-49", "*", "<5"] {
        check(k, "40", None);
    }
}

/// A source rounds its rate; its counts say which side of a target it is on.
#[test]
fn a_rate_is_what_its_counts_make() {
    let check = |table: &str, top: &str, values: &str, expected: Option<(Value, ValueFlags)>| {
        let run = import(table, top, values);
        assert_eq!(found(&run, "a"), expected, "{table}");
    };
    let exactly = |k: f64, n: f64| exact(100.0 * k / n);
    check("code,rate,k,n\na,66,657,1000\n", "", BESIDE, exact(65.7));
    check("code,rate,k,n\na,66.0,6596,10000\n", "", BESIDE, exact(65.96));
    check("code,rate,k,n\na,67,2,3\n", "", BESIDE, exactly(2.0, 3.0));
    check("code,rate,k,n\na,66,,1000\n", "", BESIDE, exact(66.0));
    let fraction = BESIDE.replace("percent", "fraction");
    check("code,rate,k,n\na,0.66,657,1000\n", "", &fraction, exact(65.7));
    // Not a share: a rate per 1,000 stands as it is.
    check("code,rate,k,n\na,66,657,10000\n", "", &BESIDE.replace("percent", "number"), exact(66.0));
    let bands = "bands = true";
    check("code,rate,k,n\na,GE95,97,100\n", bands, BESIDE, Some((Value::AtLeast { lo: 95.0 }, ValueFlags::default())));
}

#[test]
fn a_profile_may_allow_a_difference() {
    let table = "code,rate,k,n\na,57.0,30,40\nb,50,30,40\n";
    let run = import(table, "", &format!("{BESIDE}\ntolerance = 20"));
    assert_eq!((found(&run, "a"), found(&run, "b")), (exact(57.0), None));
    let wide = import("code,rate,k,n\na,125,50,40\n", "", &format!("{BESIDE}\nrange = [0, 200]"));
    assert_eq!(found(&wide, "a"), exact(125.0), "a rate over 100 where the profile believes one");
}

#[test]
fn a_percent_from_counts_keeps_what_hides_them() {
    let table = "code,k,n\na,30,40\nb,5,3\nc,*,12\nd,3,*\ne,-1,40\nf,nt,12\ng,,12\nh,0,0\ni,<5,40\nj,*,\n";
    let top = "tokens = { '*' = 'suppressed', 'nt' = 'not-tested' }\nbands = true";
    let run = import(table, top, "scale = 'percent'\nnumerator = 'k'\ndenominator = 'n'");
    let state = |value: Value| Some((value, ValueFlags::default()));
    for (place, expected) in [
        ("a", exact(75.0)),
        ("b", None),
        ("c", state(Value::Suppressed)),
        ("d", state(Value::Suppressed)),
        ("e", None),
        ("f", state(Value::NotTested)),
        ("g", None),
        ("h", None),
        ("i", Some((Value::AtMost { hi: 12.5 }, ValueFlags::STRICT))),
        ("j", state(Value::Suppressed)),
    ] {
        assert_eq!(found(&run, place), expected, "{place}");
    }
    assert_eq!(run.report().cells.refused, 2, "{}", run.report());
}

#[test]
fn a_rate_left_empty_beside_a_hidden_count_is_hidden() {
    let run =
        import("code,rate,k,n\na,,*,12\nb,,,12\nc,-,*,12\n", "tokens = { '*' = 'suppressed', '-' = 'blank' }", BESIDE);
    let suppressed = Some((Value::Suppressed, ValueFlags::default()));
    assert_eq!((found(&run, "a"), found(&run, "b"), found(&run, "c")), (suppressed, None, None));
}

#[test]
fn a_decimal_comma_is_read_where_the_profile_says_it() {
    let values = "column = 'v'\nscale = 'number'";
    let table = "code;v\na;81,5\nb;79,25\nc;0,857\nd;1.234,5\ne;1.234\nf;1'234\n";
    let comma = import(&table.replace("e;1.234\n", ""), "decimal = ','", values);
    let read =
        |run: &Run| ["a", "b", "c", "d", "e", "f"].map(|place| found(run, place).and_then(|(v, _)| v.exact_number()));
    assert_eq!(read(&comma), [Some(81.5), Some(79.25), Some(0.857), Some(1234.5), None, Some(1234.0)]);
    let point = import(table, "", values);
    assert_eq!(read(&point), [None, None, None, None, Some(1.234), Some(1234.0)]);
    assert!(point.report().refusals[0].reason.contains("decimal = \",\""), "{}", point.report());
}

#[test]
fn thousands_are_doubtful_beside_decimal_commas() {
    let values = "column = 'v'\nscale = 'number'";
    let beside = import("code;v\na;1,234\nb;81,5\nc;1,234,567\n", "", values);
    assert_eq!(["a", "b", "c"].map(|u| found(&beside, u).is_some()), [false, false, true], "{}", beside.report());
    let alone = import("code;v\na;1,234\nb;81\n", "", values);
    assert_eq!(found(&alone, "a"), exact(1234.0));
    let mirrored = import("code;v\na;1.234\nb;81.5\n", "decimal = ','", values);
    assert_eq!((found(&mirrored, "a"), found(&mirrored, "b")), (None, None));
}

#[test]
fn marks_and_words_around_a_figure() {
    let top = "tokens = { ':' = 'not-reported' }\nmarks = { p = 'provisional', '|' = 'break', r = 'revised', '*' = 'ignored' }";
    let flagged = |value: f64, flags: ValueFlags| Some((Value::Exact { value }, flags));
    let own = import("code,v\na,13.1 p\nb,10.2 |\nc,: p\nd,9 q\ne,7*\n", top, "column = 'v'\nscale = 'number'");
    assert_eq!(found(&own, "a"), flagged(13.1, ValueFlags::PROVISIONAL));
    assert_eq!(found(&own, "b"), flagged(10.2, ValueFlags::BREAK));
    assert_eq!(found(&own, "c"), Some((Value::NotReported, ValueFlags::PROVISIONAL)));
    assert_eq!((found(&own, "d"), found(&own, "e")), (None, exact(7.0)));
    let texts: Vec<&str> = own.report().tokens.iter().map(|token| token.text.as_str()).collect();
    assert_eq!(texts, ["9 q", ":"], "figures with marks are no tokens");

    let column = import(
        "code,v,flag\na,13.1,p\nb,10.2,\nc,9,\"b, p\"\nd,8,x\n",
        "marks = { p = 'provisional', b = 'break' }",
        "column = 'v'\nscale = 'number'\nmarks = 'flag'",
    );
    assert_eq!(found(&column, "a"), flagged(13.1, ValueFlags::PROVISIONAL));
    assert_eq!(found(&column, "b"), exact(10.2));
    assert_eq!(found(&column, "c"), flagged(9.0, ValueFlags::PROVISIONAL.with_flags(ValueFlags::BREAK)));
    assert_eq!(found(&column, "d"), None, "a mark that nobody explained");

    let picked = import(
        "code,v\na,11.8 to 1\nb,12 : 1\nc,*\n",
        "tokens = { '*' = 'suppressed' }",
        "column = 'v'\nscale = 'number'\npick = '^([\\d.]+) to 1$'",
    );
    assert_eq!((found(&picked, "a"), found(&picked, "b")), (exact(11.8), None));
    assert_eq!(found(&picked, "c"), Some((Value::Suppressed, ValueFlags::default())));
}

#[test]
fn a_rate_of_nobody_is_no_figure() {
    let run = import(
        "code,rate,k,n\na,0.0,0,0\nb,100,0,0\nc,0.0,0,12\nd,<5,0,0\ne,*,0,0\n",
        "tokens = { '*' = 'suppressed' }\nbands = true",
        BESIDE,
    );
    let missing = Some((Value::Missing, ValueFlags::default()));
    for (place, want) in [("a", missing), ("b", missing), ("c", exact(0.0)), ("d", missing)] {
        assert_eq!(found(&run, place), want, "{place}");
    }
    assert_eq!(found(&run, "e"), Some((Value::Suppressed, ValueFlags::default())));
    let alone = import("code,rate,n\na,0,0\n", "", "column = 'rate'\nscale = 'percent'\ndenominator = 'n'");
    assert_eq!(found(&alone, "a"), missing);
    let counts = import("code,rate,n\na,0,0\n", "", "column = 'rate'\nscale = 'count'\ndenominator = 'n'");
    assert_eq!(found(&counts, "a"), exact(0.0), "a count of nobody is zero");
}

#[test]
fn bounds_are_believed_as_figures_are() {
    let values = "column = 'rate'\nscale = 'percent'\nrange = [20, 80]";
    let run = import(
        "code,rate\na,30-40\nb,5-10\nc,<5\nd,<50\ne,>=95\nf,70-90\ng,*\n",
        "bands = true\ntokens = { '*' = 'suppressed' }",
        values,
    );
    for (place, taken) in
        [("a", true), ("b", false), ("c", false), ("d", true), ("e", false), ("f", false), ("g", true)]
    {
        assert_eq!(found(&run, place).is_some(), taken, "{place}: {}", run.report());
    }
    let wide = import("code,rate\na,150-180\nb,<5\n", "bands = true", "column = 'rate'\nscale = 'percent'");
    assert_eq!([found(&wide, "a").is_some(), found(&wide, "b").is_some()], [false, true]);
}

#[test]
fn a_count_with_a_point_is_no_small_one() {
    let check = |counts: &[&str], refused: &[&str]| {
        let rows: String = counts.iter().enumerate().map(|(i, n)| format!("p{i},{n},{n}\n")).collect();
        for values in ["column = 'k'\nscale = 'count'", "numerator = 'k'\ndenominator = 'n'\nscale = 'percent'"] {
            let run = import(&format!("code,k,n\n{rows}"), "", values);
            let found: Vec<&str> = run.report().refusals.iter().map(|refusal| refusal.text.as_str()).collect();
            assert_eq!(found, refused, "{counts:?} {values}");
        }
    };
    check(&["850", "1.250", "2.500"], &["1.250", "2.500"]);
    check(&["1.250", "2.500"], &["1.250", "2.500"]);
    // Full-time equivalents: one of them can only be a fraction.
    check(&["850.5", "1.250", "2.500"], &[]);
    check(&["0.125", "1.250"], &[]);
    check(&["850", "40"], &[]);
    check(&["100000000000000000000", "40"], &["100000000000000000000"]);
    check(&["9007199254740992", "40"], &["9007199254740992"]);
}

#[test]
fn bounds_in_a_column_of_fractions_are_fractions() {
    let table = "code,v\na,0.91\nb,>=.95\nc,<0.05\nd,0.05-0.10\ne,GE95\nf,<1\n";
    for scale in ["fraction", "signed", "mixed"] {
        let run = import(table, "bands = true", &format!("column = 'v'\nscale = '{scale}'"));
        assert_eq!(found(&run, "a"), exact(91.0), "{scale}");
        assert_eq!(found(&run, "b"), Some((Value::AtLeast { lo: 95.0 }, ValueFlags::default())), "{scale}");
        assert_eq!(found(&run, "c"), Some((Value::AtMost { hi: 5.0 }, ValueFlags::STRICT)), "{scale}");
        assert_eq!(found(&run, "d"), Some((Value::Range { lo: 5.0, hi: 10.0 }, ValueFlags::default())), "{scale}");
        assert_eq!(found(&run, "e"), Some((Value::AtLeast { lo: 95.0 }, ValueFlags::default())), "{scale}");
        assert_eq!(found(&run, "f"), None, "{scale}: less than 1 % or less than all");
        let token = run.report().tokens.iter().find(|token| token.text == ">=.95");
        assert_eq!(token.and_then(|token| token.meaning.as_deref()), Some("at-least 95"), "{scale}");
    }
}

#[test]
fn rates_that_their_number_of_students_can_not_make_are_told() {
    let rows = |rate: &dyn Fn(u32) -> f64| {
        (1..=12).fold("code,rate,n\n".to_owned(), |text, k| text + &format!("p{k},{:.1},13\n", rate(k)))
    };
    let doubts = |table: &str| {
        let run = import(table, "", "column = 'rate'\nscale = 'percent'\ndenominator = 'n'");
        assert_eq!(run.report().rows.accepted, 12);
        run.report().doubts.iter().map(|doubt| (doubt.count, doubt.row, doubt.text.clone())).collect::<Vec<_>>()
    };
    assert_eq!(doubts(&rows(&|k| 100.0 * f64::from(k) / 13.0)), []);
    assert_eq!(doubts(&rows(&|k| 100.0 * f64::from(k) / 29.0)), [(12, 2, "3.4 % of 13".to_owned())]);
}

#[test]
fn two_patterns_that_read_one_hole_differently_are_refused() {
    let profile = "name = 'x'\nunit = '{code}'\nperiod = { kind = 'school-year', from = '{year}' }\n\
                   file = 'res_(?<year>[0-9-]+)'\ntitle = 'School year (?<year>.*)'\n[[level]]\nis = 'school'\n\
                   [[values]]\nmeasure = 'r'\ncolumn = 'v'\nscale = 'percent'";
    let profile = ImportProfile::parse(profile, "test").unwrap_or_else(|e| panic!("{e}"));
    let read = |title: &str| {
        let table = format!("School year {title},\ncode,v\na,50\n");
        run(&profile, &[SourceFile::in_memory("res_2022-23.csv", table.into_bytes())])
    };
    let refused = read("2021-22");
    let told = refused.report().files_refused.first().map(|refused| refused.message.clone()).unwrap_or_default();
    assert!(told.contains("{year} differently, “2022-23” and “2021-22”"), "{told}");
    for same in ["2022-23", "2023", "2022/23"] {
        assert_eq!(read(same).report().rows.accepted, 1, "{same}");
    }
}
