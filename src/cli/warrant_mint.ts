/** `warrant mint`: a root warrant. */
import { type Grant, mintRoot } from "../protocol/builder.ts";
import { type Command, UsageError } from "./command.ts";
import { readKey } from "./key_file.ts";
import { type Asked, grantOptions, readGrant } from "./warrant_grant.ts";
import { required } from "./warrant_options.ts";
import { printWarrant, requireOneForm } from "./warrant_output.ts";
import { orRefuse } from "./warrant_refusal.ts";

const defaultTtl = 3600;

function grantOf(asked: Asked, issuedAt: number): Grant {
  const { holder, tools, issuable: [first, ...others], bounds, clearance } = asked;
  const common = {
    holder,
    issuedAt,
    expiresAt: issuedAt + (asked.ttl ?? defaultTtl),
    maxDepth: asked.maxDepth ?? 0,
    ...(clearance === undefined ? {} : { clearance }),
  };
  if (first === undefined) {
    if (tools.size === 0) throw new UsageError("Name what it grants: --tool or --issuable");
    return { ...common, type: "execution", tools };
  }
  return {
    ...common,
    type: "issuer",
    issuableTools: [first, ...others],
    ...(bounds.size === 0 ? {} : { constraintBounds: bounds }),
  };
}

export const command: Command = {
  name: "warrant mint",
  summary: "Sign a root warrant",
  description:
    "Signs a root warrant with the issuer's key and prints it as base64. It lives an hour and may not\n" +
    "be narrowed for others, unless --ttl and --max-depth say so. A tool without constraints takes\n" +
    "any arguments; with constraints it takes no other arguments than those. KIND is subpath, pattern,\n" +
    "exact, oneof, notoneof, range, regex, cidr, urlpattern or shlex as in tenuo.yaml, or wire: with\n" +
    "[type, value] in JSON. Exit code 1: no verifier would accept it, with the code.\n\n" +
    "Example:\n" +
    "  tenuo-claude warrant mint --key root.b64 --holder $(cat holder.hex) --max-depth 2 \\\n" +
    "    --tool read_file --constraint path=subpath:/data --tool ping > root.warrant",
  options: grantOptions,
  run: async (invocation) => {
    requireOneForm(invocation);
    const path = required(invocation, "key");
    const asked = await readGrant(invocation);
    const grant = grantOf(asked, Math.floor(Date.now() / 1000));
    const key = readKey(path, invocation.terminal);
    return await orRefuse(invocation, () => {
      printWarrant(mintRoot(grant, key), invocation);
      return 0;
    });
  },
};
