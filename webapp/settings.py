"""Settings: one frozen object, read from the environment once and handed to whoever needs it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """Ways to people outside; a channel whose first field is empty is not there."""

    quiet: tuple[time, time] = (time(22), time(8))  # from and to, Asia/Shanghai: nobody is disturbed
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_sender: str = "hegui@localhost"
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_tls: bool = True
    sms_url: str = ""
    sms_account: str = ""
    sms_secret: str = field(default="", repr=False)
    wecom_corporation: str = ""
    wecom_agent: int = 0
    wecom_secret: str = field(default="", repr=False)
    wecom_base: str = ""  # empty: the public address
    dingtalk_key: str = ""
    dingtalk_agent: int = 0
    dingtalk_secret: str = field(default="", repr=False)
    dingtalk_base: str = ""
    dingtalk_api: str = ""  # the newer interface, which log-in uses; empty: the public address
    oidc_metadata: str = ""  # address of the provider's openid-configuration (OpenID Connect Discovery)
    oidc_client: str = ""
    oidc_secret: str = field(default="", repr=False)
    oidc_name: str = "OpenID Connect"  # on the button


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningSettings:
    """Who certifies and who states the time; without a provider the trial authority does both."""

    authority_url: str = ""  # where the trial authority answers; empty: within the process
    authority_port: int = 8001  # where ``make run`` starts it
    tsa_url: str = ""  # an outside time-stamp authority (RFC 3161) in place of the trial's own
    tsa_roots: Path | None = None  # its root certificates, one file of PEM
    provider_url: str = ""  # a licensed provider's interface; empty: the trial authority signs
    provider_app: str = ""  # this installation's name there
    provider_secret: str = field(default="", repr=False)
    provider_roots: Path | None = None  # root and intermediate certificates of its signers, PEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What differs from one installation to the next; each field is ``HEGUI_<NAME>`` in the environment."""

    database_url: str  # SQLAlchemy URL; sqlite:///… or postgresql+psycopg://…
    secret_key: str  # signs sessions; at least 32 characters
    password_salt: str  # salts tokens of the log-in, not the passwords themselves (argon2 has its own)
    data_dir: Path  # uploads, blobs, the SQLite files
    root: Path = ROOT  # where bpmn/ and forms/ lie
    public_url: str = "http://127.0.0.1:8000"  # passkeys and mails name it
    secure_cookies: bool = False  # True behind https
    queue: str = "sqlite"  # sqlite, postgresql or immediate (tests)
    log_level: str = "INFO"
    upload_limit: int = 20 * 1024 * 1024  # bytes a file
    signing: SigningSettings = field(default_factory=SigningSettings)
    channels: ChannelSettings = field(default_factory=ChannelSettings)


QUEUES = ("sqlite", "postgresql", "immediate")
DATABASES = ("sqlite:", "postgresql+psycopg:")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class SettingsError(ValueError):
    """A variable of the environment cannot be used; the text says which and what it may be."""


def _checked(settings: Settings) -> Settings:
    if settings.queue not in QUEUES:
        raise SettingsError(f"HEGUI_QUEUE 应为 {'、'.join(QUEUES)} 之一，不能是“{settings.queue}”。")
    if not settings.database_url.startswith(DATABASES):
        raise SettingsError("HEGUI_DATABASE_URL 应以 sqlite:/// 或 postgresql+psycopg:// 开头。")
    if settings.log_level not in LEVELS:
        raise SettingsError(f"HEGUI_LOG_LEVEL 应为 {'、'.join(LEVELS)} 之一。")
    _check_signing(settings.signing)
    return settings


def _check_signing(signing: SigningSettings) -> None:
    if bool(signing.tsa_url) != (signing.tsa_roots is not None):
        raise SettingsError("HEGUI_TSA_URL 与 HEGUI_TSA_ROOTS（根证书文件，PEM）应同时填写。")
    wanted = (signing.provider_app, signing.provider_secret, signing.provider_roots, signing.tsa_url)
    if signing.provider_url and not all(wanted):
        raise SettingsError(
            "填写 HEGUI_PROVIDER_URL 时，还应填写 HEGUI_PROVIDER_APP、HEGUI_PROVIDER_SECRET、"
            "HEGUI_PROVIDER_ROOTS 以及 HEGUI_TSA_URL。"
        )
    for path in (signing.tsa_roots, signing.provider_roots):
        if path is not None and not path.is_file():
            raise SettingsError(f"根证书文件不存在：{path}")


def child_environment(**more: str) -> dict[str, str]:
    """The environment for another process of this installation; what is set already stays."""
    return {**{f"HEGUI_{name.upper()}": value for name, value in more.items()}, **os.environ}


def _whole(env: Mapping[str, str], name: str, *, otherwise: int) -> int:
    text = env.get(name, str(otherwise))
    if not text.isdecimal() or int(text) == 0:
        raise SettingsError(f"{name} 应为正整数，不能是“{text}”。")
    return int(text)


def _signing(env: Mapping[str, str]) -> SigningSettings:
    def path(name: str) -> Path | None:
        return Path(env[name]) if env.get(name) else None

    return SigningSettings(
        authority_url=env.get("HEGUI_AUTHORITY_URL", "").rstrip("/"),
        authority_port=_whole(env, "HEGUI_AUTHORITY_PORT", otherwise=8001),
        tsa_url=env.get("HEGUI_TSA_URL", ""),
        tsa_roots=path("HEGUI_TSA_ROOTS"),
        provider_url=env.get("HEGUI_PROVIDER_URL", "").rstrip("/"),
        provider_app=env.get("HEGUI_PROVIDER_APP", ""),
        provider_secret=env.get("HEGUI_PROVIDER_SECRET", ""),
        provider_roots=path("HEGUI_PROVIDER_ROOTS"),
    )


def _channels(env: Mapping[str, str]) -> ChannelSettings:
    texts = {
        name: env.get(f"HEGUI_{name.upper()}", "")
        for name in (
            *("smtp_host", "smtp_user", "smtp_password", "sms_url", "sms_account", "sms_secret"),
            *("wecom_corporation", "wecom_secret", "wecom_base"),
            *("dingtalk_key", "dingtalk_secret", "dingtalk_base", "dingtalk_api"),
            *("oidc_metadata", "oidc_client", "oidc_secret"),
        )
    }
    return ChannelSettings(
        **texts,
        quiet=_quiet_hours(env.get("HEGUI_QUIET_HOURS", "22:00-08:00")),
        smtp_port=_whole(env, "HEGUI_SMTP_PORT", otherwise=587),
        oidc_name=env.get("HEGUI_OIDC_NAME", "OpenID Connect"),
        smtp_sender=env.get("HEGUI_SMTP_SENDER", "hegui@localhost"),
        smtp_tls=env.get("HEGUI_SMTP_TLS", "1") == "1",
        wecom_agent=_whole(env, "HEGUI_WECOM_AGENT", otherwise=1),
        dingtalk_agent=_whole(env, "HEGUI_DINGTALK_AGENT", otherwise=1),
    )


def _quiet_hours(text: str) -> tuple[time, time]:
    try:
        start, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError as error:
        raise SettingsError(f"HEGUI_QUIET_HOURS 应为 22:00-08:00 的样子，不能是“{text}”。") from error
    return start, end


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read ``HEGUI_*``; what is missing falls back to the one-command start on SQLite under ``var/``.

    Raises SettingsError, in words, for a value that cannot be used.
    """
    env = os.environ if environ is None else environ
    data = Path(env.get("HEGUI_DATA_DIR", str(ROOT / "var"))).resolve()
    made = Settings(
        database_url=env.get("HEGUI_DATABASE_URL", f"sqlite:///{data / 'hegui.sqlite'}"),
        secret_key=env.get("HEGUI_SECRET_KEY", ""),
        password_salt=env.get("HEGUI_PASSWORD_SALT", ""),
        data_dir=data,
        public_url=env.get("HEGUI_PUBLIC_URL", "http://127.0.0.1:8000"),
        secure_cookies=env.get("HEGUI_SECURE_COOKIES", "0") == "1",
        queue=env.get("HEGUI_QUEUE", "sqlite"),
        log_level=env.get("HEGUI_LOG_LEVEL", "INFO"),
        upload_limit=_whole(env, "HEGUI_UPLOAD_LIMIT", otherwise=20 * 1024 * 1024),
        signing=_signing(env),
        channels=_channels(env),
    )
    return _checked(made)
