//! Host ports: `80`, `"127.0.0.1:80"`, `"8080:80"`, `"127.0.0.1:5432:5432"`, `"53:53/udp"`, `"${PORT}:80"`.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::Resolver;
use crate::key_path::KeyPath;
use crate::spec::{OneOrMany, Place, Problem, PublishText};
use crate::stack::{PROXY_PORT, Publish};

const FORMS: &str = "the forms are 80, \"8080:80\", \"127.0.0.1:80\", \"127.0.0.1:8080:80\", each with \"/udp\" where it is UDP";

/// The keys of the entries of a `publish`, which may be one value or a list.
pub(super) fn entries<'a>(
    key: &KeyPath,
    publish: Option<&'a OneOrMany<PublishText>>,
) -> Vec<(KeyPath, &'a PublishText)> {
    let Some(publish) = publish else { return Vec::new() };
    let key_of = |index| {
        if publish.is_many() {
            key.index(index)
        } else {
            key.clone()
        }
    };
    publish
        .as_slice()
        .iter()
        .enumerate()
        .map(|(index, entry)| (key_of(index), entry))
        .collect()
}

impl Resolver<'_> {
    /// `default_address` is where an entry without an address binds: loopback on a service, everywhere on the proxy.
    pub(super) fn publish(
        &mut self,
        key: &KeyPath,
        written: Option<&OneOrMany<PublishText>>,
        port: Option<u16>,
        default_address: Option<&str>,
    ) -> Vec<Publish> {
        let mut published = Vec::new();
        for (key, entry) in entries(key, written) {
            match parse(entry, port) {
                Ok(mut publish) => {
                    if publish.address.is_none() {
                        publish.address = default_address.map(str::to_owned);
                    } else if matches!(publish.address.as_deref(), Some("0.0.0.0")) {
                        publish.address = None;
                    }
                    published.push(publish);
                }
                Err(Fault::NoPort) => self.error(
                    Place::Value(key),
                    "it is not known which port of the container to publish",
                    "the service has no `port`",
                    "add `port`, or write both ports: \"8080:80\"",
                ),
                Err(Fault::Form) => {
                    self.error(
                        Place::Value(key),
                        "this is no published port",
                        "not understood",
                        FORMS,
                    );
                }
            }
        }
        published
    }

    /// Two services on one host port: the second one would not start.
    pub(super) fn published_twice(&mut self) {
        let mut taken: Vec<(Publish, KeyPath)> = Vec::new();
        let services = self.spec.services.iter().map(|(name, service)| {
            let port = service
                .port
                .or_else(|| (service.api.is_some() || service.site.is_some()).then_some(8080));
            (
                KeyPath::new(["services", name, "publish"]),
                service.publish.as_ref(),
                port,
                Some("127.0.0.1"),
            )
        });
        let proxy = self.spec.proxy.iter().map(|proxy| {
            (
                KeyPath::new(["proxy", "publish"]),
                proxy.publish.as_ref(),
                Some(PROXY_PORT),
                None,
            )
        });
        let mut problems = Vec::new();
        for (key, written, port, address) in services.chain(proxy) {
            for (key, entry) in entries(&key, written) {
                let Ok(mut publish) = parse(entry, port) else {
                    continue;
                };
                publish.address = publish
                    .address
                    .or_else(|| address.map(str::to_owned))
                    .filter(|a| a != "0.0.0.0");
                let clash = taken.iter().find(|(other, _)| {
                    other.host == publish.host
                        && other.udp == publish.udp
                        && (other.address.is_none()
                            || publish.address.is_none()
                            || other.address == publish.address)
                });
                if let Some((_, other)) = clash {
                    problems.push(
                        Problem::error(
                            Place::Value(key.clone()),
                            format!("host port {} is published twice", publish.host),
                        )
                        .label("and here")
                        .also(Place::Value(other.clone()), "here")
                        .help("a host port leads to one service: choose another number"),
                    );
                }
                taken.push((publish, key));
            }
        }
        problems
            .into_iter()
            .for_each(|problem| self.problems.push(problem));
    }
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
        address.parse::<Ipv6Addr>().map_err(|_| Fault::Form)?;
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
        if !super::env::is_variable(variable) {
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
            "", "0", "65536", "a", "1:b", "1.2.3:80", "80/sctp", "${}:80", "${A}x", "1:2:3",
        ] {
            assert!(
                parse(&PublishText::Text(bad.into()), Some(8080)).is_err(),
                "{bad}"
            );
        }
        assert!(matches!(parse(&PublishText::Port(80), None), Err(Fault::NoPort)));
    }
}
