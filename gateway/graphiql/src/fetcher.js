// How the page speaks to the gateway: JSON for queries and mutations, server-sent events for
// subscriptions. The same token goes with introspection, so the schema shown is the person's own.
import { getOperationAST, Kind, parse } from "graphql";

const JSON_TYPES = "application/graphql-response+json, application/json;q=0.9";
const EVENT_STREAM = "text/event-stream";

export function createFetcher(endpoint, token) {
  return (asked, options = {}) => {
    const { params, operation } = settled(asked);
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
    return operation === "subscription" ? events(call) : call(JSON_TYPES).then(answer);
  };
}

/** For a moment after a change of tabs GraphiQL still names the operation of the tab before. */
function settled(params) {
  let document;
  try {
    document = parse(params.query);
  } catch {
    return { params }; // The gateway says what is wrong with it.
  }
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operations.length === 1) params = { ...params, operationName: operations[0].name?.value };
  return { params, operation: getOperationAST(document, params.operationName)?.operation };
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
