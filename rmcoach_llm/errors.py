"""What can go wrong, each with a message, a remedy and an exit code.

    RmcoachError                 70  a fault of ours
    |- UsageError                 2  the call is wrong: unknown name, missing choice
    |- InputError                 3  a transcript file cannot be read
    |- LibraryError               4  a scenario, rubric or prompt file is not valid
    |- ConfigError                5  a setting or key is not valid
    |- PluginError                6  a plugin is broken or named twice
    |- StoreError                 7  the store cannot be read or written
    |  `- SessionConflict            the session goes on in another window
    |- BudgetSpent                9  a batch may not spend more
    `- ModelError                 8  the model could not answer
       |- ModelUnreachable           no connection: host, port, DNS
       |  `- TlsFailure              no trusted connection: never retried
       |- ModelTimeout               no whole answer within the deadline
       |- RateLimited                asked to slow down, and patience is out
       |- QuotaExhausted             no credit left: never retried
       |- AccessDenied               key or region refused: never retried
       |- ModelNotFound              no such model at this endpoint
       |- RequestRejected            the endpoint does not accept the request
       |- ContextTooLong             the request does not fit the model
       |- ContentFiltered            the provider's filter stopped it
       |- ModelDeclined              the model refused to answer
       |- ReplyCut                   the answer ended before it was complete
       |- BadReply                   an answer that is no valid answer
       |- ModelMismatch              another model answered than was asked for
       `- ServerFault                the endpoint failed (5xx)

Exit code 1 means: done, but something was left unscored or a file was left out.
130 is Ctrl-C, 143 is SIGTERM.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class RmcoachError(Exception):
    """Say what went wrong and what to do about it.

    `message` is one line without a full stop, `remedy` one line in the imperative (may be
    empty), `exit_code` the status with which a command ends.

    >>> error = UsageError("unknown scenario 'finanse'", remedy="did you mean 'finance'?")
    >>> print(error)
    unknown scenario 'finanse': did you mean 'finance'?
    >>> error.exit_code
    2
    """

    exit_code: ClassVar[int] = 70

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}: {self.remedy}" if self.remedy else self.message

    def __reduce__(self) -> tuple[object, ...]:
        """Survive pickling: workers of other processes hand errors back."""
        return (_rebuild, (type(self), self.__dict__))


def _rebuild(cls: type[RmcoachError], state: dict[str, object]) -> RmcoachError:
    error = cls.__new__(cls)
    error.__dict__.update(state)
    error.args = (error.message, error.remedy)
    return error


class UsageError(RmcoachError):
    """Report a call that cannot be right: an unknown name, a missing choice."""

    exit_code = 2


class InputError(RmcoachError):
    """Report a transcript that cannot be read: which file, where, what was found.

    `path` is shown as given; `place` is a locator such as `line 3`, `$.turns[0].text` or
    `whole file`; `found` says what is wrong there.

    >>> print(InputError("a.txt", "line 3", "no speaker", remedy="write 'Name: text'"))
    a.txt: line 3: no speaker: write 'Name: text'
    """

    exit_code = 3

    def __init__(self, path: str, place: str, found: str, *, remedy: str = "") -> None:
        super().__init__(f"{path}: {place}: {found}", remedy=remedy)
        self.path = path
        self.place = place
        self.found = found


class LibraryError(RmcoachError):
    """Report a scenario, rubric or prompt file that is not valid; `problems` lists each fault."""

    exit_code = 4

    def __init__(self, message: str, *, remedy: str = "", problems: tuple[str, ...] = ()) -> None:
        super().__init__(message, remedy=remedy)
        self.problems = problems or (str(self),)


class ConfigError(RmcoachError):
    """Report a setting or an API key that cannot be used; never holds the key itself."""

    exit_code = 5


class PluginError(RmcoachError):
    """Report a plugin that does not load or is not what it should be, or a name claimed twice."""

    exit_code = 6


class StoreError(RmcoachError):
    """Report a store that cannot be opened, read or written."""

    exit_code = 7


class SessionConflict(StoreError):
    """Report a turn that is not the next one of its session: another process was quicker."""


class BudgetSpent(RmcoachError):
    """Report that the next call could cost more than a batch may spend; none is made any more."""

    exit_code = 9


class ModelError(RmcoachError):
    """Report that the model gave no usable answer.

    `retryable` says whether asking again may help, `maybe_billed` whether the provider may
    have charged for the lost answer. Messages are our own words: what the server wrote may
    hold a part of the key.
    """

    exit_code = 8
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, remedy: str = "", maybe_billed: bool = False) -> None:
        super().__init__(message, remedy=remedy)
        self.maybe_billed = maybe_billed


class ModelUnreachable(ModelError):
    """Report that no connection came about: names host and cause."""

    retryable = True


class TlsFailure(ModelUnreachable):
    """Report that no trusted connection came about; asking again cannot help."""

    retryable = False


class ModelTimeout(ModelError):
    """Report that the deadline passed before a whole answer was there."""

    retryable = True


class RateLimited(ModelError):
    """Report that the endpoint asks to slow down; `retry_after_s` as it said, if it did."""

    retryable = True

    def __init__(
        self,
        message: str,
        *,
        remedy: str = "",
        maybe_billed: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, remedy=remedy, maybe_billed=maybe_billed)
        self.retry_after_s = retry_after_s


class QuotaExhausted(ModelError):
    """Report that the account has no credit left; a batch stops at the first one."""


class AccessDenied(ModelError):
    """Report that the endpoint refuses the key or the caller (401, 403)."""


class ModelNotFound(ModelError):
    """Report that the endpoint does not serve the model asked for (404)."""


STOPS_A_BATCH = (QuotaExhausted, AccessDenied, ModelNotFound, ModelUnreachable)
"""Errors that the next call would meet as well: who judges many transcripts raises them."""


class RequestRejected(ModelError):
    """Report that the endpoint does not accept the request (other 4xx)."""


class ContextTooLong(ModelError):
    """Report that the request does not fit into the model's context window."""


class ContentFiltered(ModelError):
    """Report that the provider's content filter stopped the request or the answer."""


class ModelDeclined(ModelError):
    """Report that the model refused to answer: for a person to look at, never a score of 0."""


class ReplyCut(ModelError):
    """Report that the answer ended before it was complete; `partial` is what had come."""

    retryable = True

    def __init__(
        self, message: str, *, remedy: str = "", maybe_billed: bool = True, partial: str = ""
    ) -> None:
        super().__init__(message, remedy=remedy, maybe_billed=maybe_billed)
        self.partial = partial


class BadReply(ModelError):
    """Report an answer that is no valid answer: not JSON, no choices, empty, wrong fields."""

    retryable = True


class ModelMismatch(ModelError):
    """Report that another model answered than was asked for (with strict model checking)."""


class ServerFault(ModelError):
    """Report that the endpoint failed (5xx, or an error object instead of an answer)."""

    retryable = True


def did_you_mean(
    name: str, allowed: Iterable[str], *, about: Mapping[str, str] | None = None
) -> str:
    """Suggest the nearest allowed names, or list what there is.

    A name is near as a whole, or by a part between dashes. `about` gives further words by which
    a name may be found.

    >>> did_you_mean("finanse", ["finance-close-report", "hr-onboarding-app"])
    "did you mean 'finance-close-report'?"
    >>> did_you_mean("people", ["finance", "hr"], about={"hr": "People and culture"})
    "did you mean 'hr'?"
    >>> did_you_mean("zzz", ["finance", "hr"])
    'choose one of: finance, hr'
    """
    names = sorted(set(allowed))
    near = {other: _nearness(name, other, (about or {}).get(other, "")) for other in names}
    close = sorted((n for n in names if near[n]), key=lambda n: near[n], reverse=True)[:2]
    if close:
        return "did you mean " + " or ".join(f"'{c}'" for c in close) + "?"
    return f"choose one of: {', '.join(names)}" if names else "there are none"


def _nearness(name: str, other: str, about: str) -> float:
    """Give how near two names are: 1 is the same, 0 is too far to be meant."""
    from difflib import SequenceMatcher

    if name == other:
        return 1.0
    typed = SequenceMatcher(b=name.casefold(), autojunk=False)

    def ratio(text: str) -> float:
        typed.set_seq1(text.casefold())
        return typed.ratio()

    whole = ratio(other)
    parts = [*other.replace("_", "-").split("-"), *about.split(), about]
    # A part is short, so it must be nearer; the whole name goes first where both are as near.
    part = max(ratio(text) for text in parts) if name else 0.0
    return max(whole if whole >= 0.6 else 0.0, 0.99 * part if part >= 0.75 else 0.0)
