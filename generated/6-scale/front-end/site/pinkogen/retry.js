// When a request may be sent again, and how long to wait before.

/** Sending these twice does what sending them once does; others are for a person to repeat. */
const safeMethods = new Set(["GET", "HEAD"]);

/**
 * Grows with each attempt, and is never the same for two pages: a server that comes back should
 * not meet all of them at once.
 *
 * @param {number} attempt 1 for the first
 */
function backoffMs(attempt) {
  return Math.random() * Math.min(2000, 250 * 2 ** attempt);
}

/**
 * How long to wait before the next attempt, or undefined if there must be none.
 *
 * @param {unknown} error what the last attempt ended with
 * @param {{ method: string, attempt: number, retries: number, leftMs: number }} state
 * @returns {number | undefined}
 */
export function nextAttemptMs(error, { method, attempt, retries, leftMs }) {
  if (!safeMethods.has(method) || attempt > retries || !isRetryable(error)) return undefined;
  const waitMs = Math.max(backoffMs(attempt), askedMs(error));
  return waitMs < leftMs ? waitMs : undefined;
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>} rejects as soon as the signal aborts
 */
export function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}

/** @param {unknown} error */
function isRetryable(error) {
  return error instanceof Error && "retryable" in error && error.retryable === true;
}

/** @param {unknown} error */
function askedMs(error) {
  return error instanceof Error && "retryAfterMs" in error ? Number(error.retryAfterMs) : 0;
}
