/** Files: where this program refuses what the Python program allows. */
import { isAbsolute } from "node:path/posix";
import {
  agree,
  type Case,
  type Difference,
  isText,
  pathFieldOf,
  pathFields,
  pathText,
  resolved,
  ruleOf,
  servedName,
  withInput,
} from "./case.ts";

/** Whether what stands before some `..` is anything but a plain directory. */
function climbsOutOfOther(text: string, cwd: string): boolean {
  const parts = (isAbsolute(text) ? text : `${cwd}/${text}`).split("/");
  return parts.some((part, at) => {
    if (part !== ".." || at === 0) return false;
    try {
      return !Deno.lstatSync(parts.slice(0, at).join("/") || "/").isDirectory;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
        return true;
      }
      throw error;
    }
  });
}

function isLoop(text: string, cwd: string): boolean {
  try {
    Deno.statSync(isAbsolute(text) ? text : `${cwd}/${text}`);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.FilesystemLoop ||
      /too many.*links|ELOOP|os error 40/i.test(String(error));
  }
}

function reachesGovernance(one: Case): boolean {
  const { call, folders } = one;
  const isSearch = ["Glob", "Grep"].includes(call.tool);
  // Whatever a server's tool is given may be opened by it.
  const texts = servedName(call) === undefined ? [pathText(one)] : Object.values(call.input);
  const given = texts.filter(isText);
  const paths = given.length === 0 && isSearch ? ["."] : given;
  const { project } = folders;
  const places = [".state", ".claude", "tenuo.yaml", "tenuo.advanced.yaml", ".mcp.json"]
    .map((name) => `${project}/${name}`);
  const isWithin = (inner: string, outer: string) =>
    inner === outer || inner.startsWith(outer === "/" ? "/" : `${outer}/`);
  return paths.map((text) => resolved(text, call.cwd)).some((path) =>
    places.some((place) => isWithin(path, place) || (isSearch && isWithin(place, path)))
  );
}

function climbingPattern({ call: { tool, input } }: Case): boolean {
  const pattern = tool === "Glob" ? input.pattern : tool === "Grep" ? input.glob : undefined;
  return isText(pattern) && (isAbsolute(pattern) || pattern.split("/").includes(".."));
}

const onText = (holds: (text: string, one: Case) => boolean) => (one: Case) => {
  const text = pathText(one);
  return isText(text) && holds(text, one);
};

/** Whether a rule on a path looks at its text there: every kind but subpath does. */
export function isTextRule(rule: unknown): boolean {
  return isText(rule) && !rule.startsWith("subpath:");
}

/** What the release says of the path that is opened is what this program says of the path as sent. */
async function isOfResolvedPath(one: Case): Promise<boolean> {
  const field = pathFields[one.call.tool];
  if (field === undefined || !isTextRule(ruleOf(one))) return false;
  const isSearch = ["Glob", "Grep"].includes(one.call.tool);
  const text = pathText(one) ?? (isSearch ? "." : undefined);
  if (!isText(text)) return false;
  // Glob and Grep read their path as the client does.
  const path = resolved(isSearch ? text.trim() : text, one.call.cwd);
  if (path === text) return false;
  return await one.there(withInput(one.call, field, path)) === await one.here(one.call);
}

export const openedPath: Difference = {
  name: "a rule on a path's text is about the path that is opened",
  words: "judge the path that is opened",
  holds: isOfResolvedPath,
};

/** Searches are judged by the path without its outer blanks. */
export const searchBlanks: Difference = {
  name: "outer blanks of a search",
  words: "for searches read as it does",
  holds: async (one) => {
    const text = pathText(one);
    if (!["Glob", "Grep"].includes(one.call.tool) || !isText(text) || text.trim() === text) {
      return false;
    }
    return await agree(one, withInput(one.call, "path", text.trim()));
  },
};

export const fileDifferences: readonly Difference[] = [
  {
    name: "a blank or non-text path",
    words: "a blank or non-text path",
    holds: (one) => {
      const { call } = one;
      const field = pathFieldOf(one);
      if (field === undefined) return false;
      const text = call.input[field];
      const isSearch = ["Glob", "Grep"].includes(call.tool) && !Object.hasOwn(call.input, field);
      return !isSearch && (!isText(text) || text.trim() === "");
    },
  },
  {
    name: "control characters in a path",
    words: "NUL and control characters",
    // deno-lint-ignore no-control-regex
    holds: onText((text) => /[\0-\x1f\x7f]/.test(text) || text.startsWith("/proc/self")),
  },
  {
    name: "outer blanks and tildes",
    words: "outer blanks, a leading `~`",
    holds: onText((text) => /^[\s~]|\s$/.test(text)),
  },
  {
    name: "what a parent leads to",
    words: "`..` after a link, where text and file system disagree",
    holds: onText((text, { call }) => climbsOutOfOther(text, call.cwd)),
  },
  {
    name: "a loop of links",
    words: "a loop of links",
    holds: onText((text, { call }) => isLoop(text, call.cwd)),
  },
  { name: "governance files", words: "governance files", holds: reachesGovernance },
  {
    name: "patterns of searches",
    words: "Glob `pattern`, Grep `glob`: `..`, absolute patterns",
    holds: climbingPattern,
  },
  openedPath,
];
