/** Ten times longer paths and patterns are about ten times the work, whatever is in them. */
import { ok, throws } from "node:assert/strict";
import { confinePattern } from "../../src/authorizer/search_reach.ts";
import { resolvePath } from "../../src/authorizer/resolve_path.ts";
import { withGround } from "../../src/authorizer/test_ground.ts";
import { looksOf, timeOf } from "./work.ts";

function tried(body: () => void): void {
  try {
    body();
  } catch {
    // A refusal is work as well.
  }
}

Deno.test("Looks at the file system grow with the path, and stop where nothing is", () => {
  const root = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "growth_" }));
  try {
    const deep = (count: number) => "/a".repeat(count);
    Deno.mkdirSync(`${root}${deep(300)}`, { recursive: true });
    Deno.symlinkSync(".", `${root}/here`);
    const shapes: Readonly<Record<string, (count: number) => string>> = {
      existing: (count) => deep(count).slice(1),
      "with dots": (count) => "./".repeat(count) + "a",
      "up and down": (count) => "a/../".repeat(count) + "a",
      slashes: (count) => "a" + "/".repeat(count),
      "through a link": (count) => "here/" + deep(count).slice(1),
    };
    for (const [name, make] of Object.entries(shapes)) {
      const [few, many] = [30, 300].map((count) => looksOf(() => resolvePath(root, make(count))));
      ok(few !== undefined && many !== undefined && few > 0, name);
      ok(many <= 12 * few, `${name}: ${few} looks, ten times longer ${many}`);
    }
    const missing = looksOf(() => resolvePath(root, "missing/" + "a/".repeat(1500)));
    ok(missing < 30, `${missing} looks for what does not exist`);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});

Deno.test("A path that is too long is refused unread", () => {
  const long = "a/".repeat(500_000);
  const looks = looksOf(() =>
    throws(() => resolvePath("/", long), { code: 9013, message: /longer than 4096/ })
  );
  ok(looks === 0);
});

const shapes: Readonly<Record<string, string>> = {
  "nested braces": "{a,",
  "open braces": "{",
  "empty braces": "{}",
  sequences: "{1..9}",
  alternatives: ",a",
  brackets: "[",
  classes: "[:",
  "closed sets": "[a]",
  "sets of sets": "[[:a:]]",
  stars: "*a",
  "two stars": "**/",
  slashes: "/",
  parts: "/a",
  dots: "./",
  blanks: "a ",
  escapes: "\\",
  marks: "?",
  "like a hidden folder": ".[",
  text: "a",
};

Deno.test("Patterns of searches take time in proportion to their length", async () => {
  await withGround(({ project, governance }) => {
    for (const field of ["pattern", "glob"]) {
      for (const [name, piece] of Object.entries(shapes)) {
        const [short, long] = [100, 1000].map((length) => {
          const half = piece.repeat(Math.floor(length / piece.length));
          const closed = name === "nested braces"
            ? half.slice(0, length / 2) + "}".repeat(length / 2)
            : half;
          return timeOf(() => tried(() => confinePattern(field, closed, project, governance)));
        });
        ok(short !== undefined && long !== undefined);
        ok(
          long <= 30 * short + 15,
          `${field} of ${name}: ${short} ms, ten times longer ${long} ms`,
        );
      }
    }
  });
});

Deno.test("A pattern that is too long is refused unread", async () => {
  await withGround(({ project, governance }) => {
    const long = "[:".repeat(500_000);
    const time = timeOf(() =>
      throws(() => confinePattern("pattern", long, project, governance), { code: 9013 })
    );
    ok(time < 50, `${time} ms`);
  });
});
