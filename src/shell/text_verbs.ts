/** Programs that list, read and print, and what their options take. */
import type { VerbGrammar } from "./verb_grammar.ts";

const names = "it reads file names from a file";
const writes = "it writes a file";
const runs = "it runs another program";
const follows = "it follows links out of the granted folders";
const deletes = "it removes files";
const reads = "it reads a file whose content cannot be judged";

/** Programs whose words are text. */
const printing =
  "echo printf pwd true false seq sleep whoami id uname type which printenv basename dirname tr expr nproc tty ps kill pgrep uptime free";

/** By the program's name without folder. */
export const textVerbs: { readonly [verb: string]: VerbGrammar } = {
  ...Object.fromEntries(printing.split(" ").map((verb) => [verb, { operands: "none" }])),
  date: {
    operands: "none",
    flags: "uRnj",
    values: "dv",
    optional: "I",
    files: "r",
    long: "utc universal rfc-email iso-8601 debug",
    longValues: "date rfc-3339",
    longFiles: "reference",
    dangers: {
      "-f": "it reads a file and prints what it finds there",
      "--file": "it reads a file and prints what it finds there",
      "-s": "it sets the clock",
      "--set": "it sets the clock",
    },
  },
  ls: {
    flags: "aAbBcCdDfFgGhHiklLmnNopqQrRsStuUvxXZ1@e",
    either: "ITw",
    long:
      "all almost-all author color classify directory escape full-time group-directories-first " +
      "human-readable inode no-group numeric-uid-gid recursive reverse si size dereference hyperlink",
    longValues:
      "ignore hide block-size format indicator-style quoting-style sort time time-style tabsize width",
    worksOnCwd: true,
  },
  cat: {
    flags: "AbeEnstTuv",
    long: "number number-nonblank squeeze-blank show-all show-ends show-tabs",
  },
  tac: { flags: "br", values: "s", longValues: "separator" },
  rev: {},
  head: {
    flags: "qvz",
    values: "nc",
    long: "quiet silent verbose zero-terminated",
    longValues: "lines bytes",
  },
  tail: {
    flags: "fFqrvz",
    values: "ncs",
    long: "follow quiet silent verbose retry zero-terminated",
    longValues: "lines bytes pid sleep-interval max-unchanged-stats",
  },
  wc: {
    flags: "cmlLw",
    long: "bytes chars lines words max-line-length",
    longValues: "total",
    dangers: { "--files0-from": names },
  },
  sort: {
    flags: "bdfghiMnRrVcCmsuz",
    values: "ktS",
    long:
      "reverse numeric-sort human-numeric-sort version-sort unique stable check ignore-case debug " +
      "ignore-leading-blanks dictionary-order general-numeric-sort month-sort random-sort zero-terminated merge",
    longValues: "key field-separator buffer-size batch-size parallel sort",
    longFiles: "random-source",
    dangers: {
      "-o": writes,
      "--output": writes,
      "--compress-program": runs,
      "--files0-from": names,
      "-T": writes,
      "--temporary-directory": writes,
    },
  },
  uniq: {
    flags: "cdDiuz",
    values: "fsw",
    long: "count repeated all-repeated unique ignore-case group zero-terminated",
    longValues: "skip-fields skip-chars check-chars",
  },
  cut: {
    flags: "nsz",
    values: "bcdf",
    long: "complement only-delimited zero-terminated",
    longValues: "bytes characters fields delimiter output-delimiter",
  },
  paste: { flags: "sz", values: "d", long: "serial zero-terminated", longValues: "delimiters" },
  join: { flags: "iz", values: "12aetojv", long: "check-order header nocheck-order ignore-case" },
  comm: { flags: "123z", long: "check-order nocheck-order total", longValues: "output-delimiter" },
  nl: { flags: "p", values: "bdfhilnsvw" },
  fold: { flags: "bs", values: "w", long: "spaces bytes", longValues: "width" },
  fmt: { flags: "cstu", values: "wg", either: "p", longValues: "width prefix goal" },
  column: {
    flags: "ntxeJdL",
    values: "csoNEHRTWl",
    longValues: "separator output-separator table-columns",
  },
  expand: { flags: "i", values: "t", longValues: "tabs" },
  unexpand: { flags: "a", values: "t", longValues: "tabs" },
  stat: {
    flags: "LtxlnqsrF",
    values: "c",
    either: "f",
    long: "dereference file-system terse",
    longValues: "format printf",
  },
  file: {
    flags: "bikLhnprsv0NE",
    values: "FeP",
    files: "m",
    long: "brief mime mime-type mime-encoding dereference no-dereference",
    longFiles: "magic-file",
    dangers: {
      "-f": names,
      "--files-from": names,
      "-C": writes,
      "--compile": writes,
      "-z": runs,
      "-Z": runs,
      "--uncompress": runs,
      "--uncompress-noreport": runs,
    },
  },
  realpath: { flags: "emLPsqz", longFiles: "relative-to relative-base" },
  readlink: { flags: "fenmqsvz" },
  du: {
    flags: "aAbcDhHklmPsSx0",
    values: "Bdt",
    files: "X",
    long:
      "all apparent-size bytes human-readable si summarize total one-file-system separate-dirs null time inodes",
    longValues: "max-depth block-size threshold exclude time-style",
    longFiles: "exclude-from",
    dangers: { "--files0-from": names },
    escapes: { "-L": follows, "--dereference": follows },
    worksOnCwd: true,
  },
  df: { flags: "ahHiklmPT", values: "Btx", operands: "none" },
  tree: {
    flags: "adfghilnpqrstuvxACDFJNQSX",
    values: "ILPTH",
    long:
      "noreport dirsfirst prune gitignore du si ignore-case matchdirs sort filesfirst inodes device",
    longValues: "filelimit charset timefmt",
    dangers: { "-o": writes, "-R": writes, "--fromfile": names, "--fromtabfile": names },
    escapes: { "-l": follows },
    valuesApart: true,
    permutes: true,
    worksOnCwd: true,
  },
  find: {
    isSingleDash: true,
    long:
      "H P d E s x X O0 O1 O2 O3 a o not and or print print0 prune quit ls depth mount xdev daystart empty " +
      "true false nouser nogroup readable writable executable noleaf ignore_readdir_race",
    longValues:
      "name iname lname ilname path ipath wholename iwholename regex iregex regextype type xtype size mtime " +
      "atime ctime mmin amin cmin perm user group uid gid links inum fstype maxdepth mindepth printf used D",
    longFiles: "newer anewer cnewer samefile f",
    dangers: {
      "-exec": runs,
      "-execdir": runs,
      "-ok": runs,
      "-okdir": runs,
      "-delete": deletes,
      "-fprint": writes,
      "-fprint0": writes,
      "-fprintf": writes,
      "-fls": writes,
      "-files0-from": names,
    },
    escapes: { "-L": follows, "-follow": follows },
    worksOnCwd: true,
  },
  grep: {
    flags: "abcEFGhHiIlLnoPqrRsTUvVwxyzZ0123456789",
    values: "ABCDdem",
    files: "f",
    long:
      "extended-regexp fixed-strings basic-regexp perl-regexp ignore-case no-ignore-case invert-match " +
      "word-regexp line-regexp count color colour files-with-matches files-without-match only-matching quiet " +
      "silent no-messages byte-offset with-filename no-filename line-number initial-tab null text recursive " +
      "line-buffered null-data binary version help",
    longValues:
      "regexp max-count label after-context before-context binary-files devices directories include " +
      "exclude exclude-dir group-separator",
    longEither: "context",
    longFiles: "file exclude-from",
    escapes: {
      "-R": `${follows}, as -r does not`,
      "--dereference-recursive": `${follows}, as -r does not`,
      "-S": follows,
    },
    permutes: true,
    lead: 1,
    leadOptions: "-e --regexp -f --file",
    worksOnCwd: "-r --recursive -d --directories",
  },
  sed: {
    flags: "nErsuz",
    values: "e",
    long: "quiet silent regexp-extended separate unbuffered null-data posix debug sandbox",
    longValues: "expression line-length",
    dangers: { "-i": writes, "--in-place": writes, "-I": writes, "-f": reads, "--file": reads },
    lead: 1,
    leadOptions: "-e --expression",
  },
  awk: {
    values: "Fv",
    flags: "bcPrSt",
    long: "posix traditional sandbox re-interval csv",
    longValues: "field-separator assign",
    dangers: Object.fromEntries(
      ("-f --file -i --include -l --load -E --exec -e --source -o --pretty-print -d --dump-variables -p --profile " +
        "-D --debug -W").split(" ").map((
          option,
        ) => [option, "what it loads or writes cannot be judged"]),
    ),
    stopsAtOperand: true,
    lead: 1,
    leadOptions: "",
    operands: "wide",
  },
};
