// GraphiQL under a bar that says who is signed in. A new person means a new fetcher, and GraphiQL
// reads the schema again whenever its fetcher changes.
import { useMemo, useState } from "react";
import { GraphiQL } from "graphiql";
import { PersonBar } from "./person-bar.jsx";
import { createFetcher } from "./fetcher.js";
import { rememberedKey, rememberKey, tabsOf } from "./config.js";

/** Where GraphiQL keeps open tabs. Forgetting them brings the examples back. */
const KEPT = ["graphiql:tabState", "graphiql:query", "graphiql:variables"];

export function Playground({ config }) {
  const [key, setKey] = useState(rememberedKey);
  const [round, setRound] = useState(0);
  const person = config.people.find((one) => one.key === key) ?? null;
  const token = person?.token ?? null;
  const fetcher = useMemo(() => createFetcher(config.endpoint, token), [config.endpoint, token]);
  const tabs = useMemo(() => tabsOf(config.examples), [config.examples]);

  const choose = (next) => {
    rememberKey(next);
    setKey(next);
  };
  const restore = () => {
    for (const name of KEPT) window.localStorage.removeItem(name);
    setRound(round + 1);
  };

  return (
    <>
      <PersonBar
        people={config.people}
        person={person}
        onChoose={choose}
        onRestore={tabs.length > 0 ? restore : null}
      />
      <main className="playground">
        <GraphiQL
          key={round}
          fetcher={fetcher}
          defaultTabs={tabs.length > 0 ? tabs : undefined}
          inputValueDeprecation
          schemaDescription
        />
      </main>
    </>
  );
}
