// The messages: shows what is stored, and sends what is written into the form.

import {
  ApiError,
  RequestError,
  explain,
  getApiMessages,
  postApiMessages,
} from "/pinkogen/client.js";

const form = element("message-form", HTMLFormElement);
const field = element("message-text", HTMLTextAreaElement);
const fieldError = element("message-error", HTMLElement);
const status = element("message-status", HTMLElement);
const list = element("messages", HTMLOListElement);
const none = element("messages-none", HTMLElement);
const when = new Intl.DateTimeFormat(document.documentElement.lang, {
  dateStyle: "medium",
  timeStyle: "short",
});

/** The id of the newest message that is shown. */
let newest = 0;
let isSending = false;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!isSending) send();
});

refresh();

async function send() {
  isSending = true;
  showFieldError("");
  status.textContent = "Sending…";
  try {
    await postApiMessages({ text: field.value });
    form.reset();
    field.focus();
    status.textContent = "Sent.";
    await refresh();
  } catch (error) {
    showSendError(error);
  } finally {
    isSending = false;
  }
}

/** Shows all messages that are newer than what is there: at first all of them. */
async function refresh() {
  try {
    for (let after = /** @type {number | null} */ (newest); after !== null; ) {
      const page = await getApiMessages({ after });
      for (const message of page.items.filter(({ id }) => id > newest)) {
        list.prepend(item(message));
        newest = message.id;
      }
      after = page.next;
    }
    none.hidden = list.childElementCount > 0;
  } catch (error) {
    status.textContent = `The messages cannot be shown. ${explain(error)}`;
    unlessExpected(error);
  }
}

/** @param {import("/pinkogen/client.js").MessagesRow} message */
function item({ at, text }) {
  const time = document.createElement("time");
  time.dateTime = at;
  time.textContent = when.format(new Date(at));

  const words = document.createElement("p");
  words.textContent = text;

  const entry = document.createElement("li");
  entry.append(time, words);
  return entry;
}

/** @param {unknown} error */
function showSendError(error) {
  const faults = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  const fault = faults.find((each) => each.field === "text");
  if (fault) {
    status.textContent = "";
    showFieldError(`Your message ${fault.message}.`);
    field.focus();
  } else {
    status.textContent = explain(error);
  }
  unlessExpected(error);
}

/** @param {string} message empty if the field is fine */
function showFieldError(message) {
  fieldError.textContent = message;
  field.setAttribute("aria-invalid", String(message !== ""));
}

/**
 * Lets a mistake of this script reach the console; a failed request is shown in the page.
 *
 * @param {unknown} error
 */
function unlessExpected(error) {
  if (!(error instanceof RequestError)) throw error;
}

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
function element(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new TypeError(`the page has no ${kind.name} "${id}"`);
  return found;
}
