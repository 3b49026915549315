// What every module asks of the page: its words, its token, its language, a fetch that carries both.
export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// {n}, and {n:entry|entries}: the first word for one, the second for any other number.
const PLACE = /\{(\w+)(?::([^{}|]*)\|([^{}|]*))?\}/g;

let words;

// The server writes the sentences in the reader's language into <body data-words>.
export function word(key, values = {}) {
  words ??= JSON.parse(document.body?.dataset.words || "{}");
  return (words[key] ?? key).replace(PLACE, (whole, name, one, other) =>
    other === undefined ? values[name] ?? whole : String(values[name]) === "1" ? one : other);
}

export const language = () => document.documentElement.lang || "zh-Hans";
export const token = () => $('meta[name="csrf-token"]')?.content ?? "";

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Answers {ok, status, body}; a broken line is status 0, so that callers have one path for failure.
export async function send(url, body, { method = "POST", key, keepalive = false, headers = {} } = {}) {
  const isForm = body instanceof FormData;
  try {
    const answer = await fetch(url, {
      method,
      credentials: "same-origin",
      keepalive,
      headers: {
        Accept: "application/json",
        "X-CSRFToken": token(),
        ...(key ? { "Idempotency-Key": key } : {}),
        ...(isForm || body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? undefined : isForm ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    let parsed = null;
    try { parsed = text ? JSON.parse(text) : null; } catch { parsed = null; }
    return { ok: answer.ok, status: answer.status, body: parsed };
  } catch {
    return { ok: false, status: 0, body: null };
  }
}
