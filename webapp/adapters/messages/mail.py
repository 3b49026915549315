"""Mail by SMTP (RFC 5321): the key is the Message-ID, so that a repeat is recognised."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from typing import TYPE_CHECKING

from webapp.domain.reach import AddressRefusedError, ChannelUnavailableError, Receipt
from webapp.domain.text import msg

if TYPE_CHECKING:
    from webapp.domain.reach import Letter

TIMEOUT = 20  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMessenger:
    """A mail server that takes messages for everybody."""

    host: str
    port: int
    sender: str  # address in From
    user: str = ""
    password: str = ""
    tls: bool = True  # STARTTLS before anything is said
    asks: bool = False

    def send(self, letter: Letter) -> Receipt:
        """Hand over; a server that took the message has not delivered it yet, so nothing more is claimed."""
        message = EmailMessage()
        domain = self.sender.rpartition("@")[2]
        message["From"] = self.sender
        message["To"] = Address(_line(letter.name), addr_spec=letter.address)
        message["Subject"] = _line(letter.subject)
        message["Message-ID"] = f"<{letter.key}@{domain}>"
        message.set_content(letter.text)
        try:
            with smtplib.SMTP(self.host, self.port, timeout=TIMEOUT) as server:
                if self.tls:
                    server.starttls()
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            if code >= 500:  # RFC 5321 section 4.2.1: 5yz is permanent, 4yz may be tried again
                raise AddressRefusedError(msg("邮件服务器拒收该地址（{code}）。", code=code)) from error
            raise ChannelUnavailableError from error
        except (OSError, smtplib.SMTPException) as error:
            raise ChannelUnavailableError from error
        return Receipt(provider_id=str(message["Message-ID"]))

    def status(self, provider_id: str) -> Receipt:
        """SMTP says nothing more."""
        return Receipt(provider_id=provider_id)


def _line(text: str) -> str:
    """Text of one header: the library refuses a letter whose text breaks the line and so begins another."""
    return " ".join(text.split())
