"""Slides for a roadmap with very many initiatives: nobody shows a thousand of them.

Beyond some dozens, a chapter that tells of one initiative after the other becomes one table, and
says that the whole stands in the PDF.
"""

from __future__ import annotations

from initiatives.deliverable.blocks import Block

MOST_ONE_BY_ONE = 40
TELLING = ("lead", "text")


def shortened(chapter: Block, words: dict[str, str]) -> Block:
    """Return a chapter as one table where it would fill hundreds of slides; else as it is."""
    heads = [block for block in chapter["blocks"] if block["type"] == "heading"]
    if len(heads) <= MOST_ONE_BY_ONE:
        return chapter
    rows: list[list[str]] = []
    for block in chapter["blocks"]:
        if block["type"] == "heading":
            rows.append([block["text"], ""])
        elif block["type"] in TELLING and rows and not rows[-1][1]:
            rows[-1][1] = block.get("text") or block["paragraphs"][0]
    table = {
        "type": "table",
        "caption": "",
        "columns": [words["initiative"], words["in_short"]],
        "rows": rows,
        "numeric": [],
        "widths": [2, 3],
    }
    return {**chapter, "intro": [*chapter["intro"], words["in_full"]], "blocks": [table]}
