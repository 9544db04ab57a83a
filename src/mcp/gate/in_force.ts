/**
 * What is no call is not decided about. What of it has to be granted passes only as long as the
 * warrant is in force, and between the client and the server that a person approved.
 */
import { openWarrant, type Place, requireBound, verifyGrant } from "../../authorizer/authority.ts";
import { denialOf } from "../../authorizer/denial.ts";
import type { GovernedServer } from "./governed_server.ts";
import { pinnedServer } from "./served_policy.ts";

/**
 * A policy that only observes stops nothing.
 *
 * @param waits for the server, which may have to be started; else what is there is looked at
 * @throws {Denial} when the warrant has expired, is revoked or belongs to another policy, and 9014
 * when the server is not what was approved
 */
export async function requireInForce(
  place: Place,
  server: GovernedServer,
  waits: boolean,
): Promise<void> {
  const served = server.served();
  const { policy } = served;
  if (policy.snapshot.mode === "observe") return;
  try {
    const now = Math.floor(Date.now() / 1000);
    requireBound((await verifyGrant(place, openWarrant(place), now)).leaf, policy);
  } catch (error) {
    throw denialOf(error);
  }
  if (waits) await server.requireApproved(policy, undefined);
  else server.requireSame(pinnedServer(place, served, server.name));
}
