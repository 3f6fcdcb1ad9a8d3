"""A local exchange over real HTTP and WebSocket, for trying the tool without keys and for tests."""

from bnacct.sandbox.accounts import ACCOUNTS
from bnacct.sandbox.answer import Received
from bnacct.sandbox.checks import IP_RESTRICTED_KEY
from bnacct.sandbox.fault_table import FAULTS
from bnacct.sandbox.faults import Fault
from bnacct.sandbox.sandbox import Sandbox

__all__ = ["ACCOUNTS", "FAULTS", "IP_RESTRICTED_KEY", "Fault", "Received", "Sandbox"]
