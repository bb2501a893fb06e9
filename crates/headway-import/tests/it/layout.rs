//! Layouts that the real files at hand don't have, but others of their kind do.

use headway_import::{ImportProfile, SourceFile};
use headway_model::ValueFlags;

use crate::support::{Run, one_off, run};

fn read(profile: &str, text: &str) -> Run {
    let profile = ImportProfile::parse(profile, "test").unwrap_or_else(|e| panic!("{e}"));
    run(&profile, &[SourceFile::in_memory("t.csv", text.as_bytes().to_vec())])
}

/// A place's name stands only in the first of its rows; totals are not wanted; figures are preliminary.
#[test]
fn merged_down_the_side_totals_left_out_preliminary() {
    let profile = r#"
name = "A table"
release = "preliminary"
table = { fill_down = ["Region"] }
unit = "{Region}-{District:3}"
period = { kind = "school-year", from = "2018" }
group = { from = "{Group}" }

[[level]]
is = "region"
id = '-Total$'
wanted = false

[[level]]
is = "district"

[[skip]]
column = "Kind"
is_not = ["Public", "Charter"]
why = "private schools"

[[values]]
measure = "rate"
column = "Rate"
scale = "percent"
"#;
    let text = "Region,District,Group,Kind,Rate\n\
                1,7,All Students,Public,50\n\
                ,7,Hispanic,Public,40\n\
                ,8,All Students,private,90\n\
                2,Total,All Students,Public,55\n\
                ,9,White+Female,charter,60\n";
    let run = read(profile, text);
    let rows = &run.report().rows;
    assert_eq!((rows.read, rows.accepted, rows.refused), (5, 3, 0), "{}", run.report());
    assert_eq!((rows.ignored["private schools"], rows.ignored["total that is not wanted"]), (1, 1));
    let see = |place: &str, group: &str| run.observation("rate", [place, group, "all"], 2018).expect("there");
    assert_eq!((see("1-007", "mhi").lo, see("1-007", "mhi").flags), (40.0, ValueFlags::PROVISIONAL.0));
    assert_eq!(see("2-009", "female+mwh").lo, 60.0);
}

/// A file without header, its columns named by the profile.
#[test]
fn no_header() {
    let text = "NA,NA,a-curv-i2,2024-25,Abington - Abington High,00010505,   1,024\n";
    let text = text.replace("   1,024", "\"   1,024\"");
    let run =
        run(&one_off("sqm-total-courses.toml"), &[SourceFile::in_memory("3B_1_total_courses.csv", text.into_bytes())]);
    assert_eq!((run.report().rows.accepted, run.report().tables[0].info.header_row), (1, 0));
    assert_eq!(run.observation("courses", ["00010505", "all", "all"], 2025).expect("there").lo, 1_024.0);
}

/// `92%`, `0.92` and `92` in one column; a bare 1 only where the counts say which it is.
#[test]
fn three_scales_in_one_column() {
    let profile = r#"
name = "A table"
unit = "{id}"
period = { kind = "calendar-year", from = "2018" }
level = [{ is = "school" }]
[[values]]
measure = "rate"
column = "rate"
scale = "mixed"
numerator = "n"
denominator = "d"
"#;
    let run = read(profile, "id,n,d,rate\na,46,50,92%\nb,46,50,0.92\nc,46,50,92\nd,,,1\ne,50,50,1\nf,1,100,1\n");
    let values: Vec<f64> = ["a", "b", "c", "e", "f"]
        .map(|id| run.observation("rate", [id, "all", "all"], 2018).expect("there").lo)
        .to_vec();
    assert_eq!(values, [92.0, 92.0, 92.0, 100.0, 1.0]);
    assert_eq!((run.report().rows.refused, run.report().refusals[0].row), (1, 5));
}
