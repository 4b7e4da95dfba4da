//! Where an API stores: the server and the API are told the same.

use crate::proof::{Break, Proof, ensure};
use crate::read::compose::{Compose, Service};
use crate::rendered::Rendered;

pub(crate) const PROOF: Proof = Proof {
    name: "database",
    check,
    breaks: &[
        Break("4-persistent", "compose.yaml", "DATABASE_HOST: db", "DATABASE_HOST: database"),
        Break("4-persistent", "compose.yaml", "DATABASE_NAME: app", "DATABASE_NAME: other"),
        Break("4-persistent", "compose.yaml", "POSTGRES_USER: app", "POSTGRES_USER: other"),
        Break("4-persistent", "compose.yaml", "DATABASE_PORT: \"5432\"", "DATABASE_PORT: \"5433\""),
        Break("4-persistent", "compose.yaml", "- \"-U\"\n        - app", "- \"-U\"\n        - root"),
        Break("4-persistent", "compose.yaml", "condition: service_healthy", "condition: service_started"),
        Break("4-persistent", "compose.yaml", "      - back\n      - edge", "      - edge"),
        Break(
            "4-persistent",
            "compose.yaml",
            "DATABASE_PASSWORD_FILE: /run/secrets/db",
            "DATABASE_PASSWORD_FILE: /run/secrets/other",
        ),
        Break("4-persistent", "back-end/Cargo.toml", "[\"postgres\"]", "[\"sqlite\"]"),
        Break("4-persistent-sqlite", "back-end/Cargo.toml", "[\"sqlite\"]", "[]"),
        Break("4-persistent-sqlite", "back-end/Dockerfile", "/data/messages.db", "/data/other.db"),
        Break("4-persistent-sqlite", "compose.yaml", "messages:/data", "messages:/other"),
    ],
};

fn check(rendered: &Rendered) -> Result<(), String> {
    let compose = rendered.compose()?;
    for name in rendered.apis() {
        let api = compose.service(&name)?;
        let server = api.env("DATABASE_HOST");
        if let Some(server) = server {
            postgres(api, compose.service(server)?)?;
        }
        let file = api.env("DATABASE_FILE");
        let image = rendered.dockerfile(&name)?;
        ensure!(image.variable("DATABASE_FILE") == file, "{name}: the image has another file than {file:?}");
        if let Some(file) = file {
            let mut volumes = api.volumes().into_iter();
            ensure!(
                volumes.any(|(_, target)| file.starts_with(&format!("{target}/"))),
                "{name} loses {file} with its container"
            );
        }
        if !rendered.is_flask(&name) {
            let manifest: toml::Table = rendered
                .text(&format!("{name}/Cargo.toml"))?
                .parse()
                .map_err(|error| format!("{error}"))?;
            let built = &manifest["features"]["default"];
            let expected = server.map(|_| "postgres").or(file.map(|_| "sqlite"));
            let expected: toml::Value = expected.into_iter().collect::<Vec<_>>().into();
            ensure!(*built == expected, "{name} is built with {built}, and stores with {expected}");
        }
    }
    volumes(&compose)
}

fn postgres(api: Service, server: Service) -> Result<(), String> {
    let same = |ours: &str, theirs: &str| {
        let both = (api.env(ours), server.env(theirs));
        ensure!(both.0.is_some() && both.0 == both.1, "{ours} and {theirs} are {both:?}");
        Ok(())
    };
    same("DATABASE_USER", "POSTGRES_USER")?;
    same("DATABASE_NAME", "POSTGRES_DB")?;
    same("DATABASE_PASSWORD_FILE", "POSTGRES_PASSWORD_FILE")?;
    // The engine's own: `resolve` refuses another one.
    ensure!(api.env("DATABASE_PORT") == Some("5432"), "the database listens on 5432");
    ensure!(server.env("PGPORT").is_none(), "the database is told another port");
    ensure!(api.meets(server), "{} does not meet {}", api.name, server.name);
    ensure!(
        api.needs().any(|need| need == (server.name, "service_healthy")),
        "{} does not wait for {}",
        api.name,
        server.name
    );
    let probe: Vec<&str> = server.value["healthcheck"]["test"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|word| word.as_str())
        .collect();
    for (option, variable) in [("-U", "POSTGRES_USER"), ("-d", "POSTGRES_DB")] {
        let asked = probe.windows(2).find(|words| words[0] == option).map(|words| words[1]);
        ensure!(asked == server.env(variable), "the probe asks {option} {asked:?}");
    }
    Ok(())
}

fn volumes(compose: &Compose) -> Result<(), String> {
    for service in compose.services() {
        for (source, _) in service.volumes() {
            let declared = compose.table("volumes").is_some_and(|volumes| volumes.contains_key(source));
            ensure!(declared, "{} mounts {source}, which is not declared", service.name);
        }
    }
    Ok(())
}
