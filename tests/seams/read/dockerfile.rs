//! A Dockerfile: its instructions, comments apart.

/// An instruction with its arguments as written, lines joined.
#[derive(Clone, Debug)]
pub(crate) struct Instruction {
    pub(crate) name: String,
    pub(crate) arguments: String,
}

pub(crate) struct Dockerfile {
    pub(crate) comments: Vec<String>,
    pub(crate) instructions: Vec<Instruction>,
}

pub(crate) fn read(text: &str) -> Result<Dockerfile, String> {
    let mut comments = Vec::new();
    let mut instructions = Vec::new();
    let mut open = String::new();
    for line in text.lines() {
        if let Some(comment) = line.trim_start().strip_prefix('#') {
            comments.push(comment.trim().to_owned());
            continue;
        }
        if let Some(part) = line.strip_suffix('\\') {
            open.push_str(part);
            continue;
        }
        open.push_str(line);
        let whole = std::mem::take(&mut open);
        let whole = whole.trim();
        if whole.is_empty() {
            continue;
        }
        let (name, arguments) = whole.split_once(' ').ok_or(format!("`{whole}`"))?;
        if !name.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(format!("`{name}` is no instruction"));
        }
        instructions.push(Instruction {
            name: name.to_owned(),
            arguments: arguments.trim().to_owned(),
        });
    }
    if !open.is_empty() {
        return Err(format!("`{open}` goes on"));
    }
    Ok(Dockerfile {
        comments,
        instructions,
    })
}

impl Dockerfile {
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.instructions
            .iter()
            .filter(move |instruction| instruction.name == name)
            .map(|instruction| instruction.arguments.as_str())
    }

    pub(crate) fn one(&self, name: &str) -> Result<&str, String> {
        let named = self
            .instructions
            .iter()
            .filter(|instruction| instruction.name == name);
        let found: Vec<&str> = named.map(|instruction| instruction.arguments.as_str()).collect();
        match found.as_slice() {
            [one] => Ok(one),
            _ => Err(format!("{name} is there {} times", found.len())),
        }
    }

    /// A variable of the image.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.all("ENV")
            .flat_map(str::split_ascii_whitespace)
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
            .map(|value| value.trim_matches('"'))
    }

    pub(crate) fn exposed(&self) -> Result<Option<u16>, String> {
        if self.all("EXPOSE").next().is_none() {
            return Ok(None);
        }
        let port = self.one("EXPOSE")?;
        port.parse().map(Some).map_err(|_| format!("EXPOSE {port}"))
    }

    /// The words of the health check; none for NONE.
    pub(crate) fn health(&self) -> Result<Vec<String>, String> {
        let health = self.one("HEALTHCHECK")?;
        if health == "NONE" {
            return Ok(Vec::new());
        }
        words(health.split_once("CMD ").ok_or("HEALTHCHECK without CMD")?.1)
    }
}

/// The exec form of a command.
pub(crate) fn words(text: &str) -> Result<Vec<String>, String> {
    serde_json::from_str(text).map_err(|error| format!("`{text}`: {error}"))
}

/// The options, the sources and the target of a COPY.
pub(crate) struct Copy {
    pub(crate) options: Vec<String>,
    pub(crate) sources: Vec<String>,
    pub(crate) target: String,
}

pub(crate) fn copy(arguments: &str) -> Result<Copy, String> {
    let mut rest = arguments;
    let mut options = Vec::new();
    while rest.starts_with("--") {
        let (option, after) = rest.split_once(' ').ok_or("only options")?;
        options.push(option.to_owned());
        rest = after;
    }
    let mut sources: Vec<String> = if rest.starts_with('[') {
        words(rest)?
    } else {
        rest.split_ascii_whitespace().map(str::to_owned).collect()
    };
    let target = sources.pop().ok_or("COPY of nothing")?;
    Ok(Copy {
        options,
        sources,
        target,
    })
}

#[test]
fn it_reads_instructions() {
    let file =
        read("# a\nFROM b AS c\nRUN d \\\n && e\nHEALTHCHECK --x \\\n  CMD [\"f\", \"g\"]\n").expect("sound");
    assert_eq!(file.comments, ["a"]);
    assert_eq!(file.one("RUN"), Ok("d  && e"));
    assert_eq!(file.health().expect("words"), ["f", "g"]);
    for bad in ["run x", "RUN", "RUN a \\"] {
        assert!(read(bad).is_err(), "{bad}");
    }
}
