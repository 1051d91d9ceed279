// What the gateway tells the page: where the API is, who may be signed in as, what to try.

const none = { endpoint: "/graphql", people: [], examples: [] };

/** A gateway that offers nobody to sign in as may leave the file out. */
export async function loadConfig(address) {
  const response = await fetch(address, { headers: { accept: "application/json" } });
  if (response.status === 404) return none;
  if (!response.ok) throw new Error(`The settings of this page could not be read (HTTP ${response.status}).`);
  const config = { ...none, ...(await response.json()) };
  return { ...config, people: withKeys(config.people) };
}

/** One address can belong to two people (a customer's and one of the staff): the second gets another key. */
function withKeys(people) {
  const taken = new Set();
  return people.map((one) => {
    let key = one.email;
    for (let count = 2; taken.has(key); count += 1) key = `${one.email}~${count}`;
    taken.add(key);
    return { ...one, key };
  });
}

/** Tabs for the example operations; the name of the operation becomes the title of its tab. */
export function tabsOf(examples) {
  return examples.map(({ query, variables }) => ({
    query,
    variables: variables ? JSON.stringify(variables, null, 2) : undefined,
  }));
}

/** Who is signed in stands in the page's address, so that a reload keeps the sign-in and a link can carry it. */
export function rememberedKey() {
  return new URL(window.location.href).searchParams.get("as") ?? "";
}

export function rememberKey(key) {
  const url = new URL(window.location.href);
  if (key) url.searchParams.set("as", key);
  else url.searchParams.delete("as");
  window.history.replaceState(null, "", url);
}
