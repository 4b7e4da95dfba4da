/// The folder of a site that holds our scripts, as a browser writes it.
pub const SCRIPTS: &str = "/pinkogen/";
/// The script that fills the bound elements; only where there are some.
pub const SHOW_SCRIPT: &str = "show.js";
/// The scripts that a page loads, itself or by another of them.
pub const PAGE_SCRIPTS: [&str; 8] = [
    "address.js",
    "answer.js",
    "client.js",
    "config.js",
    "errors.js",
    "request.js",
    "retry.js",
    SHOW_SCRIPT,
];
