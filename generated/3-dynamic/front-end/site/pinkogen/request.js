// Calls an endpoint: one time limit, a few retries where they are safe, errors with a type.

import { address } from "./address.js";
import { readAny, readJson, readText } from "./answer.js";
import config from "./config.js";
import { NetworkError, TimeoutError } from "./errors.js";
import { nextAttemptMs, pause } from "./retry.js";

/**
 * What a caller may say about one call.
 *
 * @typedef {object} Options
 * @property {AbortSignal} [signal] ends the call; it then rejects with the signal's reason
 * @property {number} [timeoutMs] how long the call may take in all, retries included
 * @property {number} [retries] how often a GET or HEAD is sent again; 2 if not given
 */

/**
 * @typedef {object} Endpoint
 * @property {string} service
 * @property {string} method
 * @property {string} path
 * @property {object} [params] values for the `{name}`s in the path
 * @property {object} [query]
 * @property {unknown} [body] sent as JSON
 */

/**
 * @param {Endpoint} endpoint
 * @param {Options} [options]
 * @returns {Promise<string>}
 */
export function text(endpoint, options) {
  return request(endpoint, readText, options);
}

/**
 * @param {Endpoint} endpoint
 * @param {Options} [options]
 * @returns {Promise<any>}
 */
export function json(endpoint, options) {
  return request(endpoint, readJson, options);
}

/**
 * @param {Endpoint} endpoint
 * @param {Options} [options]
 * @returns {Promise<any>} a string or what JSON holds, as the answer says it is
 */
export function any(endpoint, options) {
  return request(endpoint, readAny, options);
}

/**
 * @template T
 * @param {Endpoint} endpoint
 * @param {(response: Response) => Promise<T>} read
 * @param {Options} [options]
 * @returns {Promise<T>}
 */
async function request(endpoint, read, options = {}) {
  const { signal, timeoutMs = config.timeoutMs, retries = 2 } = options;
  signal?.throwIfAborted();

  const { method } = endpoint;
  const url = address(endpoint);
  const payload = content(endpoint.body);
  const endsAt = performance.now() + timeoutMs;
  const deadline = AbortSignal.timeout(timeoutMs);
  const stop = signal ? AbortSignal.any([signal, deadline]) : deadline;

  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read(await send(url, { method, ...payload, signal: stop }));
    } catch (error) {
      signal?.throwIfAborted();
      if (deadline.aborted) throw new TimeoutError(error);

      const leftMs = endsAt - performance.now();
      const waitMs = nextAttemptMs(error, { method, attempt, retries, leftMs });
      if (waitMs === undefined) throw error;
      await pause(waitMs, stop);
    }
  }
}

/**
 * @param {string} url
 * @param {RequestInit} init
 */
async function send(url, init) {
  try {
    return await fetch(url, init);
  } catch (cause) {
    throw new NetworkError(cause);
  }
}

/**
 * @param {unknown} body
 * @returns {RequestInit}
 */
function content(body) {
  if (body === undefined) return {};
  return { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
}
