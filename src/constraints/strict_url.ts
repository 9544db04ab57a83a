/**
 * URLs that every client reads alike. Parsers disagree about backslashes, user information, odd
 * spellings of addresses and ports, and trailing dots, and what a checker and a fetcher read
 * differently is a way past the allowlist, so such URLs are refused outright. So are names of a
 * single label, which a search domain completes.
 */

/** The host of a URL that has one reading, or why it has not. */
export type Reading =
  | { readonly host: string }
  | {
    readonly problem: string;
    /** All clients read this one, but by a name that leads inside. */
    readonly isSingleName?: true;
  };

/** Longer ones are cut or refused by some clients. */
const longest = 8192;

function unusable(problem: string): Reading {
  return { problem };
}

/** Blanks and control characters, of Unicode too. A regular expression for them costs more to build. */
function hasBlank(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (
      code <= 32 || (code >= 127 && code <= 160) || (code > 160 && text.charAt(i).trim() === "")
    ) {
      return true;
    }
  }
  return false;
}

/** Reads a URL. The host comes without the brackets of an IPv6 address. */
export function readUrl(url: unknown): Reading {
  if (typeof url !== "string" || url === "") return unusable("The URL is not text");
  if (url.length > longest) return unusable(`The URL is longer than ${longest} characters`);
  if (hasBlank(url) || !url.isWellFormed()) {
    return unusable("The URL has blanks, control characters or text that is not well-formed");
  }
  if (url.includes("\\")) {
    return unusable("The URL has a backslash, which clients read in two ways; write %5C or /");
  }
  // Both cases are spelt out: an expression that ignores case costs a call a tenth of a millisecond.
  const [, authority] = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#]*)/.exec(url) ?? [];
  if (authority === undefined || !URL.canParse(url)) return unusable("The URL is not absolute");
  if (authority.includes("@")) return unusable("The URL carries user information; leave it out");
  if (!/^[A-Za-z0-9.:[\]_-]+$/.test(authority)) {
    return unusable("The URL's host has an escape or a character that is not ASCII; write xn--...");
  }
  const parsed = new URL(url);
  const [port] = /:\d*$/.exec(authority) ?? [""];
  const written = authority.slice(0, authority.length - port.length).toLowerCase();
  if (written !== parsed.hostname || /^:0./.test(port)) {
    return unusable(`The URL's host ${authority} is an odd spelling of ${parsed.host}`);
  }
  if (written === "" || written.endsWith(".")) return unusable("The URL's host ends in a dot");
  if (!/[.\]]/.test(written)) {
    const problem = `The URL's host ${written} is a single name, which is looked up inside`;
    return { problem, isSingleName: true };
  }
  return { host: written.replace(/^\[|\]$/g, "") };
}

/** True when clients may read the URL in different ways. */
export function isAmbiguous(url: string): boolean {
  const reading = readUrl(url);
  return "problem" in reading && reading.isSingleName !== true;
}
