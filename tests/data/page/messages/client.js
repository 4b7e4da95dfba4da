// Rendered by pinkogen from the endpoints of the spec. Change the spec, not this file.

import * as request from "./request.js";

export * from "./errors.js";

/** @typedef {import("./request.js").Options} Options */

/**
 * One of the stored chat-messages.
 *
 * @typedef {object} ChatMessagesRow
 * @property {number} id
 * @property {string} at RFC 3339, set by the server
 * @property {boolean} done
 * @property {string | null} due RFC 3339
 * @property {number | null} stars 1 to 5
 * @property {string} text 1 to 280 characters
 */

/**
 * What creates one.
 *
 * @typedef {object} ChatMessagesInput
 * @property {boolean} done
 * @property {string | null} [due] RFC 3339
 * @property {number | null} [stars] 1 to 5
 * @property {string} text 1 to 280 characters
 */

/**
 * Some of them, and where the rest begins.
 *
 * @typedef {object} ChatMessagesPage
 * @property {ChatMessagesRow[]} items
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
 * `GET /messages` of the service `back-end`.
 *
 * @param {object} [page]
 * @param {number | null} [page.after] the `next` of the page before
 * @param {number} [page.limit] how many at most, 1 to 100
 * @param {Options} [options]
 * @returns {Promise<ChatMessagesPage>}
 */
export function getMessages(page, options) {
  return request.json(
    { service: "back-end", method: "GET", path: "/messages", query: page },
    options,
  );
}

/**
 * `POST /messages` of the service `back-end`.
 *
 * @param {ChatMessagesInput} body
 * @param {Options} [options]
 * @returns {Promise<ChatMessagesRow>}
 */
export function postMessages(body, options) {
  return request.json(
    { service: "back-end", method: "POST", path: "/messages", body },
    options,
  );
}

/**
 * `GET /*\/x*\/</script> "` of the service `back-end`.
 *
 * @param {Options} [options]
 * @returns {Promise<unknown>}
 */
export function getXScript(options) {
  return request.json(
    { service: "back-end", method: "GET", path: "/*/x*/\u003c/script\u003e\u2028\"" },
    options,
  );
}

/**
 * `DELETE /items/{id}/{class}/{id}` of the service `back-end`.
 *
 * @param {object} params
 * @param {string | number} params.id
 * @param {string | number} params.class
 * @param {Options} [options]
 * @returns {Promise<unknown>}
 */
export function deleteItemsByIdByClassById(params, options) {
  return request.json(
    { service: "back-end", method: "DELETE", path: "/items/{id}/{class}/{id}", params },
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
