//! What each method takes and gives, for `headway calc --help`.

/// Method, what it answers, fields in, fields out. A field with a question mark may be left out.
const METHODS: [[&str; 4]; 12] = [
    [
        "xmr",
        "Is a change in a series more than its usual variation? (NHS rules)",
        "{y: [..], options?: {improvement_direction: increase|decrease|neutral, target, fix_after_n_points, rebase_at_index_1based: [..], screen_outliers}}",
        "{variation_icon, assurance_type, points: [{i, y, fix_y, mean, lpl, upl, nlpl, nupl, outside_limits, relative_to_mean, close_to_limits, special_cause_type, special_cause_flag, point_type, rebase_group, short_group_warning}]}",
    ],
    [
        "change",
        "Two proportions: k1 of n1, then k2 of n2",
        "{k1, n1, k2, n2}",
        "{p1, p2, diff, wilson1, wilson2, clopper_pearson1, clopper_pearson2, newcombe, agresti_caffo, z_pooled, p_pooled, fisher_p, cohen_h, log_odds_ratio}",
    ],
    [
        "moderated",
        "The latest point of each short series, judged with the variance of the whole panel",
        "{series: [{id, y: [..]}]}",
        "{d0, s0_squared, series: [{id, change, t, df, p, q, flag}]}",
    ],
    [
        "funnel",
        "Which units lie further from the target than size and usual spread explain?",
        "{options?: {data_type: PR|SR|RC, sr_method: SHMI|CQC, limit: 95|99, trim_by, multiplier, draw_adjusted, drawn_as_reference}, units: [{group?, numerator, denominator, variance?}]}",
        "{target, phi, tau2, n_outliers, outliers, units: [{group, numerator, denominator, rr, target_transformed, Y, s, Uzscore, Wuzscore, OD95LCL, OD95UCL, OD99LCL, OD99UCL, LCL95, UCL95, LCL99, UCL99, binom_exact_interp_.., winsorised | truncated, outlier}]}",
    ],
    [
        "bright-spots",
        "Units beyond expectation: by rows below the unit, one result a unit, or counts",
        "{y, unit, x?: [names], rows: [{..}], weights?, slope?, compared_with?: {name: text}, model?: random-intercepts|random-slopes|logistic|regression}, or {scale: logit|arcsine, method?: REML|PM|DL, units: [{unit, k, n}]}. `slope` is one of x and gives random-slopes; logistic takes y as 1/0, true/false, or a share with the number counted in weights; compared_with names the text of a column that the others are compared with",
        "{fixef, se, tau2, sigma, criterion, icc, units: [{unit, n, mean_fixed_residual, shrinkage, u, se_comparative, z, lo95, hi95, flag, q}]}; with slopes also tau2_slope, covariance, correlation and units' slope, slope_se; logistic has logLik for sigma and criterion, units' hits, of and se; regression {coef, se, sigma, r2, flagged_above, flagged_above_bonferroni, units: [{unit, fitted, resid, leverage, rstandard, rstudent, p, flag, flag_bonferroni, q}]}; counts {mu, mu_se, tau2, QE, I2, units: [{unit, y, v, blup, blup_se, proportion, shrinkage, se_comparative, flag, q}]}",
    ],
    [
        "forecast",
        "One series by a named method, or a panel with the chance that each target is met",
        "{y: [..], h, method: naive|drift|meanf|ses|holt|theta|ols|theil_sen}, or {method: panel-damped-trend, h, bounds?: [lo, hi], direction?: increase|decrease, series: [{id, y: [..], n?: [..], break?: [..], target?}]}",
        "{mean, lo80, hi80, lo95, hi95, parameters}, or {parameters, series: [{id, mean, lo80, hi80, lo95, hi95, chance, chance_naive}]}",
    ],
    [
        "backtest",
        "Forecasts and chances judged by rolling origin",
        "a panel as for forecast, and {train_min?, methods?: [..]}",
        "per method {n, mae, mase, cover80, cover95, interval_score95, interval_score95_scaled, brier, reliability: [{from, to, n, chance, reached}]}",
    ],
    [
        "gap",
        "A group against its reference over the years",
        "{reference: {k: [..], n: [..]}, group: {k: [..], n: [..]}, year: [..]}",
        "{gap, se, change, change_se, z, closing, wls_slope, wls_slope_se, ratio_log, log_odds_gap}",
    ],
    [
        "status",
        "Where a promise stands",
        "{direction: increase|decrease|maintain, points: [{period, value | lo, hi | state, target?, break?, strict?, provisional?, released?}], method?: trajectory|gpra|cagr|trend, baseline?: {period, value}, target?: {period, value | lo, hi | set_baseline}, trajectory?: [{period, value}], tolerance?, as_of_period? | as_of?, period_kind?, result_lag?, limit? | bounds?, breaks?, gaps?, unit?}",
        "{status, expected, distance, pace_needed, method, method_version, sentence, notes, ..}",
    ],
    [
        "suppress",
        "What to hide so that no small count follows from what is published",
        "{dims: [names], options?: {max_n, protect_zeros, known_floor, nested}, input: [{dims.., n}]}",
        "{n_cells, n_primary, n_suppressed, output: [{dims.. (margins are named Total), n, primary, suppressed}], exposed, weak}",
    ],
    [
        "audit",
        "What a reader can compute of hidden counts",
        "{dims: [names], cells: [{dims.., n, suppressed}], parents?: {dim: {code: parent}}, options?: {floor, exact_up_to}}",
        "{exact: [cells that follow exactly], intervals: [{cell, lo, hi, sharp}]}",
    ],
    ["bands", "The federal published band of a rate", "{n, rate | k, all_students?}", "{n, band, lo, hi}"],
];

/// The methods with their fields, as text.
pub fn help() -> String {
    let mut text = String::from(
        "One JSON value in gives one out; an array gives an array; JSON Lines give JSON Lines. Numbers have full precision; a \
         missing number is null. What can't be computed is null, and a note says why. Wrong input is refused with the JSON \
         path of the fault (exit 2); what was right before it has been written. Fields that a method does not know are \
         left alone.\n\nFields (? may be left out; method and method_version come with every answer):\n",
    );
    for [name, answers, takes, gives] in METHODS {
        text.push_str(&format!("\n{name}: {answers}\n  in:  {takes}\n  out: {gives}\n"));
    }
    text.push_str("\nExample: echo '{\"k1\": 30, \"n1\": 40, \"k2\": 36, \"n2\": 42}' | headway calc change");
    text
}
