/** Secrets that stand at a certain place in the command lines of certain programs. */
import { lazily, option, type SecretForm } from "./mask_form.ts";
import { noReference, quoted } from "./mask_words.ts";

const userAndPassword = `(\\s(?:-u|-U|-a|--user|--proxy-user|--auth)[ =]?`;

export const commands: readonly SecretForm[] = [
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
