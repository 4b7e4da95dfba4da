//! The programs, embedded: no program is templated.

/// Paths below a folder of `templates/`, and what lies there.
macro_rules! sources {
    ($folder:literal: $($path:literal)*) => {
        &[$(($path, include_str!(concat!("../../../templates/", $folder, "/", $path)))),*]
    };
}

pub(super) const RUST: &[(&str, &str)] = sources!("api":
    "Cargo.lock"
    "manifest.toml"
    "rustfmt.toml"
    "src/app.rs"
    "src/config.rs"
    "src/cors.rs"
    "src/endpoints.rs"
    "src/error.rs"
    "src/handlers.rs"
    "src/headers.rs"
    "src/health.rs"
    "src/healthcheck.rs"
    "src/lib.rs"
    "src/log.rs"
    "src/main.rs"
    "src/panic.rs"
    "src/run.rs"
    "src/stop/connections.rs"
    "src/stop/mod.rs"
    "src/stop/serve.rs"
    "src/stop/signals.rs"
    "src/storage/error.rs"
    "src/storage/migration.rs"
    "src/storage/mod.rs"
    "src/storage/page.rs"
    "src/storage/postgres.rs"
    "src/storage/record.rs"
    "src/storage/schema.rs"
    "src/storage/sql.rs"
    "src/storage/sqlite.rs"
    "tests/answers.rs"
    "tests/common/mod.rs"
    "tests/config.rs"
    "tests/embedded.rs"
    "tests/outage.rs"
    "tests/process.rs"
    "tests/resources.rs"
    "tests/stop.rs"
);

pub(super) const FLASK: &[(&str, &str)] = sources!("flask":
    "app.py"
    "cors.py"
    "endpoints.py"
    "gunicorn.conf.py"
    "headers.py"
    "health.py"
    "healthcheck.py"
    "limits.py"
    "problems.py"
    "request_log.py"
    "requirements.txt"
    "stopping.py"
    "tests/__init__.py"
    "tests/client.py"
    "tests/test_answers.py"
    "tests/test_cors.py"
    "tests/test_embedded.py"
    "tests/test_endpoints.py"
    "tests/test_health.py"
    "tests/test_log.py"
    "tests/test_problems.py"
    "worker.py"
);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use walkdir::WalkDir;

    use super::*;

    /// Paths below a folder of `templates/`, without what tools keep beside them.
    fn files(folder: &str) -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("templates")
            .join(folder);
        let is_kept = |name: &str| name.starts_with('.') || name == "__pycache__";
        WalkDir::new(&folder)
            .into_iter()
            .filter_entry(|entry| !is_kept(&entry.file_name().to_string_lossy()))
            .map(|entry| entry.expect("the folder can be read"))
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                let path = entry.path().strip_prefix(&folder).expect("it lies below");
                path.to_str().expect("UTF-8").replace('\\', "/")
            })
            .collect()
    }

    #[test]
    fn nothing_is_forgotten() {
        for (folder, sources) in [("api", RUST), ("flask", FLASK)] {
            let embedded: BTreeSet<String> = sources.iter().map(|(path, _)| (*path).to_owned()).collect();
            assert_eq!(
                embedded,
                files(folder),
                "templates/{folder} and the table in {}",
                file!()
            );
            assert_eq!(embedded.len(), sources.len(), "a file is named twice");
        }
    }

    #[test]
    fn everything_ends_with_one_newline_and_has_no_carriage_return() {
        for (path, text) in RUST.iter().chain(FLASK) {
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{path}");
            assert!(!text.contains('\r'), "{path}");
        }
    }
}
