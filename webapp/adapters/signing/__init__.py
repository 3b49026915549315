"""Those who sign and those who state the time: ports, a test authority, time stamps by HTTP."""

from webapp.adapters.signing.doors import Doors, open_trial
from webapp.adapters.signing.local import Identity, LocalTestCA, Purpose, issue, sign_detached
from webapp.adapters.signing.port import Sealer, SigningProvider, TimeStampAuthority
from webapp.adapters.signing.timestamp import HttpTsa, LocalTestTsa, accept_reply, make_query, read_time

__all__ = [
    "Doors",
    "HttpTsa",
    "Identity",
    "LocalTestCA",
    "LocalTestTsa",
    "Purpose",
    "Sealer",
    "SigningProvider",
    "TimeStampAuthority",
    "accept_reply",
    "issue",
    "make_query",
    "open_trial",
    "read_time",
    "sign_detached",
]
