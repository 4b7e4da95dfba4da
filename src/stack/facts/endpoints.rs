use std::fmt::Write;

use super::super::{Api, Bytes, Endpoint, Method, PathSegment, Storage};

/// The largest body of a request, if nothing else is said.
pub const REQUEST_BODY: Bytes = Bytes::mebi(1);

impl Api {
    pub fn methods_of(&self, path: &str) -> impl Iterator<Item = Method> {
        self.endpoints
            .values()
            .filter(move |endpoint| endpoint.path_text() == path)
            .map(|endpoint| endpoint.method)
    }
}

impl Storage {
    /// The file of a database in a file.
    pub fn sqlite(&self) -> Option<&str> {
        match self {
            Self::Sqlite { path } => Some(path),
            Self::None | Self::Postgres { .. } => None,
        }
    }
}

impl Endpoint {
    pub fn path_text(&self) -> String {
        if self.path.is_empty() {
            return "/".to_owned();
        }
        self.path.iter().fold(String::new(), |mut text, segment| {
            let _ = match segment {
                PathSegment::Literal(literal) => write!(text, "/{literal}"),
                PathSegment::Parameter(name) => write!(text, "/{{{name}}}"),
            };
            text
        })
    }

    /// The name of its function in the client, and its operation id: `GET /api/hello` is `getApiHello`.
    pub fn function(&self) -> String {
        let mut name = self.method.as_str().to_lowercase();
        if self.path.is_empty() {
            name.push_str("Root"); // `delete` alone would be a reserved word.
        }
        for segment in &self.path {
            let text = match segment {
                PathSegment::Literal(literal) => literal.as_str(),
                PathSegment::Parameter(parameter) => {
                    name.push_str("By");
                    parameter.as_str()
                }
            };
            for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
                let mut letters = word.chars();
                name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
                name.push_str(letters.as_str());
            }
        }
        name
    }
}
