/**
 * The pieces that secrets are recognised by: the names they stand under, the values that follow a
 * name, and the values that only refer to a secret. Texts of regular expressions, read without
 * regard to case but in `(?-i:...)`, which holds no alternatives: V8 then forgets about the case.
 */

/** Stands at the end of a text that goes on, so that what is open there counts as closed. */
export const goesOn = "\uffff";

const keyOf =
  "(?:api|access|private|signing|encryption|account|auth|shared|secret|master|storage|" +
  "consumer|client|session|deploy|webhook|stripe|openai|anthropic|azure|app|admin|jwt|hmac|license|" +
  "subscription)[_-]?key";
const tokenOf =
  "(?<!(?:next|page|continuation|sync|skip|cancel|cancellation|eos|bos|pad|unk|stop|" +
  "max|min|num|per|input|output)[_-]?)token(?!s\\b|iz|is)";
/** Tokens are counted and pages are numbered by tokens; secretaries keep none. */
const word =
  `(?:${keyOf}|${tokenOf}|(?<!existing)secret(?!s\\b|ar|ion)|passw(?:or)?d(?!s\\b|less)|passphrase|` +
  "passcode|(?:_|\\b)pass(?![a-z])|(?-i:[a-z]Pass(?![a-z]))|(?-i:[a-z]Pwd)|(?:_|[?&;]\\s*|[\"'])pwd|" +
  "\\b(?:ssh|user|db|smtp|mail|ftp|root|admin)pass(?![a-z])|" +
  "authorization|credentials?|mnemonic|seed[_-]?phrase)";
/** What makes of a secret's name the name of something about it. */
const about = "(?![\\w-]{0,40}(?:count|type|limit|length|size|files?|path|dir|name|policy|expiry|" +
  "expires|expires_?in|expires_?at|expiration|ttl|lifetime|url|uri|endpoint|servers?|services?|" +
  "budget|usage|format|field|column|index|version|providers?|managers?|store|rotation|required|" +
  "enabled|strength|prompt|generator|validator|validation|hint|algorithm|issuer|audience|scope|" +
  "scanning|scanner|handler|helper|class|key_?id|keyid|access_key_?id)(?![\\w-]))(?![_-]?ids?(?![\\w-]))";

/** Every name of a secret has one of these; so have many others. */
export const nameHint = "(?:key|token|secret|pass|pwd|credential|mnemonic|phrase|authorization)";

/** The end of a secret's name, from the word that makes it one. */
export const named = `(?:(?-i:secret_id)(?!\\w)|${word}${about}[\\w-]{0,40})`;
/** The same for what stands alone, as options do: the word ends it. */
export const wordAlone = `${word}\\d{0,3}(?![\\w-])`;
/** The same within a name of this form, from its first letter. */
export const nameOf = `[\\w.:/-]{0,60}?${named}`;

/** In quotes of any kind, also in quotes that are escaped themselves; goes on where the text does. */
export const quoted =
  `"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?!\\s)(?:[^"\\\\]|\\\\[^])+(?:"|${goesOn})|` +
  `'(?!\\s)[^']+(?:'|${goesOn})|\`[^\`]+(?:\`|${goesOn})|(?:\\\\+"){3}[^]*?(?:(?:\\\\+"){3}|$)|\\\\+"(?!\\s|\\\\+")[^"]+(?:"|${goesOn})|\\\\+'(?!\\s)[^']+(?:'|${goesOn})`;
/** Lines that are indented below a `|` or a `>`. */
export const block = "[|>][-+\\d]{0,2}[ \\t]*(?:(?:\\n|\\\\n)[ \\t]+[^\\n\\\\]+)+";
/** In quotes or without, or a block of indented lines. */
export const value =
  `(?:${block}|[@$a-z]{0,2}(?:${quoted})(?:${quoted}|[\\w$%@!#^*+/.~=-])*|\\\\*["']?[^\\s"'&]{4,})`;

const path =
  "(?:~|\\.{1,2}|file:/?|/(?:etc|home|root|usr|var|opt|tmp|run|srv|mnt|app|Users|private|" +
  "proc|dev|secrets?|workspaces?|data|build))/[\\w./@+~*-]*|[\\w./-]{1,80}\\.(?:pem|key|txt|json|" +
  "ya?ml|env|p12|pfx|crt|cer|jks|gpg|asc|pub|ts|js|py|go|rs|md|sh)";
const variable =
  "\\$\\{\\{[^{}\\n]{0,100}\\}\\}|\\$(?:(?-i:[A-Z_][A-Z0-9_]+)|\\w{0,30}(?:token|pass|secret|key|" +
  "pwd|cred)[a-z_]{0,30})|\\$\\{[\\w.]{1,60}(?::?\\?[^{}\\s\"']{0,60})?\\}|\\$\\((?!\\s*(?:echo|printf))[^()\\n]{0,200}\\)|" +
  "\\$env:\\w+|%\\w+%|%[sdvq]|\\{\\{[^{}\\n]{0,100}\\}\\}|\\{\\w{0,40}\\}";
const code =
  "[a-z_]\\w{0,40}(?:\\??\\.[a-z_]\\w{0,40}){0,4}\\??\\.\\w{0,40}(?:token|pass|secret|key|pwd|" +
  "cred|auth)\\w{0,40}|(?:random_password|data|var|local|module|each|self|this|" +
  "(?:aws|azurerm|google)_\\w{1,40})(?:\\.[a-z_]\\w{0,40}){1,5}|[a-z_][\\w.]{2,60}\\([^()\\n]{0,100}\\)|(?:\\w{0,30}_)?(?:password|passwd|" +
  "token|secret|api_?key)";
const plain = "(?:bearer|basic)[ \\t]?|u?int\\d{1,2}(?:array)?|read|write|" +
  "(?:your|my)[-_](?:[a-z]{1,20}[-_]){0,3}(?:key|token|secret|password)(?:[-_]here)?|null|none|nil|undefined|true|false|yes|no|string|str|bytes|boolean|bool|number|int|any|" +
  "unknown|required|optional|object|inherit|include|omit|same-origin|redacted|\\[secret\\]|" +
  "\\[private key\\]|<(?!!\\[)[^<>\\n]{1,60}>|\\*{3,}|\\.{3,}|x{4,}|…";
/** Not a secret: the name of a variable or a file, a call, a type, a place to fill in. */
export const noReference =
  `(?!\\\\*["'\`]?(?:(?:${plain}):|(?:${variable}|${path}|${code}|${plain})(?:["'\`\\s;,)}\\]&|<>?!]|\\\\|${goesOn}|$)))` +
  "(?!(?:await|new|async|function|lambda|typeof|return|throw)\\s)(?!\\\\*[\"'`](?:bearer|basic|token)\\s+[$%{])" +
  "(?!(?:[a-z_]\\w{0,40}(?:\\??\\.|::|->)){1,6}[a-z_]\\w{0,40}\\()(?!\\$_[A-Z]{3,8}\\[)(?!(?:process\\.env|os\\.environ|os\\.getenv|" +
  "import\\.meta\\.env|Deno\\.env|ENV)[.\\[(])(?!(?:id|type|src|source|name)=)";

/** At least a letter and a digit, as chosen by a machine or by a rule. */
export const mixed = "(?=[^\\s\"']*\\d)(?=[^\\s\"']*[a-z])(?!v?\\d+(?:\\.\\d+)+\\b)";
/** Not prose and no name in camel or upper case: long, or with a digit or odd capitals. */
export const random = "(?!(?:(?-i:[A-Za-z]?[a-z]+(?:[A-Z][a-z]+)*)|(?-i:[A-Z_]+))(?![\\w+/=-]))" +
  "(?=\\S{24}|\\S*\\d|(?-i:\\S+[A-Z]))";
