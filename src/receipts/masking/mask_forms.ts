/**
 * The forms of secrets. In each the first group that takes part stays and the rest of the match is
 * the secret. Rules err towards masking: a masked argument costs a proof that can be recomputed, an
 * unmasked one costs a secret. Each pattern takes time in line with the text's length.
 */
import { commands, given } from "./mask_commands.ts";
import { form, lazily, type SecretForm } from "./mask_form.ts";
import { pairs } from "./mask_pairs.ts";
import { tokens } from "./mask_tokens.ts";
import { mixed, named, nameHint, noReference, quoted, random } from "./mask_words.ts";

export type { SecretForm };

/** A blank, also as URLs and forms have it. */
const blank = "(?: |%20|\\+)";
/** What follows a key's first line: another line, or a key's first letters after quotes and commas. */
const beginsKey = "\\\\+[nr]|[\\s\\w]|%0[ad]|" +
  "[^\\w\\n]{1,8}\\s{0,40}[^\\w\\n]{0,8}(?:M[CGHI]|b3Bl|l[IQ])[\\w+/=]{14}";

const privateKeys: readonly SecretForm[] = [
  form(
    /-{4} ?BEGIN/i,
    `-{4,5} ?BEGIN${blank}(?:[A-Z0-9]{1,20}${blank}){0,4}PRIVATE${blank}KEY(?:${blank}BLOCK)? ?-{4,5}(?=${beginsKey})[^]*?(?:-{4,5} ?END${blank}[A-Z0-9 %+]{0,80}-{4,5}|$)`,
  ),
  form(/private-lines:/i, "(Private-Lines:\\s*\\d+[\\s\\\\])[^]+?(?=Private-MAC:|$)"),
  // The same in base64; "BEGIN CERTIFICATE" and "BEGIN PUBLIC KEY" are not secret.
  lazily([/LS0tLS1CRUdJTi/], "LS0tLS1CRUdJTi(?!BDRVJU|BQVUJM)[\\w+/=-]{20,}", "g"),
];

const headers: readonly SecretForm[] = [
  form(
    /bearer(?:[\s\\+:="']|%20)/i,
    `(?<![a-z])(bearer(?:\\s|\\\\+ |%20|\\+)+)${random}[\\w.~+/=-]{8,}`,
    `\\b(bearer\\\\*["']?\\s*[:=]\\s*\\\\*["']?)${random}[\\w.~+/=-]{8,}`,
  ),
  form(/basic\s/i, `\\b(basic\\s+)${random}[\\w+/-]{8,}=*`),
  form(
    /auth\\*["']?\s*[=:(]/i,
    `(\\b(?:http)?(?:basic_?)?auth\\\\*["']?\\s*[=:(]\\s*\\(?\\s*\\\\*["'][^"'\\n]{1,100}["']\\s*,\\s*)${noReference}(?=\\\\*["'][^\\s"']{0,100}(?-i:[\\dA-Z]))(?:${quoted})`,
  ),
  form(/token\s+\S{16}/i, `\\b(token\\s+)(?:${mixed}[\\w.~+/=-]{16,}|[a-z]{30,})`),
  form(
    /authorization\\*["']?\s*[:=]/i,
    "(authorization\\\\*[\"']?\\s*[:=]\\s*\\\\*[\"']?(?:digest|aws4-hmac-sha256|hawk|oauth|signature)\\s)[^\\n]+",
    `(authorization\\\\*["']?\\s*[:=]\\s*\\\\*["'\`]?(?:bearer|basic|token|negotiate|ntlm|apikey|key|splunk|bot)\\s+)${noReference}[^\\s"'\\\\]+`,
    `(authorization\\\\*["']?\\s*[:=]\\s*\\\\*["'\`]?)(?![\`"'])${noReference}${random}[^\\s"'\\\\]{6,}`,
  ),
  form(
    /cookie\\*["']?\s*[:=]/i,
    "('(?:set-)?cookie\\s*:\\s*)(?=[^\\n'=]{1,100}=)[^'\\n]+",
    '("(?:set-)?cookie\\s*:\\s*)(?=[^\\n"=]{1,100}=)(?:[^"\\\\\\n]|\\\\.)+',
    `((?:set-)?cookie\\\\*["']\\s*:\\s*)(?:${quoted})`,
    `(set-cookie\\\\*["']\\s*:\\s*\\[\\s*)(?:${quoted})(?:\\s*,\\s*(?:${quoted})){0,50}`,
    `(\\bcookie\\s*=\\s*)(?=\\\\*["'][\\w.-]{1,60}=[^\\s"'\\\\$]{6,})(?:${quoted})`,
    "((?:set-)?cookie\\s*:\\s*)(?=[^\\n=]{1,100}=)[^\\n]+",
  ),
];

const places: readonly SecretForm[] = [
  form(
    [/:\/\//, /@/],
    `((?<![a-z\\d+.-])[a-z][a-z\\d+.-]*://[^\\s:/@"'[]*:)(?!\\d{1,5}[/?#\\]])${noReference}(?:(?!://)[^\\s"'@])+(?:@[^\\s"'@/]+(?=@))*(?=@)`,
    `((?<![a-z\\d+.-])[a-z][a-z\\d+.-]*://[^\\s:/@"'[]+@[^\\s:/@"'[]+:)${noReference}[^\\s"'@/]+(?=@)`,
    "((?<![a-z\\d+.-])[a-z][a-z\\d+.-]*://)(?:(?=[\\w%.~-]*\\d)[\\w%.~-]{16,}|[A-Za-z]{30,})(?=@)",
  ),
  form(
    [/%3a%2f%2f/i, /%40/],
    "(%3A%2F%2F[^\\s%\"']{0,64}%3A)(?:[^\\s%\"'&]|%(?!40|2F))+(?=%40)",
  ),
  form(
    /@(?:tcp|unix)\(/i,
    `((?<![\\w.:/-])[\\w.-]{1,64}:)${noReference}[^\\s"'@]+(?=@(?:tcp|unix)\\()`,
  ),
  form(
    /jdbc:oracle:|\bsqlplus\s/i,
    "(jdbc:oracle:\\w+:[^\\s/:@]{1,64}/)[^\\s\"'@]+(?=@)",
    "(\\bsqlplus\\s+(?:-\\w+\\s+){0,4}[^\\s/@-][^\\s/@]{0,63}/)[^\\s@]+(?=@|\\s|$)",
  ),
  form(
    /sig(?:nature)?=/i,
    "([?&;\\s\"'](?:sig|x-amz-signature|x-goog-signature|signature)=)[^\\s&\"']{8,}",
  ),
  form(
    /hooks\.slack|\/api\/webhooks/i,
    "(hooks\\.slack\\.com/[a-z]+/)[\\w/-]{16,}",
    "(discord(?:app)?\\.com/api/webhooks/)[\\w/-]{16,}",
  ),
  form(
    /:(?:5432|5433|6432|6543|\*):/,
    `((?<![\\w.:-])[\\w.*-]{1,100}:(?:5432|5433|6432|6543|\\*):[\\w.*-]{1,64}:[\\w.*-]{1,64}:)[^\\s"':]{3,}`,
  ),
  form(
    [/\b(?:machine|login|account)\s/i, /\spassword\s/i],
    "(\\b(?:machine|login|account)\\s+\\S{1,200}\\s+(?:login\\s+\\S{1,200}\\s+)?password\\s+)[^\\s\"']+",
  ),
];

/** All of them, those first whose secrets others would take for less. */
export const secretForms: readonly SecretForm[] = [
  ...privateKeys,
  ...places,
  ...headers,
  ...given,
  ...pairs,
  ...commands,
  ...tokens,
];

const nameIsHinted = new RegExp(`${nameHint}|cookie`, "i");
let secretName: RegExp | undefined;

/** True for a name whose value is a secret, whatever it looks like. */
export function isSecretName(name: string): boolean {
  if (!nameIsHinted.test(name)) return false;
  return (secretName ??= new RegExp(`${named}|^pwd$|cookies?$`, "i")).test(name);
}
