// Turns a response into the value that was asked for, or into an error that says who failed.

import { ApiError, ForeignAnswerError, UnreadableBodyError } from "./errors.js";

/**
 * @param {Response} response
 * @returns {Promise<string>}
 */
export async function readText(response) {
  await expectSuccess(response);
  if (isEmpty(response)) return "";
  if (mediaType(response) !== "text/plain") throw foreign(response);
  return readBody(response);
}

/**
 * @param {Response} response
 * @returns {Promise<any>} undefined if the answer has no body
 */
export async function readJson(response) {
  await expectSuccess(response);
  if (isEmpty(response)) return undefined;
  if (!isJson(mediaType(response))) throw foreign(response);
  return parse(await readBody(response));
}

/**
 * Reads what the answer says it is, for endpoints that do not say it beforehand.
 *
 * @param {Response} response
 * @returns {Promise<any>}
 */
export async function readAny(response) {
  return isJson(mediaType(response)) ? readJson(response) : readText(response);
}

/** @param {Response} response */
async function expectSuccess(response) {
  if (response.ok) return;
  if (mediaType(response) !== "application/problem+json") throw foreign(response);
  throw new ApiError(about(response), parse(await readBody(response)) ?? {});
}

/** @param {Response} response */
async function readBody(response) {
  try {
    return await response.text();
  } catch (cause) {
    throw new UnreadableBodyError(true, cause);
  }
}

/** @param {string} body */
function parse(body) {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new UnreadableBodyError(false, cause);
  }
}

/** @param {Response} response */
function foreign(response) {
  // Nobody will read it: free the connection.
  response.body?.cancel().catch(() => {});
  return new ForeignAnswerError(about(response));
}

/** @param {Response} response */
function about({ status, headers }) {
  return {
    status,
    requestId: headers.get("x-request-id"),
    retryAfterMs: Number(headers.get("retry-after")) * 1000 || 0,
  };
}

/** @param {Response} response */
function isEmpty(response) {
  return response.status === 204 || response.status === 205;
}

/** @param {string} type */
function isJson(type) {
  return type === "application/json" || type.endsWith("+json");
}

/** @param {Response} response */
function mediaType(response) {
  const [type = ""] = (response.headers.get("content-type") ?? "").split(";");
  return type.trim().toLowerCase();
}
