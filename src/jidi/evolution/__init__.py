"""How schemas of any author change: what breaks, proven or shown by a counterexample, and what does
not.
"""
