/** Checks the warrant as the pipeline does, without a call. */
import { openKey, openWarrant, requireBound, verifyGrant } from "../authorizer/authority.ts";
import { asDenial, codes, Denial } from "../authorizer/denial.ts";
import { type Check, type CheckFacts, problem, snapshotOf } from "./check_finding.ts";

async function requireGrant(facts: CheckFacts, root: string): Promise<void> {
  const place = { project: facts.project, root };
  const { leaf } = await verifyGrant(place, openWarrant(place), facts.now);
  const verified = snapshotOf(facts);
  if (verified !== undefined) requireBound(leaf, verified);
  if (openKey(place, "holderKey").publicKey !== leaf.holder) {
    throw new Denial("PopSignatureInvalid", "The holder key is not the warrant's");
  }
}

/** What mends a refusal of the warrant, by its code. */
function mendOf(code: number | undefined): string {
  if (code === codes.WarrantRevoked) return "tenuo-claude revoke --lift";
  return code === codes.StateUnreadable ? "tenuo-claude init" : "tenuo-claude refresh";
}

/** Expired, revoked, another policy's, or not this holder's. */
export const checkWarrant: Check = async (facts) => {
  if (facts.root === undefined) return [];
  try {
    await requireGrant(facts, facts.root);
    return [];
  } catch (error) {
    const denial = asDenial(error);
    if (denial === undefined) throw error;
    const [what] = denial.message.split("; ");
    return [problem("warrant", `${what}; every call is denied.`, mendOf(denial.code))];
  }
};
