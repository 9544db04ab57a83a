/** What a bundle says of itself to a person who was sent it. */
import type { Receipt } from "../receipt.ts";

export interface BundleFacts {
  readonly first: Receipt;
  readonly last: Receipt;
  /** Names of the log's files, oldest first. */
  readonly files: readonly string[];
  /** The receipt key and the root, hex. */
  readonly key: string;
  readonly root: string;
  /** The checkpoint of the line before the first one is among the checkpoints. */
  readonly isAnchored: boolean;
  /** The log goes on from the checkpoint that was kept beside it. */
  readonly isSound: boolean;
}

/** The text of README.txt. */
export function bundleReadme(facts: BundleFacts): string {
  const { first, last, files, key, root, isSound } = facts;
  const oldest = files[0] as string;
  const newest = files.at(-1) as string;
  return `RECEIPTS OF A PROJECT THAT TENUO-CLAUDE GOVERNS

This folder holds one signed line for each decision about a tool call, for each
outcome that was reported and for each act of a person, in their order.

  first line   ${first.seq}, of ${first.time}
  last line    ${last.seq}, of ${last.time}
  files        ${oldest}${files.length > 1 ? ` to ${newest}, ${files.length} in all` : ""}
${isSound ? "" : warning}
KEYS

  receipt key  ${key}
               signs the lines and the checkpoints
  root         ${root}
               signs the warrants and the policies

receipt_pub.hex and issuer_pub.hex hold the same. Whoever made this folder could
have put other keys into it, and lines of their own to match. Ask the people who
are responsible for the project for both keys over another channel, by telephone
or from your own records, and compare all 64 digits before you go on.

TO VERIFY

KEY and ROOT stand for the two keys as you were told them. Copied from here they
would only show that this folder agrees with itself.

1. With the program, offline:

     tenuo-claude receipts verify . --key KEY --root ROOT

   Exit code 0: all proven. 1: something is disproved; the first bad line is
   named. 2: it cannot be told, for example because a key is missing. If you kept
   a checkpoint of an earlier day, add --checkpoint FILE.

2. With Python and its package cryptography, by verify_receipts.py from the folder
   scripts of the program's source. It leaves out whether each call was within the
   rules:

     python3 verify_receipts.py . --key KEY --root ROOT

3. By hand, with openssl 3 and python3. That the copy is whole:

     sha256sum -c MANIFEST.sha256

   That a line continues the one before it; both print the same digest:

     sed -n 1p ${oldest} | tr -d '\\n' | sha256sum
     sed -n 2p ${oldest} | cut -d '"' -f 6

   That the receipt key signed a line:

     unhex() { python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))'; }
     line=$(sed -n 1p ${oldest})
     printf %s "tenuo-warrant-v1tenuo-claude-receipt-v1\${line%,\\"signature\\":*}" > signed.bin
     printf %s "$line" | sed 's/.*"signature":"//; s/".*//' | unhex > signature.bin
     (printf 302a300506032b6570032100; cat receipt_pub.hex) | unhex > key.der
     openssl pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin \\
       -in signed.bin -sigfile signature.bin

   docs/RECEIPTS.md in the program's source specifies every file here.

WHAT IT PROVES

- Every line was signed by the receipt key, in this order; none was changed,
  added, taken out or moved between the first and the last.
- The root named that receipt key, the policies in force and the warrants.
- Each allowed call was within a warrant and a policy of the root, and the
  warrant's holder asked for it with these very arguments. Lines with masked
  arguments are counted apart: that last step cannot be repeated for them.

WHAT IT DOES NOT PROVE

- That nothing was cut off the end before this folder was made. Its checkpoint
  says how long the log was then; only one that you kept from before says more.
${beginning(facts)}
- That every action went through the gateway, or that a tool did what its
  outcome says. The times are those of the machine's own clock.
- That what was denied did not run. A denial with "observed":true was let go on,
  and an outcome with "mismatch" says that another call ran than was decided.
- Anything at all against the people who hold the root and the receipt key.
`;
}

const warning = `
WARNING: when this folder was made, the log did not match its newest line's
signature or the checkpoint that was kept beside it. Verification says more.
`;

function beginning({ first, isAnchored }: BundleFacts): string {
  if (first.seq === 1) {
    return "- What happened before the first line: there is none before number 1.";
  }
  return isAnchored
    ? `- What stood before line ${first.seq}. The first of the two checkpoints says which line
  it continues, and that is all that is here of what came before.`
    : `- What stood before line ${first.seq}, nor that it was the receipt key's: the files
  before it were gone. Verification needs a checkpoint of line ${first.seq - 1}.`;
}

/** The text of MANIFEST.sha256, as sha256sum writes and checks it. */
export function bundleManifest(sums: ReadonlyMap<string, string>): string {
  return [...sums].map(([name, sum]) => `${sum}  ${name}\n`).join("");
}
