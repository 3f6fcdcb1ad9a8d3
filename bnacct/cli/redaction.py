"""Writes a request out for people to look at: all of it but its secrets."""

import json
import re
import shlex
from typing import Any

from bnacct.client import Request

_SIGNATURE = re.compile("(?<=[?&]signature=)[^&]+")
_REDACTED = "REDACTED"


def redacted(request: Request | dict[str, Any], *, as_json: bool) -> str:
    """Return an HTTP request as a curl command, or a WebSocket request as its frame; as JSON, either as an object."""
    if isinstance(request, dict):
        frame = {**request, "params": {**request["params"], "apiKey": _REDACTED, "signature": _REDACTED}}
        return json.dumps(frame, ensure_ascii=False, indent=2 if as_json else None) + "\n"
    url = _SIGNATURE.sub(_REDACTED, request.url)
    headers = {name: _REDACTED if name == "X-MBX-APIKEY" else value for name, value in request.headers.items()}
    if as_json:
        return json.dumps({"method": request.method, "url": url, "headers": headers}, indent=2) + "\n"
    lines = [f"curl -X {request.method}", *(f"-H {shlex.quote(f'{name}: {headers[name]}')}" for name in headers)]
    return " \\\n  ".join([*lines, shlex.quote(url)]) + "\n"
