// Uses the playground as a person would, in a real browser: signs in as somebody, runs an example and
// reads the answer. Prints what was seen as JSON.
//
//   node playground.mjs http://127.0.0.1:8080/graphiql NAME EXAMPLE CHROMIUM FOLDER
//
// FOLDER is for the browser's profile and the picture `playground.png`.
import path from "node:path";
import { chromium } from "playwright-core";

const [url, name, example, executablePath, folder] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node playground.mjs URL NAME EXAMPLE CHROMIUM FOLDER");
  process.exit(2);
}

const context = await chromium.launchPersistentContext(path.join(folder, "profile"), {
  executablePath,
  headless: true,
  viewport: { width: 1280, height: 800 },
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
const requests = new Set();
const complaints = [];
try {
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(15_000);
  context.on("request", (request) => requests.add(request.url().slice(0, 200)));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));

  await page.goto(url);
  const people = page.getByLabel("Sign in as");
  const option = people.locator("option", { hasText: name });
  await people.selectOption(await option.first().getAttribute("value"));
  const bar = await page.getByRole("status").first().innerText();

  await page.getByRole("tab", { name: example }).click();
  await page.getByRole("button", { name: "Execute query" }).click();
  const result = page.locator(".result-window");
  await result.filter({ hasText: "\"data\"" }).waitFor();
  const answer = await result.innerText();
  await page.screenshot({ path: path.join(folder, "playground.png") });

  // A reload keeps who is signed in.
  await page.reload();
  await page.getByRole("status").first().filter({ hasText: name }).waitFor();
  console.log(JSON.stringify({ bar, answer, complaints, requests: [...requests] }));
} catch (error) {
  const shown = await context.pages()[0].innerText("body").catch(() => "");
  console.error(`${error.message}\nThe page shows: ${shown}\n${JSON.stringify({ complaints, requests: [...requests] })}`);
  process.exitCode = 1;
} finally {
  await context.close();
}
