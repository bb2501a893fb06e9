//! Many entries and long ones: each answered for itself, as they are read and written.

use headway_calc::run_method;
use serde_json::Value;

use crate::faults::fault;

#[test]
fn lines_give_lines() {
    let mut out = Vec::new();
    let lines = "{\"k1\": 1, \"n1\": 2, \"k2\": 1, \"n2\": 2}\n{\"k1\": 0, \"n1\": 2, \"k2\": 0, \"n2\": 2}\n";
    run_method("change", lines.as_bytes(), &mut out).expect("two changes");
    let answers: Vec<Value> =
        String::from_utf8(out).expect("text").lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
    assert_eq!((answers.len(), &answers[0]["diff"]), (2, &serde_json::json!(0.0)));
    assert!(answers[1]["z_pooled"].is_null() && answers[1]["note"].is_string(), "{}", answers[1]);
}

/// Of a batch every entry is answered; the answer of one that can't be taken says where and why.
#[test]
fn one_bad_entry_stops_no_batch() {
    let good = r#"{"n": 40, "k": 4}"#;
    let bad = r#"{"n": 40}"#;
    let check = |method: &str, input: &str, refused: &[usize], first: &str| {
        let mut out = Vec::new();
        let tally = run_method(method, input.as_bytes(), &mut out).expect("a batch");
        let text = String::from_utf8(out).expect("text");
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let answers: Vec<Value> = lines.flat_map(|a| a.as_array().cloned().unwrap_or_else(|| vec![a])).collect();
        assert_eq!((answers.len(), tally.refused, tally.first.as_deref()), (tally.asked, refused.len(), Some(first)));
        for (i, answer) in answers.iter().enumerate() {
            assert_eq!(answer.get("error").is_some(), refused.contains(&i), "{answer}");
            assert!(!refused.contains(&i) || answer["note"].is_string(), "{answer}");
        }
    };
    let why = "give the rate (percent) or k, the hits";
    let array = format!("[{good}, {good}, {bad}, {good}]");
    check("bands", &array, &[2], &format!("$[2]: {why}"));
    check("bands", &format!("[{good}, 7, {bad}]"), &[1, 2], "$[1]: expected an object, found a number");
    check("bands", "[null]", &[0], "$[0]: expected an object, found null");
    check("bands", &format!("{good}\n{bad}\n{good}"), &[1], &format!("value 2: $: {why}"));
    check("bands", &format!("{bad}\n{good}"), &[0], &format!("value 1: $: {why}"));
    check("bands", &format!("{good} [{good}, {bad}]"), &[2], &format!("$[1]: {why}"));
    let series = r#"{"y": [1, 2, 3]}"#;
    let faulty = r#"{"y": [1, null, "x", "z"]}"#;
    let found = "$[1].y[2]: expected a number or null, found a text";
    check("xmr", &format!("[{series}, {faulty}, {series}]"), &[1], found);
    check(
        "xmr",
        &format!(r#"[{series}, {{"y": 5}}, {{"x": 1}}]"#),
        &[1, 2],
        "$[1].y: expected an array, found a number",
    );
    let points = |points: &str| {
        format!(r#"{{"direction": "increase", "target": {{"period": 2030, "value": 9}}, "points": {points}}}"#)
    };
    let two = format!("[{}, {}]", points("[]"), points(r#"[{"period": 2024, "value": 8}]"#));
    check("status", &two, &[0], "$[0]: no points: say as of which period (as_of_period)");

    let mut out = Vec::new();
    let broken = format!("[{good}, {{\"n\"");
    assert!(run_method("bands", broken.as_bytes(), &mut out).expect_err("cut off").to_string().contains("EOF"));
    assert_eq!(serde_json::from_slice::<Value>(&out).expect("a whole array").as_array().map(Vec::len), Some(1));
    assert_eq!(fault("bands", bad), format!("$: {why}"), "a value alone is refused");
}

/// A series without points is answered as of its baseline.
#[test]
fn a_series_without_points_is_not_yet_due() {
    let input = r#"{"direction": "increase", "baseline": {"period": 2020, "value": 5}, "target": {"period": 2030, "value": 9}, "points": []}"#;
    let mut out = Vec::new();
    run_method("status", input.as_bytes(), &mut out).expect("an answer");
    let answer: Value = serde_json::from_slice(&out).expect("JSON");
    assert_eq!(answer["status"], "not yet due");
    assert!(answer["note"].as_str().is_some_and(|note| note.starts_with("There are no points.")), "{answer}");
}

/// Makes a batch as it is read, and notes how far the answers lag behind: a batch that is held whole lags by all of it.
struct Endless {
    left: usize,
    held: Vec<u8>,
}

impl std::io::Read for Endless {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let n = std::io::BufRead::fill_buf(self)?.len().min(into.len());
        into[..n].copy_from_slice(&self.held[..n]);
        std::io::BufRead::consume(self, n);
        Ok(n)
    }
}

impl std::io::BufRead for Endless {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.held.is_empty() && self.left > 0 {
            self.left -= 1;
            let end = if self.left == 0 { "]" } else { "," };
            self.held = format!("{{\"n\": 40, \"k\": 4}}{end}").into_bytes();
        }
        Ok(&self.held)
    }

    fn consume(&mut self, n: usize) {
        self.held.drain(..n);
    }
}

#[test]
fn a_large_batch_is_answered_as_it_is_read() {
    const MANY: usize = 20_000;
    /// Counts answers, and stops the run after a few: had the batch been read whole first, none would be left to read.
    struct Few(usize);
    impl std::io::Write for Few {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.iter().filter(|b| **b == b'{').count();
            if self.0 > 10 { Err(std::io::Error::other("enough")) } else { Ok(bytes.len()) }
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut batch = Endless { left: MANY, held: b"[".to_vec() };
    let mut out = Vec::new();
    run_method("bands", &mut batch, &mut out).expect("a batch");
    let answers: Value = serde_json::from_slice(&out).expect("JSON");
    assert_eq!(answers.as_array().map(Vec::len), Some(MANY));
    let mut batch = Endless { left: MANY, held: b"[".to_vec() };
    assert_eq!(run_method("bands", &mut batch, Few(0)).expect_err("enough").to_string(), "enough");
    assert!(batch.left > MANY - 20, "{} of {MANY} were left", batch.left);
}

#[test]
fn a_byte_order_mark_is_looked_past() {
    let mut out = Vec::new();
    run_method("bands", "\u{feff} [{\"n\": 40, \"k\": 4}]".as_bytes(), &mut out).expect("one rate");
    assert!(serde_json::from_slice::<Value>(&out).expect("JSON").is_array());
}

/// A long series is answered point by point: nothing of the answer is held, whatever its length.
#[test]
fn a_long_series_is_written_as_it_is_made() {
    const POINTS: usize = 50_000;
    /// Counts points, and the most that was ever handed over at once.
    #[derive(Default)]
    struct Counting {
        points: usize,
        most: usize,
    }
    impl std::io::Write for Counting {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.points += bytes.iter().filter(|b| **b == b'{').count();
            self.most = self.most.max(bytes.len());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let y: Vec<String> = (0..POINTS).map(|i| (i * i % 97).to_string()).collect();
    let mut out = Counting::default();
    run_method("xmr", format!("{{\"y\": [{}]}}", y.join(",")).as_bytes(), &mut out).expect("a chart");
    assert_eq!(out.points, POINTS + 1, "and the chart itself");
    assert!(out.most < 1000, "{} bytes at once", out.most);
}

/// One broken line is its own answer, with its number; all others are answered.
#[test]
fn a_broken_line_stops_nothing() {
    let good = r#"{"y": [1, 2, 3]}"#;
    for broken in
        [r#"{"y": [1, 2"#, "nonsense", r#"{"y": [1, 2,]}"#, r#"{"y": [NaN]}"#, r#"{"y": [1]"#, "{\"y\": \"a", "]"]
    {
        let input = format!("{good}\n\n{broken}\n{good}\n{good}\n");
        let mut out = Vec::new();
        let tally = run_method("xmr", input.as_bytes(), &mut out).unwrap_or_else(|error| panic!("{broken}: {error}"));
        let text = String::from_utf8(out).expect("text");
        let answers: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!((answers.len(), tally.asked, tally.refused), (4, 4, 1), "{broken}: {text}");
        assert_eq!(answers[1]["error"], "line 3", "{broken}");
        assert!(answers[1]["note"].as_str().is_some_and(|note| note.contains("no JSON")), "{broken}");
        assert!([0, 2, 3].into_iter().all(|i| answers[i]["points"].is_array()), "{broken}: {text}");
    }
    // The last line, and the first of several.
    let tally = run_method("xmr", format!("{good}\n{{\"y\": [1").as_bytes(), &mut Vec::new()).expect("it is answered");
    assert_eq!(tally.first.as_deref().map(|first| first.starts_with("line 2: ")), Some(true), "{tally:?}");
    let tally =
        run_method("xmr", format!("{{\"y\": [1\n{good}\n").as_bytes(), &mut Vec::new()).expect("it is answered");
    assert_eq!((tally.asked, tally.refused), (2, 1), "{tally:?}");
}
