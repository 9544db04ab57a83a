/** The resources and prompts that the conformance suite asks for. */

const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E" +
  "rkJggg==";
const WAV = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAD//w==";

export const image = { type: "image", data: PNG, mimeType: "image/png" } as const;
export const sound = { type: "audio", data: WAV, mimeType: "audio/wav" } as const;

export const resources = [
  { uri: "test://static-text", name: "text", description: "A text", mimeType: "text/plain" },
  { uri: "test://static-binary", name: "binary", description: "A dot", mimeType: "image/png" },
  { uri: "test://watched-resource", name: "watched", description: "Something that changes" },
] as const;

export const resourceTemplates = [{
  uriTemplate: "test://template/{id}/data",
  name: "template",
  description: "Data by an id",
  mimeType: "application/json",
}] as const;

/** What is read under a URI. @throws {Error} when there is nothing */
export function contents(uri: string) {
  if (uri === "test://static-binary") return [{ uri, mimeType: "image/png", blob: PNG }];
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
  if (id !== undefined) {
    const text = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
    return [{ uri, mimeType: "application/json", text }];
  }
  if (!resources.some((one) => one.uri === uri)) throw new Error(`No resource ${uri}`);
  return [{
    uri,
    mimeType: "text/plain",
    text: "This is the content of the static text resource.",
  }];
}

export const prompts = [
  { name: "test_simple_prompt", description: "Simple" },
  {
    name: "test_prompt_with_arguments",
    description: "With arguments",
    arguments: [{ name: "arg1", required: true }, { name: "arg2", required: true }],
  },
  {
    name: "test_prompt_with_embedded_resource",
    description: "With a resource",
    arguments: [{ name: "resourceUri", required: true }],
  },
  { name: "test_prompt_with_image", description: "With an image" },
];

/** The messages of a prompt. @throws {Error} when there is no such prompt */
export function promptMessages(name: string, args: Readonly<Record<string, string>>) {
  const said = (text: string) => ({
    role: "user" as const,
    content: { type: "text" as const, text },
  });
  if (name === "test_simple_prompt") return [said("This is a simple prompt for testing.")];
  if (name === "test_prompt_with_arguments") {
    return [said(`Prompt with arguments: arg1='${args.arg1}', arg2='${args.arg2}'`)];
  }
  if (name === "test_prompt_with_image") {
    return [{ role: "user" as const, content: image }, said("Please analyze the image above.")];
  }
  if (name !== "test_prompt_with_embedded_resource") throw new Error(`No prompt ${name}`);
  const resource = {
    uri: args.resourceUri ?? "",
    mimeType: "text/plain",
    text: "Embedded resource content for testing.",
  };
  const content = { type: "resource" as const, resource };
  return [{ role: "user" as const, content }, said("Please process the embedded resource above.")];
}
