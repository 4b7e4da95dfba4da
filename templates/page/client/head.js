// Rendered by pinkogen from the endpoints of the spec. Change the spec, not this file.

import * as request from "./request.js";

export * from "./errors.js";

/** @typedef {import("./request.js").Options} Options */
