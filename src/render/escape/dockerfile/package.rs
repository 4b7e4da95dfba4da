/// Why a text is no name of a Debian package (Debian Policy, 5.6.1), with or without `=version`.
pub fn apt_package_fault(package: &str) -> Option<&'static str> {
    fault(package, |byte| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte)
    })
}

/// Why a text is no name of an Alpine package, with or without `=version`.
pub fn apk_package_fault(package: &str) -> Option<&'static str> {
    fault(package, |byte| {
        byte.is_ascii_alphanumeric() || b"+-._".contains(&byte)
    })
}

fn fault(package: &str, allowed: impl Fn(u8) -> bool) -> Option<&'static str> {
    let (name, version) = package
        .split_once('=')
        .map_or((package, None), |(name, version)| (name, Some(version)));
    if name.is_empty() || !name.bytes().all(&allowed) {
        return Some("a package's name holds letters, digits, `+`, `-` and `.` only");
    }
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return Some("a package's name starts with a letter or a digit");
    }
    if name.ends_with('-') || name.ends_with('+') && !name.ends_with("++") {
        return Some(
            "a package's name with `-` or `+` at its end is an order to apt, to remove or to install it",
        );
    }
    match version {
        Some("") => Some("the version after `=` is empty"),
        Some(version)
            if !version
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.:~_*".contains(&byte)) =>
        {
            Some("a package's version holds letters, digits, `+`, `-`, `.`, `:`, `~` and `*` only")
        }
        _ => None,
    }
}
