/** `--args`: a call's arguments as JSON, with every number exactly as it is written. */
import { type Cbor, encode } from "../protocol/cbor.ts";
import { fromJson } from "../constraints/registry.ts";
import { quoteText } from "../policy/policy_error.ts";
import { type Reading, readJson as readMembers } from "../protocol/json_reader.ts";
import { UsageError } from "./command.ts";

/** Stands for a number until the JSON is read; no object of the input is one. */
class Written {
  constructor(readonly value: Cbor) {}
}

/** 50 is an integer and 50.0 a float, as JSON libraries of other languages read them. */
function numberOf(source: string): Cbor {
  if (!/^-?\d+$/.test(source)) {
    const float = Number(source);
    if (!Number.isFinite(float)) throw new UsageError(`--args: ${source} is too large a number`);
    return { float };
  }
  const exact = BigInt(source);
  if (exact > 2n ** 63n - 1n || exact < -(2n ** 63n)) {
    throw new UsageError(`--args: ${source} does not fit into 64 bits`);
  }
  const plain = Number(exact);
  return Number.isSafeInteger(plain) ? plain : exact;
}

function scalarOf(source: string): unknown {
  return /^[-\d]/.test(source) ? new Written(numberOf(source)) : JSON.parse(source);
}

/** As `fromJson`, with the numbers that stand in `Written`. */
function wireValue(value: unknown): Cbor {
  if (value instanceof Written) return value.value;
  if (Array.isArray(value)) return value.map(wireValue);
  if (typeof value !== "object" || value === null) return fromJson(value);
  return new Map(Object.entries(value).map(([key, inner]) => [key, wireValue(inner)]));
}

/** Any JSON as a wire value. `what` names it in errors. @throws {UsageError} */
export function readJson(text: string, what: string): Cbor {
  const broken = `${what} holds what a warrant cannot: broken text or endless nesting`;
  let reading: Reading;
  try {
    JSON.parse(text);
    reading = readMembers(text, scalarOf);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(error instanceof RangeError ? broken : `${what} is not JSON`);
  }
  const { value, repeated } = reading;
  if (repeated !== undefined) {
    throw new UsageError(`${what} has the member ${quoteText(repeated)} twice`);
  }
  try {
    const read = wireValue(value);
    encode(read); // what cannot be signed cannot be an argument
    return read;
  } catch {
    throw new UsageError(broken);
  }
}

/** Arguments by name. @throws {UsageError} for anything but a JSON object */
export function readArguments(text: string): ReadonlyMap<string, Cbor> {
  const read = readJson(text, "--args");
  if (!(read instanceof Map)) throw new UsageError(`--args takes a JSON object, such as {"a":1}`);
  return read as ReadonlyMap<string, Cbor>;
}
