"""Recordings in the forms in which strangers keep them."""
