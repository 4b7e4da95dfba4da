use std::ops::Range;

use crate::key_path::KeyPath;

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Level {
    Error,
    Warning,
}

/// Where in the spec something stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Place {
    /// The key itself.
    Key(KeyPath),
    /// The value of the key.
    Value(KeyPath),
    /// Bytes of the spec's text, where there is no key (a syntax error).
    Bytes(Range<usize>),
}

/// A piece of another file that the problem is about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Excerpt {
    pub path: String,
    pub text: String,
    pub bytes: Range<usize>,
    pub label: String,
}

/// Something that the spec cannot mean (an error), or is unlikely to (a warning).
///
/// The title is a phrase without a final period, names in backticks; the help is what to do next.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem {
    pub level: Level,
    pub title: String,
    pub at: Place,
    pub label: String,
    /// Other places that explain it.
    pub also: Vec<(Place, String)>,
    pub excerpt: Option<Excerpt>,
    pub help: Option<String>,
}

impl Problem {
    pub fn error(at: Place, title: impl Into<String>) -> Self {
        Self {
            level: Level::Error,
            title: title.into(),
            at,
            label: String::new(),
            also: Vec::new(),
            excerpt: None,
            help: None,
        }
    }

    pub fn warning(at: Place, title: impl Into<String>) -> Self {
        Self {
            level: Level::Warning,
            ..Self::error(at, title)
        }
    }

    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    #[must_use]
    pub fn also(mut self, place: Place, label: impl Into<String>) -> Self {
        self.also.push((place, label.into()));
        self
    }

    #[must_use]
    pub fn excerpt(mut self, excerpt: Excerpt) -> Self {
        self.excerpt = Some(excerpt);
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// All that was found, errors and warnings.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    pub fn push(&mut self, problem: Problem) {
        if !self.0.contains(&problem) {
            self.0.push(problem);
        }
    }

    pub fn extend(&mut self, others: Self) {
        for problem in others.0 {
            self.push(problem);
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn count(&self, level: Level) -> usize {
        self.0.iter().filter(|problem| problem.level == level).count()
    }

    pub fn has_errors(&self) -> bool {
        self.count(Level::Error) > 0
    }
}
