/** One of the stored {{ name|safe }}. */
export interface {{ type_name|safe }}Row {
{%- for field in fields %}
{%- if !field.note.is_empty() %}
  /** {{ field.note|safe }} */
{%- endif %}
  {{ field.name|safe }}: {{ field.type_name|safe }};
{%- endfor %}
}

/** What creates one. */
export interface {{ type_name|safe }}Input {
{%- for field in input %}
{%- if !field.note.is_empty() %}
  /** {{ field.note|safe }} */
{%- endif %}
  {{ field.name|safe }}{% if field.optional %}?{% endif %}: {{ field.type_name|safe }};
{%- endfor %}
}

/** Some of them, and where the rest begins. */
export interface {{ type_name|safe }}Page {
  items: {{ type_name|safe }}Row[];
  /** What to give as `after` for the next page; null at the end. */
  next: number | null;
}
