import configuration from "../../deno.json" with { type: "json" };

/** The program's version, as deno.json states it. */
export const version = configuration.version;
