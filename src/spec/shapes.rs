//! Shapes that values take: a short form is always a value where the long form is a table or a list.
//!
//! Written as visitors, never `untagged` or `flatten`, so that each message names what is allowed.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A string that is short for a table.
macro_rules! visit_short_or_table {
    ($type:ident, $short:ident, $long:expr, $expecting:literal) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Shape;
                impl<'de> serde::de::Visitor<'de> for Shape {
                    type Value = $type;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str($expecting)
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$type, E> {
                        Ok($type::$short(text.to_owned()))
                    }
                    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<$type, A::Error> {
                        let table = serde::Deserialize::deserialize(
                            serde::de::value::MapAccessDeserializer::new(map),
                        )?;
                        Ok($long(table))
                    }
                }
                deserializer.deserialize_any(Shape)
            }
        }
    };
}
pub(super) use visit_short_or_table;

/// One value, or a list of them.
#[derive(Clone, Debug)]
pub enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    pub fn as_slice(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }

    pub fn is_many(&self) -> bool {
        matches!(self, Self::Many(_))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shape<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Shape<T> {
            type Value = OneOrMany<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one value or a list")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                T::deserialize(serde::de::value::StrDeserializer::new(text)).map(OneOrMany::One)
            }
            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                T::deserialize(serde::de::value::I64Deserializer::<E>::new(number))
                    .map(OneOrMany::One)
                    .map_err(|error| E::custom(format!("{}, or a list", error.to_string().trim_end())))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(OneOrMany::Many)
            }
        }
        deserializer.deserialize_any(Shape(PhantomData))
    }
}

/// `80`, or a text such as `"127.0.0.1:8080:80"`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PublishText {
    Port(u16),
    Text(String),
}

impl<'de> Deserialize<'de> for PublishText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shape;
        impl Visitor<'_> for Shape {
            type Value = PublishText;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a port from 1 to 65535, or a text such as \"127.0.0.1:8080:80\"")
            }
            fn visit_i64<E: Error>(self, number: i64) -> Result<PublishText, E> {
                match u16::try_from(number) {
                    Ok(port) if port > 0 => Ok(PublishText::Port(port)),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Signed(number), &self)),
                }
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<PublishText, E> {
                Ok(PublishText::Text(text.to_owned()))
            }
        }
        deserializer.deserialize_any(Shape)
    }
}

/// A number, or a number with its unit: `"10s"`, `"5m"`; `"1m"`, `"64k"`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Quantity {
    Number(i64),
    Text(String),
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shape;
        impl Visitor<'_> for Shape {
            type Value = Quantity;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text of a number and its unit, such as \"10s\" or \"64k\"")
            }
            fn visit_i64<E: Error>(self, number: i64) -> Result<Quantity, E> {
                Ok(Quantity::Number(number))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Quantity, E> {
                Ok(Quantity::Text(text.to_owned()))
            }
        }
        deserializer.deserialize_any(Shape)
    }
}

/// A command: a list of words, or a text that is split into words.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Command {
    Text(String),
    Words(Vec<String>),
}

impl<'de> Deserialize<'de> for Command {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shape;
        impl<'de> Visitor<'de> for Shape {
            type Value = Command;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of words, or a text of words")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Command, E> {
                Ok(Command::Text(text.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Command, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(Command::Words)
            }
        }
        deserializer.deserialize_any(Shape)
    }
}

/// How a service's health is seen: an HTTP path, `"tcp"`, a command, or `false`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Health {
    Text(String),
    Words(Vec<String>),
    Off,
}

impl<'de> Deserialize<'de> for Health {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shape;
        impl<'de> Visitor<'de> for Shape {
            type Value = Health;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "an HTTP path such as \"/healthz\", \"tcp\", a command as a list of words, or false",
                )
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Health, E> {
                Ok(Health::Text(text.to_owned()))
            }
            fn visit_bool<E: Error>(self, on: bool) -> Result<Health, E> {
                if on {
                    Err(E::invalid_value(serde::de::Unexpected::Bool(on), &self))
                } else {
                    Ok(Health::Off)
                }
            }
            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Health, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(Health::Words)
            }
        }
        deserializer.deserialize_any(Shape)
    }
}

/// The value of an environment variable.
#[derive(Clone, Debug, PartialEq)]
pub enum EnvValue {
    /// A string: literal but for `${NAME}` forms.
    Text(String),
    Whole(i64),
    Bool(bool),
    /// A number with a fraction, which a container sees as it is written: `1.10` is no `1.1`.
    Float,
    /// `{ secret = "name" }`.
    Secret(String),
    /// `{ literal = "…" }`: taken as it is, also under a name like PASSWORD.
    Literal(String),
}

impl<'de> Deserialize<'de> for EnvValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            secret: Option<String>,
            literal: Option<String>,
        }
        struct Shape;
        impl<'de> Visitor<'de> for Shape {
            type Value = EnvValue;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, a number, a boolean, { secret = \"…\" } or { literal = \"…\" }")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<EnvValue, E> {
                Ok(EnvValue::Text(text.to_owned()))
            }
            fn visit_i64<E: Error>(self, number: i64) -> Result<EnvValue, E> {
                Ok(EnvValue::Whole(number))
            }
            fn visit_f64<E: Error>(self, _: f64) -> Result<EnvValue, E> {
                Ok(EnvValue::Float)
            }
            fn visit_bool<E: Error>(self, on: bool) -> Result<EnvValue, E> {
                Ok(EnvValue::Bool(on))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<EnvValue, A::Error> {
                match Table::deserialize(MapAccessDeserializer::new(map))? {
                    Table {
                        secret: Some(secret),
                        literal: None,
                    } => Ok(EnvValue::Secret(secret)),
                    Table {
                        secret: None,
                        literal: Some(literal),
                    } => Ok(EnvValue::Literal(literal)),
                    _ => Err(A::Error::custom(
                        "a table here has exactly one of `secret` and `literal`",
                    )),
                }
            }
        }
        deserializer.deserialize_any(Shape)
    }
}
