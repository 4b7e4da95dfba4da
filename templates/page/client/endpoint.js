/**
 * `{{ method|safe }} {{ path|comment }}` of the service `{{ service|safe }}`.
 *
{%- if !params.is_empty() %}
 * @param {object} params
{%- endif %}
{%- for param in params %}
 * @param {string | number} params.{{ param|safe }}
{%- endfor %}
{%- if list %}
 * @param {object} [page]
 * @param {number | null} [page.after] the `next` of the page before
 * @param {number} [page.limit] how many at most, 1 to 100
{%- endif %}
{%- if !body_type.is_empty() %}
 * @param { {{- body_type|safe -}} } body
{%- endif %}
 * @param {Options} [options]
 * @returns {Promise< {{- returns|safe -}} >}
 */
export function {{ function|safe }}({% if !params.is_empty() %}params, {% endif %}{% if list %}page, {% endif %}{% if !body_type.is_empty() %}body, {% endif %}options) {
  return request.{{ reads|safe }}(
    { service: {{ service }}, method: {{ method }}, path: {{ path }}{% if !params.is_empty() %}, params{% endif %}{% if list %}, query: page{% endif %}{% if !body_type.is_empty() %}, body{% endif %} },
    options,
  );
}
