"""Hostile texts: what would be executed, or would deceive, if a report or a terminal took it as it
is.
"""

from __future__ import annotations

from typing import Final

from tests.conformance.hostile.candidate import Hostile, raw
from tests.conformance.hostile.server import (
    DISCOVERY,
    Asked,
    RawServer,
    Reply,
    as_json,
    document,
    plausible,
)

MARK: Final = "jidiPwned"
"""Stands in every text that must not be executed."""

_TEXTS: Final = {
    "ansi": f"\x1b[2J\x1b]0;{MARK}\x07\x1b[31mred\x9b5m\x07\x08\x08",
    "script": (
        f"<script>alert('{MARK}')</script><img src=x onerror={MARK}()>\"'><svg/onload={MARK}()>"
    ),
    "closing-tags": f"</script></pre></textarea></title>--><script>{MARK}()</script><!--",
    "formula": f'=HYPERLINK("http://127.0.0.2/?{MARK}","x")\t+1\t-1\t@SUM(1)',
    "markdown": (
        f"](javascript:{MARK}()) ![x](http://127.0.0.2/{MARK}) <b onmouseover={MARK}()> "
        f"`` ` ``` | # |\n\n# {MARK}\n|a|b|"
    ),
    "xml": (
        "]]><!DOCTYPE x [<!ENTITY a SYSTEM "
        f"'file:///etc/hostname'>]>&a;<{MARK}/>\x00\x0b\x1f\ufffe\uffff"
    ),
    "yaml": f"!!python/object/apply:os.system ['{MARK}']\n--- &a [*a, *a]",
    "bidi": f"safe\u202e{MARK}\u2066\u200b\ufeff\u2028\u2029",
    "surrogates": f"{MARK}\ud800 and \udfff",
    "template": (
        f"{{{{ {MARK}.__class__ }}}} {{% include '/etc/hostname' %}} ${{{MARK}}} %s %(x)s {{0}}"
    ),
    "expression": f"$place.body#/{MARK} ~ $..*",
    "long": MARK + "x" * 400_000,
}


def _everywhere(text: str) -> object:
    def respond(_server: RawServer, asked: Asked) -> Reply:
        if asked.path == DISCOVERY:
            made = document(asked.origin, protection_officer={"name": text, text[:50]: text})
            made["legal_entity"]["name"] = text
            made["capabilities"]["batch"] = False
            return [as_json(made)]
        return [plausible(asked, text)]

    return raw(respond)


def _as_token_error(text: str) -> object:
    def respond(_server: RawServer, asked: Asked) -> Reply:
        if asked.path.startswith("/oauth"):
            return [
                as_json(
                    {"error": text[:60], "error_description": text},
                    status="400 " + text.replace("\r", "").replace("\n", "").replace("\0", ""),
                )
            ]
        return [plausible(asked, text)]

    return raw(respond)


VARIANTS = (
    *(
        Hostile(f"text-{name}", f"{name} in every text", _everywhere(text))
        for name, text in _TEXTS.items()
    ),
    Hostile(
        "token-error-ansi",
        "escapes in the error of the token endpoint",
        _as_token_error(_TEXTS["ansi"]),
        exits=frozenset({1, 3}),
        says="credential|conformant",
    ),
    Hostile(
        "token-error-markup",
        "markup in the error of the token endpoint",
        _as_token_error(_TEXTS["script"]),
        exits=frozenset({1, 3}),
        says="credential|conformant",
    ),
)
