"""One talk in the form of each service: Ada asks, Bo answers, Ada goes on."""

from __future__ import annotations

import copy
from typing import Any

Json = dict[str, Any]


def _aws_word(item: int, start: str, end: str, speaker: str, text: str) -> Json:
    return {
        "id": item,
        "type": "pronunciation",
        "alternatives": [{"confidence": "0.99", "content": text}],
        "start_time": start,
        "end_time": end,
        "speaker_label": speaker,
    }


def _aws_mark(item: int, speaker: str, text: str) -> Json:
    return {
        "id": item,
        "type": "punctuation",
        "alternatives": [{"confidence": "0.0", "content": text}],
        "speaker_label": speaker,
    }


AWS_ITEMS = [
    _aws_word(0, "0.5", "0.9", "spk_0", "What"),
    _aws_word(1, "1.0", "1.5", "spk_0", "hurts"),
    _aws_mark(2, "spk_0", "?"),
    _aws_word(3, "2.0", "2.4", "spk_1", "Time"),
    _aws_mark(4, "spk_1", "."),
    _aws_word(5, "3.0", "3.25", "spk_0", "Why"),
    _aws_mark(6, "spk_0", "?"),
]
AWS_SEGMENTS = [
    {
        "start_time": start,
        "end_time": end,
        "speaker_label": speaker,
        "items": [
            {key: item[key] for key in ("start_time", "end_time", "speaker_label")}
            for item in AWS_ITEMS
            if item["speaker_label"] == speaker and start <= item.get("start_time", "") <= end
        ],
    }
    for start, end, speaker in (
        ("0.5", "1.5", "spk_0"),
        ("2.0", "2.4", "spk_1"),
        ("3.0", "3.25", "spk_0"),
    )
]
AWS_AUDIO = [
    {
        "id": number,
        "transcript": text,
        "start_time": start,
        "end_time": end,
        "speaker_label": speaker,
        "items": [],
    }
    for number, (start, end, speaker, text) in enumerate(
        (
            ("0.5", "1.5", "spk_0", "What hurts?"),
            ("2.0", "2.4", "spk_1", "Time."),
            ("3.0", "3.25", "spk_0", "Why?"),
        )
    )
]


def _aws(**results: Any) -> Json:
    return {
        "jobName": "job-7",
        "accountId": "000000000000",
        "status": "COMPLETED",
        "results": {"transcripts": [{"transcript": "What hurts? Time. Why?"}], **results},
    }


def _bare(item: Json) -> Json:
    return {key: part for key, part in item.items() if key not in ("speaker_label", "id")}


AWS_OLD = _aws(
    speaker_labels={"channel_label": "ch_0", "speakers": 2, "segments": AWS_SEGMENTS},
    items=[_bare(item) for item in AWS_ITEMS],
)
AWS_ITEMS_ONLY = _aws(items=AWS_ITEMS)
AWS_NEW = _aws(
    speaker_labels={"speakers": 2, "segments": AWS_SEGMENTS},
    items=AWS_ITEMS,
    audio_segments=AWS_AUDIO,
)
AWS_CHANNELS = _aws(
    channel_labels={
        "number_of_channels": 2,
        "channels": [
            {
                "channel_label": channel,
                "items": [_bare(item) for item in AWS_ITEMS if item["speaker_label"] == speaker],
            }
            for channel, speaker in (("ch_0", "spk_0"), ("ch_1", "spk_1"))
        ],
    },
    items=[_bare(item) for item in AWS_ITEMS],
)
CALL_ANALYTICS = {
    "JobStatus": "COMPLETED",
    "LanguageCode": "en-US",
    "JobName": "job-8",
    "Participants": [{"ParticipantRole": "AGENT"}, {"ParticipantRole": "CUSTOMER"}],
    "Transcript": [
        {
            "Id": str(number),
            "ParticipantRole": role,
            "BeginOffsetMillis": start,
            "EndOffsetMillis": end,
            "Content": text,
            "Items": [],
            "LoudnessScores": [78.6, None],
            "Sentiment": "NEUTRAL",
        }
        for number, (role, start, end, text) in enumerate(
            (
                ("AGENT", 500, 1500, "What hurts?"),
                ("CUSTOMER", 2000, 2400, "Time."),
                ("AGENT", 3000, 3250, "Why?"),
            )
        )
    ],
}

SPOKEN = (
    (0, 0.5, 0.9, "what", "What"),
    (0, 1.0, 1.5, "hurts", "hurts?"),
    (1, 2.0, 2.4, "time", "Time."),
    (0, 3.0, 3.25, "why", "Why?"),
)
SAID = ((0, 0.5, 1.5, "What hurts?"), (1, 2.0, 2.4, "Time."), (0, 3.0, 3.25, "Why?"))


def _deepgram_words(*speakers: int, marked: bool = True) -> list[Json]:
    return [
        {"word": word, "start": start, "end": end, "confidence": 0.9, "punctuated_word": text}
        | ({"speaker": speaker, "speaker_confidence": 0.7} if marked else {})
        for speaker, start, end, word, text in SPOKEN
        if speaker in speakers
    ]


def _deepgram_channel(words: list[Json], **more: Any) -> Json:
    transcript = " ".join(word["punctuated_word"] for word in words)
    return {"alternatives": [{"transcript": transcript, "confidence": 0.9, "words": words, **more}]}


def _deepgram(**results: Any) -> Json:
    return {
        "metadata": {"request_id": "req-1", "duration": 3.5, "channels": 1},
        "results": results,
    }


DEEPGRAM_WORDS = _deepgram(channels=[_deepgram_channel(_deepgram_words(0, 1))])
DEEPGRAM_UTTERANCES = _deepgram(
    channels=[_deepgram_channel(_deepgram_words(0, 1))],
    utterances=[
        {
            "start": start,
            "end": end,
            "confidence": 0.9,
            "channel": 0,
            "transcript": text,
            "words": [],
            "speaker": speaker,
            "id": f"u-{start}",
        }
        for speaker, start, end, text in SAID
    ],
)
DEEPGRAM_PARAGRAPHS = _deepgram(
    channels=[
        _deepgram_channel(
            _deepgram_words(0, 1, marked=False),
            paragraphs={
                "transcript": "\n\nSpeaker 0: What hurts?",
                "paragraphs": [
                    {
                        "sentences": [{"text": text, "start": start, "end": end}],
                        "speaker": speaker,
                        "num_words": 2,
                        "start": start,
                        "end": end,
                    }
                    for speaker, start, end, text in SAID
                ],
            },
        )
    ]
)
DEEPGRAM_CHANNELS = _deepgram(
    channels=[
        _deepgram_channel(_deepgram_words(0, marked=False)),
        _deepgram_channel(_deepgram_words(1, marked=False)),
    ]
)

ASSEMBLYAI = {
    "id": "tr-9",
    "status": "completed",
    "audio_url": "https://audio.example/a.mp3",
    "text": "What hurts? Time. Why?",
    "words": [
        {
            "text": text,
            "start": round(start * 1000),
            "end": round(end * 1000),
            "confidence": 0.9,
            "speaker": "AB"[speaker],
        }
        for speaker, start, end, _, text in SPOKEN
    ],
    "utterances": [
        {
            "speaker": "AB"[speaker],
            "text": text,
            "start": round(start * 1000),
            "end": round(end * 1000),
            "confidence": 0.9,
            "words": [],
        }
        for speaker, start, end, text in SAID
    ],
}
ASSEMBLYAI_WORDS = ASSEMBLYAI | {"utterances": None}

WHISPERX = {
    "segments": [
        {
            "start": start,
            "end": end,
            "text": f" {text}",
            "speaker": f"SPEAKER_0{speaker}",
            "words": [
                {
                    "word": word,
                    "start": start,
                    "end": end,
                    "score": 0.8,
                    "speaker": f"SPEAKER_0{speaker}",
                }
                for word in text.split()
            ],
        }
        for speaker, start, end, text in SAID
    ],
    "word_segments": [],
    "language": "en",
}
WHISPERX_SPLIT = {
    "segments": [
        {
            "start": 0.5,
            "end": 3.25,
            "text": " What hurts? Time. Why?",
            "speaker": "SPEAKER_00",
            "words": [
                {"word": text, "start": start, "end": end, "speaker": f"SPEAKER_0{speaker}"}
                for speaker, start, end, _, text in SPOKEN
            ],
        }
    ]
}


def _google_words(
    tag: str | None, *, whole: bool = True, first: int = 0, last: int = 4
) -> list[Json]:
    return [
        {"startTime": f"{start:.3f}s", "endTime": f"{end:.3f}s", "word": text}
        | ({tag: speaker + 1} if tag else {})
        for speaker, start, end, _, text in SPOKEN[first:last]
    ]


GOOGLE = {
    "results": [
        {
            "alternatives": [
                {"transcript": "What hurts?", "words": _google_words(None, first=0, last=2)}
            ],
            "languageCode": "en-us",
        },
        {
            "alternatives": [
                {"transcript": " Time. Why?", "words": _google_words(None, first=2, last=4)}
            ],
            "languageCode": "en-us",
        },
        {"alternatives": [{"words": _google_words("speakerTag")}]},
    ],
    "totalBilledTime": "15s",
    "requestId": "77",
}
GOOGLE_GROWING = {
    "name": "op-1",
    "response": {
        "@type": "type.googleapis.com/google.cloud.speech.v1.LongRunningRecognizeResponse",
        "results": [
            {"alternatives": [{"words": _google_words("speakerTag", first=0, last=2)}]},
            {"alternatives": [{"words": _google_words("speakerTag")}]},
        ],
    },
}
GOOGLE_V2 = {
    "results": [
        {
            "alternatives": [
                {
                    "transcript": "x",
                    "words": [
                        {
                            "startOffset": {"seconds": str(int(start)), "nanos": 500_000_000}
                            if start == 0.5
                            else f"{start}s",
                            "endOffset": f"{end}s",
                            "word": text,
                            "speakerLabel": str(speaker + 1),
                        }
                    ],
                }
            ],
            "resultEndOffset": f"{end}s",
        }
        for speaker, start, end, _, text in SPOKEN
    ]
}

REV = {
    "monologues": [
        {
            "speaker": speaker,
            "elements": [
                element
                for word in text.split()
                for element in (
                    {
                        "type": "text",
                        "value": word.strip("?."),
                        "ts": start,
                        "end_ts": end,
                        "confidence": 0.9,
                    },
                    {"type": "punct", "value": word[-1] if word[-1] in "?." else " "},
                )
            ],
        }
        for speaker, start, end, text in SAID
    ]
}
REV_EDITOR = {
    "speakers": [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Bo"}],
    "monologues": [
        {
            "speaker": speaker + 1,
            "spans": [
                {"value": word, "ts": start, "end_ts": end, "type": "text"} for word in text.split()
            ],
        }
        for speaker, start, end, text in SAID
    ],
}
AMBERSCRIPT = {
    "id": "amb-1",
    "recordId": "amb-1",
    "filename": "a.mp3",
    "startTimeOffset": 0,
    "speakers": [{"spkid": "spk1", "name": "Ada"}, {"spkid": "spk2", "name": "Bo"}],
    "segments": [
        {
            "speaker": f"spk{speaker + 1}",
            "words": [
                {"text": word, "start": start, "end": end, "duration": 1, "conf": 1.0}
                for word in text.split()
            ],
        }
        for speaker, start, end, text in SAID
    ],
    "highlights": [],
}
SPEAKER_TABLE = {
    "speakers": {"spk_0": "Ada", "spk_1": "Bo"},
    "segments": [
        {"speakerLabel": f"spk_{speaker}", "start": start, "end": end, "text": text}
        for speaker, start, end, text in SAID
    ],
}
GONG = {
    "requestId": "r1",
    "records": {"totalRecords": 1},
    "callTranscripts": [
        {
            "callId": "778",
            "transcript": [
                {
                    "speakerId": f"600{speaker}",
                    "topic": None,
                    "sentences": [
                        {"start": round(start * 1000), "end": round(end * 1000), "text": text}
                    ],
                }
                for speaker, start, end, text in SAID
            ],
        }
    ],
}
GONG_NAMED = GONG | {
    "calls": [
        {
            "metaData": {"id": "778"},
            "parties": [
                {"speakerId": "6000", "name": "Ada", "affiliation": "Internal"},
                {"speakerId": "6001", "name": "Bo", "affiliation": "External"},
                {"speakerId": None, "name": "Never There"},
            ],
        }
    ]
}
SENTENCES = [
    {
        "index": number,
        "speaker_name": ("Ada", "Bo")[speaker],
        "speaker_id": speaker,
        "text": text,
        "raw_text": text,
        "start_time": start,
        "end_time": end,
    }
    for number, (speaker, start, end, text) in enumerate(SAID)
]
FIREFLIES = {"data": {"transcript": {"id": "ff-1", "title": "Talk", "sentences": SENTENCES}}}
FATHOM = {
    "recording_id": 55,
    "title": "Talk",
    "transcript": [
        {
            "speaker": {
                "display_name": ("Ada", "Bo")[speaker],
                "matched_calendar_invitee_email": None,
            },
            "text": text,
            "timestamp": f"00:00:0{int(start)}",
        }
        for speaker, start, end, text in SAID
    ],
}
SLACK = [
    {
        "type": "message",
        "user": f"U{speaker}",
        "text": text,
        "ts": f"{1_600_000_000 + start:.6f}",
        "user_profile": {"real_name": ("Ada", "Bo")[speaker], "display_name": ""},
    }
    for speaker, start, end, text in SAID
]
CONVOKIT = [
    {
        "id": f"u{number}",
        "conversation_id": "u0",
        "speaker": ("ada", "bo")[speaker],
        "text": text,
        "timestamp": 1_600_000_000 + start,
        "reply-to": None,
        "meta": {},
    }
    for number, (speaker, start, end, text) in enumerate(SAID)
]


def _each(make: Any) -> list[Any]:
    """Give what `make` makes of each line: speaker (0 or 1), text, start and end in seconds."""
    lines = ((0, "What hurts?", 0.5, 1.5), (1, "Time.", 2.0, 2.4), (0, "Why?", 3.0, 3.25))
    return [make(*line) for line in lines]


def _azure_phrase(who: int, text: str, start: float, end: float, **side: int) -> Json:
    return {
        "recognitionStatus": "Success",
        **side,
        "offset": f"PT{start}S",
        "duration": f"PT{round(end - start, 3)}S",
        "offsetInTicks": start * 1e7,
        "durationInTicks": round((end - start) * 1e7),
        "nBest": [{"lexical": text.lower(), "display": text}, {"display": "What hearts?"}],
    }


AZURE = {
    "source": "https://example.org/a.wav",
    "combinedRecognizedPhrases": [{"channel": 0, "display": "What hurts? Time. Why?"}],
    "recognizedPhrases": [
        *_each(lambda who, *rest: _azure_phrase(who, *rest, channel=0, speaker=who + 1)),
        {"recognitionStatus": "Failure", "channel": 0, "offset": "PT4S", "nBest": []},
    ],
}
AZURE_CHANNELS = {
    "recognizedPhrases": sorted(
        _each(lambda who, *rest: _azure_phrase(who, *rest, channel=who)),
        key=lambda phrase: phrase["channel"],
    )
}
AZURE_FAST = {
    "durationMilliseconds": 4000,
    "combinedPhrases": [{"text": "What hurts? Time. Why?"}],
    "phrases": _each(
        lambda who, text, start, end: {
            "speaker": who + 1,
            "offsetMilliseconds": start * 1000,
            "durationMilliseconds": round((end - start) * 1000),
            "text": text,
        }
    ),
}
AZURE_OLD = {
    "AudioFileResults": [
        {
            "SegmentResults": _each(
                lambda who, text, start, end: {
                    "ChannelNumber": None,
                    "SpeakerId": who + 1,
                    "Offset": start * 1e7,
                    "Duration": round((end - start) * 1e7),
                    "NBest": [{"Display": text}],
                }
            )
        }
    ]
}
OTTER = {
    "status": "OK",
    "speech": {
        "otid": "ot-1",
        "speakers": [{"id": 70, "speaker_name": "Ada"}, {"id": 71, "speaker_name": "Bo"}],
        "transcripts": _each(
            lambda who, text, start, end: {
                "speaker_id": 70 + who,
                "speaker_model_label": str(who + 1),
                "start_offset": int(start * 16_000),
                "end_offset": int(end * 16_000),
                "transcript": text,
                "alignment": [],
            }
        ),
    },
}
OTTER_UNNAMED = {
    "speakers": [],
    "transcripts": [
        part | {"speaker_id": None}
        for part in OTTER["speech"]["transcripts"]  # type: ignore[index]
    ],
}
ZOOM = {
    "recording_start": "2026-01-02T10:00:00Z",
    "timeline": _each(
        lambda who, text, start, end: {
            "text": text,
            "ts": f"00:00:0{start:.3f}",
            "end_ts": f"00:00:0{end:.3f}",
            "users": [{"username": ("Ada", "Bo")[who], "multiple_people": False}],
        }
    ),
}
GLADIA = {
    "id": "gl-1",
    "result": {
        "transcription": {
            "utterances": _each(
                lambda who, text, start, end: {
                    "text": text,
                    "start": start,
                    "end": end,
                    "speaker": who,
                    "channel": 0,
                }
            )
        }
    },
}
WORDS = [
    (0, "What", 0.5, 0.9),
    (0, "hurts?", 1.0, 1.5),
    (1, "Time.", 2.0, 2.4),
    (0, "Why?", 3.0, 3.25),
]
ELEVENLABS = {
    "language_code": "en",
    "text": "What hurts? Time. Why?",
    "words": [
        part
        for who, text, start, end in WORDS
        for part in (
            {
                "text": text,
                "start": start,
                "end": end,
                "type": "word",
                "speaker_id": f"speaker_{who}",
            },
            {
                "text": " ",
                "start": end,
                "end": end,
                "type": "spacing",
                "speaker_id": f"speaker_{who}",
            },
        )
    ],
}
ELEVENLABS_CHANNELS = {
    "transcripts": [
        {
            "channel_index": side,
            "words": [word for word in ELEVENLABS["words"] if word["speaker_id"][-1] == str(side)],
        }  # type: ignore[index]
        for side in (0, 1)
    ]
}
SONIOX = {
    "id": "so-1",
    "tokens": [
        {"text": text, "start_ms": start, "end_ms": end, "speaker": speaker}
        for text, start, end, speaker in (
            ("What", 500, 900, "1"),
            (" hur", 1000, 1200, "1"),
            ("ts?", 1200, 1500, "1"),
            (" Time.", 2000, 2400, "2"),
            (" Why?", 3000, 3250, "1"),
        )
    ],
}
SPEECHMATICS = {
    "format": "2.9",
    "job": {"id": "sm-1"},
    "results": [
        {
            "type": kind,
            "start_time": start,
            "end_time": end,
            "alternatives": [{"content": text, "speaker": speaker}],
        }
        for text, start, end, speaker, kind in (
            ("What", 0.5, 0.9, "S1", "word"),
            ("hurts", 1.0, 1.5, "S1", "word"),
            ("?", 1.5, 1.5, "S1", "punctuation"),
            ("Time", 2.0, 2.4, "S2", "word"),
            (".", 2.4, 2.4, "S2", "punctuation"),
            ("Why", 3.0, 3.25, "S1", "word"),
            ("?", 3.25, 3.25, "S1", "punctuation"),
        )
    ],
}
WATSON = {
    "result_index": 0,
    "results": [
        {
            "final": True,
            "alternatives": [
                {
                    "transcript": "What hurts? Time. Why? ",
                    "timestamps": [
                        ["%HESITATION", 0.1, 0.3],
                        *([text, a, b] for _, text, a, b in WORDS),
                    ],
                }
            ],
        }
    ],
    "speaker_labels": [{"from": a, "to": b, "speaker": who} for who, _, a, b in WORDS],
}
LIST = _each(
    lambda who, text, start, end: {
        "id": int(start * 10),
        "speaker": ("Ada", "Bo")[who],
        "text": text,
        "start": start,
        "end": end,
    }
)
LIST_DATES = _each(
    lambda who, text, start, end: {
        "startDateTime": f"2026-01-02T10:00:0{start:.3f}Z",
        "endDateTime": f"2026-01-02T10:00:0{end:.3f}Z",
        "speakerName": ("Ada", "Bo")[who],
        "spokenText": text,
    }
)
WORDS_LIST = _each(
    lambda who, text, start, end: {
        "speaker": {"id": who, "name": ("Ada", "Bo")[who]},
        "words": [
            {"text": word, "data_start": start, "data_end": end, "confidence": 0.9}
            for word in text.split()
        ],
    }
)


LINES = (("Ada", "What hurts?", 0), ("Bo", "Time.", 1.5), ("Ada", "Why?", 2.5))
DISCORD = {
    "guild": {"id": "1", "name": "Sales"},
    "channel": {"id": "ch-2", "type": "GuildTextChat", "name": "claims"},
    "exportedAt": "2026-01-01T00:00:00+00:00",
    "messages": [
        {
            "id": str(number),
            "type": "Reply" if number else "Default",
            "timestamp": f"2026-01-01T00:00:{10 + at:06.3f}+00:00",
            "content": text,
            "author": {"id": who, "name": who.lower(), "nickname": who, "isBot": False},
        }
        for number, (who, text, at) in enumerate(LINES)
    ],
    "messageCount": 3,
}
TELEGRAM = {
    "name": "Bo",
    "type": "personal_chat",
    "id": 4211,
    "messages": [
        {"id": 1, "type": "service", "date": "2026-01-01T00:00:00", "actor": "Bo", "text": ""},
        *(
            {
                "id": number,
                "type": "message",
                "date": f"2026-01-01T00:00:{10 + at:06.3f}",
                "from": who,
                "from_id": f"user{who}",
                "text": [text[:3], {"type": "bold", "text": text[3:]}] if number == 2 else text,
            }
            for number, (who, text, at) in enumerate(LINES, 2)
        ),
    ],
}

MESSENGER = {
    "participants": [{"name": "Ada"}, {"name": "Bo"}],
    "messages": [
        {"sender_name": who, "timestamp_ms": 1_700_000_000_000 + int(at * 1000), "content": text}
        for who, text, at in reversed(LINES)
    ],
    "thread_path": "inbox/bo_12",
}
INTERCOM = {
    "id": "c-9",
    "contacts": {"contacts": []},
    "conversation_parts": {
        "conversation_parts": [
            {
                "part_type": "comment",
                "body": f"<p>{text}</p>",
                "created_at": 1_700_000_000 + at,
                "author": {"type": "user", "id": who, "name": who},
            }
            for who, text, at in LINES
        ]
    },
}
ZENDESK = {
    "ticket_id": 12,
    "comments": [
        {
            "author_id": number % 2,
            "body": text,
            "public": True,
            "created_at": f"2026-01-01T00:00:{10 + at:06.3f}Z",
        }
        for number, (_, text, at) in enumerate(LINES)
    ],
    "users": [{"id": 0, "name": "Ada"}, {"id": 1, "name": "Bo"}],
}

SAMPLES: dict[str, tuple[Any, str, tuple[str, str], str]] = {
    "aws-old": (AWS_OLD, "aws-transcribe", ("spk_0", "spk_1"), "job-7"),
    "aws-items": (AWS_ITEMS_ONLY, "aws-transcribe", ("spk_0", "spk_1"), "job-7"),
    "aws-new": (AWS_NEW, "aws-transcribe", ("spk_0", "spk_1"), "job-7"),
    "aws-channels": (AWS_CHANNELS, "aws-transcribe", ("ch_0", "ch_1"), "job-7"),
    "call-analytics": (CALL_ANALYTICS, "aws-call-analytics", ("Agent", "Customer"), "job-8"),
    "deepgram-words": (DEEPGRAM_WORDS, "deepgram", ("Speaker 0", "Speaker 1"), "req-1"),
    "deepgram-utterances": (DEEPGRAM_UTTERANCES, "deepgram", ("Speaker 0", "Speaker 1"), "req-1"),
    "deepgram-paragraphs": (DEEPGRAM_PARAGRAPHS, "deepgram", ("Speaker 0", "Speaker 1"), "req-1"),
    "deepgram-channels": (DEEPGRAM_CHANNELS, "deepgram", ("Speaker 0", "Speaker 1"), "req-1"),
    "assemblyai": (ASSEMBLYAI, "assemblyai", ("Speaker A", "Speaker B"), "tr-9"),
    "assemblyai-words": (ASSEMBLYAI_WORDS, "assemblyai", ("Speaker A", "Speaker B"), "tr-9"),
    "whisperx": (WHISPERX, "whisper", ("SPEAKER_00", "SPEAKER_01"), "a.json"),
    "whisperx-split": (WHISPERX_SPLIT, "whisper", ("SPEAKER_00", "SPEAKER_01"), "a.json"),
    "google": (GOOGLE, "google-speech", ("Speaker 1", "Speaker 2"), "77"),
    "google-growing": (GOOGLE_GROWING, "google-speech", ("Speaker 1", "Speaker 2"), "op-1"),
    "google-v2": (GOOGLE_V2, "google-speech", ("Speaker 1", "Speaker 2"), "a.json"),
    "rev": (REV, "rev", ("Speaker 0", "Speaker 1"), "a.json"),
    "rev-editor": (REV_EDITOR, "rev", ("Ada", "Bo"), "a.json"),
    "amberscript": (AMBERSCRIPT, "amberscript", ("Ada", "Bo"), "amb-1"),
    "speaker-table": (SPEAKER_TABLE, "speaker-table", ("Ada", "Bo"), "a.json"),
    "gong": (GONG, "gong", ("Speaker 6000", "Speaker 6001"), "778"),
    "gong-one": (GONG["callTranscripts"][0], "gong", ("Speaker 6000", "Speaker 6001"), "778"),
    "gong-named": (GONG_NAMED, "gong", ("Ada", "Bo"), "778"),
    "fireflies": (FIREFLIES, "fireflies", ("Ada", "Bo"), "ff-1"),
    "fireflies-inner": (FIREFLIES["data"], "fireflies", ("Ada", "Bo"), "ff-1"),
    "fireflies-sentences": ({"sentences": SENTENCES}, "fireflies", ("Ada", "Bo"), "a.json"),
    "fireflies-bare": (SENTENCES, "fireflies", ("Ada", "Bo"), "a.json"),
    "fathom": (FATHOM, "fathom", ("Ada", "Bo"), "55"),
    "fathom-bare": (FATHOM["transcript"], "fathom", ("Ada", "Bo"), "a.json"),
    "slack": (SLACK, "slack", ("Ada", "Bo"), "a.json"),
    "discord": (DISCORD, "discord", ("Ada", "Bo"), "ch-2"),
    "messenger": (MESSENGER, "messenger", ("Ada", "Bo"), "inbox/bo_12"),
    "intercom": (INTERCOM, "intercom", ("Ada", "Bo"), "c-9"),
    "zendesk": (ZENDESK, "zendesk", ("Ada", "Bo"), "12"),
    "telegram": (TELEGRAM, "telegram", ("Ada", "Bo"), "4211"),
    "telegram-all": (
        {"about": "All", "chats": {"about": "", "list": [TELEGRAM]}},
        "telegram",
        ("Ada", "Bo"),
        "4211",
    ),
    "azure": (AZURE, "azure-speech", ("Speaker 1", "Speaker 2"), "a.json"),
    "azure-channels": (AZURE_CHANNELS, "azure-speech", ("Speaker 0", "Speaker 1"), "a.json"),
    "azure-fast": (AZURE_FAST, "azure-speech", ("Speaker 1", "Speaker 2"), "a.json"),
    "azure-old": (AZURE_OLD, "azure-speech", ("Speaker 1", "Speaker 2"), "a.json"),
    "otter": (OTTER, "otter", ("Ada", "Bo"), "ot-1"),
    "otter-unnamed": (OTTER_UNNAMED, "otter", ("Speaker 1", "Speaker 2"), "a.json"),
    "zoom": (ZOOM, "zoom", ("Ada", "Bo"), "a.json"),
    "gladia": (GLADIA, "gladia", ("Speaker 0", "Speaker 1"), "gl-1"),
    "elevenlabs": (ELEVENLABS, "elevenlabs", ("speaker_0", "speaker_1"), "a.json"),
    "elevenlabs-channels": (
        ELEVENLABS_CHANNELS,
        "elevenlabs",
        ("Speaker 0", "Speaker 1"),
        "a.json",
    ),
    "soniox": (SONIOX, "soniox", ("Speaker 1", "Speaker 2"), "so-1"),
    "speechmatics": (SPEECHMATICS, "speechmatics", ("S1", "S2"), "sm-1"),
    "watson": (WATSON, "watson", ("Speaker 0", "Speaker 1"), "a.json"),
    "list-bare": (LIST, "spoken-list", ("Ada", "Bo"), "a.json"),
    "list-inside": ({"data": {"transcript": LIST}}, "spoken-list", ("Ada", "Bo"), "a.json"),
    "list-dates": (LIST_DATES, "spoken-list", ("Ada", "Bo"), "a.json"),
    "words-list": (WORDS_LIST, "spoken-list", ("Ada", "Bo"), "a.json"),
    "convokit": (CONVOKIT, "convokit", ("ada", "bo"), "u0"),
}
"""Name of a sample: the document, the form that it has, the speakers in order, and its id."""


def sample(name: str) -> Any:
    """Give a copy of a sample's document, to be changed at will."""
    return copy.deepcopy(SAMPLES[name][0])


def chatgpt(*messages: tuple[str, str, str, Any], last: str | None = None) -> Json:
    """Give a conversation as ChatGPT exports it: key, parent, role and parts of each message."""
    nodes = {
        key: {
            "id": key,
            "parent": parent or None,
            "children": [name for name, above, *_ in messages if above == key],
            "message": None
            if not role
            else {
                "author": {"role": role},
                "recipient": "all",
                "content": {"content_type": "multimodal_text", "parts": parts},
                "metadata": {},
            },
        }
        for key, parent, role, parts in messages
    }
    return {"title": "T", "mapping": nodes, "conversation_id": "c-1", "current_node": last}


TREE = (
    ("r", "", "", None),
    ("s", "r", "system", [""]),
    ("a", "s", "user", ["What hurts?"]),
    ("b", "a", "assistant", ["Nothing."]),
    ("b2", "a", "assistant", [{"content_type": "audio_transcription", "text": "Time."}]),
    ("c", "b2", "user", [{"content_type": "image_asset_pointer"}, "Why?"]),
)
CLAUDE = {
    "uuid": "c-1",
    "name": "T",
    "chat_messages": [
        {"sender": "human", "text": "What hurts?", "content": []},
        {
            "sender": "assistant",
            "text": "This block is not shown.",
            "content": [{"type": "tool_use", "input": {}}, {"type": "text", "text": "Time."}],
        },
        {"sender": "human", "text": "Why?"},
    ],
}
