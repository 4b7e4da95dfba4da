use std::fmt;

/// The name of a stack, service, volume, secret or resource: a DNS label, since that is what its strictest consumer takes
/// (RFC 1123, section 2.1; lower case as Kubernetes and image references want it).
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Name(String);

/// Why a text is no name, as the end of the sentence "`x` is no name: …".
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NameFault(pub &'static str);

impl fmt::Display for NameFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Name {
    pub fn new(text: &str) -> Result<Self, NameFault> {
        let fault = |sentence| Err(NameFault(sentence));
        if text.is_empty() {
            return fault("it is empty");
        }
        if text.len() > 63 {
            return fault("it has more than 63 characters");
        }
        if !text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        {
            return fault("only lower-case letters, digits and `-` are allowed");
        }
        if !text.starts_with(|c: char| c.is_ascii_lowercase()) {
            return fault("it must start with a letter");
        }
        if text.ends_with('-') {
            return fault("it must not end with `-`");
        }
        Ok(Self(text.to_owned()))
    }

    /// The nearest text that is a name, for the way out of an error.
    pub fn nearest(text: &str) -> Option<Self> {
        let lower = text.to_lowercase();
        let mapped: String = lower
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        let trimmed = mapped
            .trim_start_matches(|c: char| !c.is_ascii_lowercase())
            .trim_end_matches('-');
        Self::new(&trimmed[..trimmed.len().min(63)]).ok()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As a type of JavaScript's is written: `chat-messages` is `ChatMessages`.
    pub fn pascal_case(&self) -> String {
        let mut pascal = String::new();
        for word in self.0.split('-') {
            let (first, rest) = word.split_at(word.len().min(1));
            pascal.push_str(&first.to_ascii_uppercase());
            pascal.push_str(rest);
        }
        pascal
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// The name of an environment variable (POSIX, *Base Definitions* 8.1; lower case is let through, as shells do).
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct EnvName(String);

impl EnvName {
    pub fn new(text: &str) -> Result<Self, NameFault> {
        let fault = |sentence| Err(NameFault(sentence));
        if text.is_empty() {
            return fault("it is empty");
        }
        if !text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        {
            return fault("only letters, digits and `_` are allowed");
        }
        if text.starts_with(|c: char| c.is_ascii_digit()) {
            return fault("it must not start with a digit");
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EnvName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id of a page's element, without the `#`; what a CSS id selector takes without escapes.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct HtmlId(String);

impl HtmlId {
    pub fn from_selector(selector: &str) -> Result<Self, NameFault> {
        let fault = |sentence| Err(NameFault(sentence));
        let Some(id) = selector.strip_prefix('#') else {
            return fault("a binding is `#id`");
        };
        if !id.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return fault("an id starts with a letter");
        }
        if !id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        {
            return fault("only letters, digits, `-` and `_` are allowed in an id");
        }
        Ok(Self(id.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HtmlId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_dns_label() {
        for good in ["a", "back-end", "x1", &"a".repeat(63)] {
            assert_eq!(Name::new(good).expect(good).as_str(), good);
        }
        for bad in ["", "1a", "-a", "a-", "A", "a_b", "a.b", "ä", &"a".repeat(64)] {
            assert!(Name::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_nearest_name_is_offered() {
        assert_eq!(Name::nearest("Back_End").expect("a name").as_str(), "back-end");
        assert_eq!(Name::nearest("9 lives!").expect("a name").as_str(), "lives");
        assert_eq!(Name::nearest("123"), None);
    }
}
