/** A call of every tool of the published servers, as an honest client makes it. */
import type { Answer, Members } from "../session.ts";

export interface HonestCall {
  readonly tool: string;
  readonly args: Members;
  /** What the server cannot do without the client's help, or only as a task. */
  readonly isRefused?: boolean;
}

function call(tool: string, args: Members = {}): HonestCall {
  return { tool, args };
}

/** Text that every step from here to there has to carry unchanged. */
const DIFFICULT = 'Grüße, 世界, 👩‍💻, "quotes", back\\slash, \u2028 \u0001 and\ta tab\nnext line';

const PNG = "data:text/plain;base64,aGVsbG8=";

/** In the order of calling. */
export const everythingCalls: readonly HonestCall[] = [
  call("echo", { message: DIFFICULT }),
  call("echo", { message: "" }),
  call("echo", { message: "x".repeat(1 << 20) }),
  call("get-annotated-message", { messageType: "error", includeImage: true }),
  call("get-annotated-message", { messageType: "debug" }),
  call("get-resource-links", { count: 4 }),
  call("get-resource-reference", { resourceType: "Text", resourceId: 3 }),
  call("get-resource-reference", { resourceType: "Blob", resourceId: 4 }),
  call("get-structured-content", { location: "Chicago" }),
  call("get-sum", { a: 0.1, b: 0.2 }),
  call("get-sum", { a: -1e21, b: 3 }),
  call("get-tiny-image"),
  call("gzip-file-as-resource", { name: "a.gz", data: PNG, outputType: "resource" }),
  call("gzip-file-as-resource", { name: "b.gz", data: PNG, outputType: "resourceLink" }),
  call("trigger-long-running-operation", { duration: 0.1, steps: 2 }),
  call("toggle-simulated-logging"),
  call("toggle-simulated-logging"),
  call("toggle-subscriber-updates"),
  call("toggle-subscriber-updates"),
  // The server's own refusals come through as well.
  call("echo", {}),
  call("get-sum", { a: "one", b: 2 }),
];

/** What only a server that may ask the client offers. */
export const askingCalls: readonly HonestCall[] = [
  call("get-roots-list"),
  call("trigger-sampling-request", { prompt: DIFFICULT, maxTokens: 10 }),
  call("trigger-elicitation-request"),
];

/** In the order of calling, below the folder. */
export function filesystemCalls(folder: string): readonly HonestCall[] {
  const at = (name: string) => `${folder}/${name}`;
  return [
    call("list_allowed_directories"),
    call("create_directory", { path: at("deep/er") }),
    call("write_file", { path: at("deep/er/new.txt"), content: `one\n${DIFFICULT}\n` }),
    call("read_file", { path: at("notes.txt") }),
    call("read_text_file", { path: at("deep/er/new.txt") }),
    call("read_text_file", { path: at("notes.txt"), head: 1 }),
    call("read_text_file", { path: at("notes.txt"), tail: 1 }),
    call("read_media_file", { path: at("dot.png") }),
    call("read_multiple_files", { paths: [at("notes.txt"), at("missing.txt")] }),
    call("edit_file", {
      path: at("notes.txt"),
      edits: [{ oldText: "two", newText: "dos" }],
      dryRun: true,
    }),
    call("edit_file", { path: at("notes.txt"), edits: [{ oldText: "two", newText: "dos" }] }),
    call("list_directory", { path: folder }),
    call("list_directory_with_sizes", { path: folder, sortBy: "size" }),
    call("directory_tree", { path: folder, excludePatterns: ["*.png"] }),
    call("move_file", { source: at("notes.txt"), destination: at("moved.txt") }),
    call("search_files", { path: folder, pattern: "**/*.txt" }),
    call("get_file_info", { path: at("moved.txt") }),
    call("read_text_file", { path: at("missing.txt") }),
    call("read_text_file", { path: "/etc/hostname" }),
  ];
}

export const memoryCalls: readonly HonestCall[] = [
  call("create_entities", {
    entities: [
      { name: "Ada", entityType: "person", observations: ["counts", DIFFICULT] },
      { name: "Engine", entityType: "thing", observations: [] },
    ],
  }),
  call("create_relations", {
    relations: [{ from: "Ada", to: "Engine", relationType: "programs" }],
  }),
  call("add_observations", { observations: [{ entityName: "Engine", contents: ["turns"] }] }),
  call("read_graph"),
  call("search_nodes", { query: "turns" }),
  call("open_nodes", { names: ["Ada"] }),
  call("delete_observations", {
    deletions: [{ entityName: "Engine", observations: ["turns"] }],
  }),
  call("delete_relations", {
    relations: [{ from: "Ada", to: "Engine", relationType: "programs" }],
  }),
  call("delete_entities", { entityNames: ["Ada"] }),
  call("read_graph"),
  call("add_observations", { observations: [{ entityName: "Nobody", contents: ["x"] }] }),
];

// Times are not the same twice, and nothing else may differ.
const TIMES = [
  /\b(created|modified|accessed): [^"\\]*/g,
  /\d{1,2}:\d{2}:\d{2}(?:\.\d+)?\s?(?:[AP]M)?/g,
];

/** The answer with times evened out. */
export function timeless(answer: Answer): Answer {
  const text = JSON.stringify(answer, (_, value) => {
    // A time inside base64.
    if (typeof value !== "string" || !/^[A-Za-z0-9+/]{40,}=*$/.test(value)) return value;
    try {
      const plain = atob(value);
      return plain.includes("base64 data") || /\d:\d\d:\d\d/.test(plain) ? `(${plain})` : value;
    } catch {
      return value;
    }
  });
  return JSON.parse(TIMES.reduce((one, time) => one.replaceAll(time, "(a time)"), text));
}
