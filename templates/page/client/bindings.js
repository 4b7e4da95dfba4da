/**
 * Which element shows the text of which endpoint; show.js does it.
 *
 * @typedef {object} Binding
 * @property {string} id the element's
 * @property {(options?: Options) => Promise<string>} read
 */

/** @type {readonly Binding[]} */
export const bindings = [
{%- for binding in bindings %}
  { id: {{ binding.id }}, read: {{ binding.function|safe }} },
{%- endfor %}
];
