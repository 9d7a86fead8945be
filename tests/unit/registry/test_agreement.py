"""Three independent validators give the same answer on every published example."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from jidi.registry import Registry
from jidi.registry.linting.reference_engine import validate_slow

BUILD = Path(__file__).parents[3] / "build" / "ajv"
SCRIPT = """
const Ajv = require('ajv/dist/2020'), formats = require('ajv-formats');
const work = JSON.parse(require('fs').readFileSync(0, 'utf-8'));
const ajv = new Ajv({strict: false, allErrors: false});
formats(ajv);
for (const schema of work.schemas) ajv.addSchema(schema);
console.log(JSON.stringify(work.instances.map(([uri, instance]) => ajv.validate(uri, instance))));
"""


def ajv_folder() -> Path:
    """Folder in which ajv is installed; skips without Node, but never in CI."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        if os.environ.get("CI"):
            pytest.fail("CI is set, but Node.js is not installed.")
        pytest.skip("Node.js is not installed.")
    if not (BUILD / "node_modules" / "ajv-formats").is_dir():
        BUILD.mkdir(parents=True, exist_ok=True)
        command = [
            npm,
            "install",
            "--prefix",
            str(BUILD),
            "--no-save",
            "--no-package-lock",
            "--no-audit",
            "--no-fund",
            "ajv@8",
            "ajv-formats@3",
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=200)
    return BUILD


@pytest.mark.node
def test_ajv_agrees_on_every_example(published: Registry) -> None:
    """ajv, the validator of most JavaScript partners, accepts and refuses exactly what the registry
    does.
    """
    folder = ajv_folder()
    examples = [example for kind in ("valid", "invalid") for example in published.examples(kind)]
    work = {
        "schemas": list(published.bundle.documents().values()),
        "instances": [
            [published.bundle.uri(example.thing), example.instance] for example in examples
        ],
    }
    done = subprocess.run(
        ["node", "-e", SCRIPT],  # noqa: S607 - node is looked up above
        input=json.dumps(work),
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    differing = [
        example.path
        for example, valid in zip(examples, json.loads(done.stdout), strict=True)
        if valid is not published.is_valid(example.thing, example.instance)
    ]
    assert len(examples) > 100
    assert differing == []


def test_reference_validator_agrees_on_every_example(published: Registry) -> None:
    """Both engines name the same places and keywords; formats apart, of which jsonschema asserts
    fewer.
    """
    for kind in ("valid", "invalid"):
        for example in published.examples(kind):
            fast = published.validate(example.thing, example.instance)
            slow = validate_slow(published, example.thing, example.instance)
            assert {
                (f.pointer, f.keyword, f.requirement) for f in fast if f.keyword != "format"
            } == {(f.pointer, f.keyword, f.requirement) for f in slow if f.keyword != "format"}, (
                example.path
            )


def test_quick_form_agrees_on_every_example(published: Registry) -> None:
    """The rewritten schemas of the bulk loop accept exactly what the published ones do."""
    for kind in ("valid", "invalid"):
        for example in published.examples(kind):
            assert published.checker(example.thing)(example.instance) is published.is_valid(
                example.thing, example.instance
            ), example.path
