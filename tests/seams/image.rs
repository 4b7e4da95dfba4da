//! An image: one name for who builds it and who runs it; one context for who lists it and who copies from it.

use std::collections::BTreeSet;

use crate::proof::{Break, Proof, ensure};
use crate::read::dockerfile;
use crate::rendered::Rendered;

pub(crate) const PROOF: Proof = Proof {
    name: "image",
    check,
    breaks: &[
        Break("a tag", "compose.yaml", "other-back-end:v1.2.3", "other-back-end:v1.2.4"),
        Break("6-scale", "back-end/Dockerfile", "-t softy-pinko-back-end:task6", "-t softy-pinko-back-end:task5"),
        Break("1-api", "back-end/Dockerfile", "5252:5252 softy-pinko-back-end", "5252:5252 back-end"),
        Break("6-scale", "compose.yaml", "build: ./proxy", "build: ./front-end"),
        Break("6-scale", "proxy/Dockerfile", "title=softy-pinko-proxy", "title=proxy"),
        Break("6-scale", "back-end/.dockerignore", "!Cargo.lock\n", ""),
        Break("6-scale", "front-end/.dockerignore", "!site", "!sites"),
        Break("6-scale", "front-end/Dockerfile", "[\"site\",", "[\"sites\","),
        Break("1-api-flask", "back-end/.dockerignore", "!*.py", "!app.py"),
        Break("1-api-flask", "back-end/Dockerfile", "COPY *.py endpoints.json", "COPY endpoints.json"),
        Break("an own image", "hello/.dockerignore", "!files/spec.toml", "!files/spec"),
        Break("6-scale", "back-end/Dockerfile", "cc-debian13", "cc-debian12"),
    ],
};

fn check(rendered: &Rendered) -> Result<(), String> {
    let compose = rendered.compose()?;
    let project = compose.0["name"].as_str().ok_or("no name")?;
    let tag = rendered.spec.get("tag").and_then(|tag| tag.as_str()).unwrap_or("local");
    for service in compose.services() {
        let is_built = rendered.built().iter().any(|built| built == service.name);
        ensure!(is_built != service.value["build"].is_null(), "{} is not built", service.name);
    }
    for name in rendered.built() {
        let service = compose.service(&name)?;
        let image = format!("{project}-{name}:{tag}");
        ensure!(service.text("image")? == image, "{name} is the image {}", service.text("image")?);
        ensure!(service.text("build")? == format!("./{name}"), "{name} is built elsewhere");
        let file = rendered.dockerfile(&name)?;
        let build = format!("docker build -t {image} .");
        ensure!(file.comments.contains(&build), "the head of {name} does not say `{build}`");
        ensure!(
            file.comments.iter().any(|line| {
                line.starts_with("docker run ") && line.ends_with(&format!(" {image}"))
                    || *line == format!("docker compose --file ../compose.yaml up --wait {name}")
            }),
            "the head of {name} does not say how to run it"
        );
        let title = format!("org.opencontainers.image.title={project}-{name}");
        ensure!(file.one("LABEL")? == title, "{name}: {}", file.one("LABEL")?);
        releases(&file)?;
        context(rendered, &name, &file)?;
    }
    Ok(())
}

/// All stages of an image are of one Debian release.
fn releases(file: &dockerfile::Dockerfile) -> Result<(), String> {
    let bases: Vec<&str> = file.all("FROM").filter_map(|from| from.split(' ').next()).collect();
    let release = |base: &&str| match *base {
        base if base.contains("trixie") || base.contains("debian13") => Ok(13),
        base if base.contains("bookworm") || base.contains("debian12") => Ok(12),
        base => Err(format!("what release is {base}?")),
    };
    if bases.len() > 1 {
        let releases: BTreeSet<u8> = bases.iter().map(release).collect::<Result<_, _>>()?;
        ensure!(releases.len() == 1, "{bases:?} are of several releases");
    }
    Ok(())
}

/// What is copied is in the context; what is in the context is there, and is copied.
fn context(rendered: &Rendered, name: &str, file: &dockerfile::Dockerfile) -> Result<(), String> {
    let ignore = rendered.text(&format!("{name}/.dockerignore"))?;
    let mut lines = ignore.lines().filter(|line| !line.starts_with('#'));
    ensure!(lines.next() == Some("*"), "{name}: more is sent than is listed");
    let listed: BTreeSet<&str> = lines
        .map(|line| line.strip_prefix('!').ok_or(format!("`{line}` lists nothing")))
        .collect::<Result<_, _>>()?;
    let mut copied = BTreeSet::new();
    for arguments in file.all("COPY") {
        let copy = dockerfile::copy(arguments)?;
        if !copy.options.iter().any(|option| option.starts_with("--from=")) {
            copied.extend(copy.sources.iter().map(|source| source.trim_end_matches('/').to_owned()));
        }
    }
    ensure!(
        copied.iter().map(String::as_str).eq(listed.iter().copied()),
        "{name} copies {copied:?}, and its context is {listed:?}"
    );
    for source in copied {
        let there = rendered.paths().any(|path| {
            let Some(path) = path.strip_prefix(&format!("{name}/")) else { return false };
            match source.strip_prefix('*') {
                Some(end) => path.ends_with(end) && !path.contains('/'),
                None => path == source || path.starts_with(&format!("{source}/")),
            }
        });
        ensure!(there, "{name} copies {source}, which is not there");
    }
    Ok(())
}
