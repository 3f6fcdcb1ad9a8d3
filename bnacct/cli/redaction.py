"""Writes a request out for people to look at: all of it but its secrets."""

import json
import re
import shlex

from bnacct.client import Request, WebSocketRequest

_SIGNATURE = re.compile("(?<=[?&]signature=)[^&]+")
_REDACTED = "REDACTED"


def redacted(request: Request, *, as_json: bool) -> str:
    """Return an HTTP request as a curl command, a WebSocket frame as one of websocat; as JSON, either as an object."""
    if isinstance(request, WebSocketRequest):
        params = {**request.frame["params"], "apiKey": _REDACTED, "signature": _REDACTED}
        frame = {**request.frame, "params": params}
        if as_json:
            return json.dumps({"url": request.url, "frame": frame}, ensure_ascii=False, indent=2) + "\n"
        text = shlex.quote(json.dumps(frame, ensure_ascii=False))
        return f"printf %s {text} |\n  websocat -n1 {shlex.quote(request.url)}\n"
    url = _SIGNATURE.sub(_REDACTED, request.url)
    headers = {name: _REDACTED if name == "X-MBX-APIKEY" else value for name, value in request.headers.items()}
    if as_json:
        return json.dumps({"method": request.method, "url": url, "headers": headers}, indent=2) + "\n"
    lines = [f"curl -X {request.method}", *(f"-H {shlex.quote(f'{name}: {headers[name]}')}" for name in headers)]
    return " \\\n  ".join([*lines, shlex.quote(url)]) + "\n"
