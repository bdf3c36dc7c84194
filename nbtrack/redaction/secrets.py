"""Detects secrets by their name, or by the shape of the text."""

from __future__ import annotations

import re
from functools import lru_cache

# fmt: off

_SECRET_WORDS = frozenset({
    "password", "passwords", "passwd", "passphrase", "passcode", "pgpassword", "pwd", "pw", "secret", "secrets",
    "token", "credential", "credentials", "creds", "apikey", "apikeys", "apitoken", "authtoken", "accesstoken",
    "accesskey", "secretkey", "privatekey", "authorization", "auth", "bearer",
})
_SECRET_KEYS = frozenset({
    "api", "access", "secret", "private", "auth", "encryption", "signing", "account", "ssh", "subscription",
    "master", "license", "service", "deploy", "consumer", "session", "client", "hmac", "admin", "app", "openai",
    "anthropic", "aws", "azure", "gcp", "stripe", "wandb", "hf",
})
"""Words before ``_key`` that make it a secret, unlike ``sort_key`` or ``primary_key``."""
_SECRET_PASSES = frozenset({
    "db", "user", "smtp", "mail", "email", "admin", "root", "mysql", "postgres", "pg", "redis", "ftp", "ssh",
})
"""Words before ``_pass`` that make it a secret."""
_TEXT_TOKENS = frozenset({
    "pad", "padding", "eos", "bos", "sos", "unk", "unknown", "oov", "mask", "cls", "sep", "separator", "special",
    "start", "begin", "end", "stop", "next", "prev", "previous", "last", "first", "current", "new", "image", "text",
    "word", "per", "each", "prefix", "suffix", "trigger", "decoder", "forced", "max", "min", "num", "n",
})
"""Words before ``_token`` with which it means a piece of text."""
_DESCRIBING = frozenset({
    "url", "uri", "endpoint", "file", "filename", "path", "dir", "name", "names", "pattern", "regex", "type", "types",
    "kind", "limit", "length", "len", "count", "size", "id", "ids", "field", "column", "columns", "col", "prompt",
    "hint", "policy", "format", "var", "variable", "manager", "provider", "loss", "dim", "embedding", "embeddings",
    "strategy", "level", "class", "map", "index", "indices", "mode", "method", "scope", "ratio", "rate", "budget",
})
"""Last words of names that only refer to a secret: ``token_url``, ``password_field``."""

_KEY_SHAPES = (
    r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}",
    r"gh[pousr]_[A-Za-z0-9]{20,}", r"github_pat_\w{20,}", r"gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent)-[\w-]{20,}",
    r"sk-(?:proj|svcacct|admin|live|test|ant-[a-z]+\d\d|or-v\d)-[\w-]{16,}",
    r"sk-(?=[A-Za-z]*\d)[A-Za-z0-9]{20,}",
    r"[rsp]k_(?:live|test)_[A-Za-z0-9]{10,}", r"whsec_[\w+/=]{16,}",
    r"xox[a-z](?:\.[a-z]+)?-[\w-]{10,}", r"xapp-\d-[\w-]{10,}",
    r"AIza[\w-]{35}", r"ya29\.[\w-]{20,}", r"GOCSPX-[\w-]{20,}",
    r"hf_[A-Za-z0-9]{20,}", r"wandb_v\d_\w{20,}", r"r8_[A-Za-z0-9]{30,}", r"gsk_[A-Za-z0-9]{20,}",
    r"pplx-[A-Za-z0-9]{30,}", r"xai-[A-Za-z0-9]{40,}", r"nvapi-[\w-]{30,}",
    r"npm_[A-Za-z0-9]{30,}", r"pypi-[\w-]{50,}", r"dckr_pat_[\w-]{20,}", r"dapi[0-9a-f]{32}",
    r"do[oprt]_v1_[0-9a-f]{64}",
    r"SG\.[\w-]{16,64}\.[\w-]{16,}", r"key-[0-9a-f]{32}", r"SK[0-9a-f]{32}", r"\d{8,10}:AA[\w-]{33}",
    r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}", r"sq0[a-z]{3}-[\w-]{20,}", r"lin_api_[A-Za-z0-9]{30,}",
    r"ntn_[A-Za-z0-9]{40,}",
    r"hv[sbr]\.[\w-]{20,}", r"gl(?:c|sa)_[\w=+/]{20,}", r"NR[A-Z]{2}-[A-Z0-9]{20,}", r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}",
    r"figd_[\w-]{20,}", r"pat[A-Za-z0-9]{14}\.[0-9a-f]{64}", r"dp\.[a-z]{2}\.[\w-]{30,}",
    r"pscale_(?:tkn|pw|oauth)_[\w.-]{20,}",
    r"sbp_[0-9a-f]{40}", r"AGE-SECRET-KEY-1[A-Z0-9]{50,}", r"AccountKey=[\w+/=]{20,}", r"SharedAccessKey=[\w+/=]{20,}",
    r"eyJ[\w-]{8,2000}\.eyJ[\w-]{8,}(?:\.[\w-]*)?",
)
"""Keys with the prefix of a known service, and JSON web tokens."""

# fmt: on

_RUN = re.compile(r"[\w.:/+=~-]{16,}", re.ASCII)
"""Pieces of a text that are long enough to contain a key."""
_KEY = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(_KEY_SHAPES)})(?![A-Za-z0-9])", re.ASCII)
_PARTS = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BLOCK = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:.*?-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|.*)",
    re.DOTALL,
)
_AUTHORITY = re.compile(r"(?<![\w+.-])(?P<scheme>[A-Za-z][\w+.-]{0,40})://(?P<user>[^\s/?#'\"`<>\\]*)@")
_FIELD = re.compile(r"(?P<sign>[?&;#])(?P<name>[\w%.-]{1,80})=(?P<value>[^\s&;#'\"`<>\\]+)")
_ACCOUNT_SCHEMES = frozenset({"abfs", "abfss", "wasb", "wasbs", "ssh", "sftp", "git+ssh", "hdfs"})
"""Schemes whose part before the ``@`` names a container or an account, not a token."""
_SIGNED = frozenset({"sig", "signature", "sas", "key", "awsaccesskeyid"})
"""Last words of the names of URL parameters that contain a signature."""
_WEBHOOK = re.compile(
    r"(?P<host>hooks\.slack\.com/(?:services|workflows)/|discord(?:app)?\.com/api/webhooks/\d+/)(?P<key>[\w/-]{16,})"
)

MASK = "***"


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Return whether a name says, as a whole word, that it holds a secret.

    ``api_key``, ``HF_TOKEN``, ``db.password`` and ``X-Api-Key`` do; ``tokenizer``, ``max_tokens``,
    ``pad_token`` and ``token_url`` do not.
    """
    words = [part.rstrip("0123456789").lower() for part in _PARTS.split(name)]
    words = [word for word in words if word]
    if not words or (len(words) > 1 and words[-1] in _DESCRIBING):
        return False
    pairs = zip(["", *words], words, strict=False)
    return any(_is_secret_word(before, word) for before, word in pairs)


def _is_secret_word(before: str, word: str) -> bool:
    if word == "token":
        return before not in _TEXT_TOKENS
    if word in {"key", "keys"}:
        return before in _SECRET_KEYS
    return word in _SECRET_WORDS or (word == "pass" and before in _SECRET_PASSES)


def is_secret_under(name: str, text: str) -> bool:
    """Return whether a string is a secret because of its name."""
    if not text or text == MASK or not is_secret_name(name):
        return False
    return not (name.lower() in {"pwd", "oldpwd"} and text[:1] in "/~")


def is_token(name: str) -> bool:
    """Return whether a name may also mean a piece of text: ``token``."""
    return name.lower().rstrip("0123456789_") == "token"


def looks_secret(text: str) -> bool:
    """Return whether there is a secret in a text: a key of a known shape, a private key, credentials in a URL."""
    return without_shapes(text) != text


def without_shapes(text: str) -> str:
    """Return a text with ``***`` for each secret that has a known shape; the number of lines stays."""
    if "PRIVATE KEY" in text:
        text = _BLOCK.sub(lambda found: masked(found[0]), text)
    if "://" in text or "hooks.slack.com" in text or "/api/webhooks/" in text:
        text = without_credentials(text)
    return _RUN.sub(lambda run: _KEY.sub(_masked_key, run[0]), text)


def _masked_key(found: re.Match[str]) -> str:
    name, sign, _ = found[0].partition("=")
    return f"{name}={MASK}" if sign and name in {"AccountKey", "SharedAccessKey"} else MASK


def without_credentials(text: str) -> str:
    """Return an address, or a text with addresses, with ``***`` for the passwords, tokens and signatures in them."""
    text = _AUTHORITY.sub(_masked_user, text)
    text = _WEBHOOK.sub(rf"\g<host>{MASK}", text)
    return _FIELD.sub(_masked_field, text)


def _masked_user(found: re.Match[str]) -> str:
    name, colon, password = found["user"].partition(":")
    if colon:
        return f"{found['scheme']}://{name}:{MASK if password else ''}@"
    known = found["scheme"].lower() in _ACCOUNT_SCHEMES or not name
    return found[0] if known else f"{found['scheme']}://{MASK}@"


def _masked_field(found: re.Match[str]) -> str:
    name = unquoted(found["name"])
    signed = name.rsplit("-", 1)[-1].lower() in _SIGNED
    return f"{found['sign']}{found['name']}={MASK}" if signed or is_secret_name(name) else found[0]


def unquoted(name: str) -> str:
    """Return the name of a URL parameter with its ``%xx`` decoded."""
    return re.sub(r"%([0-9A-Fa-f]{2})", lambda found: chr(int(found[1], 16)), name)


def masked(text: str) -> str:
    """Return ``***`` on as many lines as a text has."""
    return MASK + "\n" * text.count("\n")
