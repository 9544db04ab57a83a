/** Host patterns that hold names which anybody can have. */

/** Second-level suffixes of countries, under which names are sold. */
const countrySuffix = /^(ac|co|com|edu|gob|gov|go|gv|mil|ne|net|nom|or|org|web)\.[a-z]{2}$/;

/** Suffixes under which a service hands out names to whoever asks. */
const handedOut: ReadonlySet<string> = new Set(
  ("amazonaws.com appspot.com azureedge.net azurewebsites.net blogspot.com cloudfront.net " +
    "codeberg.page deno.dev deno.net firebaseapp.com fly.dev github.io gitlab.io glitch.me " +
    "herokuapp.com loca.lt netlify.app ngrok-free.app ngrok.app ngrok.io onrender.com pages.dev " +
    "railway.app repl.co replit.app replit.dev run.app s3.amazonaws.com sslip.io " +
    "storage.googleapis.com surge.sh trycloudflare.com vercel.app web.app windows.net nip.io " +
    "workers.dev blob.core.windows.net cloudapp.net").split(" "),
);

/** Why a host pattern is wider than it seems; undefined when it is not. */
export function broadHost(written: string): string | undefined {
  const pattern = written.toLowerCase();
  const star = pattern.lastIndexOf("*");
  if (star < 0) return undefined;
  if (!/[a-z0-9]/.test(pattern)) return `${written} is every host; list the hosts that are meant`;
  const rest = pattern.slice(star + 1);
  const dot = rest.indexOf(".");
  if (dot < 0) {
    return `${written} has no fixed ending, so anybody can register a host that fits; write the ` +
      "whole ending";
  }
  // What follows the label of the star is all that a stranger cannot choose.
  const suffix = rest.slice(dot + 1);
  const isSold = !suffix.includes(".") || countrySuffix.test(suffix);
  if (!isSold && !handedOut.has(suffix)) return undefined;
  if (dot > 0) {
    return `${written} also fits other names, for example evil${rest}; write *.${rest}`;
  }
  const how = isSold ? "names are sold to anybody" : "anybody can get a name";
  return `${written} is every host below ${suffix}, where ${how}; list the hosts that are meant`;
}

/** Why a network is wider than it seems; undefined when it is not. */
export function broadNetwork(network: string): string | undefined {
  const [address = "", bits] = network.trim().split("/");
  const least = address.includes(":") ? 16 : 8;
  if (bits === undefined || Number(bits) >= least) return undefined;
  return `${network} is a large part of all addresses; write the network that is meant`;
}
