"""How files are made from a package that was fetched: each recipe returns path → content."""

import importlib.util
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from icc_portal.vendoring.manifest import Package
from icc_portal.vendoring.outlines import outlines

Files = dict[str, bytes]
ICON_HEAD = (
    '<svg class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none"'
    ' stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
    ' aria-hidden="true" focusable="false">'
)
FOLDER_OF_ICONS = "templates/components/icons"


class FetchFailed(Exception):
    """npm is missing, or it could not bring a package; the words say which."""


def run(command: list[str], folder: Path) -> str:
    """Run a program of Node in a folder; return what it prints."""
    program = shutil.which(command[0])
    if program is None:
        raise FetchFailed(f"{command[0]} is not installed; Node 20 or later brings it.")
    done = subprocess.run(  # noqa: S603 - fixed commands, names from vendor.json
        [program, *command[1:]], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise FetchFailed(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    return done.stdout


def unpacked(package: Package, folder: Path) -> Path:
    """Fetch a package by its name and version; return the folder with its files."""
    target = folder / re.sub(r"\W+", "-", package.name)
    target.mkdir()
    wanted = f"{package.name}@{package.version}"
    answer = run(["npm", "pack", "--json", "--ignore-scripts", wanted], target)
    packed = json.loads(answer)
    name = (
        packed[0]["filename"]
        if isinstance(packed, list)
        else next(iter(packed.values()))["filename"]
    )
    shutil.unpack_archive(target / name, target, filter="data")
    return target / "package"


def copied(package: Package, root: Path, folder: Path) -> Files:
    """Take files as they are: options.copy maps a path in the repository to one in the package."""
    return _taken(package, unpacked(package, folder))


def from_wheel(package: Package, root: Path, folder: Path) -> Files:
    """Take files out of an installed Python package."""
    found = importlib.util.find_spec(package.options["module"])
    if found is None or found.origin is None:
        raise FetchFailed(f"{package.options['module']} is not installed.")
    return _taken(package, Path(found.origin).parent)


def _taken(package: Package, source: Path) -> Files:
    copies = package.options.get("copy", {})
    return {to: (source / path).read_bytes() for to, path in copies.items()}


def icons(package: Package, root: Path, folder: Path) -> Files:
    """Take the drawings named in options.names, as templates that follow the text's colour."""
    source = unpacked(package, folder)
    files = _taken(package, source)
    for name in package.options["names"]:
        text = (source / "icons" / f"{name}.svg").read_text(encoding="utf-8")
        drawn = re.search(r"<svg[^>]*>(.*)</svg>", text, re.DOTALL)
        if drawn is None:
            raise FetchFailed(f"{name}.svg holds no drawing.")
        lines = "".join(line.strip() for line in drawn[1].splitlines())
        files[f"{FOLDER_OF_ICONS}/{name}.svg"] = f"{ICON_HEAD}{lines}</svg>".encode()
    return files


def theme(package: Package, root: Path, folder: Path) -> Files:
    """Build the design system's colours from options.config with its own tool."""
    place = folder / "theme"
    place.mkdir()
    wanted = f"{package.name}@{package.version}"
    run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", wanted], place)
    shutil.copy(root / package.options["config"], place / "designsystemet.config.json")
    tool = f"node_modules/{package.name}/dist/bin/designsystemet.js"
    run(["node", tool, "tokens", "create"], place)
    run(["node", tool, "tokens", "build"], place)
    return {package.options["path"]: (place / "design-tokens-build" / "portal.css").read_bytes()}


def map_outlines(package: Package, root: Path, folder: Path) -> Files:
    """Turn the outlines of countries and land into the paths of the map of cities."""
    source = unpacked(package, folder)
    countries, land = (
        json.loads((source / name).read_text(encoding="utf-8"))
        for name in ("countries-50m.json", "land-110m.json")
    )
    credit = f"{package.name} {package.version} ({package.licence}), from Natural Earth"
    text = json.dumps({"source": credit, "paths": outlines(countries, land)}, indent=1)
    return {**_taken(package, source), package.options["path"]: f"{text}\n".encode()}


RECIPES: dict[str, Callable[[Package, Path, Path], Files]] = {
    "copy": copied,
    "wheel": from_wheel,
    "icons": icons,
    "theme": theme,
    "outlines": map_outlines,
}
