//! Plans of every shape that the schema allows, made from a number.

use headway_model::plan::Plan;
use headway_planfile::plan_schema;
use serde_json::{Map, Value};

/// A plan in which every field may occur, with texts and numbers that files like to lose.
pub(crate) fn any_plan(seed: u64) -> Plan {
    let schema = plan_schema();
    let mut make = Maker { schema: &schema, state: seed, made: 0 };
    serde_json::from_value(make.value(&schema, "", 0)).expect("what the schema allows is a plan")
}

struct Maker<'a> {
    schema: &'a Value,
    state: u64,
    made: usize,
}

impl<'a> Maker<'a> {
    /// The next number (splitmix64), below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % end
    }

    fn one_of<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }

    fn value(&mut self, schema: &'a Value, key: &str, depth: usize) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.value(&self.schema["$defs"][reference.trim_start_matches("#/$defs/")], key, depth);
        }
        if let Some(any) = schema["anyOf"].as_array() {
            return self.value(any.iter().find(|it| it["type"] != "null").expect("not only null"), key, depth);
        }
        if let Some(words) = schema.get("oneOf").or(schema.get("enum")).and_then(Value::as_array) {
            let word = &words[self.below(words.len() as u64) as usize];
            return word.get("const").unwrap_or(word).clone();
        }
        let kind = match &schema["type"] {
            Value::Array(types) => types[0].as_str(),
            single => single.as_str(),
        };
        match kind.expect("a type") {
            "object" => self.object(schema, depth),
            "array" => {
                let length = schema["maxItems"].as_u64().unwrap_or_else(|| self.below(if depth < 2 { 4 } else { 3 }));
                (0..length).map(|_| self.value(&schema["items"], "", depth + 1)).collect()
            }
            "string" if schema["format"] == "date" => {
                format!("{:04}-{:02}-{:02}", 1 + self.below(9998), 1 + self.below(12), 1 + self.below(28)).into()
            }
            "string" if schema["format"] == "month-day" => {
                format!("{:02}-{:02}", 1 + self.below(12), 1 + self.below(28)).into()
            }
            // Rows of a workbook belong together by id, so that these are told apart.
            "string" if key == "id" => {
                self.made += 1;
                format!("{}{}", self.text(), self.made).into()
            }
            "string" => self.text().into(),
            "number" => self.number().into(),
            "integer" => match schema["format"].as_str() {
                Some("uint8") => {
                    let least = schema["minimum"].as_u64().unwrap_or(0);
                    (least + self.below(256 - least)).into()
                }
                Some("uint32") => self.below(1 << 32).into(),
                _ => {
                    let bits = 1 + self.below(63);
                    self.below(1 << bits).into()
                }
            },
            "boolean" => (self.below(2) == 0).into(),
            other => panic!("the generator does not know {other}"),
        }
    }

    fn object(&mut self, schema: &'a Value, depth: usize) -> Value {
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut map = Map::new();
        for (key, schema) in schema["properties"].as_object().expect("properties") {
            if required.contains(&key.as_str()) || self.below(3) > 0 {
                map.insert(key.clone(), self.value(schema, key, depth + 1));
            }
        }
        Value::Object(map)
    }

    fn text(&mut self) -> String {
        const NASTY: &[&str] = &[
            "",
            " ",
            "  led by space",
            "trailed by space ",
            "007",
            "2014",
            "2014-01-13",
            "1e5",
            "-0",
            "0x1F",
            "1_000",
            ".5",
            "NaN",
            "null",
            "~",
            "true",
            "No",
            "off",
            "=1+1",
            "=RIGHT(B2,1)",
            "+1",
            "-",
            "- item",
            "@x",
            "# none",
            "a # b",
            "a: b",
            "a:b",
            "{ a: b }",
            "[a, b]",
            "a; b",
            "\"quoted\"",
            "\"",
            "\"\"",
            "'",
            "it's",
            "line\nline",
            "line\n",
            "\nline",
            "a\n\n  b\n",
            "tab\there",
            "cr\rhere",
            "crlf\r\nhere",
            "\u{1}",
            "\u{7f}",
            "\u{85}",
            "\u{a0}",
            "\u{feff}",
            "\u{2028}",
            "\u{fffe}",
            "_x0041_",
            "_x",
            "&amp;",
            "<b>",
            "]]>",
            "&*!|>%`",
            "? x",
            "ünïcödé",
            "日本",
            "🎓",
            "\\",
            "\\n",
            "C:\\x",
            "100%",
            "$50,031",
            "---",
            "...",
            "<<",
            "!!str x",
        ];
        match self.below(4) {
            0 => (0..self.below(12)).map(|_| self.character()).collect(),
            1 => format!("{}{}", self.one_of(NASTY), self.one_of(NASTY)),
            _ => self.one_of(NASTY).to_owned(),
        }
    }

    fn character(&mut self) -> char {
        let code = match self.below(4) {
            0 => self.below(0x20),
            1 => self.below(0x100),
            2 => self.below(0x3000),
            _ => self.below(0x11_0000),
        };
        u32::try_from(code).ok().and_then(char::from_u32).unwrap_or('x')
    }

    fn number(&mut self) -> f64 {
        match self.below(4) {
            0 => self.one_of(&[
                0.0,
                1.0,
                -1.0,
                88.3,
                84.7,
                0.1 + 0.2,
                1e-300,
                1e300,
                f64::MAX,
                f64::MIN_POSITIVE,
                500_000.0,
                5e-324,
            ]),
            1 => self.below(1000) as f64 / 10.0,
            2 => self.below(1 << 53) as f64,
            _ => Some(f64::from_bits(self.below(u64::MAX))).filter(|it| it.is_finite()).unwrap_or(1.0 / 3.0),
        }
    }
}
