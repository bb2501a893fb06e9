//! `calc xmr` and `calc funnel` against the reference outputs.

use serde_json::Value;

use crate::{agree_on, pipe, references};

#[test]
fn charts() {
    for (name, d) in references("spc_") {
        // The two faults of the reference that the methods page names; both have their tests with the method.
        if d.get("error").is_some() || name == "spc_constant_one_jump" {
            continue;
        }
        let mut want = d["output"].clone();
        let got = pipe("xmr", &d["input"]);
        // Without limits the reference says "inconsistent"; we say nothing.
        if got["points"].as_array().and_then(|p| p.last()).is_some_and(|p| p["lpl"].is_null()) {
            want["assurance_type"] = Value::Null;
            assert!(got["note"].is_string(), "{name}");
        }
        agree_on(&name, &got, &want, &["variation_icon", "assurance_type", "points"], 1e-9);
        let point = got["points"][0].as_object().expect("a point");
        assert!(point.len() >= 12, "{name}: {point:?}");
    }
}

#[test]
fn funnels() {
    for (name, d) in references("funnel_") {
        let mut want = d.clone();
        let got = pipe("funnel", &d);
        let cqc = d["options"]["data_type"] == "SR" && d["options"]["sr_method"] == "CQC";
        for (got, want) in
            got["units"].as_array().expect("units").iter().zip(want["units"].as_array_mut().expect("units"))
        {
            let want = want.as_object_mut().expect("a unit");
            if cqc {
                // Not followed: the reference leaves these limits on the square-root scale, and judges by them.
                want.retain(|key, _| !key.starts_with("OD") && key != "outlier");
            }
            if d["options"]["data_type"] == "SR" {
                // The reference divides by the expected number and then prints it rounded to two decimals.
                want.remove("rr");
            }
            // The log of a unit without a hit is null on both sides.
            assert_eq!(got["Y"].is_null(), want["Y"].is_null());
            if name == "funnel_ca_RC_99" {
                assert!(got["s"].is_number());
            }
        }
        let fields: &[&str] =
            if cqc { &["target", "phi", "tau2", "units"] } else { &["target", "phi", "tau2", "outliers", "units"] };
        agree_on(&name, &got, &want, fields, 1e-8);
    }
}
