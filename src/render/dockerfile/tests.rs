#![expect(clippy::needless_raw_string_hashes, reason = "as snapbox writes them")]

use std::collections::BTreeMap;

use snapbox::{IntoData, assert_data_eq, str};

use crate::contents::Contents;
use crate::render::{Artifact, Block};
use crate::stack::{
    Copied, DataMount, FromImage, Kind, Language, Name, Probe, Run, Service, Stack, Storage, VolumeSource,
    fixture,
};

fn text(blocks: Vec<Block>) -> String {
    String::from_utf8(Artifact::rendered(blocks).bytes().into_owned()).expect("text")
}

fn dockerfile(stack: &Stack, service: &str) -> String {
    let blocks = super::dockerfile(stack, &stack.services[service]).expect("it renders");
    text(blocks.expect("an image of ours"))
}

fn dockerignore(stack: &Stack, service: &str) -> String {
    text(super::dockerignore(&stack.services[service]).expect("it renders"))
}

fn back_end(stack: &mut Stack) -> &mut Service {
    stack.services.get_mut("back-end").expect("an API")
}

fn name(text: &str) -> Name {
    Name::new(text).expect("a name")
}

fn with_sqlite(language: Language) -> Stack {
    let mut stack = fixture::scale();
    let service = back_end(&mut stack);
    service.volumes.push(DataMount {
        source: VolumeSource::Named(name("data")),
        target: "/data".to_owned(),
    });
    let Kind::Api(api) = &mut service.kind else {
        unreachable!()
    };
    api.language = language;
    api.storage = Storage::Sqlite {
        path: "/data/app.db".to_owned(),
    };
    stack
}

fn from(image: FromImage, command: &[&str]) -> Stack {
    let mut stack = fixture::scale();
    let mut service = fixture::service("hello", Kind::From(image), 1);
    service.port = None;
    service.run = Run::Once;
    service.probe = Probe::None;
    service.command = command.iter().map(|word| (*word).to_owned()).collect();
    stack.services.insert(service.name.clone(), service);
    stack
}

fn image(base: &str) -> FromImage {
    FromImage {
        base: base.to_owned(),
        apt: Vec::new(),
        apk: Vec::new(),
        files: Vec::new(),
    }
}

#[test]
fn a_rust_api() {
    assert_data_eq!(
        dockerfile(&fixture::scale(), "back-end"),
        str![[r##"
# check=error=true
# Rendered by pinkogen from spec.toml; change the spec, not this file.
#
#   docker build -t softy-pinko-back-end:local .
#   docker run --rm --read-only --publish 127.0.0.1:5252:5252 softy-pinko-back-end:local

# Built and run on one release of Debian, so that the program meets the C library that it was linked with.
FROM rust:1.95-slim-trixie AS build
WORKDIR /api
# The dependencies alone, under an empty program: a change in src/ does not build them again.
COPY Cargo.toml Cargo.lock ./
RUN mkdir src \
 && echo 'fn main() {}' >src/main.rs \
 && touch src/lib.rs \
 && cargo build --release --locked
COPY endpoints.json ./
COPY src/ src/
# cargo compares times, and these files may be older than the empty ones.
RUN touch src/main.rs src/lib.rs \
 && cargo build --release --locked

FROM gcr.io/distroless/cc-debian13:nonroot
LABEL org.opencontainers.image.title=softy-pinko-back-end
COPY --from=build /api/target/release/api /api
ENV PORT=5252
USER 65532:65532
EXPOSE 5252
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --start-interval=1s --retries=3 \
  CMD ["/api", "healthcheck"]
ENTRYPOINT ["/api"]

"##]]
        .raw()
    );
}

#[test]
fn the_dependency_layer_is_the_same_for_all() {
    let until_sources = |stack: &Stack| {
        let text = dockerfile(stack, "back-end");
        let start = text.find("FROM").expect("a stage");
        text[start..text.find("COPY endpoints.json").expect("the table")].to_owned()
    };
    assert_eq!(
        until_sources(&fixture::scale()),
        until_sources(&with_sqlite(Language::Rust))
    );
}

#[test]
fn a_mount_point_belongs_to_the_user_of_the_image() {
    let rust = dockerfile(&with_sqlite(Language::Rust), "back-end");
    assert!(rust.contains("RUN mkdir /empty\n"), "{rust}");
    assert!(
        rust.contains("COPY --from=build --chown=65532:65532 [\"/empty\", \"/data\"]\n"),
        "{rust}"
    );
    assert!(rust.contains("ENV DATABASE_FILE=/data/app.db\n"), "{rust}");
    assert!(
        rust.contains(" --volume data:/data softy-pinko-back-end:local\n"),
        "{rust}"
    );
    let flask = dockerfile(&with_sqlite(Language::Flask), "back-end");
    assert!(
        flask.contains("RUN install -d -o 65532 -g 65532 /data\n"),
        "{flask}"
    );
}

#[test]
fn a_flask_api() {
    let mut stack = fixture::scale();
    let Kind::Api(api) = &mut back_end(&mut stack).kind else {
        unreachable!()
    };
    api.language = Language::Flask;
    assert_data_eq!(dockerfile(&stack, "back-end"), str![[r##"
# check=error=true
# Rendered by pinkogen from spec.toml; change the spec, not this file.
#
#   docker build -t softy-pinko-back-end:local .
#   docker run --rm --read-only --tmpfs /tmp --publish 127.0.0.1:5252:5252 softy-pinko-back-end:local

FROM python:3.13-slim-trixie AS build
WORKDIR /app
RUN ["python", "-m", "venv", "/venv"]
COPY requirements.txt ./
RUN ["/venv/bin/pip", "install", "--no-cache-dir", "--disable-pip-version-check", "--require-hashes", "--requirement", "requirements.txt"]

FROM python:3.13-slim-trixie
LABEL org.opencontainers.image.title=softy-pinko-back-end
WORKDIR /app
COPY --from=build /venv /venv
COPY *.py endpoints.json ./
ENV PATH=/venv/bin:$PATH
# Log lines leave at once, and nothing is written beside the sources of a read-only root.
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
ENV PORT=5252
USER 65532:65532
EXPOSE 5252
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --start-interval=1s --retries=3 \
  CMD ["python", "healthcheck.py"]
CMD ["gunicorn", "--config", "gunicorn.conf.py"]

"##]].raw());
}

#[test]
fn an_api_with_a_database_is_run_by_compose() {
    let mut stack = fixture::scale();
    let Kind::Api(api) = &mut back_end(&mut stack).kind else {
        unreachable!()
    };
    api.storage = Storage::Postgres {
        service: name("db"),
        secret: name("db-password"),
    };
    let text = dockerfile(&stack, "back-end");
    assert!(
        text.contains("#   docker compose --file ../compose.yaml up --wait back-end\n"),
        "{text}"
    );
}

#[test]
fn a_site() {
    assert_data_eq!(
        dockerfile(&fixture::scale(), "front-end"),
        str![[r##"
# check=error=true
# Rendered by pinkogen from spec.toml; change the spec, not this file.
#
#   docker build -t softy-pinko-front-end:local .
#   docker run --rm --read-only --tmpfs /tmp --publish 127.0.0.1:9000:9000 softy-pinko-front-end:local

FROM nginx:1.30-alpine
LABEL org.opencontainers.image.title=softy-pinko-front-end
COPY nginx.conf /etc/nginx/nginx.conf
COPY ["site", "/srv/site"]
USER 65532:65532
# What nginx would refuse at its start fails the build; the files that it makes for the test are not kept.
RUN --mount=type=tmpfs,target=/tmp ["nginx", "-t"]
EXPOSE 9000
# nginx finishes what it is answering on SIGQUIT, and drops it on SIGTERM.
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --start-interval=1s --retries=3 \
  CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8081/healthz"]
# Without the base's own entry point, which rewrites files of a root that is read-only here.
ENTRYPOINT ["nginx"]

"##]]
        .raw()
    );
}

#[test]
fn the_proxy_has_no_pages() {
    let text = text(super::proxy_dockerfile(&fixture::scale()).expect("it renders"));
    assert_eq!(text.matches("\nCOPY ").count(), 1, "{text}");
}

#[test]
fn a_word_of_greeting() {
    let stack = from(image("ubuntu:24.04"), &["echo", "Hello, World!"]);
    assert_data_eq!(
        dockerfile(&stack, "hello"),
        str![[r##"
# check=error=true
# Rendered by pinkogen from spec.toml; change the spec, not this file.
#
#   docker build -t softy-pinko-hello:local .
#   docker run --rm softy-pinko-hello:local

FROM ubuntu:24.04
LABEL org.opencontainers.image.title=softy-pinko-hello
USER 65532:65532
HEALTHCHECK NONE
CMD ["echo", "Hello, World!"]

"##]]
        .raw()
    );
    assert_data_eq!(
        dockerignore(&stack, "hello"),
        str![[r#"
# Rendered by pinkogen from spec.toml; change the spec, not this file.
# What the Dockerfile copies, and nothing else.
*

"#]]
        .raw()
    );
}

#[test]
fn packages_files_and_volumes() {
    let copied = |place: &str, target: &str| Copied {
        original: place.to_owned(),
        place: place.to_owned(),
        target: target.to_owned(),
        contents: BTreeMap::from([(String::new(), Contents::default())]).into(),
    };
    let mut image = image("debian:trixie-slim");
    image.apt = vec!["tree".to_owned(), "libstdc++6".to_owned()];
    image.files = vec![
        copied("files/it's $5", "/etc/it's $5"),
        copied("files/conf", "/etc/conf"),
    ];
    let mut stack = from(image, &["cat", "/etc/it's $5"]);
    let service = stack.services.get_mut("hello").expect("a service");
    service.port = Some(7000);
    service.probe = Probe::Shell("test -s /tmp/up".to_owned());
    service.volumes = vec![DataMount {
        source: VolumeSource::Named(name("notes")),
        target: "/my notes".to_owned(),
    }];
    assert_data_eq!(
        dockerfile(&stack, "hello"),
        str![[r##"
# check=error=true
# Rendered by pinkogen from spec.toml; change the spec, not this file.
#
#   docker build -t softy-pinko-hello:local .
#   docker run --rm --publish 127.0.0.1:7000:7000 --volume 'notes:/my notes' softy-pinko-hello:local

FROM debian:trixie-slim
LABEL org.opencontainers.image.title=softy-pinko-hello
# The mirror drops a version when the next one comes, so that none is written here.
# hadolint ignore=DL3008
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
      tree \
      libstdc++6 \
 && rm -rf /var/lib/apt/lists/*
COPY ["files/it\\'s \\$5", "/etc/it\\'s \\$5"]
COPY ["files/conf", "/etc/conf"]
# A new volume takes the owner of the folder that it is mounted over.
RUN install -d -o 65532 -g 65532 '/my notes'
USER 65532:65532
EXPOSE 7000
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --start-interval=1s --retries=3 \
  CMD ["/bin/sh", "-c", "test -s /tmp/up"]
CMD ["cat", "/etc/it's $5"]

"##]]
        .raw()
    );
    assert_data_eq!(
        dockerignore(&stack, "hello"),
        str![[r#"
# Rendered by pinkogen from spec.toml; change the spec, not this file.
# What the Dockerfile copies, and nothing else.
*
!files/it's $5
!files/conf

"#]]
        .raw()
    );
}

#[test]
fn pinned_packages_need_no_exception() {
    let mut image = image("alpine:3.23");
    image.apk = vec!["tree=~2.2".to_owned()];
    let text = dockerfile(&from(image.clone(), &[]), "hello");
    assert!(
        text.contains("\nRUN apk add --no-cache \\\n      'tree=~2.2'\nUSER"),
        "{text}"
    );
    image.apk.push("jq".to_owned());
    let text = dockerfile(&from(image, &[]), "hello");
    assert!(text.contains("\n# hadolint ignore=DL3018\nRUN apk"), "{text}");
}

#[test]
fn no_value_reaches_the_first_lines() {
    let stack = with_sqlite(Language::Rust);
    for service in stack.services.keys() {
        let text = dockerfile(&stack, service.as_str());
        let fixed =
            "# check=error=true\n# Rendered by pinkogen from spec.toml; change the spec, not this file.\n";
        assert!(text.starts_with(fixed), "{text}");
    }
}

#[test]
fn what_cannot_be_written_is_a_failure() {
    let stack = from(image("ubuntu:24.04 AS x\nRUN evil"), &["true"]);
    assert!(super::dockerfile(&stack, &stack.services["hello"]).is_err());
    let mut bad = image("ubuntu:24.04");
    bad.apt = vec!["a\nRUN evil".to_owned()];
    let stack = from(bad, &["true"]);
    assert!(super::dockerfile(&stack, &stack.services["hello"]).is_err());
}
