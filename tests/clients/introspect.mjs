// Builds the schema that an endpoint describes to one caller, and prints how many fields its types have:
// node introspect.mjs http://127.0.0.1:8080/graphql [TOKEN]
import { buildClientSchema, getIntrospectionQuery, isInterfaceType, isObjectType, validateSchema } from "graphql";

const [url, token] = process.argv.slice(2);
if (!url) {
  console.error("usage: node introspect.mjs URL [TOKEN]");
  process.exit(2);
}

const query = getIntrospectionQuery({
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  oneOf: true,
});
const response = await fetch(url, {
  method: "POST",
  headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
  body: JSON.stringify({ query }),
});
const { data, errors } = await response.json();
if (!data || errors) {
  console.error(response.status, JSON.stringify(errors));
  process.exit(1);
}
const schema = buildClientSchema(data);
const problems = validateSchema(schema);
if (problems.length > 0) {
  console.error(problems.map((problem) => problem.message).join("\n"));
  process.exit(1);
}
const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) || isInterfaceType(type));
console.log(types.reduce((sum, type) => sum + Object.keys(type.getFields()).length, 0));
