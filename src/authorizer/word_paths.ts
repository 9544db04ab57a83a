/** What the words of a command may mean as paths. */
import { Denial } from "./denial.ts";
import { expandBraces, slice } from "./braces.ts";
import { follow, normalise } from "./resolve_path.ts";
import type { ShellWord } from "./shell_words.ts";

const longestPath = 4096;
/** In longer lists only the parts themselves are looked at, not what follows them. */
const mostParts = 64;

/** A word that the shell takes as it is. */
export function literal(text: string): ShellWord {
  return { text, bare: "q".repeat(text.length), dynamic: false };
}

/** The texts of a word that may be paths: the word, option values, and parts of lists. */
export function* candidates(word: ShellWord): Generator<ShellWord> {
  for (const expanded of expandBraces(word)) {
    const { text } = expanded;
    yield expanded;
    // Text of several lines is no list of paths.
    if (text.includes("\n")) continue;
    const cuts = new Set([0]);
    if (/^-[^-]/.test(text)) { for (let i = 2; i < Math.min(text.length, 9); i++) cuts.add(i); }
    for (let i = 0; i < text.length; i++) {
      if ("=:,@".includes(text[i] as string)) cuts.add(i + 1);
    }
    for (const cut of cuts) {
      const end = text.slice(cut, cut + longestPath).search(/[:,]/);
      const isShort = cut > 0 && text.length - cut <= longestPath && cuts.size <= mostParts;
      if (isShort && cut < text.length) yield slice(expanded, cut);
      if (end > 0) yield slice(expanded, cut, cut + end);
    }
    const url = /\bfile:\/*(?:localhost)?(\/[^?#]*)/i.exec(text)?.[1];
    if (url !== undefined) {
      const path = url.replace(/(?:%[0-9a-f]{2})+/gi, (codes) => decoded(codes));
      yield literal(path);
    }
  }
}

function decoded(codes: string): string {
  try {
    return decodeURIComponent(codes);
  } catch {
    return codes;
  }
}

/** What another process has open, or sees as its directory or root. */
const processView = /^\/proc\/[^/]+(?:\/task\/[^/]+)?\/(?:cwd|root|fd)(?:\/|$)/;
/** The command's own streams. */
const stream = /^\/dev\/(?:stdin|stdout|stderr|fd\/[012])$/;

/**
 * Where the system is led; a path it cannot walk stands for itself.
 *
 * @throws {Denial} 9013 when it is led through another process
 */
export function systemPath(place: string, text: string): string {
  if (stream.test(text)) return text;
  const view = /^\/+proc\/.*?\/(root|cwd)(\/.*)?$/s.exec(text);
  if (view !== null) {
    return systemPath(place, view[1] === "root" ? view[2] ?? "/" : `.${view[2] ?? ""}`);
  }
  let isView = false;
  const look = (at: string) => isView ||= processView.test(at);
  try {
    const path = follow(text.startsWith("/") ? text : `${place}/${text}`, look);
    if (!isView) return path;
  } catch {
    if (!isView) return normalise(place, text);
  }
  throw new Denial("ArgumentUnusable", `${text} leads through what another process has open`);
}
