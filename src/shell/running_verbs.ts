/** Programs that reach the network or run what they are given, and what their options take. */
import { each, type VerbGrammar } from "./verb_grammar.ts";

const writes = "it writes a file";
const runs = "it runs another program";
const reads = "it reads a file whose content cannot be judged";
const sends = "it sends a file";
const elsewhere = "it works in another folder, whose files say what is run";
const inline = "its code can open any file";

/** By the program's name without folder. */
export const runningVerbs: { readonly [verb: string]: VerbGrammar } = {
  curl: {
    flags: "#0123446aBfgGiIjkLMnNpqRsSvVZ",
    values: "ACebHmQrtuUwXYyzdFo",
    long:
      "silent show-error location head fail include verbose compressed insecure http1.1 http2 get globoff " +
      "no-progress-meter progress-bar ipv4 ipv6 tcp-nodelay path-as-is fail-with-body retry-all-errors no-buffer http1.0 http3 tlsv1.2 tlsv1.3 parallel raw basic digest " +
      "anyauth negotiate disable version help no-keepalive no-sessionid get junk-session-cookies post301 post302",
    longValues:
      "request header data data-binary data-raw data-urlencode data-ascii json form form-string user user-agent " +
      "max-time connect-timeout retry retry-delay range referer write-out url max-redirs output limit-rate speed-limit speed-time proto proto-redir " +
      "oauth2-bearer aws-sigv4 expect100-timeout keepalive-time cookie tls-max",
    dangers: {
      ...each(
        "-o -O -J -D -c --output --output-dir --remote-name --remote-name-all --remote-header-name --create-dirs " +
          "--dump-header --cookie-jar --trace --trace-ascii --stderr --libcurl --etag-save --hsts --alt-svc",
        writes,
      ),
      ...each("-T --upload-file", sends),
      ...each(
        "-K --config --netrc-file --variable -E --cert --key --cacert --capath --etag-compare",
        reads,
      ),
      ...each(
        "-x --proxy --preproxy --unix-socket --abstract-unix-socket --resolve --connect-to --proto-default",
        "it leads the request elsewhere",
      ),
    },
    harmless: ["-", "/dev/null"],
    operands: "none",
  },
  wget: {
    flags: "qvScNFrkHLKEp46",
    values: "tTwUOo",
    longValues: "tries timeout wait user-agent header output-document output-file post-data method",
    dangers: {
      ...each(
        "-O --output-document -o --output-file -a --append-output -P --directory-prefix --rejected-log " +
          "--save-cookies --warc-file --warc-tempdir --hsts-file",
        writes,
      ),
      ...each("-e --execute --config --use-askpass", runs),
      ...each("-i --input-file --load-cookies --ca-certificate", reads),
      ...each("-K -T --post-file --body-file", sends),
    },
    harmless: ["-", "/dev/null"],
    operands: "none",
    usesCwd: true,
    folderOptions: "-O --output-document",
  },
  rsync: {
    dangers: {
      ...each("-e --rsh --rsync-path", runs),
      ...each("--files-from --password-file", reads),
    },
  },
  ssh: { values: "oplLRDWbBcmiJ", dangers: each("-F -E -S -w", reads) },
  scp: { values: "oPlc", files: "i", dangers: each("-S -F -D", runs) },
  make: {
    dangers: each(
      "-f --file --makefile -C --directory -I --include-dir -E --eval -o -W --jobserver-style",
      runs,
    ),
  },
  zip: { dangers: { ...each("-TT -T --unzip-command", runs), ...each("-@ -m --move", reads) } },
  go: {
    isSingleDash: true,
    dangers: {
      ...each("-exec -toolexec -vettool -overlay -modfile", runs),
      "-C": elsewhere,
    },
  },
  cargo: { dangers: { "--config": runs, ...each("--manifest-path -C", elsewhere) } },
  npm: {
    dangers: {
      ...each("--script-shell --node-options --globalconfig --userconfig", runs),
      ...each("-C --prefix --dir", elsewhere),
    },
  },
  bash: { dangers: each("-c -s --rcfile --init-file", runs) },
  node: { escapes: each("-e --eval -p --print -r --require --import -i --interactive", inline) },
  deno: {},
  python: { escapes: each("-c -i -m", inline) },
  perl: { escapes: each("-e -E -n -p -i", inline) },
  ruby: { escapes: each("-e -r -n -p -i", inline) },
};
/** Other names of programs of the tables. */
export const sameVerbs: { readonly [verb: string]: string } = {
  b2sum: "md5sum",
  sha224sum: "md5sum",
  sha384sum: "md5sum",
  pnpm: "npm",
  egrep: "grep",
  fgrep: "grep",
  ggrep: "grep",
  gfind: "find",
  gsed: "sed",
  gawk: "awk",
  mawk: "awk",
  nawk: "awk",
  fdfind: "fd",
  ripgrep: "rg",
  gtar: "tar",
  gmake: "make",
  sh: "bash",
  dash: "bash",
  zsh: "bash",
  ksh: "bash",
  nodejs: "node",
  python3: "python",
};
