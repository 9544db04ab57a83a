import assert from "node:assert/strict";
import { errorCodes } from "./message.ts";
import { readFrame } from "./read_frame.ts";
import { writeFrame } from "./write_frame.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (text: string) => readFrame(bytes(text));
const call = (rest: string) => `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":${rest}}`;
const answer = (rest: string) => `{"jsonrpc":"2.0","id":7,"result":${rest}}`;

function refuses(line: string | Uint8Array, why: RegExp, id?: string | number, code = -32600) {
  const problem = readFrame(typeof line === "string" ? bytes(line) : line);
  assert.ok("why" in problem, `${line} was taken`);
  assert.match(problem.why, why);
  assert.deepEqual([problem.code, problem.id], [code, id], problem.why);
}

function takes(text: string) {
  assert.deepEqual(read(text), JSON.parse(text));
}

Deno.test("What is no JSON text in UTF-8 is refused as such", () => {
  const { parse } = errorCodes;
  refuses(
    "Server running on stdio",
    /^The line is not JSON: "Server running on stdio"$/,
    undefined,
    parse,
  );
  refuses("\x1b[2Jx\u202e", /"\\u\{1b\}\[2Jx\\u\{202e\}"$/, undefined, parse);
  refuses('\ufeff{"jsonrpc":"2.0","method":"ping"}', /byte order mark/, undefined, parse);
  for (
    const value of ["NaN", "Infinity", "-Infinity", "01", "+1", ".5", "undefined", "'a'", "[1,]"]
  ) {
    refuses(call(`{"a":${value}}`), /^The line is not JSON/, undefined, parse);
  }
  refuses(call("{}") + call("{}"), /^The line is not JSON/, undefined, parse);
  refuses(call("{}").slice(0, -1), /^The line is not JSON/, undefined, parse);
  for (
    const bad of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xf4, 0x90, 0x80, 0x80]]
  ) {
    const [before, after] = [bytes('{"jsonrpc":"2.0","id":7,"result":{"a":"'), bytes('"}}')];
    refuses(Uint8Array.from([...before, ...bad, ...after]), /^The line is not UTF-8$/, 7, parse);
  }
});

Deno.test("A member that stands twice is refused at any depth, however it is written", () => {
  refuses(call('{"a":1,"a":1}'), /^The member "a" stands twice$/, 7);
  refuses(call('{"a":1,"\\u0061":2}'), /^The member "a" stands twice$/, 7);
  refuses(call('{"":1,"b":[{"c":{"":{},"x":":{\\"","":[]}}]}'), /^The member "" stands twice$/, 7);
  refuses(call('{"a":{},"__proto__":1,"a":1}'), /^The member "a" stands twice$/, 7);
  refuses('{"jsonrpc":"2.0","id":7,"method":"a","method":"b"}', /"method" stands twice/, 7);
  refuses('{"jsonrpc":"2.0","id":7,"method":"a","id":8}', /"id" stands twice/);
  refuses('{"jsonrpc":"2.0","id":7,"method":"a","\\u0069d":7}', /"id" stands twice/);
  refuses(answer('{"a":[1,{"b":1, "b" : 2}]}'), /"b" stands twice/, 7);
  takes(call('{"a":{"a":{"a":[{"a":1},{"a":2}]}},"b":"\\"a\\":1","c":["a","a"],"A":1}'));
});

Deno.test("Names that reach what all objects share are refused, the same words as data are not", () => {
  const proto = /^A member is called "__proto__"$/;
  refuses(call('{"__proto__":{"x":1}}'), proto, 7);
  refuses(call('{"a":[{"\\u005f_proto__":null}]}'), proto, 7);
  refuses(answer('{"a":{"__proto__":1}}'), proto, 7);
  refuses(
    call('{"constructor":{"prototype":{"x":1}}}'),
    /"constructor" has a member "prototype"/,
    7,
  );
  takes(call('{"constructor":"Foo","prototype":{"name":"x"},"a":["__proto__","constructor"]}'));
  takes(answer('{"constructor":{"name":"x"},"text":"\\"__proto__\\": 1"}'));
  takes(answer('{"inputSchema":{"properties":{"constructor":{"type":"string"}}}}'));
});

Deno.test("Depth is counted in objects and lists, 128 of them", () => {
  const nested = (levels: number) => `{"a":${"[".repeat(levels)}${"]".repeat(levels)}}`;
  takes(call(nested(126)));
  refuses(call(nested(127)), /^The message has more than 128 levels$/, 7);
  refuses(call(nested(100_000)), /^The message has more than 128 levels$/, 7);
  refuses("[".repeat(1_000_000), /^The message has more than 128 levels$/);
  takes(call(`{"a":"${"[".repeat(1000)}","b":"\\"[[[["}`));
  const shallow = readFrame(bytes(call('{"a":{}}')), { bytes: 1000, depth: 2 });
  assert.deepEqual(shallow, { code: -32600, why: "The message has more than 2 levels", id: 7 });
});

Deno.test("A line of more bytes than the limit is refused with its id", () => {
  const line = bytes(call('{"a":"ä"}'));
  assert.ok("method" in readFrame(line, { bytes: line.length, depth: 9 }));
  assert.deepEqual(readFrame(line, { bytes: line.length - 1, depth: 9 }), {
    code: -32600,
    why: `The line is longer than ${line.length - 1} bytes`,
    id: 7,
  });
});

Deno.test("Numbers that would change are refused in requests; in results only those that would be lost", () => {
  for (
    const digits of [
      "9007199254740993",
      "-9007199254740993",
      "18446744073709551615",
      "9".repeat(300),
    ]
  ) {
    refuses(
      call(`{"a":[1.5,{"b":${digits}}]}`),
      /^The number -?[0-9]{16,40}(\.\.\.)? would arrive as /,
      7,
    );
    takes(answer(`{"a":${digits}}`));
    takes(`{"jsonrpc":"2.0","method":"notifications/message","params":{"data":${digits}}}`);
  }
  for (const digits of ["1e999", "-1e999", "9".repeat(400)]) {
    refuses(call(`{"a":${digits}}`), /^A number is larger than any that can be handed on$/, 7);
    refuses(answer(`{"a":${digits}}`), /^A number is larger than any that can be handed on$/, 7);
  }
  for (
    const digits of [
      "9007199254740991",
      "9007199254740994",
      "1e21",
      "1.5e300",
      "-0",
      "0.1",
      "1.0",
      "1E5",
      "0.10000000000000001",
      "1e-999",
      "123456789012345680000",
    ]
  ) {
    takes(call(`{"a":${digits},"b":"9007199254740993","9007199254740993":[9007199254740994]}`));
  }
});

Deno.test("Half a surrogate pair is refused in requests, and passes in results as it came", () => {
  const half = /^A text has half of a surrogate pair$/;
  refuses(call('{"a":"\\ud800"}'), half, 7);
  refuses(call('{"a":"\\uDC00\\uD800"}'), half, 7);
  refuses(call('{"a":[{"\\ud83d":1}]}'), half, 7);
  takes(call('{"a":"\\ud83d\\ude00","b":"\\\\ud800","c":"😀"}'));
  takes(answer('{"a":"cut in a pair: \\ud83d"}'));
  const message = read(answer('{"a":"\\ud83d"}'));
  assert.ok(!("why" in message));
  assert.equal(new TextDecoder().decode(writeFrame(message)), answer('{"a":"\\ud83d"}') + "\n");
});

Deno.test("Every message is exactly one of request, notification, result and error", () => {
  refuses(`[${call("{}")}]`, /^A batch of messages is not part of the protocol/);
  refuses("[]", /^A batch/);
  for (const text of ["1", '"a"', "null", "true"]) refuses(text, /^The line is not a JSON object$/);
  for (
    const version of ["", '"jsonrpc":"1.0",', '"jsonrpc":2,', '"jsonrpc":null,', '"jsonRPC":"2.0",']
  ) {
    refuses(`{${version}"id":7,"method":"ping"}`, /^"jsonrpc" is not "2.0"$/, 7);
  }
  refuses(
    '{"jsonrpc":"2.0","id":7}',
    /^The message has none of "method", "result" and "error"$/,
    7,
  );
  refuses('{"jsonrpc":"2.0","id":7,"Method":"ping"}', /^The message has none of/, 7);
  refuses(
    '{"jsonrpc":"2.0","id":7,"result":{},"error":null}',
    /^The message has both "result" and "error"$/,
    7,
  );
  for (const rest of ['"result":{}', '"error":{"code":1,"message":""}', '"result":null']) {
    refuses(
      `{"jsonrpc":"2.0","id":7,"method":"ping",${rest}}`,
      /^The message is both a request and a response$/,
      7,
    );
  }
  for (const method of ["null", "1", "{}", '["ping"]']) {
    refuses(`{"jsonrpc":"2.0","id":7,"method":${method}}`, /^"method" is not text$/, 7);
  }
  for (const params of ["null", "[]", "1", '"a"', "true"]) {
    refuses(call(params), /^"params" is not an object$/, 7);
  }
  for (const result of ["null", "[]", "1", '"a"', "true"]) {
    refuses(answer(result), /^"result" is not an object$/, 7);
  }
  for (
    const error of [
      "null",
      "{}",
      '{"code":1}',
      '{"message":"a"}',
      '{"code":1.5,"message":"a"}',
      '{"code":"1","message":"a"}',
      '"a"',
      "[]",
    ]
  ) {
    refuses(
      `{"jsonrpc":"2.0","id":7,"error":${error}}`,
      /^"error" has no whole "code" and text "message"$/,
      7,
    );
  }
});

Deno.test("An id is text or a whole number; an error may be about no id", () => {
  const whole = /^"id" is neither text nor a whole number up to 2\^53$/;
  for (const id of ["1.5", "{}", "[1]", "true", "9007199254740992", "1e300"]) {
    refuses(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`, whole);
    refuses(`{"jsonrpc":"2.0","id":${id},"result":{}}`, whole);
    refuses(`{"jsonrpc":"2.0","id":${id},"error":{"code":1,"message":"a"}}`, whole);
  }
  const none = /^"id" is missing or null$/;
  refuses('{"jsonrpc":"2.0","id":null,"method":"ping"}', none);
  refuses('{"jsonrpc":"2.0","id":null,"result":{}}', none);
  refuses('{"jsonrpc":"2.0","result":{}}', none);
  const long = "a".repeat(1024);
  refuses(
    `{"jsonrpc":"2.0","id":"${long}a","method":"ping"}`,
    /^"id" has more than 1024 characters$/,
  );
  for (const id of [`"${long}"`, '""', "0", "-1", "9007199254740991", '"a\\u0000\\"b"']) {
    takes(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`);
    takes(`{"jsonrpc":"2.0","id":${id},"result":{}}`);
  }
  takes('{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"a","data":[1]}}');
  assert.deepEqual(read('{"jsonrpc":"2.0","error":{"code":-32700,"message":"a"}}'), {
    jsonrpc: "2.0",
    id: null,
    error: { code: -32700, message: "a" },
  });
});

Deno.test("Members that the protocol does not know are left out of what is handed on", () => {
  const more = '"Params":{"name":"b"},"x":1';
  assert.deepEqual(read(`{"jsonrpc":"2.0","id":7,"method":"ping","params":{"x":1},${more}}`), {
    jsonrpc: "2.0",
    id: 7,
    method: "ping",
    params: { x: 1 },
  });
  assert.deepEqual(read(`{"result":{"x":1},"jsonrpc":"2.0","id":7,${more}}`), {
    jsonrpc: "2.0",
    id: 7,
    result: { x: 1 },
  });
  const error = read(`{"jsonrpc":"2.0","id":7,"error":{"code":1,"message":"a","y":1},${more}}`);
  assert.deepEqual(error, { jsonrpc: "2.0", id: 7, error: { code: 1, message: "a" } });
});
