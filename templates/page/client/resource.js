/**
 * One of the stored {{ name|safe }}.
 *
 * @typedef {object} {{ type_name|safe }}Row
{%- for field in fields %}
 * @property { {{- field.type_name|safe -}} } {{ field.name|safe }}{% if !field.note.is_empty() %} {{ field.note|safe }}{% endif %}
{%- endfor %}
 */

/**
 * What creates one.
 *
 * @typedef {object} {{ type_name|safe }}Input
{%- for field in input %}
 * @property { {{- field.type_name|safe -}} } {% if field.optional %}[{{ field.name|safe }}]{% else %}{{ field.name|safe }}{% endif %}{% if !field.note.is_empty() %} {{ field.note|safe }}{% endif %}
{%- endfor %}
 */

/**
 * Some of them, and where the rest begins.
 *
 * @typedef {object} {{ type_name|safe }}Page
 * @property { {{- type_name|safe -}} Row[]} items
 * @property {number | null} next what to give as `after` for the next page; null at the end
 */
