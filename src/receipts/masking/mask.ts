/**
 * Masks secrets before they are written. Most arguments have nothing about them that any rule looks
 * for; the rules are loaded for the others only.
 */
import type { Caller, Masked, MaskRules } from "./mask_secrets.ts";

export type { Caller, Masked, MaskRules };

/** Every text that a rule would change is longer than this or holds one of the hints. */
const longestText = 4096;
const longestName = 256;
const longestMember = 128;
/** A name that may be a secret's. */
const name = "(?:key|token|secret|pass|pwd|credential|mnemonic|phrase|authorization)";
const names = new RegExp(`${name}|cookie`, "i");
/**
 * Each hint holds one of these or is an irregular one. Looking for them is cheap; making the
 * expression that finds hints takes a millisecond, which plain texts need not wait for.
 */
const pieces =
  ("key token secret pass pwd credential mnemonic phrase auth bearer basic cookie curl wget @ %40 " +
    "put-param sig= signature= login stdin sudo literal identified mongo mysql maria mycli 7z -cli zip " +
    "sqlcmd bcp ldap twine poetry cqlsh plink pscp psftp ipmi rabbitmq securestring useradd usermod " +
    "nmcli sqlplus openssl hooks private-l :5432: :5433: :6432: :6543: :*: abia akia asia acca ghp_ " +
    "gho_ ghu_ ghs_ ghr_ github_ npm_ hf_ gsk_ r8_ dckr shp sbp_ nfp_ dapi lin_ ntn_ pscale doo_ dop_ " +
    "dor_ dot_ rubyg whsec xox xapp- pypi- tenuo_ct_ k_live_ k_test_ sk- aiza ya29 gocspx hvs. hvb. " +
    "hvr. dp. pmak nrak atatt atbb xai- pplx nvapi sha256~ atlasv1 cio oy2 1//0 sg. :aa eyj ls0t ---- " +
    "config setenv setx").split(" ");
const irregular =
  /https?\s|xh\s|rar\s|set\s+-|gl\w{1,8}[-_]|fm\d_|sk[\da-f]{32}|(?:\|\||\?\?) {0,8}\\*["']/i;
let hints: RegExp | undefined;

/**
 * All hints. A name counts where what it names can follow, as an option, and as a value that is a
 * name.
 */
function hintsOfAll(): RegExp {
  const named = `(?:${name}|auth)[\\w-]{0,50}[\\\\"'\`\\]*?!]*\\s*[:=,%(}\\]>]|` +
    `(?<![\\w-])--?[\\w-]*?${name}|<[\\w.:/-]{0,60}?${name}|` +
    `(?:name|key|label|field)\\\\*["']?\\s*[:=]\\s*\\\\*["']?[\\w.:/-]{0,60}?${name}`;
  const known =
    /bearer|basic|cookie|curl|wget|https?\s|xh\s|@|%40|put-param|sig(?:nature)?=|login|stdin|sudo|literal|identified|mongo|mysql|maria|mycli|7z|-cli|zip|rar\s|sqlcmd|bcp|ldap|twine|poetry|cqlsh|plink|pscp|psftp|ipmi|rabbitmq|securestring|useradd|usermod|nmcli|sqlplus|openssl|hooks|private-l|:(?:5432|5433|6432|6543|\*):|a[bks]ia|acca|gh[pousr]_|github_|gl\w{1,8}[-_]|npm_|hf_|gsk_|r8_|dckr|shp|sbp_|nfp_|dapi|lin_|ntn_|pscale|do[oprt]_|rubyg|whsec|xox|xapp-|pypi-|tenuo_ct_|k_live_|k_test_|sk-|aiza|ya29|gocspx|hv[sbr]\.|dp\.|pmak|nrak|atatt|atbb|xai-|pplx|nvapi|fm\d_|sha256~|atlasv1|cio[a-z\d]{32}|oy2|1\/\/0|sg\.|:aa|eyj|ls0t|sk[\da-f]{32}|-{4} ?begin|\spassword\s|password\s+'|secret-string|(?:\|\||\?\?) {0,8}\\*["']|passwd|requirepass|masterauth|secrets?\s+(?:put|set|create)|config(?:ure)?\s|setenv|setx|set\s+-|ssh-keygen|secret-key-1|key-[\da-f]{32}|token\s+\S{16}/;
  return new RegExp(`${known.source}|${named}`, "i");
}

function isHinted(text: string): boolean {
  const lower = text.toLowerCase();
  if (!pieces.some((piece) => lower.includes(piece)) && !irregular.test(text)) return false;
  return (hints ??= hintsOfAll()).test(text);
}

const rulesThemselves = () => import("./mask_secrets.ts");

function isPlain(text: string, longest = longestText): boolean {
  return text.length <= longest && !isHinted(text);
}

/** True when the built-in rules change nothing in the text, or JSON text, but for its length. */
export function isOrdinary(text: string): boolean {
  return !isHinted(text) && !isHinted(text.replace(/\\[nrt]/g, " "));
}

function isPlainMember([name, value]: readonly [string, unknown]): boolean {
  if (!isPlain(name, longestMember) || names.test(name)) return false;
  if (typeof value === "string") return isPlain(value);
  return value === null || typeof value === "boolean" ||
    (typeof value === "number" && !Object.is(value, -0));
}

/**
 * Masks and shortens one text.
 *
 * @param longest how many characters are kept; a text that is cut ends in `[cut]`
 */
export async function maskText(
  text: string,
  rules?: MaskRules,
  longest?: number,
): Promise<Masked<string>> {
  if (rules === undefined && isPlain(text, longest)) return { value: text, changed: false };
  return (await rulesThemselves()).maskText(text, rules, longest);
}

/** Masks a text that may quote a tool's input: a secret may be told by its surroundings there only. */
export async function maskQuotation(
  text: string,
  input: object,
  rules: MaskRules | undefined,
  longest: number,
): Promise<Masked<string>> {
  const isAllPlain = rules === undefined && isPlain(text, longest) &&
    Object.entries(input).every(isPlainMember);
  if (isAllPlain) return { value: text, changed: false };
  return (await rulesThemselves()).maskQuotation(text, input, rules, longest);
}

/** Masks each argument, its lists and maps item by item; 64 Ki characters of JSON are kept in all. */
export async function maskArguments(
  args: Iterable<readonly [string, unknown]>,
  rules?: MaskRules,
): Promise<Masked<Record<string, unknown>>> {
  const entries = [...args];
  if (rules === undefined && entries.every(isPlainMember)) {
    return { value: Object.fromEntries(entries), changed: false };
  }
  return (await rulesThemselves()).maskArguments(entries, rules);
}

/**
 * Masks and bounds who makes a call of which tool.
 *
 * @param seed the receipt key's 32 bytes
 */
export async function maskCaller(
  caller: Caller,
  seed: Uint8Array,
  rules: MaskRules | undefined,
): Promise<Masked<Caller>> {
  const isAllPlain = rules === undefined &&
    Object.values(caller).every((text) =>
      text === undefined || (isPlain(text, longestName) && text.isWellFormed())
    );
  if (isAllPlain) return { value: caller, changed: false };
  return (await rulesThemselves()).maskCaller(caller, seed, rules);
}
