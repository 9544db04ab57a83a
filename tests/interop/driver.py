"""The published library as a process: one JSON request a line in, one JSON answer a line out."""

import json
import sys
import time

import tenuo_core as tenuo


def key(byte):
    return tenuo.SigningKey.from_bytes(bytes([byte]) * 32)


def constraint(pair):
    """Raises for what the library's Python interface cannot make."""
    kind, rule = pair
    inner = lambda: [constraint(one) for one in rule["constraints"]]
    if kind == 3:
        if not rule["min_inclusive"] or not rule["max_inclusive"]:
            raise TypeError("exclusive ranges")
        return tenuo.Range(rule["min"], rule["max"])
    if kind == 18:
        known = dict(rule)
        known["allow_schemes"] = known.pop("schemes")
        return tenuo.UrlSafe(**known)
    make = {
        1: lambda: tenuo.Exact(rule["value"]),
        2: lambda: tenuo.Pattern(rule["pattern"]),
        4: lambda: tenuo.OneOf(rule["values"]),
        5: lambda: tenuo.Regex(rule["pattern"]),
        7: lambda: tenuo.NotOneOf(rule["excluded"]),
        8: lambda: tenuo.Cidr(rule),
        9: lambda: tenuo.UrlPattern(rule),
        10: lambda: tenuo.Contains(rule["required"]),
        11: lambda: tenuo.Subset(rule["allowed"]),
        12: lambda: tenuo.All(inner()),
        13: lambda: tenuo.AnyOf(inner()),
        14: lambda: tenuo.Not(constraint(rule["constraint"])),
        15: lambda: tenuo.CEL(rule["expression"]),
        16: lambda: tenuo.Wildcard(),
        17: lambda: tenuo.Subpath(**rule),
        128: lambda: tenuo.Shlex(rule["allow"]),
    }
    return make[kind]()


def tools(table):
    return {tool: {name: constraint(one) for name, one in args.items()} for tool, args in table.items()}


def mint(request):
    """A chain from its links: each has a holder, tools and a lifetime; the first is the root's."""
    chain = []
    signer = key(request["root"])
    for link in request["links"]:
        try:
            granted = tools(link["tools"])
        except Exception as error:
            return {"unmade": str(error)}
        holder = key(link["holder"])
        given = {"ttl_seconds": link["ttl"], "holder": holder.public_key}
        try:
            if chain:
                warrant = chain[-1].attenuate(capabilities=granted, signing_key=signer, **given)
            else:
                warrant = tenuo.Warrant.issue(signer, capabilities=granted, **given)
        except Exception as error:
            return {"refused": type(error).__name__}
        chain.append(warrant)
        signer = holder
    return {"chain": [bytes(warrant.to_bytes()).hex() for warrant in chain]}


def decide(request):
    """One answer a call: null when it is allowed, else the name of the error."""
    try:
        authorizer = tenuo.Authorizer(trusted_roots=[key(byte).public_key for byte in request["roots"]])
        if request.get("revoked"):
            revoked = tenuo.SignedRevocationList.from_bytes(bytes.fromhex(request["revoked"]))
            authorizer.set_revocation_list(revoked)
        chain = [tenuo.Warrant.from_bytes(bytes.fromhex(text)) for text in request["chain"]]
    except Exception as error:
        return {"answers": [type(error).__name__ for _ in request["calls"]], "proofs": []}
    answers = []
    proofs = []
    for call in request["calls"]:
        try:
            proof = call.get("proof")
            if proof is not None:
                signature = bytes.fromhex(proof)
            else:
                signature = chain[-1].sign(key(call["key"]), call["tool"], call["args"], call["now"])
            proofs.append(bytes(signature).hex())
            authorizer.check_chain(
                chain, call["tool"], call["args"], signature=signature, as_of=call["now"]
            )
            answers.append(None)
        except Exception as error:
            answers.append(type(error).__name__)
    return {"answers": answers, "proofs": proofs}


def measure(request):
    """Microseconds of one allowed call: the chain read from its bytes, verified and decided upon."""
    root = tenuo.PublicKey.from_bytes(bytes.fromhex(request["root"]))
    authorizer = tenuo.Authorizer(trusted_roots=[root])
    chain = [bytes.fromhex(text) for text in request["chain"]]
    call = request["call"]
    proof = bytes.fromhex(call["proof"])
    start = time.perf_counter()
    for _ in range(request["count"]):
        warrants = [tenuo.Warrant.from_bytes(one) for one in chain]
        authorizer.check_chain(
            warrants, call["tool"], call["args"], signature=proof, as_of=call["now"]
        )
    return (time.perf_counter() - start) * 1e6 / request["count"]


def event(request):
    """What a key signs over bytes as they are, and the ids in a stack of warrants, root first."""
    signature = key(request["key"]).sign_raw(bytes.fromhex(request["message"]))
    stack = tenuo.decode_warrant_stack_base64(request["stack"])
    return {"signature": bytes(signature).hex(), "ids": [str(warrant.id) for warrant in stack]}


operations = {"mint": mint, "decide": decide, "measure": measure, "event": event}
for line in sys.stdin:
    message = json.loads(line)
    print(json.dumps(operations[message["op"]](message)), flush=True)
