//! One service: what it is, its ports, replicas, limits.

use std::collections::BTreeSet;

use super::{Resolver, engine};
use crate::key_path::KeyPath;
use crate::render::escape::dockerfile;
use crate::spec::{self, Place, Problem};
use crate::stack::{
    Bytes, Copied, DataMount, Engine, FileMount, FromImage, Hardening, Image, Kind, Limits,
    NGINX_HEALTH_PORT, Name, Part, Probe, Run, Seconds, Service, Site,
};

const DEFAULT_PORT: u16 = 8080;

impl Resolver<'_> {
    pub(super) fn service(&mut self, name: &Name, written: &spec::Service) -> Option<Service> {
        let key = KeyPath::new(["services", name.as_str()]);
        let source = self.source(&key, written);
        let engine = self.engine(&key, written);
        let port = self.port(&key, written, engine);
        let publish = self.publish(
            &key.join("publish"),
            written.publish.as_ref(),
            port,
            Some("127.0.0.1"),
        );
        let run = self.run(&key, written);
        let mut volumes = self.volumes(&key, written);
        let files = self.files(&key, written);
        let mut environment = self.environment(&key, written, engine);
        let reference = written.image.as_deref().unwrap_or_default();
        if let Some(engine) = engine {
            self.engine_environment(name, engine, &mut environment);
            if volumes.is_empty() {
                volumes.extend(engine::volume(name, engine, reference));
            }
        }
        let replicas = self.replicas(&key, written, engine);
        let command = written
            .command
            .as_ref()
            .map(|command| self.command(&key.join("command"), command))
            .unwrap_or_default();
        let limits = self.limits(&key, written);
        let is_ours = written.from.is_some() || written.api.is_some() || written.site.is_some();
        let probe = match &written.health {
            Some(health) => self.health(&key.join("health"), health, port),
            None if written.api.is_some() || written.site.is_some() => Probe::Image,
            None => engine.map_or(Probe::None, |engine| {
                engine.probe(reference, &environment.variables)
            }),
        };
        let kind = self.kind(&key, name, source?, written, engine, &files, &volumes)?;
        let stop_grace = match (&kind, engine) {
            (Kind::Api(api), _) => api.stop_grace(),
            (Kind::Site(_), _) => crate::stack::NGINX_STOP_GRACE,
            (_, Some(engine)) => engine.stop_grace(),
            _ => Seconds(10),
        };
        let files = if matches!(kind, Kind::From(_)) {
            Vec::new()
        } else {
            files
        };
        Some(Service {
            name: name.clone(),
            kind,
            port,
            publish,
            replicas,
            run,
            needs: std::collections::BTreeMap::new(),
            probe,
            env: environment.variables,
            command,
            volumes,
            files: files.into_iter().map(FileMount).collect(),
            secrets: environment.secrets,
            tiers: BTreeSet::new(),
            hardening: hardening(written, engine, is_ours),
            limits,
            stop_grace,
        })
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "what one service holds, found once by the caller"
    )]
    fn kind(
        &mut self,
        key: &KeyPath,
        name: &Name,
        source: &str,
        written: &spec::Service,
        engine: Option<Engine>,
        files: &[Copied],
        volumes: &[DataMount],
    ) -> Option<Kind> {
        Some(match source {
            "image" => Kind::Image(Image {
                reference: self.image(key, written)?,
                engine,
            }),
            "build" => Kind::Build {
                context: written.build.clone()?.trim_end_matches('/').to_owned(),
            },
            "from" => Kind::From(self.from_image(key, written, files)?),
            "api" => Kind::Api(self.api(key, name, written, volumes)?),
            "site" => {
                let input = self.inputs.get(&key.join("site"))?;
                if input.contents.keys().any(|path| path.starts_with("pinkogen/")) {
                    self.error(
                        Place::Value(key.join("site")),
                        format!("`{}` holds a folder `pinkogen`", input.original),
                        "pinkogen's own scripts are served there",
                        "give the folder another name",
                    );
                }
                Kind::Site(Site {
                    folder: Copied {
                        original: input.original.clone(),
                        place: "site".to_owned(),
                        target: "/srv/site".to_owned(),
                        contents: input.contents.clone(),
                    },
                    client: None,
                })
            }
            _ => return None,
        })
    }

    fn image(&mut self, key: &KeyPath, written: &spec::Service) -> Option<Vec<Part>> {
        let reference = written.image.as_deref()?;
        let at = Place::Value(key.join("image"));
        let parts = super::env::parts(reference);
        let shape: String = parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.as_str(),
                Part::Variable(_) => "x",
            })
            .collect();
        if let Some(fault) = dockerfile::reference_fault(&shape) {
            self.no_image(at, reference, fault);
            return None;
        }
        let last = shape.rsplit('/').next().unwrap_or_default();
        let holds_variable = parts.iter().any(|part| matches!(part, Part::Variable(_)));
        if !holds_variable && !last.contains([':', '@']) {
            self.problems.push(
                Problem::warning(at, format!("`{reference}` has no tag"))
                    .label("so it is `latest`, another image every few weeks")
                    .help(format!(
                        "write the version that you mean: \"{reference}:VERSION\""
                    )),
            );
        }
        Some(parts)
    }

    fn from_image(&mut self, key: &KeyPath, written: &spec::Service, files: &[Copied]) -> Option<FromImage> {
        let base = written.from.as_deref()?;
        if let Some(fault) = dockerfile::base_fault(base) {
            self.no_image(Place::Value(key.join("from")), base, fault);
            return None;
        }
        type Fault = fn(&str) -> Option<&'static str>;
        let managers: [(_, _, Fault); 2] = [
            ("apt", &written.apt, dockerfile::apt_package_fault),
            ("apk", &written.apk, dockerfile::apk_package_fault),
        ];
        for (manager, packages, fault) in managers {
            for (index, package) in packages.iter().enumerate() {
                if let Some(fault) = fault(package) {
                    self.error(
                        Place::Value(key.join(manager).index(index)),
                        format!("`{}` is no package", package.escape_debug()),
                        fault,
                        "a package is its name, with `=VERSION` after it to pin it",
                    );
                }
            }
        }
        for copied in files {
            let source = key.join("files").join(&copied.original);
            let paths = copied
                .contents
                .keys()
                .map(|path| format!("{}/{path}", copied.place));
            for path in paths.chain([copied.target.clone()]) {
                if let Some(fault) = dockerfile::path_fault(&path) {
                    self.error(
                        Place::Key(source.clone()),
                        format!("`{}` cannot be copied into an image", path.escape_debug()),
                        fault,
                        "rename it",
                    );
                }
            }
        }
        Some(FromImage {
            base: base.to_owned(),
            apt: written.apt.clone(),
            apk: written.apk.clone(),
            files: files.to_vec(),
        })
    }

    fn no_image(&mut self, at: Place, written: &str, fault: &str) {
        self.error(
            at,
            format!("`{}` is no image", written.escape_debug()),
            fault,
            "an image is written like \"postgres:17\" or \"ghcr.io/me/app:1.2\"",
        );
    }

    fn port(&mut self, key: &KeyPath, written: &spec::Service, engine: Option<Engine>) -> Option<u16> {
        let ours = written.api.is_some() || written.site.is_some();
        if written.port == Some(0)
            || (ours && written.port == Some(NGINX_HEALTH_PORT) && written.site.is_some())
        {
            let (title, label) = if written.port == Some(0) {
                ("0 is no port".to_owned(), "a port is 1 to 65535")
            } else {
                (
                    format!("port {NGINX_HEALTH_PORT} of a site is taken"),
                    "its health check answers there",
                )
            };
            self.error(
                Place::Value(key.join("port")),
                title,
                label,
                format!("a site without `port` listens on {DEFAULT_PORT}"),
            );
        }
        written
            .port
            .or_else(|| engine.map(Engine::port))
            .or(ours.then_some(DEFAULT_PORT))
    }

    fn run(&mut self, key: &KeyPath, written: &spec::Service) -> Run {
        match written.run.as_deref() {
            None | Some("always") => Run::Always,
            Some("once") => Run::Once,
            Some(other) => {
                self.error(
                    Place::Value(key.join("run")),
                    format!("`{}` is no way to run", other.escape_debug()),
                    "not known",
                    "`run` is \"once\" (a job that ends) or \"always\"",
                );
                Run::Always
            }
        }
    }

    fn replicas(&mut self, key: &KeyPath, written: &spec::Service, engine: Option<Engine>) -> u16 {
        let replicas = written.replicas.unwrap_or(1);
        let at = Place::Value(key.join("replicas"));
        if !(1..=100).contains(&replicas) {
            self.error(
                at,
                format!("{replicas} replicas"),
                "from 1 to 100",
                "remove the service to have none of it",
            );
        } else if replicas > 1 {
            if let (Some(_), Some(image)) = (engine, &written.image) {
                self.problems.push(
                    Problem::error(at.clone(), "a data store is not scaled by copying it")
                        .label(format!("{replicas} servers on one volume destroy the data"))
                        .also(Place::Value(key.join("image")), format!("`{image}` keeps data"))
                        .help("keep one replica; replication is a matter of the engine's own"),
                );
            }
            if written.publish.is_some() {
                self.problems.push(
                    Problem::error(
                        Place::Key(key.join("publish")),
                        "a replicated service cannot have a host port",
                    )
                    .label("only one container can have it")
                    .also(at, format!("{replicas} containers"))
                    .help("remove `publish` and let `[proxy]` balance: it opens one port for all of them"),
                );
            }
        }
        replicas
    }

    fn limits(&mut self, key: &KeyPath, written: &spec::Service) -> Limits {
        let ours = written.from.is_some() || written.api.is_some() || written.site.is_some();
        let memory = written
            .memory
            .as_ref()
            .and_then(|memory| self.bytes(&key.join("memory"), memory));
        if memory.is_some_and(|memory| memory < Bytes::mebi(6)) {
            self.error(
                Place::Value(key.join("memory")),
                "that is less memory than Docker can give",
                "at least \"6m\"",
                "256m suits a small service",
            );
        }
        let cpus = written.cpus.unwrap_or(1.0);
        if !(0.01..=1024.0).contains(&cpus) {
            self.error(
                Place::Value(key.join("cpus")),
                format!("{cpus} processors"),
                "from 0.01 to 1024",
                "1.0 is one processor",
            );
        }
        if written.pids == Some(0) {
            self.error(
                Place::Value(key.join("pids")),
                "0 processes",
                "at least 1",
                "256 is what a service gets by itself",
            );
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked to be in range above"
        )]
        let millicpus = (cpus.clamp(0.01, 1024.0) * 1000.0).round() as u32;
        Limits {
            millicpus,
            memory: memory.unwrap_or(Bytes::mebi(if ours { 256 } else { 1024 })),
            pids: written.pids.unwrap_or(256),
        }
    }
}

fn hardening(written: &spec::Service, engine: Option<Engine>, is_ours: bool) -> Hardening {
    let strict = written.harden.unwrap_or(is_ours || engine.is_some());
    let base = match engine {
        Some(engine) => engine.hardening(),
        None => Hardening {
            strict,
            capabilities: BTreeSet::new(),
            tmpfs: BTreeSet::from(["/tmp".to_owned()]),
            user: None,
        },
    };
    if strict {
        base
    } else {
        Hardening {
            strict,
            capabilities: BTreeSet::new(),
            tmpfs: BTreeSet::new(),
            user: None,
        }
    }
}
