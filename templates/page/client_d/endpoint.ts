/** `{{ method|safe }} {{ path|comment }}` of the service `{{ service|safe }}`. */
export function {{ function|safe }}(
{%- if !params.is_empty() %}
  params: { {% for param in params %}{{ param|safe }}: string | number{% if !loop.last %}; {% endif %}{% endfor %} },
{%- endif %}
{%- if list %}
  page?: { after?: number | null; limit?: number },
{%- endif %}
{%- if !body_type.is_empty() %}
  body: {{ body_type|safe }},
{%- endif %}
  options?: Options,
): Promise< {{- returns|safe -}} >;
