"""Judging of recorded traffic: what needs no stimulus, as pure functions over journal records."""
