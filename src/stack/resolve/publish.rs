//! Host ports: `80`, `"127.0.0.1:80"`, `"8080:80"`, `"127.0.0.1:5432:5432"`, `"53:53/udp"`, `"${PORT}:80"`.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Resolver, interpolation};
use crate::key_path::KeyPath;
use crate::spec::{OneOrMany, Place, Problem, PublishText, quoted, shown};
use crate::stack::Publish;

const FORMS: &str = "the forms are 80, \"8080:80\", \"127.0.0.1:80\", \"127.0.0.1:8080:80\", each with \"/udp\" where it is UDP";

impl Resolver<'_> {
    /// The host ports of a service, or of the proxy.
    pub(super) fn publish(
        &mut self,
        key: &KeyPath,
        written: Option<&OneOrMany<PublishText>>,
        container: &Container,
    ) -> Vec<Publish> {
        let mut published = Vec::new();
        for (key, entry) in self.entries(key, written) {
            match parse(entry, container.port) {
                Ok(mut publish) => {
                    match publish.address.as_deref() {
                        None => publish.address = container.default_address.map(str::to_owned),
                        Some("0.0.0.0") => publish.address = None,
                        Some(_) => {}
                    }
                    if container.only_port && Some(publish.container) != container.port {
                        self.nobody_listens(&key, &publish, container);
                    }
                    self.published.push((publish.clone(), key));
                    published.push(publish);
                }
                Err(Fault::NoPort) if container.is_told => {}
                Err(Fault::NoPort) => self.error(
                    Place::Value(key),
                    "it is not known which port of the container to publish",
                    "the service has no `port`",
                    "add `port`, or write both ports: \"8080:80\"",
                ),
                Err(Fault::Form) => {
                    let title = match entry {
                        PublishText::Port(port) => format!("{port} is no published port"),
                        PublishText::Text(text) => format!("{} is no published port", shown(text)),
                    };
                    self.error(Place::Value(key), title, "not understood", FORMS);
                }
            }
        }
        published
    }

    /// In a container that we build, one program listens on one port.
    fn nobody_listens(&mut self, key: &KeyPath, publish: &Publish, container: &Container) {
        let host = Publish {
            container: container.port.unwrap_or_default(),
            ..publish.clone()
        };
        let written = match (&publish.address, publish.host.parse::<u16>()) {
            (address, Ok(port)) if address.as_deref() == container.default_address => port.to_string(),
            (Some(address), _) => quoted(&format!("{address}:{}", host.host)),
            (None, _) => quoted(&host.host),
        };
        self.error(
            Place::Value(key.clone()),
            format!("nothing listens on port {} of the container", publish.container),
            format!("it listens on {}", host.container),
            format!("write {written}: the container's port is known"),
        );
    }

    /// Two services on one host port: the second one would not start.
    pub(super) fn published_twice(&mut self) {
        let mut taken = std::mem::take(&mut self.published);
        taken.sort_by_key(|(_, key)| self.source.bytes(&Place::Value(key.clone())).start);
        for (position, (publish, key)) in taken.iter().enumerate() {
            let clash = taken[..position].iter().find(|(other, _)| {
                other.host == publish.host
                    && other.udp == publish.udp
                    && (other.address.is_none()
                        || publish.address.is_none()
                        || other.address == publish.address)
            });
            if let Some((_, other)) = clash {
                self.problems.push(
                    Problem::error(
                        Place::Value(key.clone()),
                        format!("host port {} is published twice", publish.host),
                    )
                    .label("and here")
                    .also(Place::Value(other.clone()), "here")
                    .help("a host port leads to one service: choose another number"),
                );
            }
        }
    }
}

/// What is known of the container whose ports are published.
pub(super) struct Container {
    pub(super) port: Option<u16>,
    /// What is wrong with its port has been told.
    pub(super) is_told: bool,
    /// Nothing listens on any other port.
    pub(super) only_port: bool,
    /// Where an entry without an address binds: loopback on a service, everywhere on the proxy.
    pub(super) default_address: Option<&'static str>,
}

enum Fault {
    Form,
    NoPort,
}

fn parse(entry: &PublishText, port: Option<u16>) -> Result<Publish, Fault> {
    let text = match entry {
        PublishText::Port(host) => {
            return Ok(Publish {
                address: None,
                host: host.to_string(),
                container: port.ok_or(Fault::NoPort)?,
                udp: false,
            });
        }
        PublishText::Text(text) => text.as_str(),
    };
    let (text, udp) = match text.split_once('/') {
        Some((text, "udp")) => (text, true),
        Some((text, "tcp")) => (text, false),
        Some(_) => return Err(Fault::Form),
        None => (text, false),
    };
    let (address, ports) = split_address(text)?;
    let (host, container) = split_host(ports)?;
    let container = match container {
        Some(container) => number(container).ok_or(Fault::Form)?,
        None => port.ok_or(Fault::NoPort)?,
    };
    Ok(Publish {
        address,
        host,
        container,
        udp,
    })
}

fn split_address(text: &str) -> Result<(Option<String>, &str), Fault> {
    if let Some(rest) = text.strip_prefix('[') {
        let (address, ports) = rest.split_once("]:").ok_or(Fault::Form)?;
        let address: Ipv6Addr = address.parse().map_err(|_| Fault::Form)?;
        return Ok((Some(format!("[{address}]")), ports));
    }
    match text.split_once(':') {
        Some((first, ports)) if first.contains('.') => {
            first.parse::<Ipv4Addr>().map_err(|_| Fault::Form)?;
            Ok((Some(first.to_owned()), ports))
        }
        _ => Ok((None, text)),
    }
}

/// The host's port is a number or one `${…}`, which may hold colons.
fn split_host(text: &str) -> Result<(String, Option<&str>), Fault> {
    if text.starts_with("${") {
        let end = text.find('}').ok_or(Fault::Form)? + 1;
        let (variable, rest) = text.split_at(end);
        let is_sound = match interpolation::default(variable) {
            Some(default) => number(default).is_some(),
            None => !variable.contains(char::is_control),
        };
        if !interpolation::is_variable(variable) || !is_sound {
            return Err(Fault::Form);
        }
        return match rest.strip_prefix(':') {
            Some(container) => Ok((variable.to_owned(), Some(container))),
            None if rest.is_empty() => Ok((variable.to_owned(), None)),
            None => Err(Fault::Form),
        };
    }
    let (host, container) = match text.split_once(':') {
        Some((host, container)) => (host, Some(container)),
        None => (text, None),
    };
    Ok((number(host).ok_or(Fault::Form)?.to_string(), container))
}

fn number(text: &str) -> Option<u16> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok())?.filter(|port| *port > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read() {
        for (text, expected) in [
            ("80", "80:8080"),
            ("8080:80", "8080:80"),
            ("127.0.0.1:80", "127.0.0.1:80:8080"),
            ("127.0.0.1:5432:5432", "127.0.0.1:5432:5432"),
            ("53:53/udp", "53:53/udp"),
            ("[::1]:80:81", "[::1]:80:81"),
            ("${PORT:-80}:81", "${PORT:-80}:81"),
            ("${PORT}", "${PORT}:8080"),
        ] {
            let publish = parse(&PublishText::Text(text.into()), Some(8080))
                .ok()
                .expect(text);
            assert_eq!(publish.compose(), expected);
        }
        for bad in [
            "",
            "0",
            "65536",
            "a",
            "1:b",
            "1.2.3:80",
            "80/sctp",
            "${}:80",
            "${A}x",
            "1:2:3",
            "${A:-x}:80",
            "${A:?\n}:80",
        ] {
            assert!(
                parse(&PublishText::Text(bad.into()), Some(8080)).is_err(),
                "{bad}"
            );
        }
        assert!(matches!(parse(&PublishText::Port(80), None), Err(Fault::NoPort)));
    }
}
