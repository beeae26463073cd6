"""Read the ZIP archive that Slack exports: each channel is a talk."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from rmcoach_llm.domain import Transcript
from rmcoach_llm.errors import InputError
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.archives import Archive, Limits, open_archive
from rmcoach_llm.readers.files import WHOLE_FILE, Origin, bytes_source, read_bytes, visible
from rmcoach_llm.readers.json_values import Node
from rmcoach_llm.readers.service_talks import transcript_of_talk
from rmcoach_llm.readers.slack import USERS, names_of_users, talk_of_messages
from rmcoach_llm.readers.strict_json import parse_json

SHAPE = "slack"
LIMITS = Limits(members=50_000)
PACK_AGAIN = "export it again, or unpack it and name the folder"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\.json", re.ASCII)


class SlackZipReader:
    """Read a talk from each channel of a Slack export, with the names of its users."""

    name = "slack-zip"
    suffixes: tuple[str, ...] = (".zip",)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Transcript | InputError]:
        """Yield the talk of each channel, or an InputError in its place.

        Raises InputError where the archive as a whole cannot be read, or is no Slack export.
        """
        origin, data = read_bytes(path, options)
        archive = open_archive(data, origin, LIMITS, PACK_AGAIN)
        channels = _channels(archive)
        if not channels:
            raise origin.error(
                WHOLE_FILE,
                "holds no channel of a Slack export (a folder with a file for each day)",
                remedy="unpack it, and name the folder",
            )
        names = _names(archive, options)
        for channel, days in channels.items():
            try:
                yield _talk(archive, channel, days, names, options)
            except InputError as error:
                yield error


def _channels(archive: Archive) -> dict[str, list[str]]:
    """Give the files of each channel in the order of their days, by the name of its folder."""
    folders: dict[PurePosixPath, list[str]] = {}
    for name in sorted(archive.members):
        path = PurePosixPath(name)
        if _DAY.fullmatch(path.name) and len(path.parts) > 1:
            folders.setdefault(path.parent, []).append(name)
    short = {path.name for path in folders}
    unique = len(short) == len(folders)
    return {path.name if unique else str(path): days for path, days in folders.items()}


def _names(archive: Archive, options: ReadOptions) -> dict[str, str]:
    tables = [name for name in archive.members if PurePosixPath(name).name == USERS]
    table = min(tables, key=lambda name: name.count("/"), default=None)
    return {} if table is None else names_of_users(_document(archive, table, options))


def _talk(
    archive: Archive,
    channel: str,
    days: list[str],
    names: Mapping[str, str],
    options: ReadOptions,
) -> Transcript:
    messages = [message for day in days for message in _document(archive, day, options).objects()]
    origin = Origin(f"{archive.origin.label}/{visible(channel, limit=200)}")
    talk = talk_of_messages(messages, names)
    return transcript_of_talk(talk, SHAPE, origin, options, origin.identity())


def _document(archive: Archive, name: str, options: ReadOptions) -> Node:
    source = bytes_source(archive.content(name), archive.origin_of(name), options.encoding)
    return Node(parse_json(source.text(), source.origin), "$", source.origin)
