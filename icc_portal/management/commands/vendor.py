"""`manage.py vendor`: fetch again what others made, and see that it is what was taken before."""

import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from icc_portal.vendoring import manifest
from icc_portal.vendoring.recipes import RECIPES, FetchFailed


class Command(BaseCommand):
    """Nothing is fetched while the portal runs: the files stand in the repository."""

    help = "Fetch the styles, fonts, icons and outlines of vendor.json again and verify them."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Two ways besides fetching and verifying."""
        parser.add_argument(
            "--check", action="store_true", help="verify what stands, fetch nothing"
        )
        parser.add_argument(
            "--accept",
            action="store_true",
            help="write the hashes of what was fetched, for an update",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Fetch into a temporary folder, compare, and only then write."""
        root = Path(settings.BASE_DIR)
        packages = manifest.read(root)
        if not options["check"]:
            try:
                self._fetch(root, packages, accept=options["accept"])
            except FetchFailed as failure:
                raise CommandError(str(failure)) from failure
        if found := manifest.differences(root, packages):
            raise CommandError("\n".join(found))
        count = sum(len(package.files) for package in packages)
        self.stdout.write(f"{count} files of {len(packages)} packages are as vendor.json says.")

    def _fetch(self, root: Path, packages: list[manifest.Package], *, accept: bool) -> None:
        made: dict[str, bytes] = {}
        fetched: dict[str, dict[str, str]] = {}
        with tempfile.TemporaryDirectory() as folder:
            for package in packages:
                self.stdout.write(f"{package.name} {package.version}")
                files = RECIPES[package.recipe](package, root, Path(folder))
                digests = {path: manifest.sha256_of(content) for path, content in files.items()}
                made, fetched[package.name] = made | files, digests
        strange = [
            path
            for package in packages
            for path, digest in fetched[package.name].items()
            if package.files.get(path) != digest
        ]
        if strange and not accept:
            listed = "\n  ".join(strange)
            raise CommandError(
                f"Fetched, but not what vendor.json says; nothing was written:\n  {listed}\n"
                "Read the changes of these packages, then run again with --accept."
            )
        for path, content in made.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
        if accept:
            for package in packages:
                package.files = fetched[package.name]
            manifest.write(root, packages)
