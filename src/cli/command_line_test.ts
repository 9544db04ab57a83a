/** Options, operands and commands within commands. */
import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
  throws,
} from "node:assert/strict";
import { type Command, UsageError, valuesOf } from "./command.ts";
import { readCommandLine } from "./command_line.ts";
import { runProgram } from "./warrant_test_shell.ts";

const sample: Command = {
  name: "sample",
  summary: "",
  description: "",
  operands: ["FILE|-"],
  options: {
    tool: { value: "NAME", multiple: true, help: "" },
    rule: { value: "TEXT", multiple: true, help: "" },
    at: { value: "N", help: "" },
    json: { help: "" },
  },
  run: () => 0,
};
const terminal = { colour: false, print: () => {}, warn: () => {}, paint: () => "" };

Deno.test("Options keep the order they were given in, and - is an operand", () => {
  const args = [
    "--tool",
    "a",
    "-",
    "--rule",
    "x",
    "--tool=b",
    "--json",
    "--at",
    "3",
    "--rule",
    "y",
  ];
  const read = readCommandLine(sample, args);
  deepEqual(read.given?.map(({ name, value }) => `${name} ${value}`), [
    "tool a",
    "rule x",
    "tool b",
    "at 3",
    "rule y",
  ]);
  deepEqual({ ...read.options }, { json: true, at: "3" });
  deepEqual(read.operands, ["-"]);
  deepEqual(valuesOf({ ...read, terminal }, "tool"), ["a", "b"]);
});

Deno.test("What the table does not know is a usage error of one line", () => {
  const { operands: _, ...none } = sample;
  for (const args of [["--none"], ["--at"], ["--json=1"], ["a", "b"], ["--at", "--json"]]) {
    throws(() => readCommandLine(sample, args), (error) => {
      return error instanceof UsageError && !error.message.includes("\n");
    });
  }
  throws(() => readCommandLine(none, ["a"]), UsageError);
});

Deno.test("A command takes as many operands as it names, each by its place", () => {
  const two: Command = { ...sample, operands: ["TOOL", "JSON|-"] };
  deepEqual(readCommandLine(two, []).operands, []);
  deepEqual(readCommandLine(two, ["Bash", "--json", "ls -la"]).operands, ["Bash", "ls -la"]);
  deepEqual(readCommandLine(two, ["--", "Bash", "-l"]).operands, ["Bash", "-l"]);
  throws(() => readCommandLine(two, ["Bash", "ls", "-", "x"]), /Unexpected argument '-'/);
});

Deno.test("Groups are found, helped with and refused like commands", async () => {
  const rows: readonly (readonly [string[], number, RegExp])[] = [
    [["help"], 0, /^ {2}warrant {4}.*\n {2}key {8}/m],
    [["help", "warrant"], 0, /^Usage: tenuo-claude warrant COMMAND[^]*\n {2}verify /],
    [["warrant", "--help"], 0, /^Usage: tenuo-claude warrant COMMAND/],
    [
      ["help", "warrant", "verify"],
      0,
      /^Usage: tenuo-claude warrant verify \[FILE\|-\] \[OPTIONS\]/,
    ],
    [["warrant", "mint", "--help"], 0, /Example:\n {2}tenuo-claude warrant mint/],
    [["help", "key", "generate"], 0, /Example:/],
    [["warrant"], 2, /takes one of inspect, verify, pop, mint, attenuate/],
    [["warrant", "verfy"], 2, /Unknown command warrant verfy\. Did you mean verify\?/],
    [["key", "_serve"], 2, /Unknown command key _serve/],
  ];
  const answers = await Promise.all(rows.map(([args]) => runProgram(args)));
  answers.forEach(({ code, stdout, stderr }, at) => {
    const [args, expected, text] = rows[at] as (typeof rows)[number];
    equal(code, expected, args.join(" "));
    match(expected === 0 ? stdout : stderr, text);
  });
});
