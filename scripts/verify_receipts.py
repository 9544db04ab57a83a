"""Checks a receipts log without the program that wrote it; from docs/RECEIPTS.md alone.
Exit code 0: proven; 1: disproved; 2: it cannot be told. Needs Python 3.9 and cryptography.
Leaves out step 7 of "Verification": whether calls were within the rules."""
import argparse, collections, datetime, functools, hashlib, io, itertools, json, pathlib, re, struct
from binascii import unhexlify as unhex
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PRIME, ORDER_8 = 2**255 - 19, 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826
REFUSED = {0, 1, PRIME - 1, ORDER_8, PRIME - ORDER_8, *range(PRIME, 2**255)}  # As y of a point.
HEX, SEGMENT = "[0-9a-f]{64}", re.compile(r"receipts\.(?!0{6})([0-9]{6}|[1-9][0-9]{6,})\.jsonl")
SEALED = re.compile(rb'(.*),"signature":"([0-9a-f]{128})"}', re.DOTALL)
log = argparse.Namespace(newest=(0, "0" * 64), marks=[(0, "0" * 64)], torn=[], place="", doubt="",
                         seen=collections.Counter(lines=0))  # A doubt is what cannot be told.
def must(holds, why):
    if not holds: raise AssertionError(why)
def sha256(data): return hashlib.sha256(data).hexdigest()
def is_point(data): return int.from_bytes(data, "little") % 2**255 not in REFUSED
def once(pairs): return dict(pairs) if len(dict(pairs)) == len(pairs) else must(0, "a name twice")
def ordered(members): return [[name, members[name]] for name in sorted(members, key=str.encode)]
parse = json.JSONDecoder(object_pairs_hook=once, parse_int=float, parse_constant=int).decode

def signs(key, signature, message):
    """Ed25519 over the common prefix and the message ("A line", Signature)."""
    try: Ed25519PublicKey.from_public_bytes(key).verify(signature, b"tenuo-warrant-v1" + message)
    except Exception: return False
    return is_point(key) and is_point(signature[:32])
def unseal(body, purpose):
    """The last member signs all that is before it ("A line", "Checkpoints")."""
    must(sealed := SEALED.fullmatch(body), "the line does not end in a signature")
    must(signs(log.key, unhex(sealed[2]), purpose + sealed[1]), "not signed by the receipt key")
    return parse(body.decode())
def head(major, count):
    """The head of an item of CBOR, as short as it can be."""
    size = 0 if count < 24 else next(size for size in (1, 2, 4, 8) if count < 256**size)
    info = 23 + size.bit_length() if size else count
    return bytes([major << 5 | info]) + count.to_bytes(8, "big")[8 - size:]
def pack(item):
    """CBOR as proofs are over it ("Warrants, policies and proofs")."""
    if item is None or isinstance(item, bool): return head(7, 22 if item is None else 20 + item)
    if isinstance(item, str): return head(3, len(item.encode())) + item.encode()
    if isinstance(item, list): return head(4, len(item)) + b"".join(map(pack, item))
    if type(item) is dict: return head(5, len(item)) + b"".join(map(pack, sum(ordered(item), [])))
    if item == int(item) and abs(item) < 2**63: return head(item < 0, max(int(item), ~int(item)))
    for mark, form, limit in (0xf9, ">e", 65520), (0xfa, ">f", 3.4028235e38), (0xfb, ">d", 1e999):
        if abs(item) < limit and struct.unpack(form, struct.pack(form, item))[0] == item:
            return bytes([mark]) + struct.pack(form, item)
def read(stream):
    """One item of CBOR ("Warrants, policies and proofs")."""
    major, info = divmod(stream.read(1)[0], 32)
    raw = stream.read(1 << info - 24 if 24 <= info <= 27 else 0)
    if major == 7: return struct.unpack({2: ">e", 4: ">f", 8: ">d"}[len(raw)], raw) if raw else info
    count = int.from_bytes(raw, "big") if raw else info
    must(major != 6 and head(major, count)[1:] == raw, "CBOR of another form")
    if major < 2: return -1 - count if major else count
    if major < 4: return stream.read(count) if major == 2 else stream.read(count).decode()
    if major < 5: return [read(stream) for _ in range(count)]
    return once([(read(stream), read(stream)) for _ in range(count)])

@functools.lru_cache(256)
def evidence(digest, kind="policy"):
    """A policy of the root's, or a chain's payloads ("Warrants, policies and proofs")."""
    must(re.fullmatch(HEX, digest), "a strange digest")
    data = (log.folder / "evidence" / f"{digest}.{kind}").read_bytes()
    seal, _, text = data.partition(b"\n") if kind == "policy" else (b"", b"", data)
    must(sha256(text) == digest and seal == seal.lower(), f"the {kind} was altered")
    if kind == "policy":
        must(signs(log.root, unhex(seal), b"tenuo-claude-snapshot-v1" + text), "not the root's")
        return must(parse(text.decode())["receipts"]["key"] == log.key.hex(), "of another key")
    signer, parent, links, found = log.root, None, [], read(io.BytesIO(data))
    for version, payload, (of, seal) in found if type(found[0]) is list else [found]:
        links.append(one := read(io.BytesIO(payload)))
        good = [version, of, one[4][0], one[5]] == [1, 1, 1, [1, signer]]
        must(good and (bytes(one[9]) if 9 in one else None) == parent, "warrants of no one chain")
        must(signs(signer, seal, b"\1" + payload), "a warrant is not signed by its issuer")
        signer, parent = one[4][1], hashlib.sha256(payload).digest()
    return links

def call(line):
    """Steps 4 to 6 of "Verification" for a line that names a chain, as each allow must."""
    links, at = evidence(line["chain"], "warrant"), line.get("proved")
    must(links[-1][1].hex() == line["warrant"], "the chain is of another warrant")
    if line.get("decision") != "allow": return
    late = datetime.datetime.fromisoformat(line["time"][:-1] + "+00:00").timestamp() - at
    must(0 <= late <= 31 and at % 1 == 0 and line["tool"], "the proof is of another time or tool")
    for one in links: must(one[6] - 30 <= at < one[7] and line["capability"] in one[3], "no right")
    bound = read(io.BytesIO(bytes(links[-1][10]["ai.tenuo.claude.binding"])))[2:]
    must(bound == [line["serial"], unhex(line["policy"])], "bound to another policy")
    masked, (_, holder), proof = line.get("masked"), links[-1][4], unhex(line["proof"])
    calls = ([form + line["warrant"], line["capability"], ordered(line["args"]), at // 30 * 30 + by]
             for form in ("", "tnu_wrt_") for by in (0, -30, 30, -60, 60))
    good = masked is True or any(signs(holder, proof, b"tenuo-pop-v1" + pack(one)) for one in calls)
    must(good, "the proof is not the holder's for this call")
    log.seen["proof not checkable" if masked else "proofs checked"] += 1

def entry(body):
    """Steps 2 to 6 of "Verification" for one line; torn bytes wait for their repair."""
    try: SEALED.fullmatch(body) or parse(body.decode()).items()
    except (ValueError, AttributeError, RecursionError): return log.torn.append(body)
    line, torn = unseal(body, b"tenuo-claude-receipt-v1"), b"\n".join(log.torn)
    kind, decision, before = line["kind"], line.get("decision"), (line["seq"] - 1, line["prev"])
    known = re.fullmatch("decision (allow|deny)|(outcome|act|repair) None", f"{kind} {decision}")
    repair = kind == "repair" and [line["torn"], line["bytes"]]
    must(known and repair == (log.torn != [] and [sha256(torn), len(torn)]), "torn or strange")
    newest, log.newest, log.torn = log.newest, (line["seq"], sha256(body)), []
    must(before == newest or newest[0] == 0 < before[0], "does not follow the line before")
    must({one for one in log.marks if one[0] == line["seq"]} <= {log.newest}, "not the line seen")
    if before not in (newest, *log.marks): log.doubt = f"{log.place}: no segment before it"
    log.seen.update(["lines", decision or kind])
    for name, step, given in ("policy", evidence, line.get("policy")), ("chain", call, line):
        try: (name in line or decision == "allow") and step(given)
        except OSError as missing: log.doubt = log.doubt or f"{log.place}: {missing}"
def checkpoint(body):
    """What someone saw of the log earlier ("Checkpoints")."""
    if not SEALED.fullmatch(body): raise OSError(f"{log.place} is no checkpoint")
    value = unseal(body, b"tenuo-claude-checkpoint-v1")
    must(value["key"] == log.key.hex() and value["count"] > 0, "a checkpoint of another log")
    log.marks.append((value["count"], value["head"]))
def find_key(name, given):
    """Keys beside the log vouch for nothing by themselves ("The folder")."""
    text = given[-1] if given else (log.folder / name).read_text().strip()
    print(f"{name}: {text},", "given" if given else "NOT given: compare it with a copy")
    if re.fullmatch(HEX, text) and is_point(unhex(text)): return unhex(text)
    raise OSError(f"{name} is no key")

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("path", nargs="?", default=".state", type=pathlib.Path)
for name in "key", "root", "checkpoint": options.add_argument(f"--{name}", action="append")
options.parse_args(namespace=log)
log.folder = log.path if log.path.is_dir() else log.path.parent
try:
    log.key, log.root = find_key("receipt_pub.hex", log.key), find_key("issuer_pub.hex", log.root)
    old = [one for one in log.folder.iterdir() if SEGMENT.fullmatch(one.name)]
    files = sorted(old, key=lambda one: int(one.name[9:-6])) + [*log.folder.glob("receipts.jsonl")]
    if not log.path.is_dir() and log.path.name != "receipts.jsonl": files = [log.path]
    if not files: raise OSError(f"{log.folder} holds no log")
    kept = [*map(pathlib.Path, log.checkpoint or []), *log.folder.glob("receipts.checkpoint")]
    for step, one in [(checkpoint, one) for one in kept] + [(entry, one) for one in files]:
        with one.open("rb") as stream:
            for number, body in enumerate(itertools.chain(stream, [None]), 1):
                if not log.torn: log.place = f"{one.name}:{number}"
                if body is not None: step(body[:-1] if body.endswith(b"\n") else body)
        if number == 1 and step is checkpoint: raise OSError(f"{one} is empty")
        must(not log.torn, "torn, and no repair names it")
    must(SEGMENT.fullmatch(log.path.name) or max(log.marks)[0] <= log.newest[0], "the log was cut")
    code, text = (2, f"CANNOT TELL {log.doubt}") if log.doubt else (0, "PROVEN, but for step 7")
except (OSError, RecursionError) as error: code, text = 2, f"CANNOT TELL {error}"
except Exception as error: code, text = 1, f"DISPROVED {log.place}: {error}"
counts = ", ".join(f"{count} {name}" for name, count in log.seen.items())
raise SystemExit(print(counts, text, sep="\n") or code)
