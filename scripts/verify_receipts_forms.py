"""What verify_receipts.py reads: hex, signatures, JSON's one spelling, CBOR, torn bytes, keys."""
import decimal, hashlib, io, json, re, struct
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PRIME, ORDER_8 = 2**255 - 19, 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826
SMALL = (0, 1, PRIME - 1, ORDER_8, PRIME - ORDER_8)  # The y of every point of small order.
INDEX, LONE = re.compile("0|[1-9][0-9]{0,9}"), re.compile("[\ud800-\udfff]")
MALFORMED = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, struct.error)

class Disproved(Exception): """Something that the log claims is not so: exit code 1."""
class Unknown(Exception): """Something that the proof needs is not there: exit code 2."""

def must(holds, why):
    if not holds: raise Disproved(why)

def sha256(data): return hashlib.sha256(data).hexdigest()

def unhex(text, size):
    """All hex is lower case ("A line")."""
    must(re.fullmatch("[0-9a-f]{%d}" % (2 * size), text), f"not {size} bytes in lower-case hex")
    return bytes.fromhex(text)

def is_point(data):
    """Not of small order, not past the field's prime ("A line", Signature)."""
    y = int.from_bytes(data, "little") & 2**255 - 1
    return len(data) == 32 and y < PRIME and y not in SMALL

def check_signature(key, signature, message, what):
    """Ed25519, as "A line" has it under Signature."""
    must(is_point(key) and is_point(signature[:32]), f"{what}: a point that is refused")
    try: Ed25519PublicKey.from_public_bytes(key).verify(signature, b"tenuo-warrant-v1" + message)
    except (InvalidSignature, ValueError):
        raise Disproved(f"{what} is not signed by {key.hex()}") from None

def check_proof(holder, proof, line, args):
    """In a window near `proved`, under either form of the id ("Warrants, policies and proofs")."""
    for form, late in [(form, late) for form in ("", "tnu_wrt_") for late in (0, -30, 30, -60, 60)]:
        call = [form + line["warrant"], line["capability"], args, line["proved"] // 30 * 30 + late]
        try: return check_signature(holder, proof, b"tenuo-pop-v1" + write(call), "the proof")
        except Disproved as error: last = error
    raise last

def to_number(text):
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value

def to_object(pairs):
    """No member twice; in ECMAScript's order, which puts array indices first ("A line")."""
    must(len(dict(pairs)) == len(pairs), "a member stands twice")
    def index(name): return int(name) if INDEX.fullmatch(name) else 2**32
    return dict(sorted(pairs, key=lambda pair: min(index(pair[0]), 2**32 - 1)))

parse = json.JSONDecoder(object_pairs_hook=to_object, parse_int=to_number, parse_float=to_number,
                         parse_constant=int).decode  # int() refuses NaN and Infinity.
quote = json.JSONEncoder(ensure_ascii=False).encode

def spell(value):
    """The text that ECMAScript's JSON.stringify gives ("A line")."""
    if isinstance(value, dict):
        return "{%s}" % ",".join(spell(name) + ":" + spell(value[name]) for name in value)
    if isinstance(value, list): return "[%s]" % ",".join(map(spell, value))
    if isinstance(value, str):
        return LONE.sub(lambda half: f"\\u{ord(half[0]):x}", quote(value))
    if not isinstance(value, float): return quote(value)
    if not 1e-6 <= abs(value) < 1e21: return re.sub("(e[+-])0", r"\1", repr(value))
    return re.sub(r"\.0$", "", format(decimal.Decimal(repr(value)), "f"))

def head(major, count):
    """A CBOR head of the shortest length ("Warrants, policies and proofs")."""
    if count < 24: return bytes([major << 5 | count])
    power = next(power for power in range(4) if count < 256 ** (1 << power))
    return bytes([major << 5 | 24 + power]) + count.to_bytes(1 << power, "big")

def write(value):
    """CBOR as proofs are over it ("Warrants, policies and proofs")."""
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", False: b"\xf4", True: b"\xf5"}[value]
    if isinstance(value, bytes): return head(2, len(value)) + value
    if isinstance(value, str): return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list): return head(4, len(value)) + b"".join(map(write, value))
    if isinstance(value, dict):
        members = (write(name) + write(value[name]) for name in sorted(value, key=str.encode))
        return head(5, len(value)) + b"".join(members)
    if value == int(value) and abs(value) < 2**63:
        return head(0, int(value)) if value >= 0 else head(1, -1 - int(value))
    for mark, form, limit in (0xf9, ">e", 65520), (0xfa, ">f", 3.4028235e38), (0xfb, ">d", 1e999):
        if abs(value) < limit and struct.unpack(form, struct.pack(form, value))[0] == value: break
    return bytes([mark]) + struct.pack(form, value)

def read_item(stream):
    """One CBOR item: shortest heads, no tags, no key twice."""
    major, info = divmod(stream.read(1)[0], 32)
    raw = stream.read(1 << info - 24 if 24 <= info <= 27 else 0)
    if major == 7 and raw: return struct.unpack({25: ">e", 26: ">f", 27: ">d"}[info], raw)[0]
    if major == 7: return {20: False, 21: True, 22: None}[info]
    count = int.from_bytes(raw, "big") if raw else info
    shortest = head(major, count) == bytes([major << 5 | info]) + raw
    must(major != 6 and shortest, "CBOR of another form")
    if major < 2: return -1 - count if major else count
    if major < 4: return stream.read(count) if major == 2 else stream.read(count).decode()
    items = [read_item(stream) for _ in range(count * (major - 3))]
    if major == 4: return items
    names = {name for name in items[::2] if type(name) in (int, str)}
    must(len(names) == count, "CBOR with a strange key, or one twice")
    return dict(zip(items[::2], items[1::2]))

def read(data):
    stream = io.BytesIO(data + b"\0")  # An item that breaks off takes this byte, too.
    value = read_item(stream)
    must(stream.tell() == len(data), "CBOR that goes on or breaks off")
    return value

def without_end(line): return line[:-1] if line.endswith(b"\n") else line

def check_form(value, body, key, purpose):
    """One spelling, and at the end a signature over all before it ("A line", "Checkpoints")."""
    must(isinstance(value, dict) and spell(value) == body.decode(), "is no object as written")
    must(list(value)[-1:] == ["signature"], "does not end in its signature")
    signed = purpose + body[:-len(',"signature":""}') - 128]
    check_signature(key, unhex(value["signature"], 64), signed, "the line")

class Torn:
    """Bytes that are no whole line and wait for their repair ("A line", Torn lines)."""
    def __init__(self): self.place, self.digest, self.bytes = None, hashlib.sha256(), -1

    def add(self, body, place):
        must(not re.search(rb'"signature":"[0-9a-f]{128}"}$', body), "no JSON, but signed")
        self.digest.update(b"\n" + body if self.place else body)
        self.place, self.bytes = self.place or place, self.bytes + 1 + len(body)

    def end(self, repair):
        found = [self.digest.hexdigest(), self.bytes] if self.place else None
        must(repair == found, "torn, and no repair names it" if found else "repairs nothing")

def find_key(path, given):
    """Keys beside the log vouch for nothing by themselves ("The folder")."""
    text = given or (path.read_text().strip() if path.is_file() else None)
    print(f"{path.name}: {text},", "given" if given else "NOT given: compare it with a copy")
    if text is None: return None
    if re.fullmatch("[0-9a-f]{64}", text) and is_point(bytes.fromhex(text)):
        return bytes.fromhex(text)
    raise Unknown(f"{path.name} is no key in lower-case hex")

def files(path):
    """The log's files, oldest first ("The folder"); their lines tell whether one is missing."""
    found = sorted(path.glob("receipts.*.jsonl")) if path.is_dir() else []
    old = [one for one in found if re.fullmatch(r"receipts\.\d{6}\.jsonl", one.name)]
    return old + [path / "receipts.jsonl" if path.is_dir() else path]
