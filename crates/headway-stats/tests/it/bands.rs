//! Federal bands against the vocabulary and 600 real cells of `sdc_edfacts_vocab.json`.

use crate::oracle::files;
use headway_stats::bands::{PercentBand, band_for_rate};

/// The band as printed, read back to a rate that lies in it.
fn a_rate_within(text: &str) -> f64 {
    let number = |t: &str| t.parse::<f64>().unwrap();
    match text.split_at_checked(2) {
        _ if text == "PS" => 50.0,
        Some(("GE", x)) => number(x),
        Some(("LE", x)) => number(x),
        Some(("LT", x)) => number(x) - 1.0,
        _ => number(text.split('-').next().unwrap()),
    }
}

#[test]
fn every_real_cell_is_a_band_of_its_cohort() {
    for (_, d) in files("sdc_edfacts_vocab") {
        let cells = d["sample"].as_array().unwrap();
        assert_eq!(cells.len(), 600);
        for cell in cells {
            let (group, n, published) =
                (cell[0].as_str().unwrap(), cell[1].as_u64().unwrap(), cell[2].as_str().unwrap());
            let rate = a_rate_within(published);
            // One of the 48 (of 8,668) cells of all students that methods.md tells of: banded as a group of its size is.
            let exception = (group, n, published) == ("ALL", 295, "80-84");
            let got = band_for_rate(n, rate, group == "ALL" && !exception).unwrap();
            assert_eq!(got.to_string(), published, "{cell}");
            assert_eq!(exception, band_for_rate(n, rate, group == "ALL").unwrap().to_string() != published, "{cell}");
        }
        for (cohort, n) in [("1-5", 3), ("6-15", 6), ("16-30", 16), ("31-60", 60), ("61-200", 61), (">300", 301)] {
            let vocabulary: Vec<&str> =
                d["bands"][cohort].as_array().unwrap().iter().map(|b| b.as_str().unwrap()).collect();
            for percent in 0..=100 {
                let printed = band_for_rate(n, f64::from(percent), false).unwrap().to_string();
                // The vocabulary is of values seen: "3" is a whole percent that has not come up above 300 everywhere.
                assert!(vocabulary.contains(&printed.as_str()), "{cohort} {printed}");
            }
        }
    }
}

#[test]
fn bands_cover_every_percent_once() {
    for n in [1, 5, 6, 15, 16, 30, 31, 60, 61, 200, 201, 300, 301, 10_000] {
        for all in [true, false] {
            for percent in 0..=100u8 {
                let band = band_for_rate(n, f64::from(percent), all).unwrap();
                match band.percent_range() {
                    None => assert!(n <= 5),
                    Some((low, high)) => assert!(low <= percent && percent <= high, "{n} {percent} {band}"),
                }
            }
        }
    }
    assert_eq!(band_for_rate(250, 88.0, true), Some(PercentBand::Exact(88)));
    assert_eq!(band_for_rate(250, 88.0, false), Some(PercentBand::Between(85, 89)));
    assert_eq!(band_for_rate(0, 50.0, true), None);
    assert_eq!(band_for_rate(100, f64::NAN, true), None);
    assert_eq!(band_for_rate(100, 100.5, true), None);
}
