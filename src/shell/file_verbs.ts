/** Programs that search, compare and change files, and what their options take. */
import { each, type VerbGrammar } from "./verb_grammar.ts";

const names = "it reads file names from a file";
const writes = "it writes a file";
const runs = "it runs another program";
const follows = "it follows links out of the granted folders";
const reads = "it reads a file whose content cannot be judged";

const digests: VerbGrammar = {
  flags: "btzw",
  values: "a",
  long: "tag zero quiet status strict ignore-missing warn binary text",
  dangers: each("-c --check", names),
};
const pager: VerbGrammar = {
  flags: "aABcCdeEfFgGiIJKmMnNqQrRsSuUVwWX",
  values: "bhjpPxyz",
  dangers: {
    ...each("-o -O --log-file --LOG-FILE", writes),
    ...each("-k -t -T --lesskey-file", reads),
  },
};

/** By the program's name without folder. */
export const fileVerbs: { readonly [verb: string]: VerbGrammar } = {
  md5sum: digests,
  sha1sum: digests,
  sha256sum: digests,
  sha512sum: digests,
  shasum: digests,
  cksum: digests,
  less: pager,
  more: { flags: "cdeflpsu" },
  man: {
    flags: "afkKwW",
    values: "sSLmrEpR",
    dangers: each("-P --pager -H --html -X -T -C --config-file -M --manpath -l --local-file", runs),
    operands: "wide",
  },
  diff: {
    flags: "abBcdeEHinNpqrstTuwy",
    values: "CFILUWx",
    long:
      "brief unified context side-by-side recursive ignore-case ignore-all-space ignore-blank-lines color " +
      "ignore-space-change minimal new-file text report-identical-files strip-trailing-cr no-dereference",
    longValues: "label exclude width ignore-matching-lines show-function-line tabsize",
    longFiles: "exclude-from from-file to-file",
    dangers: each("-l --paginate", runs),
  },
  cmp: { flags: "bls", values: "in" },
  // Its options stand alone: "-ac 8" is "-a", and "8" a file.
  xxd: {
    isSingleDash: true,
    long:
      "a autoskip b bits C capitalize E EBCDIC e i include p ps plain postscript r revert u v version h help",
    longValues: "c cols g groupsize l len o off s seek skip",
  },
  od: {
    flags: "abcdfilosxv",
    values: "AjNSt",
    optional: "w",
    longValues: "address-radix skip-bytes read-bytes format",
  },
  hexdump: { flags: "bcCdovx", values: "ens", dangers: each("-f", reads) },
  strings: { flags: "adfowW", values: "nteTUs" },
  base64: {
    flags: "dDi",
    values: "w",
    long: "decode ignore-garbage",
    longValues: "wrap",
    dangers: each("-o", writes),
  },
  rg: {
    flags: "abcFhHiIlnNopPqsSuUvVwx0.",
    values: "ABCeEgjmMrtTd",
    files: "f",
    long:
      "files files-with-matches files-without-match ignore-case smart-case case-sensitive line-number " +
      "no-line-number hidden no-ignore no-ignore-vcs count count-matches only-matching fixed-strings word-regexp " +
      "line-regexp invert-match multiline multiline-dotall json pcre2 heading no-heading with-filename no-filename " +
      "quiet stats trim vimgrep unrestricted column null type-list no-messages no-follow one-file-system version " +
      "help text passthru pretty",
    longValues:
      "regexp glob iglob type type-not max-count max-depth max-columns after-context before-context " +
      "context color colors replace sort sortr threads encoding engine max-filesize context-separator type-add",
    longFiles: "file ignore-file",
    dangers: each("--pre --hostname-bin --search-zip -z", runs),
    escapes: each("-L --follow", follows),
    lead: 1,
    leadOptions: "-e --regexp -f --file --files --type-list",
    worksOnCwd: true,
    readsPipe: "-f --file --files --type-list",
    permutes: true,
  },
  fd: {
    flags: "HIaglpusi0F1q",
    values: "cdeEjSot",
    long:
      "hidden no-ignore absolute-path glob list-details full-path unrestricted case-sensitive ignore-case " +
      "print0 fixed-strings quiet show-errors no-ignore-vcs prune",
    longValues:
      "max-depth min-depth exact-depth type extension exclude color threads size changed-within " +
      "changed-before owner max-results and format",
    longFiles: "search-path base-directory ignore-file",
    folderOptions: "--search-path --base-directory",
    moves: "--base-directory",
    dangers: each("-x -X --exec --exec-batch", runs),
    escapes: each("-L --follow", follows),
    lead: 1,
    leadOptions: "",
    permutes: true,
    worksOnCwd: true,
  },
  jq: {
    flags: "acCeghjMnrRsS",
    long:
      "compact-output null-input raw-output raw-input slurp sort-keys color-output monochrome-output tab " +
      "join-output ascii-output exit-status stream seq raw-output0",
    longValues: "indent",
    longPairs: "arg argjson",
    permutes: true,
    dangers: each("-f --from-file --rawfile --slurpfile --argfile -L --library-path", reads),
    lead: 1,
    leadOptions: "",
  },
  yq: {
    flags: "nrCMPNej",
    values: "poI",
    long: "null-input unwrapScalar colors no-colors prettyPrint no-doc exit-status",
    longValues: "input-format output-format indent",
    dangers: {
      ...each("-i --inplace -s --split-exp", writes),
      ...each("-f --front-matter --from-file --split-exp-file --expression", reads),
    },
    lead: 1,
    leadOptions: "",
  },
  touch: {
    flags: "acmfh",
    values: "dt",
    files: "r",
    longValues: "date time",
    longFiles: "reference",
  },
  mkdir: { flags: "pv", values: "m", long: "parents verbose", longValues: "mode" },
  rmdir: { flags: "pv" },
  rm: {
    flags: "dfiIrRv",
    long: "force recursive dir verbose interactive one-file-system preserve-root",
  },
  cp: {
    flags: "abdfiHlnpPrRsTuvxXc",
    either: "S",
    files: "t",
    longValues: "suffix",
    longFiles: "target-directory",
    escapes: each("-L --dereference -H", follows),
  },
  mv: {
    flags: "bfinTuvh",
    values: "S",
    files: "t",
    longValues: "suffix",
    longFiles: "target-directory",
  },
  ln: { flags: "bdfFinPrsTvL", values: "S", files: "t", longFiles: "target-directory" },
  chmod: { flags: "cfRvh", longFiles: "reference", lead: 1, leadOptions: "--reference" },
  split: {
    flags: "edxz",
    values: "abClntu",
    dangers: each("--filter", runs),
    worksOnCwd: true,
    leastOperands: 2,
  },
  tar: {
    flags: "cxtruAdvzjJapPhkmOSlnsGwWiZ",
    values: "bHNVL",
    files: "fCgTX",
    long:
      "create extract list append update verbose gzip bzip2 xz zstd auto-compress to-stdout keep-old-files " +
      "preserve-permissions checkpoint wildcards totals no-same-owner same-owner overwrite anchored",
    longValues: "exclude strip-components transform xform owner group mode mtime format sort",
    longFiles: "file directory exclude-from",
    dangers: {
      ...each(
        "--checkpoint-action --to-command -I --use-compress-program --rsh-command --info-script " +
          "--new-volume-script -F --rmt-command",
        runs,
      ),
      ...each("-T --files-from", names),
    },
    escapes: {
      ...each("-h --dereference", follows),
      ...each("-P --absolute-names", "it keeps absolute names"),
    },
    usesCwd: "-x --extract --get",
    folderOptions: "-C --directory",
    moves: "-C --directory",
    operands: "wide",
  },
};
