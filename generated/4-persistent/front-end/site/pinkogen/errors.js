// What can go wrong with a request, told apart. Every message is fit for a person to read.

/** What all of them have in common. */
export class RequestError extends Error {
  /**
   * @param {string} message
   * @param {boolean} retryable
   * @param {unknown} [cause]
   */
  constructor(message, retryable, cause) {
    super(message, { cause });
    this.name = "RequestError";
    /** Whether the same request may succeed a little later. */
    this.retryable = retryable;
  }
}

/** No answer at all: no network, no server, or a server that does not allow this page. */
export class NetworkError extends RequestError {
  /** @param {unknown} [cause] */
  constructor(cause) {
    super("The server cannot be reached. Check your connection and try again.", true, cause);
    this.name = "NetworkError";
  }
}

/** No complete answer in time. */
export class TimeoutError extends RequestError {
  /** @param {unknown} [cause] */
  constructor(cause) {
    super("The server took too long to answer. Please try again.", true, cause);
    this.name = "TimeoutError";
  }
}

/**
 * The body of an `application/problem+json` answer (RFC 9457).
 *
 * @typedef {object} Problem
 * @property {string} [type]
 * @property {string} [title]
 * @property {number} [status]
 * @property {string} [detail]
 * @property {{ field: string, message: string }[]} [errors] what is wrong with which field
 */

/** An error that the API itself reports. */
export class ApiError extends RequestError {
  /**
   * @param {Answer} answer
   * @param {Problem} problem
   */
  constructor(answer, problem) {
    super(
      sentence(String(problem.detail || problem.title || `The server answered ${answer.status}`)),
      passing.has(answer.status),
    );
    this.name = "ApiError";
    this.status = answer.status;
    this.requestId = answer.requestId;
    this.retryAfterMs = answer.retryAfterMs;
    this.problem = problem;
  }
}

/** An answer that is not the API's, such as the error page of a proxy on the way. */
export class ForeignAnswerError extends RequestError {
  /** @param {Answer} answer */
  constructor(answer) {
    super(
      passing.has(answer.status)
        ? `The service is not available right now (${answer.status}). Please try again soon.`
        : `Something other than the service answered (${answer.status}).`,
      passing.has(answer.status),
    );
    this.name = "ForeignAnswerError";
    this.status = answer.status;
    this.requestId = answer.requestId;
    this.retryAfterMs = answer.retryAfterMs;
  }
}

/** An answer of the API that broke off, or is not what it says it is. */
export class UnreadableBodyError extends RequestError {
  /**
   * @param {boolean} retryable
   * @param {unknown} [cause]
   */
  constructor(retryable, cause) {
    super("The answer of the server cannot be read. Please try again.", retryable, cause);
    this.name = "UnreadableBodyError";
  }
}

/**
 * What is worth knowing about an answer, whoever gave it.
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {string | null} requestId where to look in the server's log
 * @property {number} retryAfterMs how long the server asks us to wait, 0 if it does not say
 */

/** Statuses that pass by themselves. */
const passing = new Set([408, 425, 429, 502, 503, 504]);

/** @param {string} phrase */
function sentence(phrase) {
  const end = /[.!?]$/.test(phrase) ? "" : ".";
  return `${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}${end}`;
}

/**
 * What to tell the person in front of the page, whatever went wrong.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function explain(error) {
  return error instanceof RequestError ? error.message : "Something went wrong on this page.";
}
