/** Scenarios of the conformance suite that are expected to fail or to warn, each with the reason. */

/** Scenario -> why it does. */
export type Expected = Readonly<Record<string, string>>;

const front: Expected = {
  "server-sse-polling":
    "Events that can be polled for again are a matter of HTTP; the front before stdin and stdout " +
    "keeps none.",
};

export const EXPECTED: Readonly<
  Record<"serverDirect" | "serverProxied" | "clientDirect" | "clientProxied", Expected>
> = {
  serverDirect: front,
  serverProxied: front,
  clientDirect: {},
  clientProxied: {},
};
