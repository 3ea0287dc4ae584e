"""The Final Deliverable: what a city hands in, made from what it has entered already.

`content.build` turns a roadmap into plain data: chapters of blocks (blocks.py). The same data is
drawn as a page (templates), a PDF (pdf.py), slides (slides/) and a dossier (dossier.py), so that
what one of them says the others say too. `orders` makes the documents in the worker, `checking`
looks for what goes wrong in real ones, and `snapshots` freezes what is handed in.

The same content gives the same bytes in every format.
"""
