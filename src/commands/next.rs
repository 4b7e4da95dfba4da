use super::secrets;
use crate::spec::Places;
use crate::stack::{Kind, Run, Service, Stack};

/// What a person does next: make the secrets that are missing, start the stack, open the address.
pub(super) fn steps(stack: &Stack, places: &Places) -> Vec<String> {
    let mut steps = Vec::new();
    let missing = secrets::missing(stack, places);
    if !missing.is_empty() {
        steps.push(format!(
            "pinkogen secrets {}    # makes {}",
            word(&places.spec.to_string_lossy()),
            missing.join(", ")
        ));
    }
    steps.push(start(
        stack,
        &word(&places.out.join("compose.yaml").to_string_lossy()),
    ));
    let addresses = addresses(stack);
    if !addresses.is_empty() {
        steps.push(format!("open {}", addresses.join(", ")));
    }
    steps
}

/// `--wait` ends with 1 as soon as a one-shot has ended, even well: then the others are named, and it waits for them alone.
fn start(stack: &Stack, file: &str) -> String {
    let is_once = |service: &&Service| service.run == Run::Once;
    let lasting: Vec<&str> = stack
        .services
        .values()
        .filter(|service| !is_once(service))
        .map(|service| service.name.as_str())
        .chain(stack.proxy.iter().map(|_| crate::stack::PROXY))
        .collect();
    let needed = |once: &Service| {
        stack
            .services
            .values()
            .any(|service| service.needs.contains_key(&once.name))
    };
    let alone = stack.services.values().filter(is_once).any(|once| !needed(once));
    if lasting.is_empty() {
        format!("docker compose -f {file} up --build")
    } else if alone {
        format!(
            "docker compose -f {file} up -d --build --wait {}",
            lasting.join(" ")
        )
    } else {
        format!("docker compose -f {file} up -d --build --wait")
    }
}

/// Where a browser or curl finds something: the proxy, or else what is published by itself.
fn addresses(stack: &Stack) -> Vec<String> {
    if let Some(origin) = stack.proxy.as_ref().and_then(|proxy| proxy.origin.as_ref()) {
        return vec![format!("{origin}/")];
    }
    let mut addresses = Vec::new();
    for service in stack.services.values() {
        let path = match &service.kind {
            Kind::Site(_) => "/".to_owned(),
            Kind::Api(api) => api
                .endpoints
                .values()
                .find(|endpoint| endpoint.method == crate::stack::Method::Get)
                .map_or_else(|| "/".to_owned(), crate::stack::Endpoint::path_text),
            _ => continue,
        };
        addresses.extend(service.origins.iter().map(|origin| format!("{origin}{path}")));
    }
    addresses
}

/// A word for a shell: quoted only where it must be.
pub(super) fn word(text: &str) -> String {
    shlex::try_quote(text).map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}
