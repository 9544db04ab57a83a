/** The tools that the conformance suite calls. */
import type {
  CallToolResult,
  ElicitRequestFormParams,
  Tool,
} from "@modelcontextprotocol/sdk/types";
import { image, sound } from "./content.ts";

function resource(uri: string, mimeType: string, text: string) {
  return { type: "resource" as const, resource: { uri, mimeType, text } };
}

/** What tools without arguments always answer. */
export const fixedContent: Readonly<Record<string, CallToolResult["content"]>> = {
  test_simple_text: [{ type: "text", text: "This is a simple text response for testing." }],
  test_image_content: [image],
  test_audio_content: [sound],
  test_embedded_resource: [
    resource("test://embedded-resource", "text/plain", "This is an embedded resource content."),
  ],
  test_multiple_content_types: [
    { type: "text", text: "Multiple content types test:" },
    image,
    resource(
      "test://mixed-content-resource",
      "application/json",
      JSON.stringify({ test: "data", value: 123 }),
    ),
  ],
  json_schema_2020_12_tool: [{ type: "text", text: "Taken" }],
};

type Schema = ElicitRequestFormParams["requestedSchema"];

const titled = [
  { const: "value1", title: "First Option" },
  { const: "value2", title: "Second Option" },
  { const: "value3", title: "Third Option" },
];
const options = ["option1", "option2", "option3"];

/** What tools ask the person for. */
export const elicitations: Readonly<Record<string, Schema>> = {
  test_elicitation: {
    type: "object",
    properties: {
      username: { type: "string", description: "User's response" },
      email: { type: "string", description: "User's email address" },
    },
    required: ["username", "email"],
  },
  test_elicitation_sep1034_defaults: {
    type: "object",
    properties: {
      name: { type: "string", default: "John Doe" },
      age: { type: "integer", default: 30 },
      score: { type: "number", default: 95.5 },
      status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
      verified: { type: "boolean", default: true },
    },
  },
  test_elicitation_sep1330_enums: {
    type: "object",
    properties: {
      untitledSingle: { type: "string", enum: options },
      titledSingle: { type: "string", oneOf: titled },
      legacyEnum: {
        type: "string",
        enum: ["opt1", "opt2", "opt3"],
        enumNames: ["Option One", "Option Two", "Option Three"],
      },
      untitledMulti: { type: "array", items: { type: "string", enum: options } },
      titledMulti: { type: "array", items: { anyOf: titled } },
    },
  },
};

const none: Tool["inputSchema"] = { type: "object", properties: {} };

function taking(argument: string): Tool["inputSchema"] {
  return { type: "object", properties: { [argument]: { type: "string" } }, required: [argument] };
}

const schemas: Readonly<Record<string, Tool["inputSchema"]>> = {
  test_sampling: taking("prompt"),
  test_elicitation: taking("message"),
  json_schema_2020_12_tool: {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    $defs: {
      address: {
        type: "object",
        properties: { street: { type: "string" }, city: { type: "string" } },
      },
    },
    properties: { name: { type: "string" }, address: { $ref: "#/$defs/address" } },
    additionalProperties: false,
  },
};

export const toolNames: readonly string[] = [
  ...Object.keys(fixedContent),
  ...["test_error_handling", "test_tool_with_logging", "test_tool_with_progress", "test_sampling"],
  ...Object.keys(elicitations),
];

export const tools: readonly Tool[] = toolNames.map((name) => ({
  name,
  description: `The tool ${name} of the conformance suite`,
  inputSchema: schemas[name] ?? none,
}));
