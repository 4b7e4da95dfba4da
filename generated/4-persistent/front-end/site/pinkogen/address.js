// Where an endpoint is: the origin of its service, the path with its values, the query.

import config from "./config.js";

/** Empty origin: the one that the page came from. A name such as `back-end` is no identifier. */
const services = new Map(Object.entries(config.services));

/**
 * @param {object} endpoint
 * @param {string} endpoint.service
 * @param {string} endpoint.path with `{name}` where a value of `params` goes
 * @param {object} [endpoint.params]
 * @param {object} [endpoint.query] what is undefined or null is left out
 * @returns {string}
 */
export function address({ service, path, params = {}, query = {} }) {
  const origin = services.get(service)?.origin;
  if (origin === undefined) throw new RangeError(`config.js has no service "${service}"`);

  const values = new Map(Object.entries(params));
  const filled = path.replace(/\{([^{}]+)\}/g, (_, name) => segment(name, values.get(name)));

  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const search = new URLSearchParams(given).toString();

  return search === "" ? `${origin}${filled}` : `${origin}${filled}?${search}`;
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function segment(name, value) {
  const text = String(value ?? "");
  // A browser resolves these before it sends them, however they are written: another path.
  if (text === "" || text === "." || text === "..") {
    throw new RangeError(`"${text}" cannot be the ${name} in a path`);
  }
  return encodeURIComponent(text);
}
