"""The Markdown of cities' own chapters, as blocks: headings, paragraphs, lists, tables.

HTML in it stays text, and pictures are left out: what a document shows comes with its words.
"""

from __future__ import annotations

from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from initiatives.deliverable.blocks import Block

Run = dict[str, Any]
SAFE = ("https://", "http://", "mailto:")
_reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def blocks(text: str) -> list[Block]:
    """Return a text in Markdown as blocks."""
    found: list[Block] = []
    tokens = _reader.parse(text)
    at = 0
    while at < len(tokens):
        token = tokens[at]
        end = _end(tokens, at)
        inside = tokens[at + 1 : end]
        if token.type == "heading_open":
            words = "".join(run["text"] for run in _runs(inside[0]))
            level = "heading" if token.tag in {"h1", "h2", "h3"} else "subheading"
            found.append({"type": level, "text": words, "anchor": "", "internal": False})
        elif token.type == "table_open":
            found.append(_table(inside))
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            items = _paragraphs(inside)
            found.append({"type": "rich_list", "items": items, "ordered": token.type[0] == "o"})
        elif token.type in {"fence", "code_block"}:
            found.append({"type": "text", "paragraphs": token.content.splitlines()})
        elif inside:
            found.append({"type": "rich", "paragraphs": _paragraphs(inside)})
        at = end + 1
    return found


def _end(tokens: list[Token], at: int) -> int:
    """Return where what begins here ends."""
    depth = 0
    for place in range(at, len(tokens)):
        depth += tokens[place].nesting
        if depth == 0:
            return place
    return len(tokens) - 1


def _paragraphs(tokens: list[Token]) -> list[list[Run]]:
    """Return every piece of running text among some tokens; lists in lists become one list."""
    return [runs for token in tokens if token.type == "inline" and (runs := _runs(token))]


def _table(tokens: list[Token]) -> Block:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            rows[-1].append("".join(run["text"] for run in _runs(token)))
    width = len(rows[0])
    return {
        "type": "table",
        "caption": "",
        "columns": rows[0],
        "rows": [(row + [""] * width)[:width] for row in rows[1:]],
        "numeric": [],
        "widths": [1.0] * width,
    }


def _runs(token: Token) -> list[Run]:
    bold = italic = 0
    url = ""
    found: list[Run] = []
    for child in token.children or []:
        if child.type in {"strong_open", "strong_close"}:
            bold += child.nesting
        elif child.type in {"em_open", "em_close"}:
            italic += child.nesting
        elif child.type == "link_open":
            href = str(child.attrGet("href") or "")
            url = href if href.startswith(SAFE) else ""
        elif child.type == "link_close":
            url = ""
        else:
            words = " " if child.type in {"softbreak", "hardbreak"} else child.content
            if words:
                found.append({"text": words, "bold": bold > 0, "italic": italic > 0, "url": url})
    return found
