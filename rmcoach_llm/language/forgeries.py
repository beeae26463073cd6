"""Find text that forges the form of a transcript: its end, another's turn, an answer, markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rmcoach_llm.language.pattern import Regex
from rmcoach_llm.language.suspects import Suspect

_TO_THE_END = Regex(
    r"<\|[^|>\n]{1,40}\|>|\[/?inst\]|<</?sys>>|</?(?:system|assistant|user|start_of_turn|end_of_turn"
    r"|transcript|tool_call|instructions?|conversation|rubric|turn|text|graders?|scores?|grade|verdicts?|evaluation|result)\b[^>\n]{0,40}>"
    r"|^[ \t]*(?:[=\-#*_~<\[(]{2,}|\[|#)[ \t]*(?:end|begin|start|close)[ \t]+(?:of[ \t]+)?(?:the[ \t]+)?"
    r"(?:transcript|conversation|dialogue|talk|input|data|context|turns?|evaluator|system|rubric)"
    r"|^[ \t]*#+[ \t]*(?:system|instructions?|evaluator|new task)\b"
    r"|(?:^|(?<=\s))(?:-{3,}|={3,}|\*{3,}|%{3,}|#{3,}|~{3,}|<{2,}|\[)[ \t\n]*(?:end of|end|begin|start of|(?:the )?transcript|grader|judge|evaluator)\b[ \t]*(?:of[ \t]+)?(?:the[ \t]+)?"
    r"(?:transcript|conversation|input|context|turn|ends?\b|mode|instructions?|data|closed)"
    r"|```[^`]{0,40}?\b(?:system|evaluator|assistant|instructions?)[ \t]*:",
    re.I | re.M,
)
_FRAGMENT = Regex(
    r"\"[\w -]{1,40}\"\s*:\s*(?:[\[{\"\d]|true|false|null)|\"\s*\}\s*[\],]|[\]}]\s*,\s*[\[{\"]|^\s*\{\s*\"",
    re.I | re.M,
)
_TABLE = Regex(
    r"^.*\|.*\b(?:scores?|criteri\w+|verdicts?|grades?|behaviou?rs?)\b.*\n[ \t]*\|?[ \t:]*-{2,}",
    re.I | re.M,
)
_MARKUP = Regex(
    r"<\s*/?\s*(?:script|svg|img|iframe|style|object|embed|body|html|title|form|link|meta|a\s+href|h[1-6]|div|span|button|input|video|audio|marquee|base|textarea|b)\b(?=[\s/>=])"
    r"|\bon(?:error|load|click|mouseover)\s*=|javascript:|!\[[^\]\n]{0,200}\]\(|\]\((?:https?:|//)|(?:\.\.[\\/]){2,}"
    r"|<!--|\]\]>|<!\[cdata\[|(?:^|\s)=\d+[+*]\d|^=(?:cmd|hyperlink|importxml|webservice)|\$\(|%00"
    r"|(?:^|\s)=(?:hyperlink|importxml|importdata|webservice|dde|cmd)\b ?[(|]|\bcmd ?\||\|' ?/c |\{\{[^{}\n]{0,80}[(*][^{}\n]{0,80}\}\}"
    r"|['\"] ?; ?(?:drop|delete|insert|update) |\bfile:///",
    re.I | re.M,
)
_ROLE_LABEL = Regex(
    r"(?:^|(?<=[.!?\n\"'] )|(?<=\n))[ \t>*_\[]*(?:system|assistant|user|human|developer|evaluator|grader|judge"
    r"|trainee|stakeholder|interviewer|interviewee|customer|client|coach|narrator|ai|moderator)"
    r"(?:[ \t]*[(\[][^)\]\n]{0,40}[)\]])?[\]*_]*[ \t]*:(?=\s*\S)",
    re.I | re.M,
)
_SIGN_OF_END = Regex(r"[<\[#]|[=_~(*-]{2}|%%%|```")
_SIGN_OF_FRAGMENT = Regex(r"[\]}]|\"\s*:|\{\s*\"")
_SIGN_OF_TABLE = Regex(r"\|.*\n.*--")
_SIGN_OF_MARKUP = Regex(
    r"[<=|]|javascript:|file:|\]\(|\]\]>|\.\.[\\/]|\$\(|%00|\{\{|['\"] ?;", re.I
)
"""What a text holds in which one of the four stands: quicker to look for, and to compile."""


def forged_form(text: str) -> Iterator[Suspect]:
    """Yield what looks like the end of a turn, a JSON answer, a table of scores, or markup."""
    ends = _SIGN_OF_END.search(text) and _TO_THE_END.search(text)
    if ends:
        # All behind a forged end pretends to be no part of the turn.
        yield Suspect("fake-delimiter", ends.start(), len(text), "looks like the end of a turn")
    pieces = list(_FRAGMENT.finditer(text)) if _SIGN_OF_FRAGMENT.search(text) else []
    if pieces:
        yield Suspect("fake-delimiter", pieces[0].start(), len(text), "looks like a JSON answer")
    table = _SIGN_OF_TABLE.search(text) and _TABLE.search(text)
    if table:
        yield Suspect("fake-delimiter", table.start(), len(text), "looks like a table of scores")
    for match in _MARKUP.finditer(text) if _SIGN_OF_MARKUP.search(text) else ():
        line_end = text.find("\n", match.end())
        yield Suspect("markup", match.start(), line_end if line_end > 0 else len(text), "markup")


def forged_speakers(text: str, speakers: tuple[str, ...]) -> Iterator[Suspect]:
    """Yield what looks like the turn of a role, or of one of some speakers, a time behind the name or not."""
    if ":" not in text:
        return
    match = _ROLE_LABEL.search(text)
    if match:
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        yield Suspect("forged-speaker", start, len(text), "looks like another speaker's turn")
    for name in speakers:
        for form in {name, name.split()[0]}:
            named = _labelled(form).search(text) if _may_stand(form, text) else None
            if named:
                detail = "looks like another speaker's turn"
                yield Suspect("forged-speaker", named.start(), len(text), detail)


def _may_stand(form: str, text: str) -> bool:
    """Say whether a name may stand in a text, in small letters or capitals; a quick no."""
    return not (form + text).isascii() or form.lower() in text.lower()


@lru_cache(maxsize=64)
def _labelled(form: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?:^|(?<=[.!?] )){re.escape(form)}\s*(?:[(\[]\d[^)\]\n]{{0,12}}[)\]]\s*)?:(?=\s*\S)",
        re.M | re.I,
    )
