// What the gateway tells the page: where the API is, who may be signed in as, what to try.

const none = { endpoint: "/graphql", people: [], examples: [] };

/** A gateway that offers nobody to sign in as may leave the file out. */
export async function loadConfig(address) {
  const response = await fetch(address, { headers: { accept: "application/json" } });
  if (response.status === 404) return none;
  if (!response.ok) throw new Error(`The settings of this page could not be read (HTTP ${response.status}).`);
  return { ...none, ...(await response.json()) };
}

/** Tabs for the example operations; the name of the operation becomes the title of its tab. */
export function tabsOf(examples) {
  return examples.map(({ query, variables }) => ({
    query,
    variables: variables ? JSON.stringify(variables, null, 2) : undefined,
  }));
}

/** The person's address is kept in the page's own, so that a reload keeps the sign-in and a link can carry it. */
export function rememberedEmail() {
  return new URL(window.location.href).searchParams.get("as") ?? "";
}

export function rememberEmail(email) {
  const url = new URL(window.location.href);
  if (email) url.searchParams.set("as", email);
  else url.searchParams.delete("as");
  window.history.replaceState(null, "", url);
}
