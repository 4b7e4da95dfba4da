// Rendered by pinkogen from the endpoints of the spec. Change the spec, not this file.

import * as request from "./request.js";

export * from "./errors.js";

/** @typedef {import("./request.js").Options} Options */

/**
 * One of the stored messages.
 *
 * @typedef {object} MessagesRow
 * @property {number} id
 * @property {string} at RFC 3339, set by the server
 * @property {string} text 1 to 280 characters
 */

/**
 * What creates one.
 *
 * @typedef {object} MessagesInput
 * @property {string} text 1 to 280 characters
 */

/**
 * Some of them, and where the rest begins.
 *
 * @typedef {object} MessagesPage
 * @property {MessagesRow[]} items
 * @property {number | null} next what to give as `after` for the next page; null at the end
 */

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
 * `GET /api/messages` of the service `back-end`.
 *
 * @param {object} [page]
 * @param {number | null} [page.after] the `next` of the page before
 * @param {number} [page.limit] how many at most, 1 to 100
 * @param {Options} [options]
 * @returns {Promise<MessagesPage>}
 */
export function getApiMessages(page, options) {
  return request.json(
    { service: "back-end", method: "GET", path: "/api/messages", query: page },
    options,
  );
}

/**
 * `POST /api/messages` of the service `back-end`.
 *
 * @param {MessagesInput} body
 * @param {Options} [options]
 * @returns {Promise<MessagesRow>}
 */
export function postApiMessages(body, options) {
  return request.json(
    { service: "back-end", method: "POST", path: "/api/messages", body },
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
