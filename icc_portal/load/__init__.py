"""Rows for trials with many of them: invented entries, marked as demonstration, and their removal.

words   the texts, in several languages
places  the invented cities and reviewers they belong to
rows    entries, revisions and reviews, written in bulk
roadmaps, sections, labs  a roadmap with many initiatives and all that its sections hold, a lab
"""
