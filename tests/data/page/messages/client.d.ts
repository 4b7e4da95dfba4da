// Rendered by pinkogen: the types of client.js, for pages that are written in TypeScript.

/** What a caller may say about one call. */
export interface Options {
  /** Ends the call; it then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** How long the call may take in all, retries included. */
  timeoutMs?: number;
  /** How often a GET or HEAD is sent again; 2 if not given. */
  retries?: number;
}

/** What all errors have in common; the message is fit for a person. */
export class RequestError extends Error {
  constructor(message: string, retryable: boolean, cause?: unknown);
  /** Whether the same request may succeed a little later. */
  retryable: boolean;
}

/** No answer at all: no network, no server, or a server that does not allow this page. */
export class NetworkError extends RequestError {
  constructor(cause?: unknown);
}

/** No complete answer in time. */
export class TimeoutError extends RequestError {
  constructor(cause?: unknown);
}

/** The body of an `application/problem+json` answer (RFC 9457). */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  /** What is wrong with which field. */
  errors?: { field: string; message: string }[];
}

/** What is worth knowing about an answer, whoever gave it. */
export interface Answer {
  status: number;
  /** Where to look in the server's log. */
  requestId: string | null;
  /** How long the server asks us to wait, 0 if it does not say. */
  retryAfterMs: number;
}

/** An error that the API itself reports. */
export class ApiError extends RequestError implements Answer {
  constructor(answer: Answer, problem: Problem);
  status: number;
  requestId: string | null;
  retryAfterMs: number;
  problem: Problem;
}

/** An answer that is not the API's, such as the error page of a proxy on the way. */
export class ForeignAnswerError extends RequestError implements Answer {
  constructor(answer: Answer);
  status: number;
  requestId: string | null;
  retryAfterMs: number;
}

/** An answer of the API that broke off, or is not what it says it is. */
export class UnreadableBodyError extends RequestError {
  constructor(retryable: boolean, cause?: unknown);
}

/** What to tell the person in front of the page, whatever went wrong. */
export function explain(error: unknown): string;

/** One of the stored chat-messages. */
export interface ChatMessagesRow {
  id: number;
  /** RFC 3339, set by the server */
  at: string;
  done: boolean;
  /** RFC 3339 */
  due: string | null;
  /** 1 to 5 */
  stars: number | null;
  /** 1 to 280 characters */
  text: string;
}

/** What creates one. */
export interface ChatMessagesInput {
  done: boolean;
  /** RFC 3339 */
  due?: string | null;
  /** 1 to 5 */
  stars?: number | null;
  /** 1 to 280 characters */
  text: string;
}

/** Some of them, and where the rest begins. */
export interface ChatMessagesPage {
  items: ChatMessagesRow[];
  /** What to give as `after` for the next page; null at the end. */
  next: number | null;
}

/** `GET /api/hello` of the service `back-end`. */
export function getApiHello(
  options?: Options,
): Promise<string>;

/** `GET /messages` of the service `back-end`. */
export function getMessages(
  page?: { after?: number | null; limit?: number },
  options?: Options,
): Promise<ChatMessagesPage>;

/** `POST /messages` of the service `back-end`. */
export function postMessages(
  body: ChatMessagesInput,
  options?: Options,
): Promise<ChatMessagesRow>;

/** `GET /*\/x*\/</script> "` of the service `back-end`. */
export function getXScript(
  options?: Options,
): Promise<unknown>;

/** `DELETE /items/{id}/{class}/{id}` of the service `back-end`. */
export function deleteItemsByIdByClassById(
  params: { id: string | number; class: string | number },
  options?: Options,
): Promise<unknown>;

/** An element and the endpoint whose text it shows. */
export interface Binding {
  id: string;
  read: (options?: Options) => Promise<string>;
}

export const bindings: readonly Binding[];
