"""Folders that look like installed packages: for tests of plugins."""

from __future__ import annotations

from pathlib import Path


def install(
    folder: Path,
    package: str,
    points: str,
    *,
    ending: str = "dist-info",
    version: str = "1.0",
    modules: dict[str, str] | None = None,
) -> Path:
    """Lay a package into `folder` as pip does; `points` is the text of its entry points."""
    info = folder / f"{package}-{version}.{ending}"
    info.mkdir(parents=True)
    info.joinpath("METADATA").write_text(f"Name: {package}\nVersion: {version}\n")
    info.joinpath("entry_points.txt").write_bytes(points.encode("utf-8", "surrogateescape"))
    for name, code in (modules or {}).items():
        folder.joinpath(f"{name}.py").write_text(code)
    return info
