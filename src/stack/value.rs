use super::Name;

/// A piece of a value that a container is given.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Part {
    /// Taken literally, whatever it holds.
    Text(String),
    /// `${NAME}`, `${NAME:-x}` or `${NAME:?}`, whole, for Compose to fill in.
    Variable(String),
}

/// The value of an environment variable.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Value {
    Parts(Vec<Part>),
    /// The path of a secret's file, `/run/secrets/<name>`.
    SecretPath(Name),
}

impl Value {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Parts(vec![Part::Text(text.into())])
    }
}
