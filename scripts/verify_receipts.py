#!/usr/bin/env python3
"""Checks a receipts log without the program that wrote it. Written from docs/RECEIPTS.md alone.

Needs Python 3.9 and the package cryptography. Exit code 0: all proven; 1: something is disproved;
2: it cannot be told. Step 7 of "Verification" is left out: a warrant must name the capability, but
no constraint of it, no narrowing along a chain and no rule of the policy is replayed."""
import argparse, collections, datetime, functools, hashlib, io, json, pathlib, re, struct, sys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PRIME, ORDER_8 = 2**255 - 19, 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826
SMALL = (0, 1, PRIME - 1, ORDER_8, PRIME - ORDER_8)  # The y of every point of small order.
# How JSON.stringify writes: no blanks, the fewest escapes, numbers without idle digits.
TEXT = re.compile(r'(?:[^"\s\d-]|(?!-0(?!\.))-?\d+(?:\.\d*[1-9])?(?:e[+-][1-9]\d*)?(?![\d.eE])|"(?:[^"\\]'
                  r'|\\["\\bfnrt]|\\u(?:00(?:0[0-7be]|1[\da-f])|d[89ab][\da-f]{2}(?!\\ud[c-f])|d[c-f][\da-f]{2}))*")*')
KINDS = {"decision": ["allow", "deny"], "outcome": ["ok", "failed", "unknown"], "act": [None], "repair": [None]}
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, StopIteration, struct.error)
class Disproved(Exception): """Something that the log claims is not so: exit code 1."""
class Unknown(Exception): """Something that the proof needs is not there: exit code 2."""

def must(holds, why):
    if not holds: raise Disproved(why)
def sha256(data): return hashlib.sha256(data).hexdigest()
def unhex(text, size):
    must(re.fullmatch("[0-9a-f]{%d}" % (2 * size), text), f"not {size} bytes in lower-case hex")
    return bytes.fromhex(text)
def check_signature(key, signature, message, what):
    """Ed25519; no point of small order, no encoding past the prime ("A line", Signature)."""
    ys = [int.from_bytes(point, "little") & 2**255 - 1 for point in (key, signature[:32])]
    must(all(y < PRIME and y not in SMALL for y in ys), f"{what}: a point of small order or past the prime")
    try: Ed25519PublicKey.from_public_bytes(key).verify(signature, b"tenuo-warrant-v1" + message)
    except (InvalidSignature, ValueError): raise Disproved(f"{what} is not signed by {key.hex()}") from None
def members(pairs):
    must(len(dict(pairs)) == len(pairs), "a member stands twice")
    return dict(pairs)
parse = json.JSONDecoder(object_pairs_hook=members, parse_int=lambda digits: int(float(digits)),
                         parse_constant=int).decode  # int() refuses NaN and Infinity.
def check_form(value, body, key, purpose):
    """One spelling, and at the end a signature over all before it ("A line", "Checkpoints")."""
    must(TEXT.fullmatch(body.decode()) and list(value)[-1] == "signature", "not the form of a line")
    covered = body[:-len(',"signature":""}') - 128]
    check_signature(key, unhex(value["signature"], 64), purpose + covered, "the line")

def head(major, count):
    size = next(size for size in (0, 1, 2, 4, 8) if count < (256 ** size if size else 24))
    return bytes([major << 5 | (23 + size.bit_length() if size else count)]) + count.to_bytes(8, "big")[8 - size:]
def write(value):
    """CBOR in its shortest form, as proofs are over it ("Warrants, policies and proofs")."""
    if value is None or isinstance(value, bool): return {None: b"\xf6", False: b"\xf4", True: b"\xf5"}[value]
    if isinstance(value, bytes): return head(2, len(value)) + value
    if isinstance(value, str): return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list): return head(4, len(value)) + b"".join(map(write, value))
    if isinstance(value, dict):
        return head(5, len(value)) + b"".join(write(k) + write(value[k]) for k in sorted(value, key=str.encode))
    if value == int(value) and -2**64 <= value < 2**64: return head(value < 0, max(int(value), -1 - int(value)))
    for mark, form, limit in ((b"\xf9", ">e", 65520), (b"\xfa", ">f", 3.4028235e38), (b"\xfb", ">d", 1e999)):
        if abs(value) < limit and struct.unpack(form, struct.pack(form, value))[0] == value: break
    return mark + struct.pack(form, value)
def read(stream):
    """One CBOR item: shortest heads, no tags, no key twice."""
    major, info = divmod(stream.read(1)[0], 32)
    raw = stream.read(1 << info - 24 if 24 <= info <= 27 else 0)
    if major == 7: return struct.unpack(">" + "efd"[info - 25], raw)[0] if raw else {20: False, 21: True, 22: None}[info]
    count = int.from_bytes(raw, "big") if raw else info
    must(major != 6 and head(major, count) == bytes([major << 5 | info]) + raw, "CBOR of another form")
    if major < 2: return -1 - count if major else count
    if major < 4: return stream.read(count) if major == 2 else stream.read(count).decode()
    items = [read(stream) for _ in range(count * (major - 3))]
    must(major == 4 or len({k for k in items[::2] if type(k) in (int, str)}) == count, "CBOR with unclear keys")
    return items if major == 4 else dict(zip(items[::2], items[1::2]))
def decode(data):
    stream = io.BytesIO(data + b"\0")  # What breaks off takes this byte, too.
    value, end = read(stream), stream.tell()
    must(end == len(data), "CBOR that goes on or breaks off")
    return value

class Log:
    """A log as far as it was read: `place` is the line, `doubt` the first thing that cannot be told."""
    def __init__(self, path):
        self.folder, self.newest = (path.parent, path) if path.is_file() else (path, path / "receipts.jsonl")
        self.seen, self.marks, self.digest = collections.Counter(), [], "0" * 64
        self.place = self.doubt = self.torn = None
        self.last = {"seq": 0, "time": "", "serial": 0, "revocation": 0}
        self.chain, self.policy = map(functools.lru_cache(256), (self.chain, self.policy))
    def find_key(self, name, given):
        """Keys beside the log vouch for nothing by themselves ("The folder")."""
        path = self.folder / name
        text = given or (path.read_text().strip() if path.is_file() else "none")
        print(f"{name}: {text},", "as given" if given else "NOT given: found beside the log, compare it")
        return None if text == "none" else unhex(text, 32)
    def evidence(self, digest, kind):
        path = self.folder / "evidence" / (unhex(digest, 32).hex() + kind)
        if not self.root or not path.is_file(): raise Unknown(f"no {path.name}" if self.root else "no root")
        return path.read_bytes()
    def policy(self, digest):
        """It is the root's and names the receipt key ("Warrants, policies and proofs")."""
        signature, _, text = self.evidence(digest, ".policy").partition(b"\n")
        must(sha256(text) == digest, "the policy in evidence was altered")
        check_signature(self.root, unhex(signature.decode(), 64), b"tenuo-claude-snapshot-v1" + text, "the policy")
        must(parse(text.decode())["receipts"]["key"] == self.key.hex(), "the policy names another receipt key")
    def chain(self, digest):
        """Payloads, root first, each signed by the holder before ("Warrants, policies and proofs")."""
        data, signer, parent, chain = self.evidence(digest, ".warrant"), self.root, None, []
        must(sha256(data) == digest, "the warrant in evidence was altered")
        found = decode(data)
        for version, payload, (algorithm, signature) in found if isinstance(found[0], list) else [found]:
            check_signature(signer, signature, b"\1" + payload, "the warrant")
            chain.append(decode(payload))
            good = version == algorithm == chain[-1][4][0] == 1 and chain[-1][5] == [1, signer]
            must(good and chain[-1].get(9) == parent, "the warrants are not one chain")
            signer, parent = chain[-1][4][1], hashlib.sha256(payload).digest()
        return chain
    def call(self, line):
        """Steps 4 to 6 of "Verification" for a line that names a chain, as each allow must."""
        chain, masked = self.chain(line["chain"]), line.get("masked") is True
        must(chain[-1][1].hex() == line["warrant"], "the chain is of another warrant")
        if line.get("decision") != "allow": return
        times = datetime.datetime.fromisoformat(line["time"][:-1] + "+00:00").timestamp(), line["proved"]
        must(all(link[6] <= time < link[7] for link in chain for time in times), "the warrant was not in force")
        must(all(line["capability"] in link[3] for link in chain), "the warrant does not name the capability")
        bound = decode(bytes(chain[-1][10]["ai.tenuo.claude.binding"]))
        must(bound[2:] == [line["serial"], bytes.fromhex(line["policy"])], "the warrant is bound to another policy")
        args, proof = sorted(map(list, line["args"].items()), key=lambda a: a[0].encode()), unhex(line["proof"], 64)
        signed = write([line["warrant"], line["capability"], args, line["proved"] // 30 * 30])
        if not masked: check_signature(chain[-1][4][1], proof, b"tenuo-pop-v1" + signed, "the proof")
        self.seen["proof not checkable" if masked else "proofs checked"] += 1
    def tear(self, body):
        """Bytes that are no whole line wait for their repair ("A line", Torn lines)."""
        must(not re.search(rb'"signature":"[0-9a-f]{128}"}$', body), "no JSON, but it ends in a signature")
        place, digest, count = self.torn or (self.place, hashlib.sha256(), -1)
        digest.update(body if count < 0 else b"\n" + body)
        self.torn = place, digest, count + 1 + len(body)
    def mend(self, line=None):
        torn, self.torn = self.torn, None
        if line and line["kind"] == "repair":
            return must(torn and [line["torn"], line["bytes"]] == [torn[1].hexdigest(), torn[2]], "a repair of other bytes")
        if torn: self.place = torn[0]
        must(not torn, "torn bytes without a repair")
    def line(self, body):
        """Steps 2 to 6 of "Verification" for one line."""
        try: line = parse(body.decode())
        except ValueError: return self.tear(body)
        check_form(line, body, self.key, b"tenuo-claude-receipt-v1")
        self.mend(line)
        last, first = self.last, self.last["seq"] == 0 and line["seq"] > 1
        if first: self.doubt = f"{self.place}: continues a segment that is not there"
        must(first or [line["seq"], line["prev"]] == [last["seq"] + 1, self.digest], "does not continue the line before")
        must(list(line)[:2] == ["seq", "prev"] and line.get(line["kind"]) in KINDS[line["kind"]], "not a line's members")
        must(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"]), "the time has another form")
        must(line["kind"] == "act" or line["time"] >= last["time"], "the time runs backwards")
        self.last, self.digest = {name: line.get(name, last[name]) for name in last}, sha256(body)
        must(all(self.last[name] >= last[name] for name in ("serial", "revocation")), "a number that only grows shrank")
        for count, head_, name in self.marks: must(count != line["seq"] or head_ == self.digest, f"{name} saw another line")
        self.seen["lines"] += 1
        self.seen[line.get("decision", line["kind"])] += 1
        try:
            if "policy" in line: self.policy(line["policy"])
            if "chain" in line or line.get("decision") == "allow": self.call(line)
        except Unknown as missing: self.doubt = self.doubt or f"{self.place}: {missing}"
    def checkpoint(self, path):
        """What someone saw of the log earlier ("Checkpoints")."""
        self.place, body = f"{path.name}:1", re.sub(rb"\n\Z", b"", path.read_bytes())
        value = parse(body.decode())
        check_form(value, body, self.key, b"tenuo-claude-checkpoint-v1")
        must(value["key"] == self.key.hex() and value["count"] > 0, "a checkpoint of another log")
        self.marks.append((value["count"], value["head"], path.name))
    def file(self, path, is_newest):
        with path.open("rb") as stream:
            for number, raw in enumerate(iter(lambda: stream.readline(1 << 26), b""), 1):
                self.place = f"{path.name}:{number}"
                must(raw.endswith(b"\n") or is_newest, "a finished segment that breaks off")
                self.line(re.sub(rb"\n\Z", b"", raw))
        self.mend()
    def run(self, checkpoints):
        """Goes along the segments, oldest first, none between them missing ("The folder")."""
        names = [] if self.newest.name != "receipts.jsonl" else sorted(
            path.name for path in self.folder.iterdir() if re.fullmatch(r"receipts\.\d{6}\.jsonl", path.name))
        numbers = [int(name[9:15]) for name in names]
        for path in checkpoints: self.checkpoint(path)
        self.place = "receipts.jsonl"
        must(not names or numbers[-1] - numbers[0] == len(names) - 1, "a segment between the others is missing")
        for path in [self.folder / name for name in names] + [self.newest]: self.file(path, path == self.newest)
        for count, _, self.place in self.marks: must(count <= self.last["seq"], "the log no longer reaches the checkpoint")
        if not self.seen["lines"]: raise Unknown("there is no line")
def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", nargs="?", default=".state", type=pathlib.Path, help="or a single file")
    options.add_argument("--key", help="the receipt key, 32 bytes in hex")
    options.add_argument("--root", help="the root that signs warrants and policies")
    options.add_argument("--checkpoint", action="append", default=[], type=pathlib.Path)
    given = options.parse_args()
    log, code = Log(given.folder), 0
    try:
        log.key, log.root = log.find_key("receipt_pub.hex", given.key), log.find_key("issuer_pub.hex", given.root)
        if not log.key: raise Unknown("no receipt key")
        kept = log.folder / "receipts.checkpoint"
        log.run(given.checkpoint + [kept] * kept.is_file())
        if log.doubt: raise Unknown(log.doubt)
    except (Disproved, *UNREADABLE) as error: code, why = 1, f"{log.place}: {error}"
    except (Unknown, OSError, RecursionError) as error: code, why = 2, error
    print(", ".join(f"{count} {name}" for name, count in log.seen.items()))
    print("PROVEN but for the constraints, which are not replayed here" if code == 0 else ("DISPROVED", "CANNOT TELL")[code - 1] + f" {why}")
    return code
if __name__ == "__main__": sys.exit(main())
