//! Stored resources: `fields = { text = "text, 1..280", at = "time, now" }`.

use std::collections::BTreeMap;

use super::Resolver;
use crate::key_path::KeyPath;
use crate::spec::{self, Place, did_you_mean, shown};
use crate::stack::{Field, FieldType, Name, Resource};

const FORM: &str = "a field is a type (`text`, `int`, `bool`, `time`), `?` after it where it may be missing, then a range or `now`: \"text, 1..280\", \"int?\", \"time, now\"";
const TYPES: [(&str, FieldType); 4] = [
    ("text", FieldType::Text),
    ("int", FieldType::Int),
    ("bool", FieldType::Bool),
    ("time", FieldType::Time),
];

impl Resolver<'_> {
    pub(super) fn resources(&mut self, key: &KeyPath, written: &spec::Service) -> BTreeMap<Name, Resource> {
        let mut resources = BTreeMap::new();
        for (text, resource) in &written.resources {
            let key = key.join("resources").join(text);
            let Some(name) = self.name(Place::Key(key.clone()), "a resource", text) else {
                continue;
            };
            if resource.fields.is_empty() && !self.is_broken(&key) {
                self.error(
                    Place::Key(key.clone()),
                    format!("the resource `{name}` has no field"),
                    "nothing to store",
                    FORM,
                );
            }
            let fields = resource
                .fields
                .iter()
                .filter_map(|(field, kind)| self.field(&key.join("fields").join(field), field, kind))
                .collect();
            resources.insert(name, Resource { fields });
        }
        resources
    }

    fn field(&mut self, key: &KeyPath, name: &str, written: &str) -> Option<Field> {
        let legal = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.len() <= 63
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if !legal || name == "id" {
            let label = if name == "id" {
                "`id` is added by itself"
            } else {
                "not a name"
            };
            self.error(
                Place::Key(key.clone()),
                format!("{} is no name for a field", shown(name)),
                label,
                "a field's name is lower-case letters, digits and `_`, starts with a letter, and is not `id`",
            );
        }
        match parse(written) {
            Ok((kind, optional, range, now)) => Some(Field {
                name: name.to_owned(),
                kind,
                optional,
                range,
                now,
            }),
            Err(label) => {
                self.error(
                    Place::Value(key.clone()),
                    format!("{} is no type of a field", shown(written)),
                    label,
                    FORM,
                );
                None
            }
        }
    }
}

type Parsed = (FieldType, bool, Option<(i64, i64)>, bool);

fn parse(written: &str) -> Result<Parsed, String> {
    let mut words = written.split(',').map(str::trim);
    let first = words.next().unwrap_or_default();
    let (name, optional) = first
        .strip_suffix('?')
        .map_or((first, false), |name| (name, true));
    let Some((_, kind)) = TYPES.iter().find(|(known, _)| *known == name) else {
        return Err(did_you_mean(name, TYPES.map(|(name, _)| name), "not a type"));
    };
    let (mut range, mut now) = (None, false);
    for word in words {
        match (word, kind) {
            ("now", FieldType::Time) if !optional && !now => now = true,
            ("now", FieldType::Time) => return Err("`now` is said once, and never missing".to_owned()),
            ("now", _) => return Err("`now` goes with `time`".to_owned()),
            (word, FieldType::Text | FieldType::Int) if range.is_none() => {
                let (low, high) = word.split_once("..").ok_or("a range is written `1..280`")?;
                let number = |text: &str| {
                    text.parse::<i64>()
                        .map_err(|_| "a range is of whole numbers".to_owned())
                };
                let (low, high) = (number(low)?, number(high)?);
                if low > high {
                    return Err("the range is empty".to_owned());
                }
                if *kind == FieldType::Text && (low < 0 || high > 100_000) {
                    return Err("a text has from 0 to 100000 characters".to_owned());
                }
                range = Some((low, high));
            }
            (_, FieldType::Text | FieldType::Int) => return Err("one range is enough".to_owned()),
            _ => return Err("a range goes with `text` and `int`".to_owned()),
        }
    }
    Ok((*kind, optional, range, now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read() {
        assert_eq!(
            parse("text, 1..280"),
            Ok((FieldType::Text, false, Some((1, 280)), false))
        );
        assert_eq!(parse("int?"), Ok((FieldType::Int, true, None, false)));
        assert_eq!(parse("time, now"), Ok((FieldType::Time, false, None, true)));
        assert_eq!(
            parse("int, -5..5"),
            Ok((FieldType::Int, false, Some((-5, 5)), false))
        );
        for bad in [
            "",
            "txt",
            "text, 5..1",
            "bool, 1..2",
            "int, now",
            "time?, now",
            "text, 1-2",
            "text, 1..2, 1..2",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
