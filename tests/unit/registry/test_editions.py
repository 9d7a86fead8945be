"""Digests under which the texts of a version were published before they were mended (ADR 19)."""

from __future__ import annotations

import json

import pytest

from jidi.catalogue.bundles import earlier_digests
from jidi.registry import Registry
from jidi.resources import schemas_root


@pytest.fixture(scope="module")
def registry() -> Registry:
    """The published schemas."""
    return Registry.load()


def test_recordings_and_runs_know_the_same_editions(registry: Registry) -> None:
    """One list is read for runs, one lies beside the schemas for recordings; they do not differ."""
    assert registry.earlier_digests() == earlier_digests(registry.version)
    listed = json.loads((schemas_root() / "editions.json").read_text("utf-8"))
    assert set(listed) == {"description", registry.version}


def test_an_earlier_edition_is_another_one_than_this(registry: Registry) -> None:
    """At least the one under which the version first went out, each once, in the form declared."""
    earlier = registry.earlier_digests()
    assert "sha256:e505616d7082f671a6474acf0c65ba28914f3e40d564edee205df121a4e5fddd" in earlier
    assert registry.bundle_digest() not in earlier
    assert len(set(earlier)) == len(earlier)
    assert all(one.startswith("sha256:") and len(one) == 71 for one in earlier)
