//! What a resource consists of.

use std::collections::BTreeSet;

use serde::Deserialize;

/// `PostgreSQL` cuts longer names off without a word.
const LONGEST_NAME: usize = 63;

/// The field that storage adds to every record.
pub const ID: &str = "id";

#[derive(Debug, PartialEq)]
pub struct Resource {
    pub name: String,
    pub fields: Vec<Field>,
}

#[derive(Debug, PartialEq)]
pub struct Field {
    pub name: String,
    pub kind: Kind,
    pub optional: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Text, with the least and greatest number of characters.
    Text {
        min: usize,
        max: usize,
    },
    Int {
        min: i64,
        max: i64,
    },
    Bool,
    Time,
    /// The time at which the record was created: never given by a client.
    Now,
}

/// A field as `endpoints.json` has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldEntry {
    name: String,
    r#type: Type,
    min: Option<i64>,
    max: Option<i64>,
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    now: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Type {
    Text,
    Int,
    Bool,
    Time,
}

impl Resource {
    /// Checks a resource, and returns all that is wrong with it at once.
    pub fn new(name: &str, entries: Vec<FieldEntry>) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let mut problem = |text: String| problems.push(format!("endpoints.json: resource `{name}`: {text}"));
        if !is_name(name) {
            problem(format!("the name must have 1 to {LONGEST_NAME} bytes, none of them NUL"));
        }
        if entries.is_empty() {
            problem("there are no fields".to_owned());
        }
        let mut seen = BTreeSet::from([ID.to_owned()]);
        let mut fields = Vec::new();
        for entry in entries {
            if !is_name(&entry.name) {
                problem(format!(
                    "field `{}`: the name must have 1 to {LONGEST_NAME} bytes, none of them NUL",
                    entry.name
                ));
            }
            // SQLite does not tell upper and lower case apart.
            if !seen.insert(entry.name.to_ascii_lowercase()) {
                problem(format!("field `{}`: the name is taken", entry.name));
            }
            match entry.kind() {
                Ok(kind) => fields.push(Field { name: entry.name, kind, optional: entry.optional }),
                Err(text) => problem(format!("field `{}`: {text}", entry.name)),
            }
        }
        if problems.is_empty() { Ok(Self { name: name.to_owned(), fields }) } else { Err(problems) }
    }
}

impl FieldEntry {
    fn kind(&self) -> Result<Kind, &'static str> {
        let Self { name: _, r#type, min, max, optional, now } = self;
        if min.zip(*max).is_some_and(|(min, max)| min > max) {
            return Err("`min` is greater than `max`");
        }
        let kind = match r#type {
            Type::Text => {
                let [min, max] = [min.map(usize::try_from), max.map(usize::try_from)];
                let min = min.unwrap_or(Ok(0)).map_err(|_| "`min` of a text cannot be negative")?;
                let max = max.unwrap_or(Ok(usize::MAX)).map_err(|_| "`max` of a text cannot be negative")?;
                Kind::Text { min, max }
            }
            Type::Int => Kind::Int { min: min.unwrap_or(i64::MIN), max: max.unwrap_or(i64::MAX) },
            Type::Bool | Type::Time if min.is_some() || max.is_some() => return Err("only text and int have a range"),
            Type::Bool => Kind::Bool,
            Type::Time if *now => Kind::Now,
            Type::Time => Kind::Time,
        };
        match kind {
            Kind::Now if *optional => Err("`now` is always there, so it cannot be optional"),
            Kind::Now => Ok(kind),
            _ if *now => Err("only a time can be `now`"),
            _ => Ok(kind),
        }
    }
}

fn is_name(name: &str) -> bool {
    (1..=LONGEST_NAME).contains(&name.len()) && !name.contains('\0')
}
