"""Say what form a JSON document has, by keys that only that form has, and give its talks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from rmcoach_llm.readers import (
    aws_talks,
    azure_talks,
    chat_exports,
    editor_talks,
    google_talks,
    meeting_talks,
    meta_chats,
    recorder_talks,
    slack,
    speech_talks,
    support_talks,
    word_talks,
)
from rmcoach_llm.readers.json_values import Node, keys_of
from rmcoach_llm.readers.service_talks import ServiceTalk


@dataclass(frozen=True)
class Shape:
    """Hold a form: its name for metadata, how to know it, and how to read its talks."""

    name: str
    title: str
    fits: Callable[[Any], bool]
    talks: Callable[[Node], Iterator[ServiceTalk]]


OBJECTS = (
    Shape(
        "aws-call-analytics",
        "AWS Call Analytics",
        aws_talks.is_call_analytics,
        aws_talks.call_analytics_talks,
    ),
    Shape("aws-transcribe", "AWS Transcribe", aws_talks.is_transcribe, aws_talks.transcribe_talks),
    Shape("deepgram", "Deepgram", speech_talks.is_deepgram, speech_talks.deepgram_talks),
    Shape("azure-speech", "Azure Speech", azure_talks.is_azure, azure_talks.azure_talks),
    Shape(
        "speechmatics",
        "Speechmatics",
        word_talks.is_speechmatics,
        word_talks.speechmatics_talks,
    ),
    Shape("watson", "IBM Watson", word_talks.is_watson, word_talks.watson_talks),
    Shape(
        "google-speech", "Google Speech-to-Text", google_talks.is_google, google_talks.google_talks
    ),
    Shape("otter", "Otter", recorder_talks.is_otter, recorder_talks.otter_talks),
    Shape("zoom", "Zoom", recorder_talks.is_zoom, recorder_talks.zoom_talks),
    Shape("elevenlabs", "ElevenLabs", word_talks.is_elevenlabs, word_talks.elevenlabs_talks),
    Shape("soniox", "Soniox", word_talks.is_soniox, word_talks.soniox_talks),
    Shape("gladia", "Gladia", speech_talks.is_gladia, speech_talks.gladia_talks),
    Shape("gong", "Gong", meeting_talks.is_gong, meeting_talks.gong_talks),
    Shape("fathom", "Fathom", meeting_talks.is_fathom, meeting_talks.fathom_talks),
    Shape("fireflies", "Fireflies", meeting_talks.is_fireflies, meeting_talks.fireflies_talks),
    Shape("assemblyai", "AssemblyAI", speech_talks.is_assemblyai, speech_talks.assemblyai_talks),
    Shape("rev", "Rev", editor_talks.is_rev, editor_talks.rev_talks),
    Shape(
        "speaker-table",
        "podwhisperer",
        editor_talks.is_speaker_table,
        editor_talks.speaker_table_talks,
    ),
    Shape(
        "amberscript", "Amberscript", editor_talks.is_amberscript, editor_talks.amberscript_talks
    ),
    Shape("intercom", "Intercom", support_talks.is_intercom, support_talks.intercom_talks),
    Shape("zendesk", "Zendesk", support_talks.is_zendesk, support_talks.zendesk_talks),
    Shape("whisper", "Whisper or WhisperX", speech_talks.is_whisper, speech_talks.whisper_talks),
)
"""Forms of an object; the first that fits is taken, the ones with keys of their own before others."""

LISTS = (
    Shape("slack", "Slack", slack.is_slack, slack.slack_talks),
    Shape("fathom", "Fathom", meeting_talks.is_fathom_list, meeting_talks.fathom_talks),
    Shape("fireflies", "Fireflies", meeting_talks.is_fireflies_list, meeting_talks.fireflies_talks),
)
"""Forms of a list that is one talk, not a list of talks."""

CHATS = (
    Shape("discord", "Discord", chat_exports.is_discord, chat_exports.discord_talks),
    Shape("telegram", "Telegram", chat_exports.is_telegram, chat_exports.telegram_talks),
    Shape("messenger", "Messenger or Instagram", meta_chats.is_meta, meta_chats.meta_talks),
)
"""Forms that have `messages`, too, which are no chat messages: they come before the own form."""

OWN_KEYS = frozenset({"turns", "messages", "conversations"})
"""The project's own form and chat messages: they come before all services."""

KNOWN = (
    *dict.fromkeys(shape.title for shape in (*OBJECTS, *LISTS, *CHATS)),
    *("ChatGPT", "Claude"),
)
"""What a document that is in no known form may be exported from instead."""


def shape_of(value: object) -> Shape | None:
    """Give the form of a service that a value has; None for the own form, and where none fits.

    >>> shape_of({"monologues": []}).name, shape_of({"turns": [], "monologues": []})
    ('rev', None)
    """
    if isinstance(value, dict):
        forms = CHATS if keys_of(value) & OWN_KEYS else (*OBJECTS, *CHATS)
        return None if "turns" in value else next((s for s in forms if s.fits(value)), None)
    if isinstance(value, list) and value:
        return next((shape for shape in LISTS if shape.fits(value)), None)
    return None
