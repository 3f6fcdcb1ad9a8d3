"""A local exchange over real HTTP and WebSocket, for trying the tool without keys and for tests.

`server` reads and writes the bytes, `exchange` checks a request and builds the response, `faults` spoil it, and
`accounts` hold the sample data.

The sample of a new endpoint goes into `accounts`: a method of `Account`, named after the endpoint (`user-assets` is
`user_assets`), that is empty in `account.py` and returns the document's sample in `documented.py`. A function in
`exchange/payloads.py`, listed in `PAYLOADS` under the endpoint's path, makes the response of it.
"""

from bnacct.sandbox.accounts import ACCOUNTS
from bnacct.sandbox.exchange.checks import IP_RESTRICTED_KEY
from bnacct.sandbox.faults.fault import Fault
from bnacct.sandbox.faults.table import FAULTS
from bnacct.sandbox.messages import Received
from bnacct.sandbox.sandbox import Sandbox

__all__ = ["ACCOUNTS", "FAULTS", "IP_RESTRICTED_KEY", "Fault", "Received", "Sandbox"]
