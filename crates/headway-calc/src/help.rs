//! What each method takes and gives, for `headway calc --help` and `headway calc METHOD --help`.

use super::CalcError;

/// How wide a line of help gets.
const WIDTH: usize = 100;

/// A method for people.
struct MethodHelp {
    name: &'static str,
    /// What it answers.
    answers: &'static str,
    /// Fields in; one with a question mark may be left out.
    takes: &'static str,
    /// Fields out.
    gives: &'static str,
    /// An input that can be pasted.
    example: &'static str,
}

const METHODS: [MethodHelp; 12] = [
    MethodHelp {
        name: "status",
        answers: "Where a promise stands",
        takes: "{direction: increase|decrease|maintain, points: [{period, value | lo, hi | state: suppressed|not-tested|not-applicable|not-reported|missing, target?, break?, strict?, provisional?, released?}], method?: trajectory|gpra|cagr|trend, baseline?: {period, value}, target?: {period, value | lo, hi | set_baseline}, trajectory?: [{period, value}], tolerance?, as_of_period? | as_of?, period_kind?: calendar-year|school-year|fiscal-year|cohort|quarter|month|day, result_lag?, year_ends?: “09-30”, every?: so many periods from one result to the next, cadence?: “every two years”, limit? | bounds?, breaks?: [period], gaps?: [period], unit?}. A point's own target is that of its year in a federal report; “SET_BASELINE” stands for one yet to be set",
        gives: "{status, expected, distance, pace_needed, method, method_version, sentence, notes, period, value, baseline, target, tolerance, ..}; cagr also progress and score, trend projected, gpra years",
        example: r#"{"direction": "increase", "baseline": {"period": 2010, "value": 84.7}, "target": {"period": 2014, "value": 88.3}, "points": [{"period": 2012, "value": 87.5}, {"period": 2013, "value": 87.7}]}"#,
    },
    MethodHelp {
        name: "xmr",
        answers: "Is a change in a series more than its usual variation? (NHS rules)",
        takes: "{y: [..], options?: {improvement_direction: increase|decrease|neutral, target, fix_after_n_points, rebase_at_index_1based: [..], screen_outliers}}; y is in order of time",
        gives: "{variation_icon, assurance_type, points: [{i, y, fix_y, mean, lpl, upl, nlpl, nupl, outside_limits, relative_to_mean, close_to_limits, special_cause_type, special_cause_flag, point_type, rebase_group, short_group_warning}]}",
        example: r#"{"y": [71, 74, 70, 73, 75, 72, 88], "options": {"improvement_direction": "increase", "target": 80}}"#,
    },
    MethodHelp {
        name: "change",
        answers: "Two proportions: k1 of n1, then k2 of n2",
        takes: "{k1, n1, k2, n2}",
        gives: "{p1, p2, diff, wilson1, wilson2, clopper_pearson1, clopper_pearson2, newcombe, agresti_caffo, z_pooled, p_pooled, fisher_p, cohen_h, log_odds_ratio}",
        example: r#"{"k1": 30, "n1": 40, "k2": 36, "n2": 42}"#,
    },
    MethodHelp {
        name: "moderated",
        answers: "The latest point of each short series, judged with the variance of the whole panel",
        takes: "{series: [{id, y: [..]}]}; the last value of y is the one that is judged",
        gives: "{d0, s0_squared, series: [{id, change, t, df, p, q, flag}]}; flag: q, the false discovery rate, is below .05",
        example: r#"{"series": [{"id": "A", "y": [50, 52, 51, 53, 60]}, {"id": "B", "y": [40, 44, 41, 47, 45]}, {"id": "C", "y": [70, 70.5, 69, 71, 70]}]}"#,
    },
    MethodHelp {
        name: "funnel",
        answers: "Which units lie further from the target than size and usual spread explain?",
        takes: "{units: [{group?, numerator, denominator, variance?}], options?: {data_type: PR|SR|RC, sr_method: SHMI|CQC, limit: 95|99, trim_by, multiplier, draw_adjusted, drawn_as_reference}}; PR: hits of counted, SR: observed over expected, RC: one count over another; rows of one group are added up",
        gives: "{target, phi, tau2, n_outliers, outliers, units: [{group, numerator, denominator, rr, target_transformed, Y, s, Uzscore, Wuzscore, OD95LCL, OD95UCL, OD99LCL, OD99UCL, LCL95, UCL95, LCL99, UCL99, binom_exact_interp_.., winsorised | truncated, outlier}]}",
        example: r#"{"units": [{"group": "A", "numerator": 40, "denominator": 50}, {"group": "B", "numerator": 61, "denominator": 90}, {"group": "C", "numerator": 12, "denominator": 30}]}"#,
    },
    MethodHelp {
        name: "bright-spots",
        answers: "Units beyond expectation: by rows below the unit, one result a unit, or counts",
        takes: "rows {y, unit, x?: [names], rows: [{..}], weights?, slope?, compared_with?: {name: text}, model?: random-intercepts|random-slopes|logistic|regression}, or counts {scale: logit|arcsine, method?: REML|PM|DL, units: [{unit, k, n}]}. y, unit, weights and x name fields of the rows; `slope` is one of x and gives random-slopes; logistic takes y as 1/0, true/false, or a share with the number counted in weights; compared_with names the text of a column that the others are compared with; one row a unit gives regression",
        gives: "{fixef, se, tau2, sigma, criterion, icc, units: [{unit, n, mean_fixed_residual, shrinkage, u, se_comparative, z, lo95, hi95, flag, q}]}; with slopes also tau2_slope, covariance, correlation and units' slope, slope_se; logistic has logLik for sigma and criterion, units' hits, of and se; regression {coef, se, sigma, r2, flagged_above, flagged_above_bonferroni, units: [{unit, fitted, resid, leverage, rstandard, rstudent, p, flag, flag_bonferroni, q}]}; counts {mu, mu_se, tau2, QE, I2, units: [{unit, y, v, blup, blup_se, proportion, shrinkage, se_comparative, flag, q}]}",
        example: r#"{"scale": "logit", "units": [{"unit": "A", "k": 40, "n": 50}, {"unit": "B", "k": 61, "n": 90}, {"unit": "C", "k": 12, "n": 30}]}"#,
    },
    MethodHelp {
        name: "forecast",
        answers: "One series by a named method, or a panel with the chance that each target is met",
        takes: "{y: [..], h, method: naive|drift|meanf|ses|holt|theta|ols|theil_sen}, or {method: panel-damped-trend, h, bounds?: [lo, hi], direction?: increase|decrease, series: [{id, y: [..], n?: [..], break?: [..], target?}]}; the last value of every y is of the same period; a panel of fewer than 30 series is read series by series (theta-t)",
        gives: "{mean, lo80, hi80, lo95, hi95}, h of each; ses, holt, theta also par, states_first, states_last, sse, sigma2, loglik; ols intercept, slope, sigma; theil_sen slope, intercept_median, sigma, mk_S, mk_var, mk_z, mk_p, kendall_tau. A panel: {parameters, series: [{id, mean, lo80, hi80, lo95, hi95, chance, chance_naive}]}, the chances of the last of the h periods",
        example: r#"{"method": "theta", "h": 2, "y": [61.2, 62.0, 63.9, 63.1, 65.4, 66.0, 66.3]}"#,
    },
    MethodHelp {
        name: "backtest",
        answers: "Forecasts and chances judged by rolling origin",
        takes: "a panel as for forecast (without method), and {train_min?, methods?: [..]}; without targets each series is held against its own last value",
        gives: "per method {n, mae, mase, cover80, cover95, interval_score95, interval_score95_scaled, brier, reliability: [{from, to, n, chance, reached}]}",
        example: r#"{"h": 1, "methods": ["naive", "theta"], "series": [{"id": "A", "y": [50, 52, 51, 53, 55, 54, 57]}, {"id": "B", "y": [40, 44, 41, 47, 45, 48, 47]}]}"#,
    },
    MethodHelp {
        name: "gap",
        answers: "A group against its reference over the years",
        takes: "{reference: {k: [..], n: [..]}, group: {k: [..], n: [..]}, year: [..]}",
        gives: "{gap, se, change, change_se, z, closing: closing|widening|no clear change, wls_slope, wls_slope_se, ratio_log, log_odds_gap}, gaps in percentage points",
        example: r#"{"year": [2019, 2020, 2021], "reference": {"k": [900, 910, 925], "n": [1000, 1000, 1000]}, "group": {"k": [300, 330, 352], "n": [400, 410, 420]}}"#,
    },
    MethodHelp {
        name: "suppress",
        answers: "What to hide so that no small count follows from what is published",
        takes: "{dims: [names], input: [{dims.., n}], options?: {max_n, protect_zeros, known_floor, nested}}; inner cells only: totals are made from them; max_n is the largest count to hide (9)",
        gives: "{n_cells, n_primary, n_suppressed, output: [{dims.. (margins are named Total), n, primary, suppressed}], exposed, weak}",
        example: r#"{"dims": ["school", "group"], "input": [{"school": "S1", "group": "A", "n": 40}, {"school": "S1", "group": "B", "n": 4}, {"school": "S2", "group": "A", "n": 31}, {"school": "S2", "group": "B", "n": 25}]}"#,
    },
    MethodHelp {
        name: "audit",
        answers: "What a reader can compute of hidden counts",
        takes: "{dims: [names], cells: [{dims.., n, suppressed}], parents?: {dim: {code: parent}}, options?: {floor, exact_up_to}}; cells with their totals, hidden ones with their true n",
        gives: "{exact: [cells that follow exactly], intervals: [{cell, lo, hi, sharp}]}",
        example: r#"{"dims": ["group"], "cells": [{"group": "Total", "n": 44, "suppressed": false}, {"group": "A", "n": 40, "suppressed": false}, {"group": "B", "n": 4, "suppressed": true}]}"#,
    },
    MethodHelp {
        name: "bands",
        answers: "The federal published band of a rate",
        takes: "{n, rate (percent) | k, all_students?}",
        gives: "{n, band, lo, hi}",
        example: r#"{"n": 40, "k": 4}"#,
    },
];

const SHARED: &str = "One JSON value on standard input gives one on standard output; an array gives an array; JSON Lines give JSON Lines. \
    Numbers have full precision; a missing number is null. What can't be computed is null, and a note says why. Wrong input is \
    refused with the JSON path of the fault (exit code 2); what was right before it has been written. Fields that a method does \
    not know are left alone.";

/// The help of one method, or of all.
///
/// # Errors
/// [`CalcError::Method`] where no method has this name.
pub fn method_help(method: Option<&str>) -> Result<String, CalcError> {
    let Some(name) = method else { return Ok(help_overview()) };
    let known = METHODS.iter().find(|m| m.name == name);
    let method = known.ok_or_else(|| CalcError::Method { name: name.to_owned() })?;
    let mut text = format!("{}\n\nUsage: headway calc {name} < input.json\n\n", method.answers);
    for (field, fields) in [("In", method.takes), ("Out", method.gives)] {
        text.push_str(&wrap_text(&format!("{field}: {fields}"), "  "));
        text.push('\n');
    }
    text.push_str(
        "A field with ? may be left out; method and method_version come with every answer.\n\nExample, to paste:\n\n",
    );
    text.push_str(&format!("echo '{}' |\n  headway calc {name}\n\n", method.example));
    text.push_str(&wrap_text(SHARED, ""));
    text.push_str("All fields in words: docs/calc.md\n");
    Ok(text)
}

fn help_overview() -> String {
    let mut text = "A method alone: JSON in, JSON out\n\nUsage: headway calc METHOD < input.json\n\n".to_owned();
    for method in &METHODS {
        text.push_str(&format!("  {:<13} {}\n", method.name, method.answers));
    }
    let change = METHODS.iter().find(|m| m.name == "change").map_or("", |m| m.example);
    text.push_str("\n`headway calc METHOD --help` tells its fields and shows an example to paste.\n\n");
    text.push_str(&wrap_text(SHARED, ""));
    text.push_str(&format!("\nExample: echo '{change}' | headway calc change\n"));
    text
}

/// The example of each method, by name.
pub fn method_examples() -> impl Iterator<Item = (&'static str, &'static str)> {
    METHODS.iter().map(|m| (m.name, m.example))
}

/// Lines of at most [`WIDTH`], all but the first behind `margin`.
fn wrap_text(text: &str, margin: &str) -> String {
    let (mut out, mut line) = (String::new(), String::new());
    for word in text.split(' ') {
        if line.chars().count() + word.chars().count() >= WIDTH {
            out.push_str(line.trim_end());
            out.push('\n');
            line = margin.to_owned();
        }
        line.push_str(word);
        line.push(' ');
    }
    out.push_str(line.trim_end());
    out.push('\n');
    out
}
