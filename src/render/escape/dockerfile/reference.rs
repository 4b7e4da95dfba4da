/// Why a text is no base image for a FROM, as the end of the sentence "`x` is no base image: …". A base says which one it
/// is, by tag or digest.
pub fn base_fault(reference: &str) -> Option<&'static str> {
    reference_fault(reference).or_else(|| {
        let last = reference.rsplit('/').next().unwrap_or(reference);
        let is_floating = !last.contains([':', '@']) || last.ends_with(":latest");
        is_floating.then_some("it does not say which version: write a tag, other than `latest`")
    })
}

/// Why a text is no reference of an image, after the grammar of the field's registries (distribution/reference).
pub fn reference_fault(reference: &str) -> Option<&'static str> {
    if reference.len() > 512 {
        return Some("it is longer than 512 characters");
    }
    let (rest, digest) = match reference.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (reference, None),
    };
    if digest.is_some_and(|digest| !is_digest(digest)) {
        return Some("after `@` comes `sha256:` and 64 hexadecimal digits");
    }
    // A colon before the last slash belongs to a registry's port.
    let (name, tag) = match rest.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (rest, None),
    };
    if tag.is_some_and(|tag| !is_tag(tag)) {
        return Some("a tag holds letters, digits, `_`, `.` and `-` only, and at most 128 of them");
    }
    if !is_name(name) {
        return Some("an image's name is lower-case words joined by `.`, `_`, `-` and `/`");
    }
    None
}

fn is_digest(digest: &str) -> bool {
    digest.strip_prefix("sha256:").is_some_and(|hex| {
        hex.len() == 64 && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

fn is_tag(tag: &str) -> bool {
    (1..=128).contains(&tag.len())
        && !tag.starts_with(['.', '-'])
        && tag
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

fn is_name(name: &str) -> bool {
    let (domain, path) = match name.split_once('/') {
        Some((first, path)) if first.contains(['.', ':']) || first == "localhost" => (Some(first), path),
        _ => (None, name),
    };
    domain.is_none_or(is_domain) && path.split('/').all(is_component)
}

fn is_domain(domain: &str) -> bool {
    let (host, port) = match domain.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (domain, None),
    };
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    host.split('.').all(is_label) && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

/// Lower-case letters and digits, joined by `.`, `_`, `__` or any number of `-`.
fn is_component(component: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = component.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    if !ends.into_iter().all(|end| end.is_some_and(|byte| is_word(*byte))) {
        return false;
    }
    bytes
        .split(|byte| is_word(*byte))
        .all(|joint| matches!(joint, b"" | b"." | b"_" | b"__") || joint.iter().all(|byte| *byte == b'-'))
}

#[cfg(test)]
mod tests {
    use super::base_fault;

    #[test]
    fn a_base_is_an_image_with_a_version() {
        let digest = format!("alpine@sha256:{}", "0a".repeat(32));
        for good in [
            "ubuntu:24.04",
            "gcr.io/distroless/cc-debian13:nonroot",
            "localhost:5000/a/b__c--d:1",
            &digest,
        ] {
            assert_eq!(base_fault(good), None, "{good}");
        }
        for bad in [
            "",
            "ubuntu",
            "ubuntu:latest",
            "Debian:x",
            "a b:1",
            "$X",
            "debian:x;y",
            "debian:x AS y",
            "-x:1",
            "a:1\nRUN x",
            "a..b:1",
            "a/:1",
            "a//b:1",
            "a@sha256:12",
            ":1",
            "a.b:x/y:1",
        ] {
            assert!(base_fault(bad).is_some(), "{bad:?}");
        }
    }
}
