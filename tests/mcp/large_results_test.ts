/** Large results: passed whole, refused beyond the limit, and not kept in memory. */
import { equal, match, ok } from "node:assert/strict";
import { HostileGround, isError, isSane, textOf } from "./hostile_ground.ts";
import { canLookAtProcesses, residentMegabytes } from "./processes.ts";

const megabyte = 1 << 20;
const policy = { timeout_seconds: 60 };

Deno.test("A result of 10 MB is passed whole", async () => {
  await using ground = await HostileGround.create({ policy });
  await using peer = await ground.connect();
  for (const letter of ["x", "ü", "\\"]) {
    const count = 10 * megabyte / new TextEncoder().encode(letter).length;
    const answer = await peer.call("large", { letter, bytes: count });
    const text = textOf(answer);
    equal(text.length, count);
    equal(text === letter.repeat(count), true);
  }
});

Deno.test("Results of 40 and 100 MB are refused with what to do, and the next call works", async () => {
  await using ground = await HostileGround.create({ policy });
  await using peer = await ground.connect();
  for (const size of [40, 100]) {
    const answer = await peer.call("large", { bytes: size * megabyte });
    equal(isError(answer), true, JSON.stringify(answer).slice(0, 300));
    match(textOf(answer), /max_result_bytes|MB|bytes/);
    ok(JSON.stringify(answer).length < 2000);
    equal(await isSane(peer), true);
  }
});

Deno.test("max_result_bytes holds to the byte", async () => {
  await using ground = await HostileGround.create({
    policy: { ...policy, max_result_bytes: 4096 },
  });
  await using peer = await ground.connect();
  equal(textOf(await peer.call("large", { bytes: 3800 })).length, 3800);
  const refused = await peer.call("large", { bytes: 4096 });
  equal(isError(refused), true);
  match(textOf(refused), /4,?096/);
});

Deno.test({
  name: "Results of 10 MB leave the memory flat",
  ignore: !canLookAtProcesses,
  async fn() {
    await using ground = await HostileGround.create({ policy });
    await using peer = await ground.connect();
    const sizes: number[] = [];
    for (let n = 1; n <= 50; n++) {
      equal(textOf(await peer.call("large", { bytes: 10 * megabyte })).length, 10 * megabyte);
      peer.told.length = 0;
      sizes.push(residentMegabytes(peer.pid));
    }
    const [early, late] = [Math.max(...sizes.slice(0, 10)), Math.max(...sizes.slice(-10))];
    console.log(`resident after 10 of them ${early.toFixed(0)} MB, after 50 ${late.toFixed(0)} MB`);
    ok(late < early * 1.3 + 20, `${early} MB became ${late} MB`);
  },
});
