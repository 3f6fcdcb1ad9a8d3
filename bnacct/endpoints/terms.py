"""What a row of the endpoint table is made of."""

from typing import Literal, NamedTuple

Host = Literal["sapi", "fapi", "papi", "dapi", "eapi", "ws_fapi"]
ParameterType = Literal["STRING", "BOOLEAN", "INT", "LONG"]


class Parameter(NamedTuple):
    """One documented request parameter, under the exchange's own name."""

    name: str
    kind: ParameterType
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None


class Limit(NamedTuple):
    """How a host counts request weight: so much a minute for one IP, reported in this answer header."""

    weight_per_minute: int
    used_header: str


class Endpoint(NamedTuple):
    """One call: what is sent, where, at which cost, and which document describes it.

    `method` and `path` are those of HTTP; on the WebSocket API `method` is `WS` and `path` the API's method name.
    `may_be_empty` says that an empty body is an answer: there is nothing. `by_account` says that the weight counts for
    the account, not for its address.
    """

    name: str
    host: Host
    method: Literal["GET", "POST", "WS"]
    path: str
    weight: int
    parameters: tuple[Parameter, ...]
    document: str
    signed: bool = True
    may_be_empty: bool = False
    by_account: bool = False


DOCS = "https://developers.binance.com/docs/zh-CN/"

# Its bounds are those of the setting, in `settings.KNOBS`.
RECV_WINDOW = Parameter("recvWindow", "LONG")
TIMESTAMP = Parameter("timestamp", "LONG", required=True)
ASSET = Parameter("asset", "STRING")
