/** Secrets that stand at a certain place in the command lines of certain programs. */
import { form, lazily, option, type SecretForm } from "./mask_form.ts";
import { mixed, noReference, quoted, value } from "./mask_words.ts";

/** Options of curl that take no value, which may stand before one that does: `-su me:password`. */
const flags = "[#0-46BGIJKLNOSafgijklnqsv]{0,10}";
const userAndPassword = `(\\s(?:-${flags}[uU]|-a|--user|--proxy-user|--auth)[ =]?`;

/** What these commands are given is a secret, wherever it stands. */
const given: readonly SecretForm[] = [
  form(
    /secrets?\s|put-parameter\s/i,
    `(\\bsecrets?\\s+set\\s+(?:-\\S+\\s+){0,4}[\\w.-]{1,60}=)${noReference}${value}`,
    `(\\b(?:secrets?\\s+set|put-parameter)\\s[^\\n|;&]{0,300}?\\s(?:--value|--body|-b)[ =]\\s*)${noReference}${value}`,
    `(\\bconfig\\s+set\\s+(?:--?[\\w-]+\\s+){0,4}--secret\\s+[\\w:.-]{1,60}\\s+)${noReference}${value}`,
  ),
  form(/--secret-string/i, `(--secret-string[ =]\\s*)${noReference}${value}`),
  form(
    /securestring\s/i,
    `(ConvertTo-SecureString\\s+(?:-String\\s+)?)${noReference}(?:${quoted})`,
  ),
  form(
    /htpasswd\s|mysqladmin\s|nmcli\s|requirepass\s|masterauth\s|rabbitmqctl\s|redis-cli\s/i,
    `(\\bhtpasswd\\s+(?:-\\w*n\\w*b\\w*|-\\w*b\\w*n\\w*)\\s+\\S{1,200}\\s+)${noReference}${value}`,
    `(\\bhtpasswd\\s+-[a-mo-z]*b[a-mo-z]*\\s+\\S{1,200}\\s+\\S{1,200}\\s+)${noReference}${value}`,
    `(\\b(?:mysqladmin|nmcli)\\s[^\\n|;&]{0,200}?\\spassword\\s+)${noReference}${value}`,
    `(\\b(?:requirepass|masterauth)\\s+)${noReference}${value}`,
    `(\\brabbitmqctl\\s+(?:add_user|change_password)\\s+\\S{1,200}\\s+)${noReference}${value}`,
    `(\\bredis-cli\\s[^\\n|;&]{0,200}?\\bauth\\s+)${noReference}${value}`,
  ),
  form(
    /\b(?:vault|cargo)\s+login\s/i,
    `(\\b(?:vault|cargo)\\s+login\\s+)${noReference}(?!-)${mixed}[^\\s"'&]{8,}`,
  ),
];

/** What a program reads that takes a secret from its input. */
const reader =
  "(?:-stdin|--with-token|\\bchpasswd|\\bsudo\\s+-S|\\bvault\\s+login\\s+-|\\bpasswd|" +
  "secrets?\\s+(?:put|set|create))";
const inputs: readonly SecretForm[] = [
  form(
    [/\b(?:echo|printf)\s/i, /-stdin|--with-token|passwd|sudo\s|secrets?\s|login/i],
    `(\\b(?:echo|printf)\\s+(?:-\\w+\\s+)?(?:["']?%s(?:\\\\+n)?["']?\\s+)?)${noReference}(?:${quoted}|[^\\s"'|]+)(?=\\s*\\|[^\\n|]{0,100}${reader})`,
  ),
  form(
    [/<<</, /-stdin|--with-token|passwd|sudo\s|secrets?\s|login/i],
    `(${reader}[^\\n<|;&]{0,100}<<<\\s*)${noReference}(?:${quoted}|[^\\s"'|;&]+)`,
  ),
];

export { given };

export const commands: readonly SecretForm[] = [
  ...inputs,
  lazily(
    [
      /(?:curl|wget|https?|xh)(?:\.exe)?\s/i,
      /\s(?:-[#\w]{0,10}[uUab]|--(?:user|proxy-user|auth|cookie))/,
    ],
    `${userAndPassword}\\\\*"[^\\s:"]*:)${noReference}[^"\\\\]+|${userAndPassword}'[^\\s:']*:)${noReference}[^']+|` +
      `${userAndPassword}[^\\s:"']*:)${noReference}(?:${quoted}|[^\\s"']+)|` +
      `(\\s(?:-${flags}b|--cookie)[ =]?)(?=\\\\*["']?[\\w.-]+=)(?:${quoted}|[^\\s"']+)`,
    "g",
    () => /(?<![\w.-])(?:curl|wget|https?|xh)(?:\.exe)?(?=\s)(?:\\\n|[^\n])*/gi,
  ),
  option("mysql\\w*|mariadb[\\w-]*|mycli", "-p(?=\\S)"),
  option(
    "sshpass|mongo\\w*|7z\\w?|(?:docker|podman|nerdctl|az|az\\s+acr|oc|cf|oras|buildah|skopeo|crane\\s+auth|helm\\s+registry)\\s+login|twine|poetry|cqlsh",
    "-p[ =]?",
  ),
  option("useradd|usermod|security\\s+(?:unlock-keychain|add-\\S+|import)", "-[pw]\\s+"),
  option("ssh-keygen", "-[NP]\\s+"),
  option("plink|pscp|psftp", "-pw\\s+"),
  option("unrar|rar", "-h?p(?=\\S)"),
  option("redis-cli|valkey-cli", "-a\\s*"),
  option("zip|unzip|sqlcmd|bcp|ipmitool", "-P\\s*"),
  option("ldap\\w+", "-w\\s*"),
  option("openssl", "-[kK]\\s+|-hmac\\s+|-pass(?:in|out)?\\s+[\"']?pass:"),
];
