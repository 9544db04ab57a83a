/** Each file of `.state` missing, spoilt, unreadable or replaced: nothing is allowed. */
import { equal, match } from "node:assert/strict";
import { type StateFile, stateFiles } from "../../src/state/layout.ts";
import { Project, type Run } from "./project.ts";
import { allowed, refused } from "./verdict.ts";

/** What a decision needs, and the code it ends with when the file is of no use. */
const needed: readonly (readonly [file: StateFile, missing: number, garbage: number])[] = [
  ["snapshot", 9002, 1100],
  ["warrant", 9002, 9002],
  ["revocations", 9002, 1801],
  ["holderKey", 9002, 9002],
];

function ask(project: Project, run: Run = {}) {
  return project.ask("Read", { file_path: project.path("sandbox/notes.txt") }, run);
}

/** Runs `body` with the file set aside, and puts it back. */
async function without(project: Project, file: StateFile, body: () => Promise<void>) {
  const path = project.state(file);
  Deno.renameSync(path, `${path}.aside`);
  try {
    await body();
  } finally {
    try {
      Deno.removeSync(path, { recursive: true });
    } catch {
      // The body left nothing there.
    }
    Deno.renameSync(`${path}.aside`, path);
  }
}

Deno.test("A state file that is missing refuses the call, with a receipt", async () => {
  await using project = await Project.create();
  for (const [file, code] of needed) {
    await without(project, file, async () => {
      refused(project, await ask(project), code, /Missing .*; run tenuo-claude/);
    });
  }
  allowed(project, await ask(project));
});

Deno.test("A state file with garbage in it refuses the call, with a receipt", async () => {
  await using project = await Project.create();
  const garbage = ["", "garbage", "\0\0\0\0", "é".repeat(100), "A".repeat(43) + "=\n", "{}"];
  for (const [file, , code] of needed) {
    for (const text of garbage) {
      // Forty-three letters are a key, though not the holder's.
      const isKey = file === "holderKey" && text.startsWith("AAA");
      await without(project, file, async () => {
        Deno.writeTextFileSync(project.state(file), text);
        const verdict = await ask(project);
        equal(verdict.decision, "deny", `${file}: ${text}`);
        const recorded = project.last().code ?? 0;
        if (isKey) equal(recorded, 1600);
        else if (file === "holderKey" || file === "snapshot") equal(recorded, code);
      });
    }
  }
  allowed(project, await ask(project));
});

Deno.test("A state file that is cut short, or a bit of which is flipped, refuses the call", async () => {
  await using project = await Project.create();
  for (const file of ["snapshot", "warrant", "revocations"] as const) {
    const whole = Deno.readFileSync(project.state(file));
    const spoilt = [0.1, 0.5, 0.9].map((part) => {
      const bytes = whole.slice();
      const at = Math.floor(bytes.length * part);
      // The warrant is text, so another letter rather than another bit.
      bytes[at] = file === "warrant" ? (bytes[at] === 65 ? 66 : 65) : (bytes[at] as number) ^ 1;
      return bytes;
    });
    for (const bytes of [...spoilt, whole.slice(0, -1).slice(0, whole.length / 2)]) {
      Deno.writeFileSync(project.state(file), bytes);
      equal((await ask(project)).decision, "deny", file);
      equal(project.last().decision, "deny");
    }
    Deno.writeFileSync(project.state(file), whole);
  }
  allowed(project, await ask(project));
});

Deno.test("A state file replaced by a link, a pipe or a directory refuses the call", async () => {
  await using project = await Project.create();
  for (const [file] of needed) {
    const path = project.state(file);
    const replacements: readonly (() => void)[] = [
      () => Deno.symlinkSync(`${path}.aside`, path),
      () => Deno.symlinkSync("nowhere", path),
      () => new Deno.Command("mkfifo", { args: [path] }).outputSync(),
      () => Deno.mkdirSync(path),
      () => Deno.symlinkSync("/dev/zero", path),
    ];
    for (const replace of replacements) {
      await without(project, file, async () => {
        replace();
        refused(project, await ask(project), 9002, /is not a regular file/);
      });
    }
  }
  allowed(project, await ask(project));
});

Deno.test("A huge state file is not read", async () => {
  await using project = await Project.create();
  for (const [file] of needed) {
    await without(project, file, async () => {
      Deno.writeTextFileSync(project.state(file), "");
      Deno.truncateSync(project.state(file), 1 << 30);
      refused(project, await ask(project), 9002, /larger than/);
    });
  }
});

Deno.test("Without the receipts file or its key nothing is allowed", async () => {
  await using project = await Project.create();
  await without(project, "receipts", async () => {
    const verdict = await ask(project);
    equal(verdict.decision, "deny");
    match(verdict.reason, /Receipts: Missing .*; put back the file that was there/);
  });
  for (const text of [undefined, "garbage"]) {
    await without(project, "receiptKey", async () => {
      if (text !== undefined) Deno.writeTextFileSync(project.state("receiptKey"), text);
      equal((await ask(project)).decision, "deny");
    });
  }
  await without(project, "receipts", async () => {
    Deno.symlinkSync(`${project.state("receipts")}.aside`, project.state("receipts"));
    equal((await ask(project)).decision, "deny");
  });
  allowed(project, await ask(project));
});

Deno.test("Without the whole state directory nothing is allowed", async () => {
  await using project = await Project.create();
  Deno.renameSync(project.path(".state"), project.path("aside"));
  const verdict = await ask(project);
  equal(verdict.decision, "deny");
  match(verdict.reason, /Missing .*policy\.snapshot; run tenuo-claude init/);
});

Deno.test("The recorded root is needed only where the wiring names none", async () => {
  await using project = await Project.create();
  await without(project, "issuerPublic", async () => {
    allowed(project, await ask(project));
    const args = ["--project", project.root];
    equal((await ask(project, { args })).decision, "deny");
    Deno.writeTextFileSync(project.state("issuerPublic"), "garbage");
    equal((await ask(project, { args })).decision, "deny");
  });
});

const setpriv = "/usr/bin/setpriv";

function canDropPrivileges(): boolean {
  try {
    return Deno.uid() !== 0 || Deno.statSync(setpriv).isFile;
  } catch {
    return false;
  }
}

Deno.test({
  name: "A state file that may not be read refuses the call",
  ignore: !canDropPrivileges(),
  fn: async () => {
    await using project = await Project.create();
    // Root reads everything; without its capabilities it is the owner and no more.
    const under = Deno.uid() === 0 ? [setpriv, "--bounding-set=-all", "--inh-caps=-all"] : [];
    allowed(project, await ask(project, { under }));
    for (const file of Object.keys(stateFiles) as StateFile[]) {
      if (!["snapshot", "warrant", "revocations", "holderKey", "receiptKey"].includes(file)) {
        continue;
      }
      Deno.chmodSync(project.state(file), 0);
      equal((await ask(project, { under })).decision, "deny", file);
      Deno.chmodSync(project.state(file), 0o600);
    }
    Deno.chmodSync(project.path(".state"), 0);
    equal((await ask(project, { under })).decision, "deny");
    Deno.chmodSync(project.path(".state"), 0o700);
    allowed(project, await ask(project, { under }));
  },
});

Deno.test("Keys and state are for their owner alone", async () => {
  await using project = await Project.create();
  const mode = (path: string) => (Deno.statSync(path).mode ?? 0) & 0o777;
  equal(mode(project.path(".state")), 0o700);
  for (const file of ["issuerKey", "holderKey", "receiptKey", "warrant", "snapshot"] as const) {
    equal(mode(project.state(file)), 0o600, file);
  }
  equal(mode(project.state("receipts")), 0o600);
  const keys = ["issuerKey", "holderKey", "receiptKey"] as const;
  const before = keys.map((file) => Deno.readTextFileSync(project.state(file)));
  equal(new Set(before).size, 3);
  Deno.chmodSync(project.path(".state"), 0o755);
  await project.must("refresh");
  equal(mode(project.path(".state")), 0o700);
  equal(keys.map((file) => Deno.readTextFileSync(project.state(file))).join(), before.join());
});
