import { deepStrictEqual as deepEqual } from "node:assert/strict";
import { passedOn, serverEnvironment } from "./server_environment.ts";

Deno.test("A server is not handed folders of PATH that its working directory decides about", () => {
  const own = { PATH: "./node_modules/.bin:/usr/bin::bin:/bin:", HOME: "/home/me", SECRET: "x" };
  deepEqual(serverEnvironment(own, {}), { PATH: "/usr/bin:/bin", HOME: "/home/me" });
  deepEqual(serverEnvironment(own, { PATH: "./mine", A: "1" }), {
    PATH: "./mine",
    HOME: "/home/me",
    A: "1",
  });
});

Deno.test("Nor is it by the name of PATH, or by one that has no other folder", () => {
  const own = { PATH: "./node_modules/.bin:/usr/bin:" };
  deepEqual(passedOn(own, ["PATH"]), { PATH: "/usr/bin" });
  // An empty PATH is the working directory.
  deepEqual(passedOn({ PATH: ".:bin" }, ["PATH"]), {});
  deepEqual(serverEnvironment({ PATH: ".:bin" }, {}), {});
});

Deno.test("Only variables that are there are passed on", () => {
  deepEqual(passedOn({ A: "1", B: "2" }, ["A", "C", "constructor"]), { A: "1" });
});
