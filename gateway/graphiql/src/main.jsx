// The start of the page: read the settings the gateway gives, then draw.
import { createRoot } from "react-dom/client";
import { Playground } from "./playground.jsx";
import { loadConfig } from "./config.js";
import "graphiql/style.css";
import "./page.css";

const root = createRoot(document.getElementById("app"));
loadConfig("/graphiql/config.json").then(
  (config) => root.render(<Playground config={config} />),
  (error) => root.render(<p className="notice" role="alert">{error.message}</p>),
);
