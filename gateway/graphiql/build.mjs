// Bundles the playground into dist/. Nothing in the result points to another host: the fonts that
// GraphiQL carries are dropped for those of the system, and there are no source maps.
import { build } from "esbuild";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";

const here = path.dirname(fileURLToPath(import.meta.url));
const inRoom = (...parts) => path.join(here, ...parts);

/** 370 KB of inlined web fonts, for a page that reads as well in the system's. */
const withoutFonts = {
  name: "without-fonts",
  setup(bundle) {
    bundle.onLoad({ filter: /graphiql[\\/]dist[\\/]style\.css$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, "utf8")).replace(/@font-face\s*\{[^}]*\}/g, ""),
      loader: "css",
    }));
  },
};

await mkdir(inRoom("dist"), { recursive: true });
const result = await build({
  entryPoints: [{ in: inRoom("src", "main.jsx"), out: "graphiql" }],
  outdir: inRoom("dist"),
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  jsx: "automatic",
  charset: "utf8",
  legalComments: "eof",
  define: { "process.env.NODE_ENV": '"production"' },
  plugins: [withoutFonts],
  metafile: true,
  logLevel: "warning",
});
await copyFile(inRoom("src", "index.html"), inRoom("dist", "index.html"));

for (const [file, { bytes }] of Object.entries(result.metafile.outputs)) {
  console.log(`${path.basename(file)}  ${Math.round(bytes / 1024)} KB`);
}
