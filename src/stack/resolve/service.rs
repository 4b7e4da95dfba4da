//! One service: what it is, its ports, replicas, limits.

use std::collections::{BTreeMap, BTreeSet};

use super::Resolver;
use super::origin::{leading_to, origin_of};
use super::publish::Container;
use crate::key_path::KeyPath;
use crate::spec::{self, Place, did_you_mean, shown};
use crate::stack::{
    Copied, DEFAULT_PORT, DataMount, Engine, FileMount, Hardening, Image, Kind, NGINX_HEALTH_PORT,
    NGINX_STOP_GRACE, Name, Probe, Run, Seconds, Service, Site,
};

impl Resolver<'_> {
    pub(super) fn service(&mut self, key: &KeyPath, name: &Name, written: &spec::Service) -> Option<Service> {
        let source = self.source(key);
        let engine = self.engine(key, written);
        let port = self.port(key, written, engine);
        let container = Container {
            port,
            is_told: self.is_broken(&key.join("port")),
            only_port: written.api.is_some() || written.site.is_some(),
            default_address: Some("127.0.0.1"),
        };
        let publish = self.publish(&key.join("publish"), written.publish.as_ref(), &container);
        let origins = match &written.origin {
            Some(origin) => self.written_origin(key, origin).into_iter().collect(),
            None => leading_to(port, &publish).filter_map(origin_of).collect(),
        };
        let run = self.run(key, written);
        let mut volumes = self.volumes(key, written);
        let files = self.files(key, written);
        let mut environment = self.environment(key, written, engine);
        let reference = written.image.as_deref().unwrap_or_default();
        if let Some(engine) = engine {
            self.engine_environment(key, name, engine, &mut environment);
            self.engine_volume(key, name, engine, reference, &mut volumes);
        }
        let replicas = self.replicas(key, written, engine);
        let command = written
            .command
            .as_ref()
            .map(|command| self.command(&key.join("command"), command))
            .unwrap_or_default();
        let limits = self.limits(key, written);
        let is_ours = written.from.is_some() || written.api.is_some() || written.site.is_some();
        let probe = match &written.health {
            Some(health) => self.health(key, health, port),
            None if written.api.is_some() || written.site.is_some() => Probe::Image,
            None => engine.map_or(Probe::None, |engine| {
                engine.probe(reference, &environment.variables)
            }),
        };
        let kind = self.kind(key, name, source?, written, engine, &files, &volumes)?;
        let stop_grace = match (&kind, engine) {
            (Kind::Api(api), _) => api.stop_grace(),
            (Kind::Site(_), _) => NGINX_STOP_GRACE,
            (_, Some(engine)) => engine.stop_grace(),
            _ => Seconds(10),
        };
        let files = if matches!(kind, Kind::From(_)) {
            Vec::new()
        } else {
            files
        };
        let mut hardening = hardening(written, engine, is_ours);
        hardening
            .tmpfs
            .retain(|folder| !volumes.iter().any(|mount| mount.target == *folder));
        Some(Service {
            name: name.clone(),
            kind,
            port,
            publish,
            origins,
            replicas,
            run,
            needs: BTreeMap::new(),
            probe,
            env: environment.variables,
            command,
            volumes,
            files: files.into_iter().map(FileMount).collect(),
            secrets: environment.secrets,
            tiers: BTreeSet::new(),
            hardening,
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
            "from" => Kind::From(self.built_image(key, written, files)?),
            "api" => Kind::Api(self.api(key, name, written, volumes)?),
            "site" => {
                let input = self.inputs.get(&key.join("site"))?;
                if input.contents.keys().any(|path| path.starts_with("pinkogen/")) {
                    self.error(
                        Place::Value(key.join("site")),
                        format!("{} holds a folder `pinkogen`", shown(&input.original)),
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

    fn port(&mut self, key: &KeyPath, written: &spec::Service, engine: Option<Engine>) -> Option<u16> {
        let ours = written.api.is_some() || written.site.is_some();
        let at = Place::Value(key.join("port"));
        match (written.port, engine) {
            (Some(0), _) => self.error(
                at,
                "0 is no port",
                "a port is 1 to 65535",
                "choose another number",
            ),
            (Some(NGINX_HEALTH_PORT), _) if written.site.is_some() => self.error(
                at,
                format!("port {NGINX_HEALTH_PORT} of a site is taken"),
                "its health check answers there",
                format!("a site without `port` listens on {DEFAULT_PORT}"),
            ),
            (Some(port), Some(engine)) if port != engine.port() => self.error(
                at,
                format!("the engine does not listen on port {port}"),
                format!("it listens on {}", engine.port()),
                "remove it; `publish` chooses the host's port",
            ),
            _ => {}
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
                    format!("{} is no way to run", shown(other)),
                    did_you_mean(other, ["once", "always"], "not known"),
                    "`run` is \"once\" (a job that ends) or \"always\"",
                );
                Run::Always
            }
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
