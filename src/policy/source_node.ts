/** Values of a YAML document, each of which knows where it stands. */
import type { Place } from "./policy_error.ts";

export interface SourceScalar {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  readonly place: Place;
}

export interface SourceList {
  readonly kind: "list";
  readonly items: readonly SourceNode[];
  readonly place: Place;
}

export interface SourceEntry {
  /** Where the key stands. */
  readonly place: Place;
  readonly value: SourceNode;
}

export interface SourceMap {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, SourceEntry>;
  readonly place: Place;
}

export type SourceNode = SourceScalar | SourceList | SourceMap;
