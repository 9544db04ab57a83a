import assert from "node:assert/strict";
import fc from "fast-check";
import { type RequestId, type Response, result } from "../framing/message.ts";
import { isUnanswered, RequestTable, type Unanswered } from "./request_table.ts";

type Outcome = Response | Unanswered;

function asked(outcomes: Outcome[], from?: RequestId, progressToken?: RequestId) {
  return {
    method: "tools/call",
    ...(from === undefined ? {} : { from }),
    ...(progressToken === undefined ? {} : { progressToken }),
    settle: (answer: Outcome) => void outcomes.push(answer),
  };
}

Deno.test("Every request is settled once, by its own answer, in whatever order answers come", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.infiniteStream(fc.nat()), (count, die) => {
      const table = new RequestTable();
      const outcomes: Outcome[][] = [];
      const ids = Array.from({ length: count }, (_, from) => {
        outcomes.push([]);
        return table.enter(asked(outcomes[from] as Outcome[], from));
      });
      const order = ids.map((id, from) => ({ id, from, key: die.next().value as number }))
        .sort((one, other) => one.key - other.key);
      for (const { id, from } of order) {
        assert.equal(table.idOf(from), id);
        assert.equal(table.settle(id, result(id, { from })), true);
        assert.equal(table.settle(id, result(id, { from })), false, "twice");
        assert.equal(table.isLate(id), false, "an answer twice is no late one");
      }
      assert.equal(table.size, 0);
      outcomes.forEach((one, from) =>
        assert.deepEqual(one, [result(ids[from] as number, { from })])
      );
    }),
  );
});

Deno.test("What is given up on may still be answered once; what nobody asked may not", () => {
  const table = new RequestTable();
  const outcomes: Outcome[] = [];
  const id = table.enter(asked(outcomes, "a"));
  table.settle(id, { unanswered: "cancelled", why: "cancelled" });
  assert.equal(outcomes.every(isUnanswered), true);
  assert.deepEqual([table.isLate(id), table.isLate(id), table.isLate(999)], [true, false, false]);
  assert.equal(table.settle(null, result(1, {})), false);
});

Deno.test("A request without an answer is settled when its time is over, and progress prolongs it", async () => {
  const table = new RequestTable();
  const outcomes: Outcome[] = [];
  const expired: number[] = [];
  const id = table.enter(asked(outcomes, 1, "token"), 0.2, (one) => void expired.push(one));
  for (let i = 0; i < 4; i++) {
    await new Promise((done) => setTimeout(done, 100));
    assert.equal(table.progressed("token"), true);
  }
  assert.deepEqual([outcomes, expired], [[], []]);
  await new Promise((done) => setTimeout(done, 500));
  assert.deepEqual(expired, [id]);
  assert.deepEqual(outcomes, [{ unanswered: "timeout", why: "no answer within 0.2 s" }]);
  for (const token of ["token", "other", undefined, {}, 1]) {
    assert.equal(table.progressed(token), false);
  }
});

Deno.test("Two requests under one id of the asking side do not lose each other", () => {
  const table = new RequestTable();
  const [first, second]: [Outcome[], Outcome[]] = [[], []];
  const one = table.enter(asked(first, 7));
  const other = table.enter(asked(second, 7));
  table.settle(one, result(one, {}));
  assert.equal(table.idOf(7), other);
  table.settleAll({ unanswered: "gone", why: "ended" });
  assert.deepEqual([first.length, second.length, table.size], [1, 1, 0]);
  assert.equal(table.idOf(7), undefined);
});
