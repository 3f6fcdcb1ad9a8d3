"""Writes a request out for people to look at: all of it but its secrets."""

import json
import re
import shlex
from typing import Any

from bnacct.client.https import Request

_SIGNATURE = re.compile("(?<=[?&]signature=)[^&]+")
_REDACTED = "REDACTED"


def redacted(request: Request | dict[str, Any], address: str, *, as_json: bool) -> str:
    """Return an HTTP request as a curl command, a WebSocket frame as one of websocat; as JSON, either as an object.

    `address` is where the frame would go.
    """
    if isinstance(request, dict):
        frame = {**request, "params": {**request["params"], "apiKey": _REDACTED, "signature": _REDACTED}}
        if as_json:
            return json.dumps({"url": address, "frame": frame}, ensure_ascii=False, indent=2) + "\n"
        return (
            f"printf %s {shlex.quote(json.dumps(frame, ensure_ascii=False))} |\n  websocat -n1 {shlex.quote(address)}\n"
        )
    url = _SIGNATURE.sub(_REDACTED, request.url)
    headers = {name: _REDACTED if name == "X-MBX-APIKEY" else value for name, value in request.headers.items()}
    if as_json:
        return json.dumps({"method": request.method, "url": url, "headers": headers}, indent=2) + "\n"
    lines = [f"curl -X {request.method}", *(f"-H {shlex.quote(f'{name}: {headers[name]}')}" for name in headers)]
    return " \\\n  ".join([*lines, shlex.quote(url)]) + "\n"
