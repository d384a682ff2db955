"""Keys and tokens that their issuers made recognisable: a fixed prefix, an alphabet and a length."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa

from filters.cuts import Cuts
from filters.documents import Batch
from filters.matches import all_found, match_columns
from filters.secret_kernels import JSON_WEB_TOKEN, PRIVATE_KEY, Formats, find_secrets
from filters.signals import SPANS, Columns, Signal

__all__ = ["FORMATS", "Format", "Secrets"]

_UPPER, _ALNUM, _ALNUM_, _URL64, _URL64_DOT, _HEX = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.",
    "abcdef0123456789",
)


class Format(NamedTuple):
    """How a kind of key looks.

    Attributes:
        label: the kind.
        prefixes: what it begins with.
        alphabet: what follows is made of, and what may not follow it.
        fewest: of the characters behind the prefix.
        most: of them.
        source: where its issuer says so; "observed" where the issuer names the prefix alone.
    """

    label: str
    prefixes: Sequence[str]
    alphabet: str
    fewest: int
    most: int
    source: str


FORMATS: Sequence[Format] = (
    Format("aws_access_key_id", ("AKIA", "ASIA"), _UPPER, 16, 16, "AWS IAM User Guide, Unique identifiers"),
    Format(
        "github_token", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), _ALNUM, 36, 251,
        "GitHub changelog 2021-03-31, Authentication token format updates: 40 characters now, up to 255",
    ),
    Format("github_token", ("github_pat_",), _ALNUM_, 82, 244, "GitHub Docs, About authentication; length observed"),
    Format("gitlab_token", ("glpat-",), _URL64_DOT, 20, 300, "GitLab Docs, Token overview; length observed"),
    Format("google_api_key", ("AIza",), _URL64, 35, 35, "Google Cloud Docs, Manage API keys; length observed"),
    Format("google_client_secret", ("GOCSPX-",), _URL64, 28, 28, "Google Identity Docs, OAuth 2.0; observed"),
    Format(
        "slack_token", ("xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xapp-"), _URL64, 24, 255,
        "Slack Docs, Token types; length observed",
    ),
    Format(
        "stripe_key", ("sk_live_", "sk_test_", "rk_live_", "rk_test_"), _ALNUM, 24, 247,
        "Stripe Docs, API keys; length observed",
    ),
    Format("npm_token", ("npm_",), _ALNUM, 36, 36, "GitHub changelog 2021-09-23, npm's new access token format"),
    Format("pypi_token", ("pypi-AgEIcHlwaS5vcmc",), _URL64, 50, 512, "PyPI Help, API tokens; length observed"),
    Format(
        "openai_key", ("sk-proj-", "sk-svcacct-", "sk-admin-"), _URL64, 40, 300,
        "OpenAI API reference, Authentication; observed",
    ),
    Format("anthropic_key", ("sk-ant-",), _URL64, 80, 200, "Anthropic API reference, API keys; length observed"),
    Format("hugging_face_token", ("hf_",), _ALNUM, 34, 37, "Hugging Face Docs, User access tokens; length observed"),
    Format("sendgrid_key", ("SG.",), _URL64_DOT, 66, 66, "Twilio SendGrid Docs, API keys: 69 characters"),
    Format(
        "digitalocean_token", ("dop_v1_", "doo_v1_", "dor_v1_"), _HEX, 64, 64,
        "DigitalOcean API reference, Authentication; length observed",
    ),
    Format(
        "shopify_token", ("shpat_", "shpca_", "shppa_", "shpss_"), _HEX, 32, 32,
        "Shopify developer changelog 2020, prefixes of access tokens; observed",
    ),
)  # fmt: skip
"""Formats with a prefix; JSON web tokens (RFC 7519, section 3) and private keys (RFC 7468) have none."""

_LABELS = [*(form.label for form in FORMATS), "json_web_token", "private_key"]
_SECRET = (
    "a documented prefix, then characters of its alphabet, as many as the format has, of at least 8 kinds, with "
    "nothing of a word on either side; three parts of base64url joined by dots of which two begin as JSON objects "
    "do; or a PEM block whose label ends in PRIVATE KEY or PRIVATE KEY BLOCK"
)
_SOURCE = "this project; every format with its issuer's documentation: filters/secrets.py, FORMATS; RFC 7519; RFC 7468"


class Secrets:
    """Keys and tokens, as spans labelled with their kind, and counted.

    Off unless a rule or ``measure`` asks. Keys without a mark of their own (most passwords, AWS secret keys) are not
    found; examples in documentation that keep to the format are. Where the issuer documents a prefix but no
    length, the length is that of keys seen, with room for longer ones.
    """

    reads: Literal["text", "page"] = "text"
    signals: Sequence[Signal] = (
        Signal("secret", SPANS, "match", f"{_SECRET}; labelled with the kind", _SOURCE),
        Signal("secret_count", pa.int64(), "matches", f"number of: {_SECRET}", _SOURCE, high="too_many_secrets"),
    )
    fingerprint = "secrets/1"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """Spans and count of every text."""
        found = all_found(lambda room: find_secrets(cuts.offsets, cuts.data, _PACKED, room))
        return match_columns("secret", cuts, found, _LABELS)


def _packed() -> Formats:
    entries = [(prefix.encode(), kind) for kind, form in enumerate(FORMATS) for prefix in form.prefixes]
    entries += [(b"eyJ", len(FORMATS)), (b"-----BEGIN ", len(FORMATS) + 1)]
    alphabets = np.zeros((len(FORMATS) + 2, 256), np.uint8)
    for kind, alphabet in enumerate([*(form.alphabet for form in FORMATS), _URL64, _UPPER + " "]):
        alphabets[kind, np.frombuffer(alphabet.encode(), np.uint8)] = 1
    limits = [*((form.fewest, form.most) for form in FORMATS), (JSON_WEB_TOKEN, 0), (PRIVATE_KEY, 0)]
    firsts = np.zeros(256, np.uint8)
    firsts[[prefix[0] for prefix, _ in entries]] = 1
    return Formats(
        np.frombuffer(b"".join(prefix for prefix, _ in entries), np.uint8),
        np.cumsum([0, *(len(prefix) for prefix, _ in entries)]).astype(np.int64),
        np.array([kind for _, kind in entries], np.int64),
        firsts,
        alphabets,
        np.array(limits, np.int64),
    )


_PACKED = _packed()
