"""The list of other people's work that stands in the repository: static/vendor/vendor.json."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MANIFEST = Path("static/vendor/vendor.json")


@dataclass
class Package:
    """One package: where it comes from, what is taken from it, and the hash of each file.

    source is "npm" or "wheel" (already installed beside Django); recipe says how files are made;
    files maps a path in the repository to its sha256; options belong to the recipe.
    """

    name: str
    version: str
    licence: str
    source: str
    recipe: str
    files: dict[str, str]
    options: dict[str, Any] = field(default_factory=dict)


def read(root: Path) -> list[Package]:
    """The packages of vendor.json."""
    listed = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
    return [Package(**package) for package in listed["packages"]]


def write(root: Path, packages: list[Package]) -> None:
    """Write vendor.json anew, in the order given."""
    text = json.dumps({"packages": [vars(package) for package in packages]}, indent=2)
    (root / MANIFEST).write_text(f"{text}\n", encoding="utf-8")


def sha256_of(content: bytes) -> str:
    """The hash of some bytes."""
    return hashlib.sha256(content).hexdigest()


def differences(root: Path, packages: list[Package]) -> list[str]:
    """What on disk is not what vendor.json says, one sentence a file."""
    found = []
    for package in packages:
        for path, wanted in package.files.items():
            if not (root / path).is_file():
                found.append(f"{path} ({package.name}) is missing.")
            elif sha256_of((root / path).read_bytes()) != wanted:
                found.append(f"{path} ({package.name}) differs from its sha256.")
    return found
