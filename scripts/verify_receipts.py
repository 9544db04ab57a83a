#!/usr/bin/env python3
"""Checks a receipts log without the program that wrote it; from docs/RECEIPTS.md alone.

Needs Python 3.9, the package cryptography and verify_receipts_forms.py beside it. Exit code 0: all
proven; 1: something is disproved; 2: it cannot be told. Not step 7 of "Verification": a capability
must be the warrant's, but constraints, narrowing along a chain and policy rules are not replayed.
"""
import argparse, collections, datetime, functools, hashlib, pathlib, re, sys
sys.dont_write_bytecode = True
from verify_receipts_forms import (
    MALFORMED, Disproved, Torn, Unknown, check_form, check_proof, check_signature, files, find_key,
    must, parse, read, sha256, unhex, without_end)

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
KINDS = {"decision": ["allow", "deny"], "outcome": ["ok", "failed", "unknown"],
         "act": [None], "repair": [None]}

class Log:
    """A log as far as it was read; `doubt` is the first thing that could not be told."""
    def __init__(self, folder, key, root):
        self.folder, self.key, self.root, self.digest = folder, key, root, "0" * 64
        self.seen, self.marks = collections.Counter(), []
        self.place, self.torn, self.doubt = None, Torn(), None
        self.last = {"seq": 0, "time": "", "serial": 0, "revocation": 0}
        self.chain, self.policy = map(functools.lru_cache(256), (self.chain, self.policy))

    def evidence(self, digest, kind):
        path = self.folder / "evidence" / (unhex(digest, 32).hex() + kind)
        if self.root and path.is_file(): return path.read_bytes()
        raise Unknown(f"no {path.name}" if self.root else "no root")

    def policy(self, digest):
        """The root's, and it names the receipt key ("Warrants, policies and proofs")."""
        signature, _, text = self.evidence(digest, ".policy").partition(b"\n")
        must(sha256(text) == digest, "the policy in evidence was altered")
        signed = b"tenuo-claude-snapshot-v1" + text
        check_signature(self.root, unhex(signature.decode(), 64), signed, "the policy")
        must(parse(text.decode())["receipts"]["key"] == self.key.hex(), "it names another key")

    def chain(self, digest):
        """Its payloads, each signed by the holder before ("Warrants, policies and proofs")."""
        data, signer, parent, chain = self.evidence(digest, ".warrant"), self.root, None, []
        must(sha256(data) == digest, "the warrant in evidence was altered")
        found = read(data)
        for version, payload, (kind, signature) in found if type(found[0]) is list else [found]:
            check_signature(signer, signature, b"\1" + payload, "the warrant")
            chain.append(read(payload))
            good = version == kind == chain[-1][4][0] == 1 and chain[-1][5] == [1, signer]
            named = chain[-1].get(9)
            named = bytes(named) if type(named) is list else named
            must(good and named == parent, "the warrants are not one chain")
            must(chain[-1][7] <= chain[-2:][0][7], "a warrant outlives the one before")
            signer, parent = chain[-1][4][1], hashlib.sha256(payload).digest()
        return chain

    def call(self, line):
        """Steps 4 to 6 of "Verification" for a line that names a chain, as each allow must."""
        chain, masked = self.chain(line["chain"]), line.get("masked") is True
        must(chain[-1][1].hex() == line["warrant"], "the chain is of another warrant")
        if line.get("decision") != "allow": return
        time = datetime.datetime.fromisoformat(line["time"][:-1] + "+00:00").timestamp()
        must(0 <= time - line["proved"] < 32, "its proof is of another time")
        for link in chain:
            must(link[6] - 30 <= line["proved"] < link[7], "not in force")
            must(line["capability"] in link[3], "the warrant does not name the capability")
        bound = read(bytes(chain[-1][10]["ai.tenuo.claude.binding"]))[2:]
        must(bound == [line["serial"], unhex(line["policy"], 32)], "bound to another policy")
        args = [[name, line["args"][name]] for name in sorted(line["args"], key=str.encode)]
        if not masked: check_proof(chain[-1][4][1], unhex(line["proof"], 64), line, args)
        self.seen["proof not checkable" if masked else "proofs checked"] += 1

    def follow(self, line, body):
        """The line's place after the one before ("A line", Chain; "Members")."""
        last, kind, before = self.last, line["kind"], (line["seq"] - 1, line["prev"])
        if last["seq"] or before[0] < 1:
            must(before == (last["seq"], self.digest), "does not follow the line before")
        elif before not in self.marks: self.doubt = f"{self.place}: no segment before it"
        must(list(line)[:2] == ["seq", "prev"] and type(line["seq"]) is int, "no seq, prev first")
        must(line.get(kind) in KINDS[kind] and re.fullmatch(TIME, line["time"]), "a strange member")
        self.last, self.digest = {name: line.get(name, last[name]) for name in last}, sha256(body)
        must(kind == "act" or line["time"] >= last["time"], "the time runs backwards")
        good = all(self.last[name] >= last[name] for name in ("serial", "revocation"))
        must(good, "a serial or revocation shrank")
        for count, seen in self.marks:
            must(count != line["seq"] or seen == self.digest, "a checkpoint saw another line")

    def line(self, body):
        """Steps 2 to 6 of "Verification" for one line."""
        try: line = parse(body.decode())
        except ValueError: return self.torn.add(body, self.place)
        check_form(line, body, self.key, b"tenuo-claude-receipt-v1")
        self.torn.end([line["torn"], line["bytes"]] if line["kind"] == "repair" else None)
        self.torn = Torn()
        self.follow(line, body)
        self.seen.update(["lines", line.get("decision", line["kind"])])
        checks = {"policy": lambda: self.policy(line["policy"]), "chain": lambda: self.call(line)}
        for name in checks:
            try: (name in line or line.get("decision") == "allow") and checks[name]()
            except Unknown as missing: self.doubt = self.doubt or f"{self.place}: {missing}"

    def file(self, path):
        """Line by line; torn bytes and their repair lie in one file ("A line", Torn lines)."""
        number = 0
        with path.open("rb") as stream:
            for number, raw in enumerate(iter(lambda: stream.readline(1 << 26), b""), 1):
                self.place = f"{path.name}:{number}"
                self.line(without_end(raw))
        self.place = f"{path.name}:{number + 1}"
        self.torn.end(None)

    def checkpoint(self, path):
        """What someone saw of the log earlier, one checkpoint a line ("Checkpoints")."""
        for number, body in enumerate(without_end(path.read_bytes()).split(b"\n"), 1):
            self.place, value = f"{path.name}:{number}", parse(body.decode())
            check_form(value, body, self.key, b"tenuo-claude-checkpoint-v1")
            must(value["key"] == self.key.hex() and value["count"] > 0, "of another log")
            self.marks.append((value["count"], value["head"]))

def verify(log, path, checkpoints):
    """The steps of "Verification" but the last one: the exit code and what to say of it."""
    try:
        for one in checkpoints: log.checkpoint(one)
        for one in files(path): log.file(one)
        must(all(count <= log.last["seq"] for count, _ in log.marks), "missing, says a checkpoint")
        if log.doubt or not log.seen: raise Unknown(log.doubt or "there is no line")
        return 0, "PROVEN, but for the constraints: they are not replayed here"
    except (Disproved, *MALFORMED) as error:
        why = "" if isinstance(error, Disproved) else "missing or malformed: "
        return 1, f"DISPROVED {log.torn.place or log.place}: {why}{error}"
    except (Unknown, OSError, RecursionError) as error: return 2, f"CANNOT TELL {error}"

def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", nargs="?", default=".state", type=pathlib.Path)
    for name in ("--key", "--root"): options.add_argument(name, help="hex that came another way")
    options.add_argument("--checkpoint", action="append", default=[], type=pathlib.Path)
    given = options.parse_args()
    folder = given.folder if given.folder.is_dir() else given.folder.parent
    try:
        key = find_key(folder / "receipt_pub.hex", given.key)
        root = find_key(folder / "issuer_pub.hex", given.root)
        if not key: raise Unknown("no receipt key")
    except (Unknown, OSError, ValueError) as error: sys.exit(print(f"CANNOT TELL {error}") or 2)
    log, kept = Log(folder, key, root), folder / "receipts.checkpoint"
    code, text = verify(log, given.folder, given.checkpoint + [kept] * kept.is_file())
    print(", ".join(f"{count} {name}" for name, count in log.seen.items()), text, sep="\n")
    sys.exit(code)

if __name__ == "__main__": main()
