/// A fact that several files must agree on.
#[derive(Clone, Copy, Debug)]
pub struct Seam {
    pub fact: &'static str,
    /// The files that must agree, `*` being the folder of a service.
    pub files: &'static [&'static str],
    /// The test that proves it in the rendered files: `cargo test --test seams <test>`.
    pub test: &'static str,
}

/// All of them. Each is computed once, by a method of [`super::Stack`] or of its parts.
pub const SEAMS: &[Seam] = &[
    Seam {
        fact: "the port that a service listens on inside its container",
        files: &["compose.yaml", "*/Dockerfile", "*/nginx.conf", "proxy/nginx.conf"],
        test: "container_port",
    },
    Seam {
        fact: "the address of a pool, and how it is resolved",
        files: &["compose.yaml", "proxy/nginx.conf"],
        test: "pool_address",
    },
    Seam {
        fact: "the address, port and user of a database",
        files: &["compose.yaml", "*/Dockerfile", "*/Cargo.toml"],
        test: "database",
    },
    Seam {
        fact: "which route leads to which endpoint",
        files: &[
            "proxy/nginx.conf",
            "*/endpoints.json",
            "*/site/pinkogen/client.js",
            "*/site/pinkogen/config.js",
        ],
        test: "routes",
    },
    Seam {
        fact: "the largest body of a request, and the memory that holds it",
        files: &["compose.yaml", "*/endpoints.json", "proxy/nginx.conf"],
        test: "body_limit",
    },
    Seam {
        fact: "time: API < proxy < page",
        files: &[
            "*/endpoints.json",
            "proxy/nginx.conf",
            "*/site/pinkogen/config.js",
        ],
        test: "time",
    },
    Seam {
        fact: "stop: upstream keep-alive < linger; stay; then the engine's grace period",
        files: &[
            "compose.yaml",
            "*/endpoints.json",
            "*/nginx.conf",
            "proxy/nginx.conf",
            "*/src/config.rs",
            "*/src/stop/mod.rs",
            "*/gunicorn.conf.py",
        ],
        test: "stop",
    },
    Seam {
        fact: "the origins of page, API and proxy",
        files: &[
            "compose.yaml",
            "*/nginx.conf",
            "proxy/nginx.conf",
            "*/site/pinkogen/config.js",
        ],
        test: "origin",
    },
    Seam {
        fact: "the paths that tell whether a service is well",
        files: &[
            "compose.yaml",
            "*/Dockerfile",
            "*/nginx.conf",
            "proxy/nginx.conf",
            "*/src/health.rs",
            "*/src/endpoints.rs",
            "*/src/log.rs",
            "*/health.py",
            "*/healthcheck.py",
            "*/endpoints.py",
            "*/request_log.py",
        ],
        test: "health",
    },
    Seam {
        fact: "the user of a container, and where it can write",
        files: &["compose.yaml", "*/Dockerfile", "*/nginx.conf", "proxy/nginx.conf"],
        test: "writable",
    },
    Seam {
        fact: "the processors of a container, and the workers that use them",
        files: &["compose.yaml", "*/nginx.conf", "proxy/nginx.conf"],
        test: "workers",
    },
    Seam {
        fact: "the name, the path and the readers of a secret",
        files: &["compose.yaml"],
        test: "secrets",
    },
    Seam {
        fact: "the name and tag of an image, and what is copied into it",
        files: &["compose.yaml", "*/Dockerfile", "*/.dockerignore"],
        test: "image",
    },
    Seam {
        fact: "the id of a request, the real address, the scheme",
        files: &[
            "*/nginx.conf",
            "proxy/nginx.conf",
            "*/src/log.rs",
            "*/request_log.py",
        ],
        test: "request_id",
    },
    Seam {
        fact: "the element of a page, the function that fills it, and its endpoint",
        files: &[
            "*/site/index.html",
            "*/site/pinkogen/client.js",
            "*/site/pinkogen/client.d.ts",
            "*/site/pinkogen/config.js",
            "*/endpoints.json",
        ],
        test: "page",
    },
];
