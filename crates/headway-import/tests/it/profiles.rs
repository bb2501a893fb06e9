//! Profiles themselves: errors have a line, every profile of the project is read.

use headway_import::ImportProfile;

const GOOD: &str = "name = \"A\"\nunit = \"{id}\"\nperiod = { kind = \"school-year\", from = \"{year}\" }\nlevel = [{ is = \"school\" }]\n";

fn check(text: &str, line: usize, message: &str) {
    let error = ImportProfile::parse(text, "p.toml").expect_err("a fault");
    assert!(error.message.contains(message), "{error}");
    assert_eq!(error.line, line, "{error}");
}

#[test]
fn errors_say_where() {
    let values = "[[values]]\nmeasure = \"m\"\ncolumn = \"v\"\nscale = \"percent\"\n";
    assert!(ImportProfile::parse(&format!("{GOOD}{values}"), "p.toml").is_ok());
    check("name = ", 1, "string");
    check(&format!("{GOOD}{values}colum = \"x\"\n"), 9, "unknown field `colum`");
    check(&format!("{GOOD}{}", values.replace("percent", "per cent")), 8, "unknown variant");
    check(&format!("{GOOD}{}", values.replace("column = \"v\"", "pattern = '('")), 7, "no regular expression");
    check(&format!("{GOOD}{}", values.replace("column = \"v\"\n", "")), 5, "give column or pattern");
    check(&format!("{GOOD}tokens = {{ \"*\" = \"hidden\" }}\n{values}"), 5, "is no meaning");
    check(&format!("{}{values}", GOOD.replace("{id}", "{id")), 2, "never closed");
    check(&format!("{}{values}", GOOD.replace("level", "place = []\n#level")), 5, "no [[level]]");
    check(GOOD, 4, "nothing would be read");
    check(&format!("{}{values}", GOOD.replace("school-year", "schoolyear")), 3, "unknown variant");
}

#[test]
fn every_profile_is_read() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for folder in [root.join("../../profiles"), root.join("tests/it/profiles")] {
        for entry in std::fs::read_dir(&folder).expect("a folder of profiles") {
            let path = entry.expect("an entry").path();
            let text = std::fs::read_to_string(&path).expect("a text");
            ImportProfile::parse(&text, &path.display().to_string()).unwrap_or_else(|e| panic!("{e}"));
            count += 1;
        }
    }
    assert!(count > 30, "{count} profiles");
}
