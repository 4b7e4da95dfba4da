// Fills elements of the page with what endpoints answer; which ones, client.js says.
//
// While an element waits it is `aria-busy`, and `data-state` is `loading`, then `ready` or `error`
// (for the page's style sheet). If a call fails, the page's own text stays where the page has a
// place for the message, `<p data-error-for="ID">`; else the message takes the text's place: a
// page must not look as if all were well.

import { bindings, explain } from "./client.js";

/** @type {unknown[]} */
const failures = [];

await Promise.all(bindings.map(show));

if (failures.length > 0) console.error("pinkogen:", ...failures);

/** @param {import("./client.js").Binding} binding */
async function show({ id, read }) {
  const element = document.getElementById(id);
  if (element === null) return; // It is on another page of the site.

  element.dataset.state = "loading";
  element.setAttribute("aria-busy", "true");
  try {
    element.textContent = await read();
    element.dataset.state = "ready";
  } catch (error) {
    failures.push(error);
    const place = document.querySelector(`[data-error-for="${CSS.escape(id)}"]`) ?? element;
    place.textContent = explain(error);
    element.dataset.state = "error";
  } finally {
    element.removeAttribute("aria-busy");
  }
}
