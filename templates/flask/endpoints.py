"""The endpoint table: endpoints.json, and the checked table that the service uses."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("endpoints.json")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
RESERVED = ("/healthz", "/readyz", "/metrics")
REQUIRED = {"method", "path", "name", "status"}
KNOWN = REQUIRED | {"text", "json", "body_bytes", "timeout_ms"}
NO_STORAGE = 'Flask has no storage yet, use `api = "rust"`'
# A parameter, or characters that a path may hold unescaped (RFC 3986).
SEGMENT = re.compile(r"\{[a-z][a-z0-9_]*\}|[A-Za-z0-9._~!$&'()*+,;=:@%-]*")


@dataclass(frozen=True)
class Endpoint:
    """One method of one path."""

    name: str
    method: str
    rule: str
    status: int
    body: str
    content_type: str
    body_limit: int


@dataclass(frozen=True)
class Table:
    """Everything that the API serves."""

    endpoints: tuple[Endpoint, ...]
    body_limit: int
    # The longest that a request may take, in milliseconds.
    longest_ms: int


def load(path: Path = TABLE) -> Table:
    """Read the table, and stop with all that is wrong with it."""
    try:
        return parse(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise SystemExit(f"{path.name}: {error}") from error


def parse(file: dict) -> Table:
    """Check a table, and report all its problems at once."""
    body_limit = file["limits"]["body_bytes"]
    request_ms = file["limits"]["request_ms"]
    entries = file["endpoints"]
    problems = [
        f"{entry.get('method')} {entry.get('path')}: {problem}"
        for entry in entries
        if (problem := problem_of(entry))
    ]
    problems += [f"resource {name}: {NO_STORAGE}" for name in file.get("resources", {})]
    if problems:
        raise ValueError("\n  ".join(["the table cannot be served:", *problems]))
    longest = max((entry.get("timeout_ms", request_ms) for entry in entries), default=0)
    served = tuple(endpoint(entry, body_limit) for entry in entries)
    return Table(served, body_limit, longest)


def problem_of(entry: dict) -> str | None:
    """Say why an entry cannot be served."""
    if "resource" in entry:
        return NO_STORAGE
    if unknown := entry.keys() - KNOWN:
        return f"unknown key {min(unknown)}"
    if missing := REQUIRED - entry.keys():
        return f"{min(missing)} is missing"
    if entry["method"] not in METHODS:
        return f"the method must be one of {', '.join(METHODS)}"
    root, *segments = entry["path"].split("/")
    if root or not segments or not all(map(SEGMENT.fullmatch, segments)):
        return "the path must be made of / and plain segments or parameters like {id}"
    if entry["path"] in RESERVED:
        return "the path is reserved"
    if ("text" in entry) == ("json" in entry):
        return "exactly one of text and json is needed"
    return None


def endpoint(entry: dict, body_limit: int) -> Endpoint:
    """Turn a checked entry into an endpoint."""
    if "text" in entry:
        body, content_type = entry["text"], "text/plain; charset=utf-8"
    else:
        body = json.dumps(entry["json"], ensure_ascii=False, separators=(",", ":"))
        content_type = "application/json"
    return Endpoint(
        name=entry["name"],
        method=entry["method"],
        rule=entry["path"].replace("{", "<").replace("}", ">"),
        status=entry["status"],
        body=body,
        content_type=content_type,
        body_limit=entry.get("body_bytes", body_limit),
    )
