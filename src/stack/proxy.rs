use super::{Bytes, Name, Publish, Seconds};

/// The nginx before everything else: the one origin that a client knows.
#[derive(Clone, Debug)]
pub struct Proxy {
    pub publish: Vec<Publish>,
    /// In the order in which nginx shall have them: exact and prefix by key, then regexes as written.
    pub routes: Vec<Route>,
    /// Where a browser finds it, such as `http://localhost`; none where nothing of it is known.
    pub origin: Option<String>,
}

/// One row of the route table.
#[derive(Clone, Debug)]
pub struct Route {
    /// As written: `/p`, `= /p`, `~ re`, `~* re`.
    pub key: String,
    pub matcher: Matcher,
    pub to: Name,
    /// The prefix is taken off before the request goes on.
    pub strip: bool,
    /// The largest request body.
    pub body: Bytes,
    /// How long nginx waits between two reads from the service.
    pub timeout: Seconds,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Matcher {
    /// By whole segments: `/api` is `/api` and `/api/…`, never `/apis`.
    Prefix(String),
    Exact(String),
    Regex {
        pattern: String,
        ignore_case: bool,
    },
}
