/** `_meta` of requests: what the client tells the proxy, and what of it the server is told. */
import { type Members, objectIn, type RequestId } from "../framing/message.ts";

const own = "claudecode/";

/** The client's id of the tool call, as it was sent; undefined when there is none. */
export function callIdOf(params: Members): unknown {
  return objectIn(params, "_meta")?.["claudecode/toolUseId"];
}

/** The token under which progress may be reported. */
export function progressTokenOf(params: Members | undefined): RequestId | undefined {
  const token = objectIn(params, "_meta")?.progressToken;
  return typeof token === "string" || typeof token === "number" ? token : undefined;
}

/** The params without what the client says to the proxy alone. */
export function withoutOwnMeta(params: Members): Members {
  const meta = objectIn(params, "_meta");
  if (meta === undefined || !Object.keys(meta).some((key) => key.startsWith(own))) return params;
  const rest = Object.entries(meta).filter(([key]) => !key.startsWith(own));
  const { _meta, ...others } = params;
  return rest.length === 0 ? others : { ...others, _meta: Object.fromEntries(rest) };
}
