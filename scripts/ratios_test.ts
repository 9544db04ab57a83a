import { equal, match, throws } from "node:assert/strict";
import { isOver, median, pairedRatio, type Ratio, table } from "./ratios.ts";

const row: Ratio = {
  name: "Read allowed",
  milliseconds: 31,
  ratio: 1.3,
  ratioToExit: 1.4,
  limit: 1.25,
};

Deno.test("The median of an odd and of an even number of values", () => {
  equal(median([3, 1, 2]), 2);
  equal(median([4, 1, 3, 2]), 2.5);
  throws(() => median([]), /No values/);
});

Deno.test("A paired ratio compares within each round", () => {
  equal(pairedRatio([11, 22, 60], [10, 20, 30]), 1.1);
});

Deno.test("A row over its limit says so", () => {
  equal(isOver(row), true);
  equal(isOver({ ...row, ratio: 1.25 }), false);
  equal(isOver({ ...row, ratio: NaN }), true);
  equal(isOver({ ...row, limit: undefined }), false);
  match(table([row])[1] ?? "", /over the limit$/);
});
