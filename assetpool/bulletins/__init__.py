"""Bulletins: the sentence and the brief that governments print, each a numbered document whose figures stay as they were issued."""
