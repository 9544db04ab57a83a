/** Strings that are URLs, nearly are, or try to be two at once. */
import fc from "fast-check";

const schemes = [
  "https",
  "https",
  "https",
  "https",
  "HTTPS",
  "http",
  "ftp",
  "ws",
  "file",
  "javascript",
];
const marks = ["://", "://", "://", "://", "://", "://", ":", ":/", ":///", ":\\\\", "://\t"];
const users = [
  "",
  "",
  "",
  "",
  "",
  "",
  "user@",
  "u:p@",
  "@",
  "evil.com\\@",
  "api.github.com@",
  "a%40",
];
const names = [
  ...["api.github.com", "api.github.com", "API.GitHub.com", "raw.example.com", "a.b.example.com"],
  ...[
    "example.com",
    "evil.com",
    "tenuo.ai",
    "xn--bcher-kva.de",
    "x-y.example.com",
    "1.example.com",
  ],
  ...["intranet", "localhost", "a.localhost", "db.internal", "metadata.google.internal"],
  ...["b\u00fccher.de", "api\u3002github\u3002com", "\uff41pi.github.com", "a\u00ad.example.com"],
  ...["api%2egithub.com", "api.github.com.", "api.github.com..", ".example.com", "a..example.com"],
];
const addresses = [
  ...["8.8.8.8", "1.1.1.1", "[2606:4700::1111]", "[2606:4700:0:0::1111]", "134744072", "010.8.8.8"],
  ...["127.0.0.1", "127.1", "0x7f.1", "2130706433", "017700000001", "[::1]", "[::ffff:127.0.0.1]"],
  ...["[::ffff:8.8.8.8]", "[::ffff:808:808]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fd00::1]"],
  ...["169.254.169.254", "168.63.129.16", "10.0.0.1", "100.64.0.1", "192.0.2.1", "0", "[::]"],
  ...["[fe80::1%25eth0]", "[::1", "::1", "1.2.3.4.5", "256.1.1.1", "0x", "1.2.3.0x4"],
];
const ports = [
  "",
  "",
  "",
  "",
  ":443",
  ":80",
  ":8443",
  ":0443",
  ":",
  ":65536",
  ":x",
  ":443:80",
  ":-1",
];
const tails = [
  ...[
    "",
    "/",
    "/a/b",
    "/a?b=c#d",
    "?q=a|b[]'",
    "#x",
    "/@evil.com/",
    "/..//%2e%2e",
    "/\u00e9",
    "/a\\b",
  ],
  ...["?u=https://evil.com/", "/ x", "/\n", "\t", "\\.example.com/", "%00", ";x", "/a:b@c", "&x"],
];
const pieces = [
  ...[
    "@",
    ":",
    "/",
    "\\",
    "?",
    "#",
    "[",
    "]",
    "%",
    ".",
    "-",
    "\t",
    "\n",
    "\r",
    "\0",
    " ",
    "%2e",
    "%40",
  ],
  ...[
    "\u3002",
    "\uff0e",
    "\uff0f",
    "\uff20",
    "\u2044",
    "\u200b",
    "\u00ad",
    "\u00e9",
    "\ud800",
    "\u202e",
  ],
  ...[
    "//",
    "..",
    "evil.com",
    "127.0.0.1",
    "0",
    "a",
    "A",
    "1",
    "_",
    "|",
    "^",
    "`",
    "{",
    '"',
    "<",
    "$",
  ],
];

const octet = fc.oneof(fc.nat(255), fc.constantFrom(0, 10, 100, 127, 169, 172, 192, 198, 203, 224));
const dotted = fc.tuple(octet, octet, octet, octet).map((parts) => parts.join("."));
const groups = fc.tuple(
  fc.constantFrom(
    "2606",
    "2a00",
    "2001",
    "2002",
    "64:ff9b:",
    "fd00",
    "::ffff",
    "3fff",
    "5f00",
    "",
    "100",
  ),
  fc.array(fc.nat(0xffff).map((group) => group.toString(16)), { maxLength: 4 }),
).map(([first, rest]) => `[${first}::${rest.join(":")}]`);
const label = fc.constantFrom("a", "b-c", "x1", "1", "0x1", "com", "xn--bcher-kva", "_d", "A");
const name = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join("."));
const printable = fc.constantFrom(..."abZ09-._~!$&'()*+,;=:@/%|[]{}^`<>");
/** Text that may stand behind a host without a change of what it is. */
const harmless = fc.tuple(
  fc.constantFrom("/", "?", "#", "/a?"),
  fc.string({ unit: printable, maxLength: 12 }),
).map((parts) => parts.join(""));
const host = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...names) },
  { weight: 3, arbitrary: fc.constantFrom(...addresses) },
  { weight: 2, arbitrary: dotted },
  { weight: 2, arbitrary: groups },
  { weight: 2, arbitrary: name },
  { weight: 1, arbitrary: name.map((one) => `${one}.example.com`) },
);
const whole = fc.tuple(
  fc.constantFrom(...schemes),
  fc.constantFrom(...marks),
  fc.constantFrom(...users),
  host,
  fc.constantFrom(...ports),
  fc.constantFrom(...tails),
).map((parts) => parts.join(""));
const plain = fc.tuple(host, fc.constantFrom("", ":443"), fc.constantFrom(...tails))
  .map((parts) => `https://${parts.join("")}`);

/** Hosts that are public, with whatever may follow. */
const good = fc.tuple(
  fc.oneof(
    fc.constantFrom(...names.slice(0, 11), "8.8.8.8", "[2606:4700::1111]"),
    name.map((one) => `${one}.example.com`),
  ),
  fc.constantFrom("", "", ":443", ":"),
  fc.oneof({ weight: 4, arbitrary: harmless }, { weight: 1, arbitrary: fc.constantFrom(...tails) }),
).map((parts) => `https://${parts.join("")}`);

/** A few edits at any place: what is put in, and how many characters it replaces. */
const edits = fc.array(
  fc.record({ at: fc.nat(), cut: fc.nat(2), put: fc.constantFrom(...pieces) }),
  { minLength: 1, maxLength: 3 },
);
const mutated = fc.tuple(fc.oneof(plain, good), edits).map(([url, list]) =>
  list.reduce((text, { at, cut, put }) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + put + text.slice(place + cut);
  }, url)
);

export const urlString: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: whole },
  { weight: 3, arbitrary: plain },
  { weight: 5, arbitrary: good },
  { weight: 4, arbitrary: mutated },
);
