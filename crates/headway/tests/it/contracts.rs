//! What the command line answers about the sample plans of Massachusetts, word by word. `INSTA_UPDATE=always` writes the answers
//! anew; the difference is what to read before it is committed.

use std::sync::OnceLock;

use headway_delivery::Workspace;
use headway_delivery::access::{AccessArea, AccessRight, AccessScope, Permit};

use crate::tool::{Said, Tool, root};

/// The day as of which everything is asked.
const DAY: &str = "2026-11-21";
/// Every command, for its help.
const COMMANDS: [&str; 36] = [
    "",
    "demo",
    "init",
    "plan",
    "plan check",
    "plan load",
    "plan export",
    "plan diff",
    "plan list",
    "plan schema",
    "import",
    "person",
    "person add",
    "person invite",
    "person list",
    "person roles",
    "person close",
    "imports",
    "imports show",
    "imports undo",
    "track",
    "scorecard",
    "show",
    "measures",
    "milestones",
    "milestones report",
    "places",
    "bright-spots",
    "gaps",
    "backtest",
    "publish",
    "simulate",
    "serve",
    "doctor",
    "backup",
    "compact",
];
/// Questions that are answered in each format.
const QUESTIONS: [&str; 14] = [
    "track --agency ma-dese",
    "track --measure grad-5yr",
    "track --measure aid-inquiries",
    "measures",
    "places",
    "milestones",
    "milestones --agency ma-dese --state late",
    "plan list",
    "imports",
    "imports show 1",
    "gaps grad-5yr",
    "gaps grad-5yr --group lep",
    "bright-spots grad-5yr",
    "backtest grad-5yr",
];
/// Measures that are shown in full.
const SHOWN: [&str; 12] = [
    "grad-5yr",
    "grad-5yr --group lep",
    "grad-5yr --as-of 2013-06-01",
    "masscore",
    "waivers",
    "aid-inquiries",
    "nothing",
    "grad-5yr --place nowhere",
    "grad-5yr --group xyz",
    "grad-5yr --method trend",
    "grad-5yr --method gpra",
    "grad-5yr --method cagr",
];

/// A workspace with the sample, laid out once.
fn sample() -> &'static Tool {
    static SAMPLE: OnceLock<Tool> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let tool = Tool::new();
        let work = async {
            let headway = Workspace::init(&tool.path("ws")).await.expect("a workspace");
            let now = "2026-11-21T12:00:00Z".parse().expect("a time");
            headway
                .lay_out_massachusetts(&operator(), now, DAY.parse().expect("a day"), &mut |_| ())
                .await
                .expect("the sample");
            headway.close().await;
        };
        tokio::runtime::Runtime::new().expect("a runtime").block_on(work);
        tool
    })
}

/// The answer with its exit code; what differs from one place to another is named.
fn answer(tool: &Tool, args: &[&str]) -> String {
    let output = tool.command(args).env("TZ", "UTC").output().expect("the binary starts");
    let said = Said::of(output);
    let root = root().canonicalize().expect("the project is there").display().to_string();
    let apart =
        |text: &str| text.replace(&root, "PROJECT").replace(&tool.path("ws").display().to_string(), "WORKSPACE");
    let mut text = format!("exit code {}\n", said.code);
    for (name, out) in [("output", apart(&said.out)), ("errors", apart(&said.err))] {
        if !out.is_empty() {
            text += &format!("--- {name}\n{out}");
        }
    }
    text
}

fn name_of(question: &str) -> String {
    let words = question.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("_")
}

fn check(question: &str) {
    let args: Vec<&str> = question.split_whitespace().collect();
    insta::assert_snapshot!(name_of(question), answer(sample(), &args));
}

#[test]
fn every_command_has_the_help_that_it_had() {
    for command in COMMANDS {
        check(&format!("{command} --help"));
    }
}

#[test]
fn every_question_has_the_answer_that_it_had() {
    for question in QUESTIONS {
        for format in ["table", "json", "csv"] {
            check(&format!("--as-of {DAY} {question} --format {format}"));
        }
    }
    for shown in SHOWN {
        let day = if shown.contains("--as-of") { String::new() } else { format!("--as-of {DAY} ") };
        check(&format!("{day}show {shown}"));
        check(&format!("{day}show {shown} --format json"));
    }
}

#[test]
fn every_sample_plan_is_checked_as_it_was() {
    let samples = root().join("samples/massachusetts");
    let mut files: Vec<_> =
        std::fs::read_dir(&samples).expect("the samples").map(|f| f.expect("a file").path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "yaml"));
    files.sort();
    for pair in files.windows(2) {
        let [before, after] = [&pair[0], &pair[1]].map(|file| file.display().to_string());
        let [old, new] =
            [&pair[0], &pair[1]].map(|file| file.file_stem().expect("a name").to_string_lossy().into_owned());
        insta::assert_snapshot!(format!("check_{}", name_of(&new)), answer(sample(), &["plan", "check", &after]));
        let name = format!("diff_{}_to_{}", name_of(&old), name_of(&new));
        insta::assert_snapshot!(name, answer(sample(), &["plan", "diff", &before, &after]));
    }
}

#[test]
fn every_method_explains_itself_as_it_did() {
    for method in headway_calc::method_names() {
        check(&format!("calc {method} --help"));
    }
    for (method, example) in headway_calc::method_examples() {
        let mut out = Vec::new();
        let said = headway_calc::run_method(method, example.as_bytes(), &mut out);
        let text = format!("{example}\n--- {said:?}\n{}", String::from_utf8_lossy(&out));
        insta::assert_snapshot!(format!("calc_{}_example", name_of(method)), text);
    }
}

/// The permit that a write asks for, of the operator.
#[expect(clippy::disallowed_methods, reason = "tests act at the command line")]
fn operator<R: AccessRight>() -> Permit<R> {
    let scope = AccessScope::operator("test").expect("a name");
    scope.permit(AccessArea::Workspace).expect("the operator may")
}
