// How the page speaks to the gateway: JSON for queries and mutations, server-sent events for
// subscriptions. The same token goes with introspection, so the schema shown is the person's own.
import { getOperationAST } from "graphql";

const JSON_TYPES = "application/graphql-response+json, application/json;q=0.9";
const EVENT_STREAM = "text/event-stream";

export function createFetcher(endpoint, token) {
  return (params, options = {}) => {
    const call = (accept, signal) =>
      fetch(endpoint, {
        method: "POST",
        credentials: "same-origin",
        headers: {
          accept,
          "content-type": "application/json",
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...options.headers,
        },
        body: JSON.stringify(params),
        signal,
      });
    return isSubscription(params, options) ? events(call) : call(JSON_TYPES).then(answer);
  };
}

function isSubscription({ operationName }, { documentAST }) {
  if (!documentAST) return false;
  return getOperationAST(documentAST, operationName)?.operation === "subscription";
}

/** An answer that is not JSON (a proxy's page, an empty body) is named, not thrown at the parser. */
async function answer(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`HTTP ${response.status} ${response.statusText}: ${text.slice(0, 500)}`);
  }
}

async function* events(call) {
  const stop = new AbortController();
  try {
    const response = await call(EVENT_STREAM, stop.signal);
    if (!response.headers.get("content-type")?.startsWith(EVENT_STREAM)) {
      yield await answer(response);
      return;
    }
    for await (const { event, data } of readEvents(response.body)) {
      if (event === "complete") return;
      if (event === "next") yield JSON.parse(data);
    }
  } finally {
    stop.abort();
  }
}

async function* readEvents(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split(/\r?\n\r?\n/);
    rest = blocks.pop();
    for (const block of blocks) yield parseEvent(block);
  }
}

function parseEvent(block) {
  const found = { event: "message", data: "" };
  for (const line of block.split(/\r?\n/)) {
    const [, name, value] = /^(event|data): ?(.*)$/.exec(line) ?? [];
    if (name === "event") found.event = value;
    if (name === "data") found.data += (found.data ? "\n" : "") + value;
  }
  return found;
}
