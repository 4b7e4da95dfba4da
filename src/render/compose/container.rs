use std::collections::BTreeMap;

use askama::Template;

use crate::render::escape::compose::filters;
use crate::render::escape::yaml;
use crate::stack::{
    Api, Bytes, Capability, Condition, DATABASE_USER, DataMount, FileMount, Hardening, Kind, LINGER, Limits,
    Name, PROXY, Part, Probe, Proxy, Publish, Run, STOP_MARGIN, Seconds, Service, Stack, Storage, TMPFS_SIZE,
    Tier, Value, VolumeSource,
};

/// A service as Compose is told it: one of the spec's, or the proxy.
#[expect(clippy::struct_excessive_bools, reason = "a template asks yes or no")]
#[derive(Template)]
#[template(path = "compose/service.yaml")]
pub(super) struct Container<'a> {
    pub(super) name: &'a str,
    image: Vec<Part>,
    /// dclint warns of such a tag; whether it is right is the user's to say.
    floating_tag: bool,
    /// The build context; none where the image is run as it is.
    build: Option<String>,
    needs: BTreeMap<&'a str, &'static str>,
    mounts: Vec<Mount>,
    secrets: Vec<&'a str>,
    environment: BTreeMap<&'a str, Vec<Part>>,
    ports: Vec<String>,
    /// A port is open on every interface of the host, which dclint warns of.
    unbound: bool,
    /// In alphabetical order.
    networks: Vec<&'static str>,
    command: &'a [String],
    once: bool,
    /// The words of the test, none where the image has its own or there is none.
    probe: Vec<&'a str>,
    user: Option<&'a str>,
    strict: bool,
    capabilities: Vec<&'static str>,
    replicas: u16,
    cpus: String,
    memory: String,
    pids: u32,
    init: bool,
    stop_grace: Seconds,
    stop_reason: Option<String>,
    /// With their options.
    tmpfs: Vec<String>,
}

enum Mount {
    /// `name:/folder`.
    Short(String),
    Volume {
        source: String,
        target: String,
    },
    Bind {
        source: String,
        target: String,
        read_only: bool,
    },
}

impl<'a> Container<'a> {
    pub(super) fn of_service(stack: &Stack, service: &'a Service) -> Self {
        // In full, so that a new field has to be thought of here.
        let Service {
            name,
            kind,
            port: _,
            publish,
            origins: _,
            replicas,
            run,
            needs,
            probe,
            env,
            command,
            volumes,
            files,
            secrets,
            tiers,
            hardening,
            limits,
            stop_grace,
        } = service;
        let Hardening {
            strict,
            capabilities,
            tmpfs,
            user,
        } = hardening;
        let Limits {
            millicpus,
            memory,
            pids,
        } = *limits;
        let our_image = || vec![Part::Text(stack.image(name.as_str()))];
        let (image, build) = match kind {
            Kind::Image(image) => (image.reference.clone(), None),
            Kind::Build { context } => (our_image(), Some(stack.beside_spec(context))),
            Kind::From(_) | Kind::Api(_) | Kind::Site(_) => (our_image(), Some(format!("./{name}"))),
        };
        let mut environment: BTreeMap<&str, Vec<Part>> = env
            .iter()
            .map(|(name, value)| (name.as_str(), parts(value)))
            .collect();
        for (name, value) in service
            .api()
            .map(|api| api_environment(stack, api))
            .unwrap_or_default()
        {
            environment.entry(name).or_insert_with(|| parts(&value));
        }
        let (ports, unbound) = ports(publish);
        Self {
            name: name.as_str(),
            floating_tag: has_floating_tag(&image),
            image,
            build,
            needs: needs
                .iter()
                .map(|(name, condition)| (name.as_str(), condition_text(*condition)))
                .collect(),
            mounts: volumes
                .iter()
                .map(|mount| data_mount(stack, mount))
                .chain(files.iter().map(|file| file_mount(name, file)))
                .collect(),
            secrets: secrets.iter().map(Name::as_str).collect(),
            environment,
            ports,
            unbound,
            networks: networks_of(tiers.iter().copied()),
            // An image that we write has its command, and its probe, in its Dockerfile.
            command: if service.is_ours() { &[] } else { command },
            once: *run == Run::Once,
            probe: if service.is_ours() {
                Vec::new()
            } else {
                test(probe)
            },
            user: user.as_deref(),
            strict: *strict,
            capabilities: capabilities.iter().copied().map(capability_text).collect(),
            replicas: *replicas,
            cpus: cpus(millicpus),
            memory: in_bytes(memory),
            pids,
            // Without CAP_KILL Docker's init dies of the stop signal for a process that has stepped down, and takes it along unasked.
            init: !capabilities.contains(&Capability::Setuid),
            stop_grace: *stop_grace,
            stop_reason: service
                .api()
                .filter(|api| api.stop_grace() == *stop_grace)
                .map(api_stop_reason),
            tmpfs: tmpfs
                .iter()
                .filter(|_| *strict)
                .map(|folder| in_memory(folder))
                .collect(),
        }
    }

    pub(super) fn of_proxy(stack: &'a Stack, proxy: &'a Proxy) -> Self {
        let (ports, unbound) = ports(&proxy.publish);
        let image = vec![Part::Text(stack.image(PROXY))];
        let Limits {
            millicpus,
            memory,
            pids,
        } = Proxy::LIMITS;
        Self {
            name: PROXY,
            floating_tag: has_floating_tag(&image),
            image,
            build: Some(format!("./{PROXY}")),
            needs: proxy
                .routes
                .iter()
                .map(|route| {
                    let condition = stack.service(&route.to).condition();
                    (route.to.as_str(), condition_text(condition))
                })
                .collect(),
            mounts: Vec::new(),
            secrets: Vec::new(),
            environment: BTreeMap::new(),
            ports,
            unbound,
            networks: networks_of([Tier::Edge]),
            command: &[],
            once: false,
            probe: Vec::new(),
            user: None,
            strict: true,
            capabilities: Vec::new(),
            replicas: 1,
            cpus: cpus(millicpus),
            memory: in_bytes(memory),
            pids,
            init: true,
            stop_grace: proxy.stop_grace(),
            stop_reason: Some(format!(
                "The longest wait for a service is {} s, and a margin of {} s.",
                proxy.longest_wait().0,
                STOP_MARGIN.0
            )),
            tmpfs: vec![in_memory("/tmp")],
        }
    }
}

/// What an API is told, beside what its image says.
fn api_environment(stack: &Stack, api: &Api) -> Vec<(&'static str, Value)> {
    let mut environment = Vec::new();
    if !api.allowed_origins.is_empty() {
        let origins: Vec<&str> = api.allowed_origins.iter().map(String::as_str).collect();
        environment.push(("ALLOWED_ORIGINS", Value::text(origins.join(","))));
    }
    match &api.storage {
        Storage::None => {}
        Storage::Postgres { service, secret } => environment.extend([
            ("DATABASE_HOST", Value::text(service.as_str())),
            ("DATABASE_NAME", Value::text(DATABASE_USER)),
            ("DATABASE_PASSWORD_FILE", Value::SecretPath(secret.clone())),
            (
                "DATABASE_PORT",
                Value::text(stack.service(service).listen_port().to_string()),
            ),
            ("DATABASE_USER", Value::text(DATABASE_USER)),
        ]),
        Storage::Sqlite { path } => environment.push(("DATABASE_FILE", Value::text(path))),
    }
    environment
}

fn parts(value: &Value) -> Vec<Part> {
    match value {
        Value::Parts(parts) => parts.clone(),
        Value::SecretPath(name) => vec![Part::Text(name.secret_mount())],
    }
}

/// Whether dclint wants another tag: none, or one that moves by its very name.
fn has_floating_tag(image: &[Part]) -> bool {
    const FLOATING: [&str; 9] = [
        "latest", "stable", "edge", "test", "nightly", "dev", "beta", "canary", "lts",
    ];
    let reference: String = image
        .iter()
        .map(|part| match part {
            Part::Text(text) | Part::Variable(text) => text.as_str(),
        })
        .collect();
    let name = reference.rsplit('/').next().unwrap_or_default();
    name.split(':').nth(1).is_none_or(|tag| FLOATING.contains(&tag))
}

/// Sorted by the host's port, as dclint wants it, and whether one of them has no address.
fn ports(publish: &[Publish]) -> (Vec<String>, bool) {
    let mut sorted: Vec<&Publish> = publish.iter().collect();
    sorted.sort_by_key(|publish| {
        let number: Option<u16> = publish.host.parse().ok();
        (number, publish.host.clone())
    });
    let unbound = publish.iter().any(|publish| publish.address.is_none());
    (sorted.into_iter().map(Publish::compose).collect(), unbound)
}

fn data_mount(stack: &Stack, mount: &DataMount) -> Mount {
    let DataMount { source, target } = mount;
    match source {
        // The short form splits at `:` and interpolates; and it takes a name of one letter for a drive.
        VolumeSource::Named(name) if name.as_str().len() > 1 && is_simple(target) => {
            Mount::Short(format!("{name}:{target}"))
        }
        VolumeSource::Named(name) => Mount::Volume {
            source: name.to_string(),
            target: target.clone(),
        },
        VolumeSource::Folder(folder) => Mount::Bind {
            source: stack.beside_spec(folder),
            target: target.clone(),
            read_only: false,
        },
    }
}

fn file_mount(service: &Name, FileMount(file): &FileMount) -> Mount {
    Mount::Bind {
        source: format!("./{service}/{}", file.place),
        target: file.target.clone(),
        read_only: true,
    }
}

/// Whether a path means itself in the short form of a volume.
fn is_simple(path: &str) -> bool {
    yaml::is_plain(path) && !path.contains(':')
}

fn networks_of(tiers: impl IntoIterator<Item = Tier>) -> Vec<&'static str> {
    let mut networks: Vec<&str> = tiers
        .into_iter()
        .map(|tier| match tier {
            Tier::Edge => "edge",
            Tier::Back => "back",
        })
        .collect();
    networks.sort_unstable();
    networks
}

fn condition_text(condition: Condition) -> &'static str {
    match condition {
        Condition::Started => "service_started",
        Condition::Healthy => "service_healthy",
        Condition::Finished => "service_completed_successfully",
    }
}

fn test(probe: &Probe) -> Vec<&str> {
    match probe {
        Probe::None | Probe::Image => Vec::new(),
        Probe::Command(words) => ["CMD"]
            .into_iter()
            .chain(words.iter().map(String::as_str))
            .collect(),
        Probe::Shell(line) => vec!["CMD-SHELL", line],
    }
}

fn capability_text(capability: Capability) -> &'static str {
    match capability {
        Capability::Chown => "CHOWN",
        Capability::DacOverride => "DAC_OVERRIDE",
        Capability::Fowner => "FOWNER",
        Capability::Setgid => "SETGID",
        Capability::Setuid => "SETUID",
    }
}

/// Processors as a decimal number.
fn cpus(millicpus: u32) -> String {
    let decimal = format!("{}.{:03}", millicpus / 1000, millicpus % 1000);
    decimal.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// With a unit: Compose wants a string.
fn in_bytes(bytes: Bytes) -> String {
    let text = bytes.to_string();
    if text.ends_with(|c: char| c.is_ascii_digit()) {
        format!("{text}b")
    } else {
        text
    }
}

fn api_stop_reason(api: &Api) -> String {
    format!(
        "It lingers {} s, ends what it began ({} s), and has {} s to spare.",
        LINGER.0,
        api.stay().0,
        STOP_MARGIN.0
    )
}

fn in_memory(folder: &str) -> String {
    format!("{folder}:size={TMPFS_SIZE}")
}
