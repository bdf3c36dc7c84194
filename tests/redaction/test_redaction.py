"""Secrets go, look-alikes stay, and the lines stay as many as they were."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbtrack.redaction import known_secrets, redact_source, redact_text, redact_value, secrets_in
from nbtrack.redaction.secrets import is_secret_name, looks_secret, without_credentials

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"
KEYS = [
    "AKIA" + "IOSFODNN7EXAMPLE",
    "ghp_" + "a1B2" * 9,
    "github_pat_" + "11ABCDEFG0" * 4,
    "glpat-" + "x1y2z3w4v5u6t7s8r9q0",
    "sk-" + "T3Bl" * 12,
    "sk-proj-" + "Ab3_" * 12,
    "sk-ant-api03-" + "Ab3-" * 12,
    "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc",
    "xoxb-" + "123456789012-abcdefGHIJ",
    "AIza" + "SyA1b2C3d" * 3 + "AbCdEfGh",
    "hf_" + "AbCdEfGhIj" * 3 + "KlMn",
    "npm_" + "a1b2c3" * 6,
    "pypi-" + "AgEIcHlwaS5vcmc" * 5,
    "dapi" + "0123456789abcdef" * 2,
    "SG." + "a1b2c3d4e5f6g7h8i9j0k1" + "." + "A1" * 20,
    "123456789:AA" + "Hdqwe-rty" * 3 + "uiopas",
    "gsk_" + "AbC1" * 12,
    "hvs." + "CAESI" * 6,
    "AGE-SECRET-KEY-1" + "QYQSZQGP" * 8,
    JWT,
]
LOOKALIKES = [
    "9fceb02d0ae598e95dc970b74767f19372d61af8",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "d41d8cd98f00b204e9800998ecf8427e",
    "550e8400-e29b-41d4-a716-446655440000",
    "bert-base-uncased",
    "sk-learn-contrib-model-selection",
    "scikit-learn",
    "/home/me/keys/model.pt",
    "https://huggingface.co/datasets/glue?split=train&keyboard=1",
    "postgresql://localhost:5432/db",
    "s3://bucket/prefix/part-0001.parquet",
    "s3://me@bucket.example/x".replace("me@", ""),
    "ssh://git@host/x",
    "mailto:me@example.org",
    "me@example.org",
    "2026-11-24T13:40:18+00:00",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "hf_hub_download",
    "npm_config_registry",
    "gpt-4o-mini-2024-07-18",
    "eyJ",
    "AKIA",
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
    "the quick brown fox",
    "",
]


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key[:8])
def test_keys_tell_by_their_shape(key):
    assert looks_secret(key)
    assert redact_value("comment", key) == "***"
    for text in (f"using {key} now", f"'{key}'", f"<{key}>\n", f"https://api.example/x/{key}/y", f"a={key},b"):
        assert key not in redact_text(text)
        assert redact_text(text).replace("***", "") == text.replace(key, "")


@pytest.mark.parametrize("text", LOOKALIKES)
def test_lookalikes_stay(text):
    assert not looks_secret(text)
    assert redact_value("comment", text) == text
    assert redact_text(f"it is {text} here") == f"it is {text} here"
    assert redact_source(f"x = {text!r}\n") == f"x = {text!r}\n"


@pytest.mark.parametrize(
    "name",
    [
        *("api_key", "API_KEY", "apiKey", "apikey", "OPENAI_API_KEY", "openai_key", "token", "hf_token", "HF_TOKEN"),
        *("password", "db_password", "PASSWORD1", "passwd", "PGPASSWORD", "pwd", "pw", "db_pass", "passphrase"),
        *("secret", "client_secret", "clientSecret", "aws_secret_access_key", "secret_key", "private_key", "auth"),
        *("credentials", "Authorization", "X-Api-Key", "db.password", "cfg.auth.token", "accessToken", "secrets"),
        *("token_2", "access_token_prod", "password_hash"),
    ],
)
def test_names_of_secrets(name):
    assert is_secret_name(name)
    assert redact_value(name, "hunter2") == "***"
    assert redact_value(f"cfg.{name}", "hunter2") == "***"


@pytest.mark.parametrize(
    "name",
    [
        *("tokenizer", "max_tokens", "tokens", "n_tokens", "token_limit", "pad_token", "eos_token", "mask_token"),
        *("token_pattern", "token_url", "keyboard", "key", "primary_key", "sort_key", "keys", "monkey", "author"),
        *("secretary", "passenger", "pass_rate", "compass", "password_field", "secret_name", "authors", "bypass"),
        *("lr", "", "_", "x", "first_pass", "tokenize", "key_path", "authority"),
    ],
)
def test_names_of_no_secrets(name):
    assert not is_secret_name(name)
    assert redact_value(name, "words") == "words"


def test_only_text_is_a_secret():
    assert redact_value("token", 7) == 7
    assert redact_value("password", None) is None
    assert redact_value("secret", True) is True
    assert redact_value("password", "") == ""
    assert redact_value("max_tokens", 256) == 256
    assert redact_value("PWD", "/home/me") == "/home/me"
    assert redact_value("pwd", "hunter2") == "***"


def test_containers_are_redacted_inside():
    assert redact_value("api_keys", ["a", "b"]) == ["***", "***"]
    assert redact_value("layers", (64, "relu")) == (64, "relu")
    assert redact_value("db", {"user": "me", "password": "pw", "port": 1}) == {
        "user": "me",
        "password": "***",
        "port": 1,
    }
    assert redact_value("urls", ["https://a/b", "https://me:pw@a/b"]) == ["https://a/b", "***"]


def test_values_with_a_secret_inside():
    assert redact_value("url", "postgresql://me:hunter2@host/db") == "***"
    assert redact_value("headers", "Authorization: Bearer abcdef123456") == "***"
    assert redact_value("dsn", "host=h user=me password=hunter2") == "***"
    assert redact_value("body", '{"token": "abc"}') == "***"
    assert redact_value("pem", "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----") == "***"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("{'password': 'hunter2', 'user': 'me'}", "{'password': '***', 'user': 'me'}"),
        ('{"token": "a\\"b", "n": 1}', '{"token": "***", "n": 1}'),
        ("Config(token='abc', lr=0.1, max_tokens=256)", "Config(token='***', lr=0.1, max_tokens=256)"),
        ("environ({'HF_TOKEN': b'abc'})", "environ({'HF_TOKEN': b'***'})"),
        ("PASSWORD=hunter2 make", "PASSWORD=*** make"),
        ("export API_KEY=letmein", "export API_KEY=***"),
        ("password: hunter2", "password: ***"),
        ("login --token abc123 --verbose", "login --token *** --verbose"),
        ("login --password=abc123", "login --password=***"),
        ("password = 'hunter2", "password = '***"),
        ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic ***"),
        ("-H 'Authorization: Bearer abc'", "-H 'Authorization: Bearer ***'"),
        ("{'authorization': 'Bearer abc-def'}", "{'authorization': '***'}"),
        ("x-api-key: abc123", "x-api-key: ***"),
        ("Cookie: session=abc; id=3", "Cookie: ***"),
        ("sent Bearer abcdefghij0123456789", "sent Bearer ***"),
        ("GET https://h/x?api_key=abc&q=1", "GET https://h/x?api_key=***&q=1"),
        ("cloning https://me:pw@host/r.git failed", "cloning https://me:***@host/r.git failed"),
        ("redis://:pw@host", "redis://:***@host"),
        ("AccountName=a;AccountKey=" + "A1b2" * 10 + "==;x", "AccountName=a;AccountKey=***;x"),
        ("https://hooks.slack.com/services/T000/B000/abcdEFGH", "https://hooks.slack.com/services/***"),
        (
            'k = \x1b[31mapi_key\x1b[39m\x1b[3m=\x1b[39m\x1b[32m"\x1b[39m\x1b[32mabc\x1b[39m\x1b[32m"\x1b[39m',
            'k = \x1b[31mapi_key\x1b[39m\x1b[3m=\x1b[39m\x1b[32m"\x1b[39m\x1b[32m***\x1b[39m\x1b[32m"\x1b[39m',
        ),
    ],
)
def test_text(text, kept):
    assert redact_text(text) == kept
    assert redact_text(f"before\n{text}\nafter") == f"before\n{kept}\nafter"
    assert redact_text(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        "next token: the cat",
        "token: international",
        "login(token=token)",
        "token = None, password=12345",
        "Enter password: ",
        "usage: cli --token TOKEN --password PASS",
        "max_tokens=256 tokenizer='bert' pad_token='<pad>'",
        "authorization: required for all",
        "raise AuthError('no token given')",
        "KeyError: 'api_key'",
        "the key: value pairs",
        "def f(token: str = None): ...",
        "tokens/s: 1234.5, tokens: ['a', 'b']",
        "a secret is a secret",
        "bearer of bad news",
    ],
)
def test_text_that_speaks_of_secrets_stays(text):
    assert redact_text(text) == text


def test_known_secrets_are_redacted_everywhere():
    known = known_secrets({"password": "hunter2", "lr": 0.1, "token": "international", "hf_token": "abc", "x": "words"})
    assert known == {"hunter2", "abc"}
    assert redact_text("it is hunter2, not hunter22; abc", known) == "it is ***, not hunter22; abc"
    assert redact_source("# hunter2\nf('hunter2')", known) == "# ***\nf('***')"


def test_the_longer_of_two_known_secrets_is_redacted_completely():
    assert redact_text("hunter2-long", {"hunter2", "hunter2-long"}) == "***"


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ('password = "hunter2"', 'password = "***"'),
        ("x.api_key = 'a' 'b'", "x.api_key = '***' '***'"),
        ('user, password = "me", "pw"', 'user, password = "me", "***"'),
        ('token: str = "abc"', 'token: str = "***"'),
        ('if (pw := "abc"): pass', 'if (pw := "***"): pass'),
        ('os.environ["HF_TOKEN"] = "abc"', 'os.environ["HF_TOKEN"] = "***"'),
        ('os.environ.setdefault("HF_TOKEN", "abc")', 'os.environ.setdefault("HF_TOKEN", "***")'),
        ('os.environ.get("HF_TOKEN", "abc")', 'os.environ.get("HF_TOKEN", "***")'),
        ('x = {"api_key": "abc", "lr": .1}', 'x = {"api_key": "***", "lr": .1}'),
        ('db = {"secrets": {"a": "b"}, "lr": 1}', 'db = {"secrets": {"a": "***"}, "lr": 1}'),
        ('connect(user="me", password="pw", port=5)', 'connect(user="me", password="***", port=5)'),
        ('def f(a, token="abc", *, api_key=None): pass', 'def f(a, token="***", *, api_key=None): pass'),
        ('lambda secret="abc": 1', 'lambda secret="***": 1'),
        ('token = f"a{x}b"', 'token = "***"'),
        ('secret = rb"abc"', 'secret = rb"***"'),
        ('secret = "a" if x else b"b"', 'secret = "***" if x else b"***"'),
        ('token = os.getenv("T") or "abc"', 'token = os.getenv("T") or "***"'),
        ('secret = " abc ".strip()', 'secret = "***".strip()'),
        ('secret = SecretStr("abc")', 'secret = SecretStr("***")'),
        ('if password == "letmein": pass', 'if password == "***": pass'),
        (
            'p.add_argument("--api-key", default="abc", help="h")',
            'p.add_argument("--api-key", default="***", help="h")',
        ),
        ('é = "ü"; password = "hünter"; x = 1', 'é = "ü"; password = "***"; x = 1'),
        ('url = "postgres://me:hunter2@h/db"', 'url = "postgres://me:***@h/db"'),
        ("# password: hunter2", "# password: ***"),
        ("x = 1  # api_key='abc'", "x = 1  # api_key='***'"),
        ('j = \'{"password": "abc"}\'', 'j = \'{"password": "***"}\''),
        ('j = "{\\"password\\": \\"abc\\"}"', 'j = "{\\"password\\": \\"***"'),
        ('h = {"Authorization": "Bearer " + "abc"}', 'h = {"Authorization": "***" + "***"}'),
        ("%env HF_TOKEN=letmein", "%env HF_TOKEN=***"),
        ("!cli --token letmein --name b", "!cli --token *** --name b"),
        ("x = !cli --token letmein", "x = !cli --token ***"),
        ("%%track\npassword = 'abc'", "%%track\npassword = '***'"),
        ("%%bash\nexport API_KEY=letmein\necho $API_KEY", "%%bash\nexport API_KEY=***\necho $API_KEY"),
        ("for broken( password = 'abc'", "for broken( password = '***'"),
        ('secret = """a\nb\n"""\nx = 1', 'secret = """***\n\n"""\nx = 1'),
        ("s = '''\npassword = \"\"\"a\nb\"\"\"\n'''", "s = '''\npassword = \"\"\"***\n\"\"\"\n'''"),
        (
            'key = """-----BEGIN RSA PRIVATE KEY-----\nabc\ndef\n-----END RSA PRIVATE KEY-----"""',
            'key = """***\n\n\n"""',
        ),
        ('key = "-----BEGIN PRIVATE KEY-----\\nabc\\n-----END PRIVATE KEY-----"', 'key = "***"'),
    ],
)
def test_source(code, kept):
    assert redact_source(code) == kept
    assert redact_source(f"before = 1\n{code}" if code[:2] != "%%" else code).endswith(kept)
    assert redact_source(kept) == kept


@pytest.mark.parametrize(
    "code",
    [
        'token = os.environ["HF_TOKEN"]',
        'token = os.getenv("HF_TOKEN")',
        'password = getpass("Password: ")',
        'api_key = userdata.get("OPENAI_API_KEY")',
        "max_tokens = 256\ntokenizer = 'bert'\npad_token = '<pad>'",
        'df.groupby("token").count()',
        'if token == "the": pass',
        "login(token=token, api_key=api_key)",
        'secret = json.load(open("secrets.json"))["token"]',
        "tokens = text.split(' ')",
        'commit = "9fceb02d0ae598e95dc970b74767f19372d61af8"',
        "%env CUDA_VISIBLE_DEVICES=0",
        'password = ""',
        "%matplotlib inline\n!ls --color",
    ],
)
def test_source_without_secrets_stays(code):
    assert redact_source(code) == code


def test_secrets_of_a_source():
    code = 'password = "hunter2"\nuser = "me"\nf(api_key="abc", token=t)\n'
    assert secrets_in(code) == {"hunter2", "abc"}
    assert secrets_in("for broken(") == frozenset()


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://ghp_token@host/x", "https://***@host/x"),
        ("https://me:p@ss@host/x", "https://me:***@host/x"),
        ("https://h/x?%74oken=a", "https://h/x?%74oken=***"),
        ("https://h/x?X-Amz-Signature=ab&X-Amz-Date=1", "https://h/x?X-Amz-Signature=***&X-Amz-Date=1"),
        ("https://a.blob/x?sv=1&sig=ab%3D", "https://a.blob/x?sv=1&sig=***"),
        ("abfss://box@account.dfs.core.windows.net/x", "abfss://box@account.dfs.core.windows.net/x"),
    ],
)
def test_addresses(address, kept):
    assert without_credentials(address) == kept


PIECES = st.sampled_from(
    [
        *(
            "password",
            "token",
            "=",
            ":",
            " ",
            "'",
            '"',
            '"""',
            "'''",
            "\n",
            "\\",
            "\\n",
            "#",
            "f",
            "b",
            "(",
            ")",
            "{",
            "}",
        ),
        *(
            "-----BEGIN PRIVATE KEY-----",
            "-----END PRIVATE KEY-----",
            "https://a:b@c",
            "?sig=x",
            "Bearer ",
            "%env ",
            "!",
        ),
        *("é", "\x1b[31m", "\r", "\t", "hunter2", "abc", ",", "Authorization: ", "\x0c", "\u2028"),
    ]
)
SOUP = st.lists(PIECES, max_size=40).map("".join)


@given(SOUP, st.sets(SOUP, max_size=2))
def test_lines_stay_as_many_as_they_were(text, known):
    assert redact_text(text, known).count("\n") == text.count("\n")
    assert redact_source(text, known).count("\n") == text.count("\n")


@given(st.text(alphabet="abc'\"\\ é\n", min_size=1))
def test_a_secret_never_stays_in_a_source(secret):
    code = f"é = 1; password = {secret!r}; x = 2\nlr = 0.1\n"
    redacted = redact_source(code)
    assert ast.literal_eval(ast.parse(redacted).body[1].value) == "***"
    assert ast.parse(redacted).body[2].value.value == 2
