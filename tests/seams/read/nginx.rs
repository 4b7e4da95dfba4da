//! nginx.conf: directives, and which location a path meets.

use fancy_regex::{Regex, RegexBuilder};

/// A directive, its arguments, and its block if it has one.
#[derive(Clone, Debug)]
pub(crate) struct Directive {
    pub(crate) name: String,
    pub(crate) arguments: Vec<String>,
    pub(crate) block: Vec<Directive>,
}

#[derive(Debug, PartialEq)]
enum Token {
    Word(String),
    Open,
    Close,
    End,
}

pub(crate) fn read(text: &str) -> Result<Vec<Directive>, String> {
    let tokens = tokens(text)?;
    let mut rest = tokens.into_iter();
    let directives = block(&mut rest, true)?;
    Ok(directives)
}

fn block(tokens: &mut impl Iterator<Item = Token>, is_top: bool) -> Result<Vec<Directive>, String> {
    let mut directives = Vec::new();
    let mut words: Vec<String> = Vec::new();
    loop {
        let token = tokens.next();
        let inner = match token {
            Some(Token::Word(word)) => {
                words.push(word);
                continue;
            }
            Some(Token::End) => Vec::new(),
            Some(Token::Open) => block(tokens, false)?,
            Some(Token::Close) if !is_top && words.is_empty() => return Ok(directives),
            None if is_top && words.is_empty() => return Ok(directives),
            other => return Err(format!("nginx.conf: {other:?} after {words:?}")),
        };
        if words.is_empty() {
            return Err("nginx.conf: a directive without a name".to_owned());
        }
        directives.push(Directive {
            name: words.remove(0),
            arguments: std::mem::take(&mut words),
            block: inner,
        });
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() => {}
            '#' => while chars.next().is_some_and(|c| c != '\n') {},
            ';' => tokens.push(Token::End),
            '{' => tokens.push(Token::Open),
            '}' => tokens.push(Token::Close),
            '"' | '\'' => {
                let mut word = String::new();
                loop {
                    match chars.next().ok_or("nginx.conf: an open quote")? {
                        '\\' => match chars.next().ok_or("nginx.conf: an open escape")? {
                            'n' => word.push('\n'),
                            't' => word.push('\t'),
                            'r' => word.push('\r'),
                            quoted @ ('"' | '\'' | '\\') => word.push(quoted),
                            other => word.extend(['\\', other]),
                        },
                        end if end == c => break,
                        other => word.push(other),
                    }
                }
                tokens.push(Token::Word(word));
            }
            first => {
                let mut word = String::from(first);
                while let Some(c) = chars.next_if(|c| !c.is_whitespace() && !matches!(c, ';' | '{')) {
                    word.push(c);
                }
                tokens.push(Token::Word(word));
            }
        }
    }
    Ok(tokens)
}

/// The directives of that name in a block.
pub(crate) fn all<'a>(block: &'a [Directive], name: &'a str) -> impl Iterator<Item = &'a Directive> {
    block.iter().filter(move |directive| directive.name == name)
}

/// The arguments of the one directive of that name.
pub(crate) fn arguments<'a>(block: &'a [Directive], name: &str) -> Result<&'a [String], String> {
    let found: Vec<&Directive> = block.iter().filter(|d| d.name == name).collect();
    match found.as_slice() {
        [one] => Ok(&one.arguments),
        _ => Err(format!("`{name}` is there {} times", found.len())),
    }
}

/// The argument of the one directive of that name.
pub(crate) fn value<'a>(block: &'a [Directive], name: &str) -> Result<&'a str, String> {
    match arguments(block, name)? {
        [one] => Ok(one),
        other => Err(format!("`{name}` has {} arguments", other.len())),
    }
}

pub(crate) fn http(file: &[Directive]) -> Result<&[Directive], String> {
    let http = all(file, "http").next().ok_or("there is no `http`")?;
    Ok(&http.block)
}

/// The server that the world sees, and the one of the health check, each with its port.
pub(crate) fn servers(file: &[Directive]) -> Result<[(u16, &[Directive]); 2], String> {
    let servers: Vec<&Directive> = all(http(file)?, "server").collect();
    let [main, health] = servers.as_slice() else {
        return Err(format!("{} servers", servers.len()));
    };
    Ok([
        (port(&main.block)?, &main.block),
        (port(&health.block)?, &health.block),
    ])
}

fn port(server: &[Directive]) -> Result<u16, String> {
    let listen = arguments(server, "listen")?;
    listen
        .first()
        .and_then(|port| port.parse().ok())
        .ok_or(format!("listen {listen:?}"))
}

/// Milliseconds.
pub(crate) fn time(text: &str) -> Result<u64, String> {
    let units = [("ms", 1), ("s", 1000), ("m", 60_000)];
    quantity(text, &units)
}

/// Bytes.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    quantity(text, &[("k", 1 << 10), ("m", 1 << 20), ("g", 1 << 30), ("", 1)])
}

fn quantity(text: &str, units: &[(&str, u64)]) -> Result<u64, String> {
    let read = |&(unit, factor): &(&str, u64)| {
        let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
        Some(number * factor)
    };
    units
        .iter()
        .find_map(read)
        .ok_or(format!("`{text}` is no quantity"))
}

/// The location that nginx takes for a path: an exact one, else the first pattern that matches, else the longest prefix.
pub(crate) fn location<'a>(server: &'a [Directive], path: &str) -> Result<Option<&'a Directive>, String> {
    let mut prefix: Option<(&Directive, usize)> = None;
    let mut pattern = None;
    for location in all(server, "location") {
        match location.arguments.as_slice() {
            [exact, text] if exact == "=" => {
                if text == path {
                    return Ok(Some(location));
                }
            }
            [kind, text] if kind == "~" || kind == "~*" => {
                if pattern.is_none() && regex(text, kind == "~*")?.is_match(path).unwrap_or(false) {
                    pattern = Some(location);
                }
            }
            [text] => {
                if path.starts_with(text.as_str()) && prefix.is_none_or(|(_, length)| length < text.len()) {
                    prefix = Some((location, text.len()));
                }
            }
            other => return Err(format!("location {other:?}")),
        }
    }
    let found = pattern.or(prefix.map(|(location, _)| location));
    match found {
        Some(found) if !found.block.iter().any(|inner| inner.name == "location") => Ok(Some(found)),
        Some(found) => Ok(location(&found.block, path)?.or(Some(found))),
        None => Ok(None),
    }
}

/// The pool that a location asks, and the path that it asks for; none where it answers itself.
pub(crate) fn asked(location: &Directive, path: &str) -> Result<Option<(String, String)>, String> {
    if all(&location.block, "return").next().is_some() {
        return Ok(None);
    }
    let pass = value(&location.block, "proxy_pass")?;
    let pass = pass.strip_prefix("http://").ok_or("not http")?;
    if let Some(rewrite) = all(&location.block, "rewrite").next() {
        let [from, to, flag] = rewrite.arguments.as_slice() else {
            return Err(format!("rewrite {:?}", rewrite.arguments));
        };
        if to != "$1" || flag != "break" {
            return Err(format!("rewrite to {to}, {flag}"));
        }
        let from = regex(from, false)?;
        let captures = from.captures(path).map_err(|error| error.to_string())?;
        let kept = captures.and_then(|captures| Some(captures.get(1)?.as_str().to_owned()));
        return Ok(Some((pass.to_owned(), kept.ok_or("the rewrite does not match")?)));
    }
    Ok(Some(match pass.split_once('/') {
        Some((pool, rest)) => (pool.to_owned(), format!("/{rest}")),
        None => (pass.to_owned(), path.to_owned()),
    }))
}

fn regex(pattern: &str, ignore_case: bool) -> Result<Regex, String> {
    RegexBuilder::new(pattern)
        .case_insensitive(ignore_case)
        .build()
        .map_err(|error| error.to_string())
}

#[test]
fn it_reads_what_nginx_reads() {
    let file =
        read("a b; # c\nd 'e;f' \"g\\\"\\\\.h\" {\n i $x{1};\n}\n").expect_err("a brace inside a word");
    assert!(file.contains("Close") || file.contains("None"), "{file}");
    let file = read("a b; # c\nd 'e;f' \"g\\\"\\\\.h\" {\n i $x;\n}\n").expect("it is sound");
    assert_eq!(file[0].arguments, ["b"]);
    assert_eq!(file[1].arguments, ["e;f", "g\"\\.h"]);
    assert_eq!(file[1].block[0].name, "i");
    for bad in ["a", "a b", "a {", "}", ";", "a 'b", "a } ;"] {
        assert!(read(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_path_meets_the_location_that_nginx_takes() {
    let text = "location / { a; } location = /x { b; } location /x/ { c; } location ~ ^/x/y { d; }";
    let server = read(text).expect("it is sound");
    for (path, expected) in [
        ("/", "a"),
        ("/x", "b"),
        ("/x/a", "c"),
        ("/x/yz", "d"),
        ("/xy", "a"),
    ] {
        let found = location(&server, path).expect("it is sound").expect(path);
        assert_eq!(found.block[0].name, expected, "{path}");
    }
}
