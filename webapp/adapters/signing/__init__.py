"""Those who sign and those who state the time: ports, a test authority, time stamps by HTTP."""

from webapp.adapters.signing.authority import Authority
from webapp.adapters.signing.desk import SigningDesk
from webapp.adapters.signing.document import Act, UnsignablePdfError
from webapp.adapters.signing.doors import Doors, OutsideTsa, open_provider, open_trial
from webapp.adapters.signing.keys import KeyFolder
from webapp.adapters.signing.local import Identity, LocalTestCA, Purpose, issue, sign_detached
from webapp.adapters.signing.port import DocumentDesk, Sealer, SigningProvider, TimeStampAuthority
from webapp.adapters.signing.provider import Access
from webapp.adapters.signing.timestamp import HttpTsa, LocalTestTsa, accept_reply, make_query, read_time

__all__ = [
    "Access",
    "Act",
    "Authority",
    "DocumentDesk",
    "Doors",
    "HttpTsa",
    "Identity",
    "KeyFolder",
    "LocalTestCA",
    "LocalTestTsa",
    "OutsideTsa",
    "Purpose",
    "Sealer",
    "SigningDesk",
    "SigningProvider",
    "TimeStampAuthority",
    "UnsignablePdfError",
    "accept_reply",
    "issue",
    "make_query",
    "open_provider",
    "open_trial",
    "read_time",
    "sign_detached",
]
