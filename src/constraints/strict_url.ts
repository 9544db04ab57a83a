/**
 * URLs that every client reads alike. Parsers disagree about backslashes, user info, odd spellings
 * of addresses and trailing dots, and what a checker and a fetcher read differently is a way past
 * the allowlist, so such URLs are refused outright.
 */

/** The host of a URL that has one reading, or why it has not. */
export type Reading = { readonly host: string } | { readonly problem: string };

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
  if (hasBlank(url) || !url.isWellFormed()) {
    return unusable("The URL has blanks, control characters or text that is not well-formed");
  }
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i.exec(url);
  if (match === null || !URL.canParse(url)) return unusable("The URL is not absolute");
  const authority = match[2] as string;
  if (authority.includes("@")) return unusable("The URL carries user information");
  if (!/^[a-z0-9.:[\]_-]+$/i.test(authority)) {
    return unusable("The URL's host has an escape, a backslash or a character that is not ASCII");
  }
  const parsed = new URL(url);
  const written = authority.replace(/:\d*$/, "").toLowerCase();
  if (written !== parsed.hostname) {
    return unusable(`The URL's host ${written} is an odd spelling of ${parsed.hostname}`);
  }
  if (written === "" || written.endsWith(".")) return unusable("The URL's host ends in a dot");
  return { host: written.replace(/^\[|\]$/g, "") };
}
