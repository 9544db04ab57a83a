/**
 * The forms of secrets. In each the first group that takes part stays and the rest of the match is
 * the secret. Rules err towards masking: a masked argument costs a proof that can be recomputed, an
 * unmasked one costs a secret. Each pattern takes time in line with the text's length.
 */
import {
  block,
  goesOn,
  mixed,
  named,
  nameHint,
  nameOf,
  noReference,
  quoted,
  random,
  value,
  wordAlone,
} from "./mask_words.ts";

export interface SecretForm {
  /** A text in which one of these finds nothing has no such secret. */
  readonly hints: readonly RegExp[];
  readonly pattern: RegExp;
  /** Looked for within what this finds only, such as one program's arguments. */
  readonly within?: RegExp;
}

/**
 * A form whose pattern is made when a text gives a first hint of it: making one takes milliseconds,
 * and a call makes few of them.
 */
function lazily(
  hints: readonly RegExp[],
  source: string,
  flags: "g" | "gi",
  within?: () => RegExp,
): SecretForm {
  let [pattern, part]: (RegExp | undefined)[] = [];
  return {
    hints,
    get pattern() {
      return pattern ??= new RegExp(source, flags);
    },
    ...(within === undefined ? {} : {
      get within() {
        return part ??= within();
      },
    }),
  };
}

/** @param hint one expression, or several that must all find something */
function form(hint: RegExp | readonly RegExp[], ...alternatives: readonly string[]): SecretForm {
  return lazily(hint instanceof RegExp ? [hint] : hint, alternatives.join("|"), "gi");
}

/** A hint of a secret's name and of what follows it. */
function afterName(rest: string): RegExp {
  return new RegExp(`${nameHint}[\\w-]{0,50}${rest}`, "i");
}

/** An option of these programs, up to its value. */
function option(programs: string, flags: string, about = noReference): SecretForm {
  const hints = [
    new RegExp(`(?<![\\w-])(?:${programs})\\s`, "i"),
    new RegExp(`\\s(?:${flags})`),
  ];
  const pattern = `(\\s(?:${flags}))${about}(?:${quoted}|[^\\s"'-][^\\s"']*)`;
  return lazily(hints, pattern, "g", () =>
    new RegExp(
      `(?<![\\w-])(?:${programs})(?=\\s)(?:"[^"\\n]*"|'[^'\\n]*'|[^\\n|;&"'])*`,
      "gi",
    ));
}

const scheme = "(?:(?:bearer|basic|digest|token)\\s+)?";
const spaces = "[ \\t]*(?:\\n[ \\t]*(?=[\"']))?";
const optionName = "(?<![\\w-])--?(?!(?:no|ask|show|with|require|print|prompt)-)[\\w-]*?" +
  `(?:${wordAlone}|oauth2-bearer|\\w*(?:store|key)pass)`;
const userAndPassword = `(\\s(?:-u|-U|-a|--user|--proxy-user|--auth)[ =]?`;

const privateKeys: readonly SecretForm[] = [
  form(
    /-{4} ?BEGIN/i,
    "-{4,5} ?BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)? ?-{4,5}(?=\\\\+[nr]|[\\s\\w])[^]*?(?:-{4,5} ?END [A-Z0-9 ]*-{4,5}|$)",
  ),
  form(/private-lines:/i, "(Private-Lines:\\s*\\d+[\\s\\\\])[^]+?(?=Private-MAC:|$)"),
  // The same in base64; "BEGIN CERTIFICATE" and "BEGIN PUBLIC KEY" are not secret.
  lazily([/LS0tLS1CRUdJTi/], "LS0tLS1CRUdJTi(?!BDRVJU|BQVUJM)[\\w+/=-]{20,}", "g"),
];

const headers: readonly SecretForm[] = [
  form(/bearer[\s\\]/i, `\\b(bearer(?:\\s|\\\\+ )+)${random}[\\w.~+/=-]{8,}`),
  form(/basic\s/i, `\\b(basic\\s+)${random}[\\w+/-]{8,}=*`),
  form(/token\s+\S{16}/i, `\\b(token\\s+)(?:${mixed}[\\w.~+/=-]{16,}|[a-z]{30,})`),
  form(
    /authorization\\*["']?\s*[:=]/i,
    "(authorization\\\\*[\"']?\\s*[:=]\\s*\\\\*[\"']?(?:digest|aws4-hmac-sha256|hawk|oauth|signature)\\s)[^\\n]+",
    `(authorization\\\\*["']?\\s*[:=]\\s*\\\\*["']?(?:bearer|basic|token|negotiate|ntlm|apikey|key|splunk|bot)\\s+)${noReference}[^\\s"'\\\\]+`,
    `(authorization\\\\*["']?\\s*[:=]\\s*\\\\*["']?)${noReference}${random}[^\\s"'\\\\]{6,}`,
  ),
  form(
    /cookie\\*["']?\s*:/i,
    "('(?:set-)?cookie\\s*:\\s*)(?=[^\\n'=]{1,100}=)[^'\\n]+",
    '("(?:set-)?cookie\\s*:\\s*)(?=[^\\n"=]{1,100}=)(?:[^"\\\\\\n]|\\\\.)+',
    `((?:set-)?cookie\\\\*["']\\s*:\\s*)(?:${quoted})`,
    "((?:set-)?cookie\\s*:\\s*)(?=[^\\n=]{1,100}=)[^\\n]+",
  ),
];

const places: readonly SecretForm[] = [
  form(
    [/:\/\//, /@/],
    `((?<![a-z\\d+.-])[a-z][a-z\\d+.-]*://[^\\s:/@"'[]*:)(?!\\d{1,5}[/?#\\]])${noReference}(?:(?!://)[^\\s"'@])+(?:@[^\\s"'@/]+(?=@))*(?=@)`,
    "((?<![a-z\\d+.-])[a-z][a-z\\d+.-]*://)(?:(?=[\\w%.~-]*\\d)[\\w%.~-]{16,}|[A-Za-z]{30,})(?=@)",
  ),
  form(
    /jdbc:oracle:|\bsqlplus\s/i,
    "(jdbc:oracle:\\w+:[^\\s/:@]{1,64}/)[^\\s\"'@]+(?=@)",
    "(\\bsqlplus\\s+[^\\s/@]{1,64}/)[^\\s@]+(?=@)",
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

const pairs: readonly SecretForm[] = [
  form(
    afterName("[\\\\\"'`\\]]{0,6}[ \\t]*:?="),
    `(${named}[\\\\"'\`\\]]{0,6}[ \\t]*(?:=>|:=|={1,3})${spaces}${scheme})${noReference}${value}`,
  ),
  form(
    afterName("\\\\*[\"'`]\\s*:"),
    `(${named}\\\\*["'\`]\\s*:(?:\\s|\\\\n)*${scheme})${noReference}${value}`,
  ),
  form(
    afterName("[ \\t]*:(?:\\s|\\\\n)+[@$a-z]{0,2}[|>\"'`\\\\]"),
    `(${named}[ \\t]*:(?:[ \\t]+|(?:\\n|\\\\n)[ \\t]+))${noReference}(?:${block}|${quoted})`,
  ),
  form(
    afterName("[?!]?:[ \\t]*[\\w<>[\\]| ]{1,40}="),
    `(${named}[?!]?:[ \\t]*[\\w<>[\\]| ]{1,40}=[ \\t]*)${noReference}(?:${quoted})`,
  ),
  form(
    afterName(":[\"'`\\\\]"),
    `((?:^|[{,(\\s])[\\w.-]{0,60}${named}:)${noReference}(?:${quoted})`,
  ),
  form(
    afterName("[ \\t]*:[ \\t]*[^\\s\"'&`]"),
    `((?<![/\\w.-])[\\w.-]{0,60}${named}[ \\t]*:[ \\t]*${scheme})${noReference}${mixed}[^\\s"'&\`]{4,}`,
  ),
  form(
    afterName("[ \\t]*:[ \\t]+[^\\s\"'&{[`]"),
    `((?:^|["'\\n{,]|\\\\n)[ \\t]*(?:-[ \\t]+)?[\\w.-]{0,60}${named}[ \\t]*:[ \\t]+${scheme})${noReference}[^\\s"'&{[\\\\\`]{4,}(?=["'\\\\]|[ \\t]+#|[ \\t]*(?:\\n|$))`,
  ),
  form(
    new RegExp(`(?<![\\w-])--?[\\w-]*(?:${nameHint}|bearer)`, "i"),
    `(${optionName}=)${noReference}(?:${quoted}|[^\\s"']{3,})`,
    `(${optionName}(?:\\s+|\\\\*["']\\s*,\\s*(?=\\\\*["'])))${noReference}(?:${quoted}|[^\\s"'<>|&;-][^\\s"']*)`,
  ),
  form(
    afterName("\\\\*[\"']\\s*,"),
    `(["'][\\w.-]{0,60}${named}\\\\*["']\\s*,\\s*)${noReference}(?=\\\\*["'][^\\s"']*\\d)(?:${quoted})(?!\\s*:)`,
  ),
  form(
    [new RegExp(`name\\\\*["']?\\s*:\\s*\\\\*["']?[\\w.:/-]{0,60}?${nameHint}`, "i"), /value/i],
    `(\\bname\\\\*["']?\\s*:\\s*\\\\*["']?${nameOf}\\\\*["']?(?:[\\s,]|\\\\n){1,20}\\\\*["']?value\\\\*["']?\\s*:\\s*)${noReference}${value}`,
  ),
  form(
    new RegExp(`<[\\w.:/-]{0,60}?${nameHint}`, "i"),
    `(<${nameOf}(?:\\s[^<>\\n]{0,200})?>)${noReference}(?!\\s*<)[^<]+(?=<|${goesOn})`,
  ),
  form(
    [/\bconfig(?:ure)?\s/i, new RegExp(nameHint, "i")],
    `(\\b(?:config|configure)\\s+(?:set\\s+|add\\s+|--?[\\w-]+(?:[\\s=]+[\\w.]+)?\\s+){0,4}${nameOf}[\\s=]+)${noReference}${value}`,
  ),
  form(
    [/\b(?:setenv|setx|set\s+-)/i, new RegExp(nameHint, "i")],
    `(\\b(?:setenv|setx|set\\s+-\\w*x\\w*)\\s+${nameOf}\\s+)${noReference}${value}`,
  ),
  form(/--from-literal/i, `(--from-literal[= ][\\w.-]{1,60}=)${noReference}${value}`),
  form(/(?:by|password)\s+'/i, `(\\b(?:identified\\s+by|password)\\s+)'[^'\\n]+'`),
  form(
    /["'\s_]auth\\*["']?\s*[:=]/i,
    `(["'\\s_]auth\\\\*["']?\\s*[:=]\\s*)(?=\\\\*["']?[\\w+/-]*[\\dA-Z])${noReference}\\\\*["']?${random}[\\w+/-]{8,}=*`,
  ),
  form(
    [/\b(?:echo|printf)\s/i, /-stdin|--with-token|chpasswd|sudo\s|secrets?\s/i],
    `(\\b(?:echo|printf)\\s+(?:-\\w+\\s+)?)${noReference}(?:${quoted}|[^\\s"'|]+)(?=\\s*\\|[^\\n|]{0,100}(?:-stdin|--with-token|chpasswd|\\bsudo\\s+-S|secrets?\\s+(?:put|set)))`,
  ),
];

const options: readonly SecretForm[] = [
  lazily(
    [/(?:curl|wget|https?|xh)\s/i, /\s(?:-[uUab]|--(?:user|proxy-user|auth|cookie))/],
    `${userAndPassword}\\\\*"[^\\s:"]*:)${noReference}[^"\\\\]+|${userAndPassword}'[^\\s:']*:)${noReference}[^']+|` +
      `${userAndPassword}[^\\s:"']*:)${noReference}[^\\s"']+|` +
      `(\\s(?:-b|--cookie)[ =]?)(?=\\\\*["']?[\\w.-]+=)(?:${quoted}|[^\\s"']+)`,
    "g",
    () => /(?<![\w./-])(?:curl|wget|https?|xh)(?=\s)[^\n]*/gi,
  ),
  option("mysql\\w*|mariadb[\\w-]*|mycli", "-p(?=\\S)"),
  option(
    "sshpass|mongo\\w*|7z\\w?|(?:docker|podman|az|oc|buildah|skopeo|helm\\s+registry)\\s+login",
    "-p[ =]?",
  ),
  option("redis-cli|valkey-cli", "-a\\s*"),
  option("zip|unzip|sqlcmd|bcp", "-P\\s*"),
  option("ldap\\w+", "-w\\s*"),
  option("openssl", "-[kK]\\s+|-pass(?:in|out)?\\s+pass:"),
];

// A line feed in JSON text is a backslash and a letter.
const start = "(?:(?<![A-Za-z\\d])|(?<=\\\\[nrt]))";

/** Tokens that say themselves what they are, by their first letters. */
const tokens: readonly SecretForm[] = [
  "(?:AKIA|ASIA)[A-Z\\d]{16}(?![A-Za-z\\d])",
  "(?:gh[pousr]_|npm_|hf_|gsk_|r8_|dckr_pat_|shp(?:at|ca|pa|ss)_|sbp_|nfp_|dapi|lin_api_|ntn_|" +
  "pscale_(?:tkn|pw)_|do[oprt]_v1_|rubygems_|gls?[ac]_|whsec_)[A-Za-z\\d]{16,}[\\w=-]*",
  "(?:github_pat_|gl(?:pat|dt|rt|ptt|cbt|ft|soat|agent|imt|oas)-|xox[abeprs]-|xapp-|pypi-|" +
  "tenuo_ct_|[rs]k_(?:live|test)_|sk-(?:proj|ant|or|svcacct|admin|lf)-|AIza|ya29\\.|GOCSPX-|" +
  "hv[sbr]\\.|dp\\.[a-z]+\\.|PMAK-|NRAK-|ATATT|ATBB|tskey-|xai-|pplx-)[\\w-]{16,}[\\w=.-]*",
  "sk-(?:(?=[A-Za-z]*\\d)[A-Za-z\\d]{20,}|[A-Za-z]{40,})",
  "(?:AGE-SECRET-KEY|age-secret-key)-1[A-Za-z\\d]{16,}",
  "SG\\.[\\w-]{16,}\\.[\\w-]{16,}|\\d{8,10}:AA[\\w-]{30,}|(?:key-|SK)[\\da-f]{32}(?![\\da-f])",
  `eyJ(?<!(?<!\\\\)[\\w-]{4})[\\w-]{10,}(?:\\.[\\w-]{10,}(?:\\.[\\w-]*){1,3}|[\\w.-]*${goesOn})`,
].map((form) => lazily([], `${start}(?:${form})`, "g"));

/** All of them, those first whose secrets others would take for less. */
export const secretForms: readonly SecretForm[] = [
  ...privateKeys,
  ...places,
  ...headers,
  ...pairs,
  ...options,
  ...tokens,
];

const nameIsHinted = new RegExp(`${nameHint}|cookie`, "i");
let secretName: RegExp | undefined;

/** True for a name whose value is a secret, whatever it looks like. */
export function isSecretName(name: string): boolean {
  if (!nameIsHinted.test(name)) return false;
  return (secretName ??= new RegExp(`${named}|^pwd$|cookies?$`, "i")).test(name);
}
