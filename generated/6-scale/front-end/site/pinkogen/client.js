// Rendered by pinkogen from the endpoints of the spec. Change the spec, not this file.

import * as request from "./request.js";

export * from "./errors.js";

/** @typedef {import("./request.js").Options} Options */

/**
 * `GET /api/hello` of the service `back-end`.
 *
 * @param {Options} [options]
 * @returns {Promise<string>}
 */
export function getApiHello(options) {
  return request.text(
    { service: "back-end", method: "GET", path: "/api/hello" },
    options,
  );
}

/**
 * Which element shows the text of which endpoint; show.js does it.
 *
 * @typedef {object} Binding
 * @property {string} id the element's
 * @property {(options?: Options) => Promise<string>} read
 */

/** @type {readonly Binding[]} */
export const bindings = [
  { id: "dynamic-content", read: getApiHello },
];
