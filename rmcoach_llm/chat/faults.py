"""What an endpoint's failure means, in our own words: pure functions of status, code and cause."""

from __future__ import annotations

import re
import socket
import ssl
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from time import time

from rmcoach_llm.errors import (
    AccessDenied,
    ContentFiltered,
    ContextTooLong,
    ModelError,
    ModelNotFound,
    ModelTimeout,
    ModelUnreachable,
    QuotaExhausted,
    RateLimited,
    ReplyCut,
    RequestRejected,
    ServerFault,
    TlsFailure,
)

QUOTA_CODES = frozenset(
    {
        "insufficient_quota",
        "billing_hard_limit_reached",
        "billing_not_active",
        "insufficient_balance",
    }
)
CONTEXT_CODES = frozenset(
    {"context_length_exceeded", "exceed_context_size_error", "string_above_max_length"}
)
FILTER_CODES = frozenset(
    {"content_filter", "content_policy_violation", "responsibleaipolicyviolation"}
)
MODEL_CODES = frozenset({"model_not_found", "invalid_model"})
KEY_CODES = frozenset({"invalid_api_key", "authentication_error", "permission_denied"})
RATE_CODES = frozenset({"rate_limit_exceeded", "rate_limit_error", "too_many_requests"})
PARAMETERS = frozenset(
    {
        "frequency_penalty",
        "max_completion_tokens",
        "max_tokens",
        "messages",
        "model",
        "response_format",
        "seed",
        "stream",
        "stream_options",
        "temperature",
    }
)
_PARAMETER_WORDS = re.compile(r"['\"`]([a-z_]+)['\"`]|\b([a-z]+_[a-z_]+)\b")
_CONTEXT_WORDS = re.compile(
    r"maximum context length|context (size|window|length)|n_ctx|too many (input )?tokens|prompt is too long",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Endpoint:
    """Name the model and the place it is asked at, for messages."""

    host: str
    model: str


@dataclass(frozen=True)
class Complaint:
    """Hold what an error body says, as far as it can be trusted.

    `code` is in small letters. `parameter` is one of those we send, or empty. `about_length` says
    whether the text speaks of the context window. The text itself is left out: it may hold the key.
    """

    code: str = ""
    parameter: str = ""
    about_length: bool = False


def read_complaint(body: object) -> Complaint:
    """Read an error body: the object itself or what stands under its `error`.

    >>> read_complaint({"error": {"code": "insufficient_quota", "message": "no"}}).code
    'insufficient_quota'
    """
    inner = body.get("error", body) if isinstance(body, Mapping) else body
    if not isinstance(inner, Mapping):
        return Complaint(about_length=isinstance(inner, str) and bool(_CONTEXT_WORDS.search(inner)))
    codes = [str(inner.get(field) or "").lower() for field in ("code", "type")]
    known = QUOTA_CODES | CONTEXT_CODES | FILTER_CODES | MODEL_CODES | KEY_CODES | RATE_CODES
    code = next((c for c in codes if c in known), codes[0] if codes[0].isdigit() else "")
    message = str(inner.get("message") or "")[:4_000]
    parameter = str(inner.get("param") or "")
    if parameter not in PARAMETERS:
        names = (quoted or bare for quoted, bare in _PARAMETER_WORDS.findall(message))
        parameter = next((name for name in names if name in PARAMETERS), "")
    return Complaint(code, parameter, bool(_CONTEXT_WORDS.search(message)))


def status_fault(
    status: int, complaint: Complaint, at: Endpoint, retry_after_s: float | None = None
) -> ModelError:
    """Give the error that an HTTP status from 400 on, with its body, means.

    >>> type(status_fault(429, Complaint("insufficient_quota"), Endpoint("h", "m"))).__name__
    'QuotaExhausted'
    """
    if complaint.code in QUOTA_CODES or status == 402:
        return QuotaExhausted(
            f"{at.host}: the account has no credit left",
            remedy="add credit or use another key, then run again",
        )
    if status == 429 or complaint.code in RATE_CODES:
        return RateLimited(
            f"{at.host}: asks to slow down"
            + (f" for {retry_after_s:.0f} s" if retry_after_s else ""),
            remedy="wait and run the same again, or lower the number of calls at a time",
            retry_after_s=retry_after_s,
        )
    if status in (401, 403) or complaint.code in KEY_CODES:
        return AccessDenied(
            f"{at.host}: refuses the API key or the caller ({status})",
            remedy="check OPENAI_API_KEY and that it may use this model",
        )
    if status in (408, 504):
        return ModelTimeout(
            f"{at.host}: gave up waiting for the model ({status})", maybe_billed=True
        )
    if status >= 500 or status in (409, 425):
        return ServerFault(f"{at.host}: failed ({status})", remedy="try again later")
    return _request_fault(status, complaint, at)


def _request_fault(status: int, complaint: Complaint, at: Endpoint) -> ModelError:
    if complaint.code in MODEL_CODES or (status == 404 and not complaint.parameter):
        return ModelNotFound(
            f"{at.host}: does not serve the model '{at.model}'",
            remedy="choose one that 'rmcoach doctor' lists, and check that base_url ends as the server says, often in /v1",
        )
    if complaint.code in CONTEXT_CODES or status == 413 or complaint.about_length:
        return ContextTooLong(
            f"{at.host}: the request does not fit into the context of '{at.model}'",
            remedy="use a shorter transcript or a model with a larger context",
        )
    if complaint.code in FILTER_CODES:
        return ContentFiltered(f"{at.host}: the content filter stopped the request")
    about = f": it does not accept '{complaint.parameter}'" if complaint.parameter else ""
    return RequestRejected(
        f"{at.host}: does not accept the request ({status}){about}",
        remedy="run 'rmcoach doctor' to see what it takes",
    )


def body_fault(body: object, at: Endpoint) -> ModelError:
    """Give the error that an error object means which came with status 200 or in a stream."""
    complaint = read_complaint(body)
    status = int(complaint.code) if complaint.code.isdigit() and len(complaint.code) == 3 else 0
    if not 400 <= status < 600:
        status = 400 if complaint.code or complaint.about_length else 500
    fault = status_fault(status, complaint, at)
    if isinstance(fault, ServerFault):
        return ServerFault(
            f"{at.host}: sent an error in place of an answer",
            remedy="try again later",
            maybe_billed=True,
        )
    return fault


def connection_fault(error: BaseException, at: Endpoint, *, connecting: bool) -> ModelError:
    """Give the error for a connection that did not come about (`connecting`) or broke."""
    chain = list(_chain(error))
    if any(isinstance(e, ssl.SSLError) for e in chain) or (connecting and _in_handshake(chain)):
        return TlsFailure(
            f"{at.host}: no trusted TLS connection: {_tls_cause(chain)}",
            remedy="for a company CA set SSL_CERT_FILE to its bundle; for a server without TLS use http://",
        )
    if connecting:
        return ModelUnreachable(
            f"{at.host}: no connection: {_cause(chain)}",
            remedy="check base_url and that the server runs",
        )
    return ReplyCut(
        f"{at.host}: the connection broke before the answer was complete", remedy="try again"
    )


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found and len(found) < 20:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


_HANDSHAKES = ("start_tls", "_create_connection_transport")
"""Functions that wait for TLS: httpcore's, and asyncio's under aiohttp."""


def _in_handshake(chain: list[BaseException]) -> bool:
    """Say whether TCP stood and TLS did not: only the place of the failure tells."""
    return any(
        frame.f_code.co_name in _HANDSHAKES
        for e in chain
        for frame, _ in traceback.walk_tb(e.__traceback__)
    )


def _tls_cause(chain: list[BaseException]) -> str:
    for error in chain:
        # Errors of other libraries derive from this one, too, without its message.
        if isinstance(error, ssl.SSLCertVerificationError) and hasattr(error, "verify_message"):
            return f"certificate not trusted ({error.verify_message})"
    return "the server does not speak TLS here"


def _cause(chain: list[BaseException]) -> str:
    if any(isinstance(e, socket.gaierror) for e in chain):
        return "the host name is not known (DNS)"
    if any(isinstance(e, ConnectionRefusedError) for e in chain):
        return "connection refused: nothing listens there"
    if type(chain[-1]).__name__ == "ConnectTimeout" or any(
        isinstance(e, TimeoutError) for e in chain
    ):
        return "no answer to the connection attempt"
    return next(
        (e.strerror for e in chain if isinstance(e, OSError) and e.strerror), "connection failed"
    )


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """Give the seconds that Retry-After asks for, None where it is absent or senseless.

    Seconds or an HTTP date (RFC 9110, 10.2.3); `retry-after-ms` comes first.

    >>> read_retry_after({"retry-after": "86400"}), read_retry_after({"retry-after": "-5; soon"})
    (86400.0, None)
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1_000
    value = headers.get("retry-after", "").strip()
    seconds = _number(value)
    if seconds is not None:
        return seconds
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time())
    except (ValueError, TypeError, OverflowError):
        return None


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text.strip(), re.ASCII) else None
