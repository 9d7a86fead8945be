"""Signs of the inside of a system, and look-alikes that are none."""

from __future__ import annotations

import pytest

from jidi.judge.personal.internals import signs


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Traceback (most recent call last):", "python-traceback"),
        ('  File "x.py", line 12, in f', "python-traceback"),
        ("\tat com.acme.api.Orders.create(Orders.java:42)", "java-stack-trace"),
        ("at java.base.Thread.run(Native Method)", "java-stack-trace"),
        (
            "   at Acme.Api.Orders.Create(Order o) in C:\\src\\Orders.cs:line 7",
            "dotnet-stack-trace",
        ),
        ("    at Object.<anonymous> (/srv/app/index.js:3:7)", "node-stack-trace"),
        ("goroutine 12 [running]:", "go-panic"),
        ("<b>Fatal error</b>: Uncaught Exception in /srv/www/index.php", "php-error"),
        ("SELECT id, name FROM consignments WHERE id = '1'", "sql"),
        ("INSERT INTO events (id) VALUES (1)", "sql"),
        ("SQLSTATE[42P01]", "database-error"),
        ("sqlite3.OperationalError: database is locked", "database-error"),
        ("psycopg.errors.UniqueViolation", "database-error"),
        ("see /var/log/app/error.log", "file-path"),
        ("C:\\inetpub\\wwwroot\\web.config", "file-path"),
    ],
)
def test_signs_are_seen(text: str, slug: str) -> None:
    """Each family has its slug."""
    assert slug in signs([], text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Please select a courier from the list and update your order.",
        "The consignment was not found.",
        '{"type":"https://schemas.jidi.example/v1.0/problems/not-found","instance":"/v1/consignments/abc"}',
        "https://api.example/usr/share/docs",
        '{"pointer":"/sender/address/detail"}',
        "送达时间 10:30:00，请放在 /home 柜",
    ],
)
def test_look_alikes_are_none(text: str) -> None:
    """Plain words, pointers and links."""
    assert signs([], text) == []


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("Server", "nginx/1.25.3", True),
        ("server", "Apache/2.4.58 (Debian)", True),
        ("Server", "nginx", False),
        ("Server", "cloud", False),
        ("X-Powered-By", "PHP/8.2.1", True),
        ("X-Powered-By", "Express", False),
        ("X-AspNet-Version", "4.0.30319", True),
        ("Via", "1.1 proxy", False),
        ("Content-Type", "application/json; v=1.2.3", False),
        ("X-Runtime-Version", "1.2.3", True),
    ],
)
def test_version_banners_are_seen_in_headers(name: str, value: str, found: bool) -> None:
    """A product name is legal, its version is not."""
    assert bool(signs([[name, value]], "")) is found


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    """Bounded work on hostile answers."""
    assert signs([], " " * 300_000 + "goroutine 1 [running]") == []


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ('{"detail":"x\\n\\tat com.acme.api.Orders.create(Orders.java:42)"}', "java-stack-trace"),
        ('{"detail":"  File \\"x.py\\", line 12, in f"}', "python-traceback"),
        ('{"detail":"no \\/srv\\/app\\/index"}', "file-path"),
    ],
)
def test_signs_are_seen_through_the_escapes_of_json(text: str, slug: str) -> None:
    """A trace inside a problem's detail is written with escapes, and is a trace all the same."""
    assert slug in signs([], text)


def test_headers_are_looked_at_too() -> None:
    """A trace in a header is seen; a path where paths belong is none."""
    assert signs([("X-Debug", 'File "x.py", line 12')], "") == ["python-traceback-in-header"]
    assert (
        signs([("Location", "/app/v1/consignments/c1"), ("Set-Cookie", "a=b; Path=/app/v1/x")], "")
        == []
    )
