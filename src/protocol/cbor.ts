/**
 * Strict deterministic CBOR (RFC 8949 section 4.2, wire-format-v1 section 10): shortest lengths and
 * floats, no indefinite lengths, no tags, unique map keys that are text or integers, integers within
 * i64, nothing after the value. What is accepted encodes to the same bytes again.
 *
 * Map order is the writer's business: the published library writes struct fields in their declared
 * order and string-keyed maps in byte order, so neither can be demanded of every map here.
 */
export * from "./cbor_value.ts";
export { decode } from "./cbor_reader.ts";
export { encode } from "./cbor_writer.ts";
