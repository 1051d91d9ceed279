// Runs the server audits of `graphql-http` against one endpoint: node audit.mjs http://127.0.0.1:8080/graphql
import { serverAudits } from "graphql-http";

const url = process.argv[2];
if (!url) {
  console.error("usage: node audit.mjs URL");
  process.exit(2);
}

let passed = 0;
let failed = 0;
for (const audit of serverAudits({ url, fetchFn: fetch })) {
  let reason;
  try {
    const result = await audit.fn();
    if (result.status !== "ok") {
      reason = `${result.status}: ${result.reason}`;
    }
  } catch (error) {
    reason = `error: ${error}`;
  }
  if (reason === undefined) {
    passed += 1;
  } else {
    failed += 1;
    console.log(`${audit.id} ${audit.name}\n     ${reason}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
