"""Replays recorded HTTP cases in process, through the WSGI application, or over the wire to a running server."""

import http.client
import http.cookies
import importlib.util
import json
import sys
import urllib.parse
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.test import Client, EnvironBuilder
from werkzeug.wrappers import Response

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "contract"
COMPARED = ("Location", "Content-Disposition", "Allow", "Retry-After", "X-Content-Type-Options")
TOKENS = {n: f"veckey{n}:vecsecret{n}" for n in "admin manager user second both limited none website off".split()}
BOUNDARY = "vectorboundary7d1"


# rows of one parent, ordered by the parent only: MariaDB gives them in the order of their random names
UNORDERED = {"v1-070", "v2-070"}


def matcher() -> Any:
    """The comparison rules that come with the vectors."""
    spec = importlib.util.spec_from_file_location("vecmatch", VECTORS / "tools" / "vecmatch.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["vecmatch"] = module
    spec.loader.exec_module(module)
    return module


def load(name: str) -> list[dict]:
    return sorted(json.loads((VECTORS / name).read_text())["cases"], key=lambda case: case["seq"])


class Replayer:
    """Sends cases to one site, keeping cookie jars and placeholder bindings."""

    def __init__(self, application: Any, site: str, url: str | None = None) -> None:
        self.client = Client(application, use_cookies=False)
        self.address = urllib.parse.urlsplit(url).netloc if url else None
        self.site, self.jars, self.rules = site, {}, matcher()
        self.bindings = self.rules.Bindings()
        self.bindings["<today>"] = datetime.now(ZoneInfo("Europe/Bucharest")).strftime("%Y-%m-%d")

    def run(self, cases: list[dict]) -> Iterator[tuple[dict, list[str]]]:
        """Each case with its differences (none: it answers as recorded)."""
        for case in cases:
            wanted = {k: case[k] for k in ("as", "method", "path", "query", "headers", "body") if k in case}
            got = self.send(self.bindings.fill(wanted))
            yield case, self.compare(case, got)

    def compare(self, case: dict, got: dict) -> list[str]:
        want = case["response"]
        unordered = case.get("compare") == "unordered" or case["id"] in UNORDERED
        if unordered and want["status"] == got["status"]:
            return self._compare_bags(want["body"]["json"], got["body"]["json"])
        return self.bindings.match(want, got)

    def _compare_bags(self, want: dict, got: dict) -> list[str]:
        key = "data" if "data" in want else "message"
        left = list(got.get(key) or [])
        if len(want[key]) != len(left):
            return [f"{len(want[key])} items wanted, {len(left)} got"]
        for item in want[key]:
            for found in left:
                trial = self.rules.Bindings(self.bindings)
                if not trial.match(item, found):
                    self.bindings.update(trial)
                    left.remove(found)
                    break
            else:
                return [f"no item like {json.dumps(item, ensure_ascii=False)[:120]}"]
        return []

    def send(self, case: dict) -> dict:
        headers = {"Host": self.site, "Accept": "application/json", **case.get("headers", {})}
        who, jar = case["as"], None
        if who.startswith("token:"):
            headers["Authorization"] = "token " + TOKENS[who.split(".")[1].split("@")[0]]
        elif who.startswith("session:"):
            jar = self.jars.setdefault(who, {})
            if jar:
                headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in jar.items())
        body, kind = encode_body(case.get("body"))
        if kind:
            headers.setdefault("Content-Type", kind)
        query = "?" + urllib.parse.urlencode(case["query"]) if case.get("query") else ""
        path = urllib.parse.quote(case["path"], safe="/%") + query
        answer = self._over_wire if self.address else self._in_process
        return answer_of(answer(case["method"], path, headers, body), jar, self.rules)

    def _in_process(self, verb: str, path: str, headers: dict, body: bytes | None) -> Any:
        return self.client.open(EnvironBuilder(path=path, method=verb, headers=headers, data=body))

    def _over_wire(self, verb: str, path: str, headers: dict, body: bytes | None) -> Response:
        connection = http.client.HTTPConnection(self.address, timeout=60)
        connection.request(verb, path, body, headers)
        answer = connection.getresponse()
        response = Response(answer.read(), answer.status, answer.getheaders())
        connection.close()
        return response


def encode_body(spec: dict | None) -> tuple[bytes | None, str | None]:
    """Body and content type of a recorded request."""
    if spec is None:
        return None, None
    if "json" in spec:
        return json.dumps(spec["json"]).encode(), "application/json"
    if "form" in spec:
        return urllib.parse.urlencode(spec["form"]).encode(), "application/x-www-form-urlencoded"
    if "raw" in spec:
        return spec["raw"].encode(), "application/json"
    parts = [multipart_head(part) + part["value"] + "\r\n" for part in spec["multipart"]]
    body = "".join(parts) + f"--{BOUNDARY}--\r\n"
    return body.encode(), f"multipart/form-data; boundary={BOUNDARY}"


def multipart_head(part: dict) -> str:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{part["name"]}"'
    if "filename" in part:
        head += f'; filename="{part["filename"]}"\r\nContent-Type: {part.get("type", "text/plain")}'
    return head + "\r\n\r\n"


def answer_of(response: Any, jar: dict | None, rules: Any) -> dict:
    """Status, compared headers and body, in the vectors' form."""
    kind = (response.headers.get("Content-Type") or "").split(";")[0]
    headers: dict[str, Any] = {"Content-Type": kind} if kind else {}
    for name in COMPARED:
        if value := response.headers.get(name):
            headers[name] = ", ".join(sorted(value.split(", "))) if name == "Allow" else value
    cookies = read_cookies(response, jar)
    if cookies and jar is not None:
        headers["Set-Cookie"] = cookies
    raw = response.get_data()
    body: dict | None = None
    if raw and kind == "application/json":
        body = {"json": rules.decode_messages(json.loads(raw))}
    elif raw:
        body = {"text": "<any_html>" if kind == "text/html" else raw.decode(errors="replace")}
    return {"status": response.status_code, "headers": headers, "body": body}


def read_cookies(response: Any, jar: dict | None) -> dict:
    found = {}
    for line in response.headers.getlist("Set-Cookie"):
        for key, morsel in http.cookies.SimpleCookie(line).items():
            value = "<any_sid>" if key == "sid" and morsel.value not in ("", "Guest") else morsel.value
            flags = {"httponly": bool(morsel["httponly"]), "secure": bool(morsel["secure"])}
            found[key] = {"value": value, "path": morsel["path"], "samesite": morsel["samesite"], **flags}
            if jar is not None and morsel.value:
                jar[key] = morsel.value
            elif jar is not None:
                jar.pop(key, None)
    return found
