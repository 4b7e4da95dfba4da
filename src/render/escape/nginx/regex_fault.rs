use super::literal_fault;

/// Why a text cannot be the pattern of a location, as the end of the sentence "`x` is no pattern: it …".
///
/// The patterns that are let through are the common ground of PCRE and every other engine: what passes here compiles in
/// nginx (a test asks it). Named groups are refused, since each would set a variable of nginx.
pub fn regex_fault(pattern: &str) -> Option<&'static str> {
    if pattern.is_empty() {
        return Some("it is empty");
    }
    if !pattern.is_ascii() {
        return Some("it has a character outside ASCII, of which nginx sees the single bytes");
    }
    literal_fault(pattern).or_else(|| Reader::new(pattern).read().err())
}

type Read<T = ()> = Result<T, &'static str>;

struct Reader<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    depth: u32,
}

impl<'a> Reader<'a> {
    fn new(pattern: &'a str) -> Self {
        Self {
            rest: pattern.chars().peekable(),
            depth: 0,
        }
    }

    fn read(mut self) -> Read {
        // Whether something stands before, that a quantifier can repeat.
        let mut repeatable = false;
        while let Some(c) = self.rest.next() {
            repeatable = match c {
                '(' => {
                    self.group()?;
                    self.depth += 1;
                    if self.depth > 50 {
                        return Err("it has groups more than 50 deep");
                    }
                    false
                }
                ')' => {
                    self.depth = self.depth.checked_sub(1).ok_or("it has a `)` without its `(`")?;
                    true
                }
                '[' => {
                    self.class()?;
                    true
                }
                '\\' => self.escape()? != Escape::Assertion,
                '*' | '+' | '?' | '{' => {
                    if !repeatable {
                        return Err("it has a `*`, `+`, `?` or `{` with nothing before it to repeat");
                    }
                    if c == '{' {
                        self.count()?;
                    }
                    self.rest.next_if_eq(&'?');
                    false
                }
                ']' | '}' => return Err("it has a `]` or `}` of its own: write a backslash before it"),
                '|' | '^' | '$' => false,
                _ => true,
            };
        }
        if self.depth > 0 {
            return Err("it has a `(` without its `)`");
        }
        Ok(())
    }

    /// What may follow `(`: nothing, `?:`, `?=` or `?!`.
    fn group(&mut self) -> Read {
        if self.rest.next_if_eq(&'?').is_some()
            && self.rest.next_if(|c| matches!(c, ':' | '=' | '!')).is_none()
        {
            return Err("it has a group other than `(…)`, `(?:…)`, `(?=…)` and `(?!…)`");
        }
        if self.rest.peek() == Some(&'*') {
            return Err("it has a `*` with nothing before it to repeat");
        }
        Ok(())
    }

    /// The rest of `{2}`, `{2,}` or `{2,5}`.
    fn count(&mut self) -> Read {
        const FAULT: &str = "it has a `{` that is no count such as `{2}`, `{2,}` or `{2,5}` (up to 1,000): write a backslash before it";
        let least = self.number().ok_or(FAULT)?;
        if self.rest.next_if_eq(&',').is_some() && self.number().is_some_and(|most| most < least) {
            return Err("it has a count whose end is before its start");
        }
        self.rest.next_if_eq(&'}').map(drop).ok_or(FAULT)
    }

    fn number(&mut self) -> Option<u32> {
        let mut number = None;
        while let Some(digit) = self.rest.peek().and_then(|c| c.to_digit(10)) {
            self.rest.next();
            number = Some(number.unwrap_or(0) * 10 + digit).filter(|number| *number <= 1000);
            number?;
        }
        number
    }

    /// The rest of `[…]`.
    fn class(&mut self) -> Read {
        const OPEN: &str = "it has a `[` without its `]`";
        self.rest.next_if_eq(&'^');
        if self.rest.peek() == Some(&']') {
            return Err("it has an empty `[]`");
        }
        loop {
            let first = match self.rest.next().ok_or(OPEN)? {
                ']' => return Ok(()),
                '[' => return Err("it has a `[` inside `[…]`: write a backslash before it"),
                '\\' => self.class_escape()?,
                c => Some(c),
            };
            let mut ahead = self.rest.clone();
            if ahead.next() != Some('-') || ahead.next().is_none_or(|c| c == ']') {
                continue;
            }
            self.rest.next();
            let last = match self.rest.next().ok_or(OPEN)? {
                '[' => return Err("it has a `[` inside `[…]`: write a backslash before it"),
                '\\' => self.class_escape()?,
                c => Some(c),
            };
            match (first, last) {
                (Some(first), Some(last)) if first <= last => {}
                (Some(_), Some(_)) => {
                    return Err("it has a range such as `[z-a]`, whose end is before its start");
                }
                _ => return Err("it has a range with a class such as `\\d` at its end"),
            }
        }
    }

    /// The character that an escape inside `[…]` stands for; none for a class.
    fn class_escape(&mut self) -> Read<Option<char>> {
        match self.escape()? {
            Escape::Literal(c) => Ok(Some(c)),
            Escape::Class => Ok(None),
            Escape::Assertion => Err("it has a `\\b` or `\\B` inside `[…]`"),
        }
    }

    fn escape(&mut self) -> Read<Escape> {
        match self.rest.next() {
            None => Err("it ends with a backslash"),
            Some('d' | 'D' | 'w' | 'W' | 's' | 'S') => Ok(Escape::Class),
            Some('b' | 'B') => Ok(Escape::Assertion),
            Some(c) if c.is_ascii_punctuation() || c == ' ' => Ok(Escape::Literal(c)),
            Some(_) => Err(
                "it has an escape other than `\\d`, `\\w`, `\\s`, `\\b`, their opposites and `\\` before a punctuation mark",
            ),
        }
    }
}

#[derive(PartialEq)]
enum Escape {
    Literal(char),
    Class,
    Assertion,
}

#[cfg(test)]
mod tests {
    use super::regex_fault;

    #[test]
    fn patterns_of_the_field_pass() {
        for pattern in [
            r"^/x\.y$",
            "^/n{2}$",
            "^/(a|b)$",
            r"^/s\\s$",
            r"\.php$",
            "^/t;t$",
            "^/h#h$",
            r"^/d\$d$",
            r"^/users/\d+/[a-z0-9_-]{1,20}?$",
            r"\.(?:jpe?g|png)$",
            r"^/(?!static/)",
            r"^/[^/\]]+$",
            "^/a{2,}b{2,5}$",
            "()",
            "a||b",
        ] {
            assert_eq!(regex_fault(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn patterns_that_do_not_compile_or_mean_another_thing_are_refused() {
        for pattern in [
            "",
            "a{2",
            "[z-a]",
            "(",
            ")",
            "(a))",
            "[",
            "[]",
            "[a",
            "a**",
            "*a",
            "(*)",
            "(*ACCEPT)",
            "(|+)",
            "^*",
            "(?<x>a)",
            "(?P<x>a)",
            "(?i)a",
            "(?>a)",
            r"a\",
            r"\Qx",
            r"\1",
            r"\x{110000}",
            r"\p{L}",
            "a{5,2}",
            "a{1001}",
            "a{99999999999}",
            "a{,2}",
            "[[:alpha:]]",
            r"[a-\d]",
            r"[\d-z]",
            "a}",
            "a]",
            "a\nb",
            r"\b*",
            "[a-[]",
            "é+",
        ] {
            assert!(regex_fault(pattern).is_some(), "{pattern:?}");
        }
    }
}
