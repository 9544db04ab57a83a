"""One release of the Python program as a process: one JSON request a line in, one answer a line out.

Its own code loads the policy, mints the warrants, resolves each call and signs it; where it would
ask its authorizer over HTTP, this file answers with its core library's verdict.
"""

import base64
import contextlib
import io
import json
import os
import sys
import urllib.error
import urllib.parse

import tenuo
import tenuo_core
import yaml
from tenuo_claude_code import cli, paths

roots = []
routes = {}


class Answer(io.BytesIO):
    status = 200


def verdict(request):
    """What the authorizer's routes and the warrant in the headers come to; raises for a refusal."""
    headers = {name.lower(): value for name, value in request.header_items()}
    route = routes[urllib.parse.urlsplit(request.full_url).path]
    body = json.loads(request.data)
    named = {}
    for name, source in route["constraints"].items():
        named[name] = body[source["path"]]
    header = headers[cli.WARRANT_HEADER.lower()]
    try:
        chain = tenuo_core.decode_warrant_stack_base64(header)
    except Exception:
        chain = [tenuo_core.Warrant.from_base64(header)]
    proof = base64.b64decode(headers[cli.POP_HEADER.lower()])
    tenuo_core.Authorizer(trusted_roots=roots).check_chain(
        chain, route["tool"], named, signature=proof
    )


def open_url(request, *_, **__):
    try:
        verdict(request)
    except Exception as error:
        message = json.dumps({"authorized": False, "message": f"{type(error).__name__}: {error}"})
        raise urllib.error.HTTPError(request.full_url, 403, "", {}, io.BytesIO(message.encode()))
    return Answer(b'{"authorized": true}')


cli.urllib.request.urlopen = open_url


class Around:
    """Stands for an object of the core library, some of whose methods differ between its releases."""

    def __init__(self, inner):
        self.inner = inner

    def __getattr__(self, name):
        return getattr(self.inner, name)


class Builder(Around):
    def with_tools(self, tools):
        return self.inner.retain_tools(tools)


class Session(Around):
    def attenuate_builder(self):
        builder = self.inner.attenuate_builder()
        return Builder(builder) if hasattr(builder, "retain_tools") else builder


class Sessions:
    from_base64 = staticmethod(lambda text: Session(tenuo_core.Warrant.from_base64(text)))


def roles(policy):
    """The subagents' warrants. Newer cores keep a part of the tools by another name than older ones."""
    originals = tenuo.Warrant, tenuo_core.encode_warrant_stack
    encode = originals[1]
    tenuo.Warrant = Sessions
    tenuo_core.encode_warrant_stack = lambda chain: encode([getattr(one, "inner", one) for one in chain])
    try:
        cli.refresh_subwarrants(policy)
    finally:
        tenuo.Warrant, tenuo_core.encode_warrant_stack = originals


def secret(path, key):
    path.write_text(base64.b64encode(bytes(key.secret_key_bytes())).decode())


def load(request):
    """Loads the policy of a project as `init` does."""
    os.environ["TENUO_PROJECT_DIR"] = request["project"]
    os.chdir(request["project"])
    paths.bind_project_paths(cli)
    cli.STATE.mkdir(exist_ok=True)
    issuer = tenuo_core.SigningKey.from_bytes(bytes([1]) * 32)
    holder = tenuo_core.SigningKey.from_bytes(bytes([2]) * 32)
    try:
        policy = cli.load_config()
        warrant = cli.mint_local_warrant(policy, issuer, holder)
        secret(cli.HOLDER_KEY, holder)
        cli.WARRANT.write_text(warrant.to_base64())
        cli.write_gateway(policy, cli.enforced_capabilities(policy))
        roles(policy)
    except (Exception, SystemExit) as error:
        return {"error": f"{type(error).__name__}: {error}"}
    roots[:] = [issuer.public_key]
    routes.clear()
    for route in yaml.safe_load(cli.GATEWAY.read_text())["routes"]:
        routes[route["pattern"]] = route
    ttl = getattr(cli, "session_ttl_seconds", lambda _: 3600)(policy)
    return {
        "observes": (getattr(cli, "is_dry_run_mode", None) or cli.is_audit_mode)(policy),
        "ttl": ttl,
        "allow": policy["audit"],
        "sandbox": policy["_sandbox_abs"],
    }


def decide(request):
    """One answer a call: null when it is allowed, else the reason."""
    answers = []
    for call in request["calls"]:
        try:
            os.chdir(call["cwd"])
            policy = cli.load_config()
            given = call["input"] or {}
            allowed, reason, *_ = cli.authorize_call(
                policy, call["tool"], given, call.get("role"), cli.subagent_roles(policy)
            )
            answers.append(None if allowed else reason)
        except (Exception, SystemExit) as error:
            answers.append(f"{type(error).__name__}: {error}")
    return answers


operations = {"load": load, "decide": decide}
for line in sys.stdin:
    message = json.loads(line)
    with contextlib.redirect_stdout(sys.stderr):
        answer = operations[message["op"]](message)
    print(json.dumps(answer), flush=True)
