"""Settings, all from the environment; with none of them the embedded default works (SQLite and files under instance/).

ENVIRONMENT      demo | local | production | test. `demo` may hold the demonstration world; production refuses a default secret.
DATABASE_URL     sqlite:///… or postgresql+psycopg://…   (default: instance/pool.sqlite)
SECRET_KEY       signs sessions, links and checks        (default: made once in instance/secret_key; required in production)
DATA_DIR         where files live                        (default: instance/files)
PUBLIC_URL       what labels, mails and feeds carry      (default: http://127.0.0.1:8000; required in production)
POOL_TIME_ZONE   IANA name of a new pool's time zone     (default: Asia/Shanghai)
TLS_CERT/TLS_KEY files of a certificate and its key; when set, cookies are sent over HTTPS only
TRUSTED_PROXIES  how many proxies stand in front         (default: 0)
MAIL_URL         where mail goes: smtp://user:password@host:587?from=pool@example.gov (STARTTLS where offered; ?starttls=require insists,
                 ?starttls=never sends in the clear), smtps://… or file: (kept under DATA_DIR/mail; the default of a demonstration); empty: no mail
SCHEDULED_WORK   1: this server also runs the scheduled work (dev.py run sets it); else cron calls `jobs run`
CERTIFICATE_DAYS how many days a no-stock certificate is valid   (default: 30)
FONT_PATH        a TrueType/OpenType font for papers     (default: the bundled Noto Sans SC)
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ENVIRONMENTS = ("demo", "local", "production", "test")


class SettingsError(RuntimeError):
    """The settings contradict each other or miss something that this environment needs."""


def _kept(path: Path, make: str) -> str:
    """Return the word kept in a file of the instance folder, writing it there the first time."""
    if path.exists():
        return path.read_text(encoding="utf-8").strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(make, encoding="utf-8")
    path.chmod(0o600)
    return make


def _last_used(instance: Path) -> str:
    """Return the database that the last run in this folder was started with, if it named one."""
    kept = instance / "database_url"
    return kept.read_text(encoding="utf-8").strip() if kept.exists() else ""


def load(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return Flask's settings; raise SettingsError with one sentence when something is missing."""
    env = os.environ if environ is None else environ
    instance = Path(env.get("INSTANCE_DIR", HERE / "instance"))
    marker = instance / "environment"
    environment = env.get("ENVIRONMENT") or (marker.read_text(encoding="utf-8").strip() if marker.exists() else "local")
    if environment not in ENVIRONMENTS:
        raise SettingsError(f"ENVIRONMENT must be one of {', '.join(ENVIRONMENTS)}, not {environment!r}.")
    secret = env.get("SECRET_KEY", "")
    public_url = env.get("PUBLIC_URL", "")
    if environment == "production":
        if len(secret) < 32:
            raise SettingsError("Production needs SECRET_KEY with at least 32 characters of its own.")
        if not public_url:
            raise SettingsError("Production needs PUBLIC_URL: the address that labels and links carry.")
    secure = bool(env.get("TLS_CERT")) or public_url.startswith("https://")
    instance.mkdir(parents=True, exist_ok=True)
    return {
        "ENVIRONMENT": environment,
        "SECRET_KEY": secret or _kept(instance / "secret_key", secrets.token_hex(32)),
        "SQLALCHEMY_DATABASE_URI": env.get("DATABASE_URL") or _last_used(instance) or f"sqlite:///{instance / 'pool.sqlite'}",
        "DATA_DIR": env.get("DATA_DIR") or str(instance / "files"),
        "PUBLIC_URL": (public_url or "http://127.0.0.1:8000").rstrip("/"),
        "POOL_TIME_ZONE": env.get("POOL_TIME_ZONE", "Asia/Shanghai"),
        "TRUSTED_PROXIES": int(env.get("TRUSTED_PROXIES", "0")),
        "MAIL_URL": env.get("MAIL_URL", "file:" if environment == "demo" else ""),
        "SCHEDULED_WORK": env.get("SCHEDULED_WORK", "") == "1",
        "CERTIFICATE_DAYS": int(env.get("CERTIFICATE_DAYS", "30")),
        "FONT_PATH": env.get("FONT_PATH", ""),
        "MAX_CONTENT_LENGTH": 32 * 1024 * 1024,
        "MAX_FORM_PARTS": 8000,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": secure,
        "PERMANENT_SESSION_LIFETIME": 12 * 3600,
        "WTF_CSRF_TIME_LIMIT": None,
    }
