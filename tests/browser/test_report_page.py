"""The HTML report in a real browser, from a file on disk."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import miniature
import pytest
from selenium.common.exceptions import JavascriptException
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from jidi.model.run import RunRecord
from jidi.model.text import Language
from jidi.report.formats.html import html_page

pytestmark = pytest.mark.browser

Open = Callable[..., WebDriver]


@pytest.fixture
def show(browser: WebDriver, tmp_path: Path) -> Open:
    """Writes a record as a page and opens it, at a fragment if one is given."""

    def opened(
        record: RunRecord, fragment: str = "", language: Language = "en", *, script: bool = True
    ) -> WebDriver:
        path = tmp_path / "report.html"
        path.write_bytes(html_page(record, language))
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not script})
        browser.get("about:blank")
        browser.get_log("browser")
        browser.get_log("performance")
        browser.get(path.as_uri() + fragment)
        return browser

    return opened


def until(browser: WebDriver, condition: Callable[[], Any]) -> None:
    """Waits, at most ten seconds, for a condition in the page."""
    WebDriverWait(browser, 10, poll_frequency=0.05).until(lambda _: condition())


def shown_requirements(browser: WebDriver) -> list[str]:
    return [
        element.get_attribute("id") or ""
        for element in browser.find_elements(By.CSS_SELECTOR, ".requirement")
        if element.is_displayed()
    ]


def click(browser: WebDriver, selector: str) -> None:
    element = browser.find_element(By.CSS_SELECTOR, selector)
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()


def evaluate(browser: WebDriver, expression: str) -> Any:
    return browser.execute_script(f"return {expression}")


def requested(browser: WebDriver) -> set[str]:
    """Addresses that the page asked for since it was opened."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = {
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    }
    return {url for url in urls if not url.startswith("data:")}


def test_page_opens_from_disk_without_errors_or_requests(show: Open) -> None:
    """Nothing on the console, nothing fetched but the file itself, the verdict is the heading."""
    browser = show(miniature.record())
    assert browser.find_element(By.TAG_NAME, "h1").text.lower() == "not conformant"
    assert browser.get_log("browser") == []
    assert all(url.startswith("file://") for url in requested(browser))


def test_filters_show_what_was_asked_for(show: Open) -> None:
    """Outcome chip, figure of the matrix, text, and back to all."""
    browser = show(miniature.record())
    everything = shown_requirements(browser)
    assert len(everything) == 12
    click(browser, ".chips [data-filter-outcome='not-exercised']")
    assert shown_requirements(browser) == ["DS-02.3", "PI-07.1"]
    assert browser.find_element(By.ID, "tally").text == "2 of 12 shown"
    click(browser, ".matrix .cell[data-filter-clause='DS-01'][data-filter-outcome='fail']")
    assert shown_requirements(browser) == ["DS-01.3"]
    click(browser, "#clear")
    search = browser.find_element(By.ID, "search")
    search.send_keys("pointer-missing")
    until(browser, lambda: shown_requirements(browser) == ["DS-01.3"])
    search.send_keys(Keys.CONTROL, "a")
    search.send_keys("ds-08.4")
    until(browser, lambda: shown_requirements(browser) == ["DS-08.4"])
    search.send_keys(Keys.CONTROL, "a")
    search.send_keys("nowhere to be found")
    until(browser, lambda: browser.find_element(By.ID, "nothing").is_displayed())
    click(browser, "#clear")
    assert shown_requirements(browser) == everything


def test_language_switches_the_whole_page(show: Open) -> None:
    """No English sentence of ours stays after the switch, and the choice is marked for assistive
    technology.
    """
    browser = show(miniature.passing())
    click(browser, "[data-language='zh']")
    assert evaluate(browser, "document.documentElement.lang") == "zh"
    assert browser.find_element(By.TAG_NAME, "h1").text == "符合"
    assert (
        browser.find_element(By.ID, "search").get_attribute("placeholder")
        == "搜索编号、文字、检验或原因"
    )
    assert (
        browser.find_element(By.CSS_SELECTOR, "[data-language='zh']").get_attribute("aria-pressed")
        == "true"
    )
    text = browser.find_element(By.TAG_NAME, "main").text
    for english in ("Requirements", "pass", "Article", "must", "checks", "Duration"):
        assert english not in text
    click(browser, "[data-language='en']")
    assert "通过" not in browser.find_element(By.TAG_NAME, "main").text


def test_page_opens_in_the_language_that_was_asked_for(show: Open) -> None:
    """``language`` decides until the reader does."""
    browser = show(miniature.record(), language="zh")
    browser.execute_script("localStorage.clear()")
    browser.refresh()
    assert browser.find_element(By.TAG_NAME, "h1").text == "不符合"


def test_exchange_expands_with_both_messages_and_the_command(show: Open) -> None:
    """Requirement, check, exchange: headers, bodies indented or raw, expected beside actual, a line
    to copy.
    """
    browser = show(miniature.record(), "#DS-01.3")
    row = browser.find_element(By.ID, "DS-01.3")
    until(browser, lambda: row.find_elements(By.CSS_SELECTOR, ".compare"))
    sides = row.find_elements(By.CSS_SELECTOR, ".check .compare .side p")
    assert [side.text for side in sides] == [
        "A fault at /recipient/phone",
        "201: the consignment was accepted",
    ]
    assert sides[0].rect["y"] == sides[1].rect["y"]
    exchange = row.find_element(By.CSS_SELECTOR, ".exchange")
    exchange.find_element(By.TAG_NAME, "summary").click()
    until(browser, lambda: exchange.find_elements(By.CSS_SELECTOR, ".curl pre"))
    assert '"$JIDI_PLATFORM_A_TOKEN"' in exchange.find_element(By.CSS_SELECTOR, ".curl pre").text
    request = exchange.find_element(By.CSS_SELECTOR, ".message")
    assert "Idempotency-Key" in request.text
    assert (
        request.find_element(By.TAG_NAME, "pre").text
        == '{\n  "order_no": "E20261121",\n  "recipient": "张三丰"\n}'
    )
    request.find_element(By.CSS_SELECTOR, ".body-bar button").click()
    assert (
        request.find_element(By.TAG_NAME, "pre").text
        == '{"order_no":"E20261121","recipient":"张三丰"}'
    )
    response = exchange.find_elements(By.CSS_SELECTOR, ".message")[1]
    assert '"weight": 12.50' in response.text
    browser.execute_cdp_cmd(
        "Browser.grantPermissions",
        {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]},
    )
    exchange.find_element(By.CSS_SELECTOR, ".copy").click()
    until(browser, lambda: exchange.find_element(By.CSS_SELECTOR, ".copy").text == "Copied")


def test_exchange_without_an_answer_says_so(show: Open) -> None:
    """A time-out and a push are told apart from an ordinary exchange."""
    browser = show(miniature.record(), "#x000004")
    until(
        browser,
        lambda: "no complete answer within 10 s" in browser.find_element(By.ID, "x000004").text,
    )
    browser = show(miniature.record(), "#x000003")
    until(browser, lambda: "candidate to kit" in browser.find_element(By.ID, "x000003").text)
    assert browser.find_element(By.CSS_SELECTOR, "#x000003 .arrow").text == "←"


@pytest.mark.parametrize("fragment", ["#DS-08.4", "#x000005"])
def test_deep_link_opens_what_it_names(show: Open, fragment: str) -> None:
    """A link to a requirement or an exchange opens it, in view and with the focus."""
    browser = show(miniature.record(), fragment)
    element = browser.find_element(By.ID, fragment[1:])
    until(browser, lambda: element.get_attribute("open") is not None)
    until(
        browser,
        lambda: evaluate(browser, "document.activeElement.parentElement?.id") == fragment[1:],
    )
    until(
        browser,
        lambda: (
            0
            <= evaluate(
                browser, f"document.getElementById('{fragment[1:]}').getBoundingClientRect().top"
            )
            < 900
        ),
    )


def test_link_to_nowhere_leaves_the_page_as_it_is(show: Open) -> None:
    """A broken fragment, even one that is no valid escape, raises nothing."""
    browser = show(miniature.record(), "#%E0%A4%A")
    assert len(shown_requirements(browser)) == 12
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def test_hostile_strings_do_nothing(show: Open) -> None:
    """Everything opened, nothing ran, nothing was fetched, no element came of what a candidate
    sent.
    """
    browser = show(miniature.hostile())
    click(browser, "[data-open-all='true']")
    until(
        browser,
        lambda: len(browser.find_elements(By.CSS_SELECTOR, ".check")) == len(miniature.HOSTILE),
    )
    browser.execute_script(
        "for (let round = 0; round < 3; round += 1) for (const part of "
        "document.querySelectorAll('details')) part.reveal ? part.reveal() : (part.open = true)"
    )
    until(
        browser,
        lambda: (
            len(browser.find_elements(By.CSS_SELECTOR, ".check .curl")) == len(miniature.HOSTILE)
        ),
    )
    assert evaluate(browser, "window.__owned === undefined")
    assert (
        evaluate(
            browser,
            "document.querySelectorAll('main img, main script, main b > b, main [onerror], main "
            "[onload], evil').length",
        )
        == 0
    )
    assert evaluate(
        browser,
        "[...document.querySelectorAll('a')].every((link) => "
        "link.getAttribute('href').startsWith('#'))",
    )
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
    assert all(url.startswith("file://") for url in requested(browser))
    text = evaluate(browser, "document.querySelector('main').textContent")
    assert "\\u202e" in text
    assert not {"\u202e", "\x1b", "\x00"} & set(text)


def test_policy_forbids_script_that_is_not_ours(show: Open) -> None:
    """Were something to slip through, the browser would refuse it."""
    browser = show(miniature.record())
    with pytest.raises(JavascriptException, match="TrustedScript"):
        browser.execute_script("document.body.setAttribute('onclick', 'window.__owned = 1')")
    with pytest.raises(JavascriptException, match="TrustedHTML"):
        browser.execute_script("document.body.innerHTML = '<b>x</b>'")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_incomplete_run_is_the_first_thing_seen(show: Open, language: Language) -> None:
    """A large banner stands above a verdict that is not green."""
    browser = show(miniature.record("inconclusive", complete=False), language=language)
    banner = browser.find_element(By.CSS_SELECTOR, ".incomplete")
    assert banner.is_displayed()
    assert banner.rect["y"] < browser.find_element(By.TAG_NAME, "h1").rect["y"]
    assert browser.find_element(By.CSS_SELECTOR, ".verdict").get_attribute("data-tone") == "open"


def test_not_exercised_is_never_green(show: Open) -> None:
    """The colours of a pass and of what was not seen differ, in light and in dark."""
    browser = show(miniature.record())
    for scheme in ("light", "dark"):
        browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
        )
        colours = [
            evaluate(
                browser,
                f"getComputedStyle(document.querySelector('.badge[data-outcome={name}]')).color",
            )
            for name in ("pass", '"not-exercised"')
        ]
        red, green, blue = (int(part) for part in colours[1][4:-1].split(","))
        assert colours[0] != colours[1]
        assert not (green > red + 20 and green > blue + 20)
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]},
    )


_CONTRAST = """
const kinds = '.badge, .cell, .quiet, .meta span, h1, h2, h3, h4, dt, dd, .pills span, .chips button, .plain, .status, .ms, pre span';
const backdrop = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (!/, 0\\)$/.test(colour)) return colour;
  }
  return 'rgb(255, 255, 255)';
};
const linear = (part) => { const v = part / 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
const luminance = (colour) => {
  const [r, g, b] = colour.match(/[\\d.]+/g).map(linear);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ratio = (element) => {
  const [one, other] = [getComputedStyle(element).color, backdrop(element)].map(luminance).sort((a, b) => b - a);
  return (one + 0.05) / (other + 0.05);
};
const shown = [...document.querySelectorAll(kinds)].filter((element) => element.offsetParent && element.textContent.trim());
return shown.length < 50 ? ['too little was looked at'] : shown.filter((element) => ratio(element) < 4.5).map((element) => element.outerHTML);
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_the_contrast_that_accessibility_asks_for(show: Open, scheme: str) -> None:
    """WCAG AA: 4.5 to 1 for every text of the kinds that carry colour."""
    browser = show(miniature.record(), "#x000001")
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
    )
    try:
        assert browser.execute_script(_CONTRAST) == []
    finally:
        browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]},
        )


def test_page_works_from_the_keyboard_alone(show: Open) -> None:
    """Slash goes to the search, Enter opens a requirement, and every control has a name."""
    browser = show(miniature.record())
    browser.find_element(By.TAG_NAME, "body").send_keys("/")
    assert evaluate(browser, "document.activeElement.id") == "search"
    browser.execute_script("document.querySelector('#PI-07\\\\.2 > summary').focus()")
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    until(browser, lambda: browser.find_elements(By.CSS_SELECTOR, "#PI-07\\.2 .check"))
    named = (
        "(e.textContent.trim() || e.getAttribute('aria-label') || "
        "e.labels?.[0]?.textContent.trim())"
    )
    nameless = (
        f"[...document.querySelectorAll('button, input, summary, a')].filter((e) => !{named})"
    )
    assert evaluate(browser, f"{nameless}.map((e) => e.outerHTML)") == []


def test_page_fits_a_narrow_screen(show: Open) -> None:
    """At 360 pixels nothing makes the page scroll sideways."""
    browser = show(miniature.record(), "#DS-01.3")
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": False},
    )
    try:
        browser.execute_script(
            "for (const part of document.querySelectorAll('.exchange')) part.reveal()"
        )
        assert evaluate(browser, "document.documentElement.scrollWidth") <= 360
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_page_without_script_shows_verdict_and_table(show: Open) -> None:
    """The fallback: verdict, figures by article and every sentence are there, and it says what is
    not.
    """
    browser = show(miniature.record(), script=False)
    try:
        # Driver commands that run script are of no use here: what is laid out is asked of the
        # browser itself.
        tree = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})
        text = " ".join(
            str(node.get("name", {}).get("value", ""))
            for node in tree["nodes"]
            if not node.get("ignored")
        )
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    for part in (
        "not conformant",
        "Consignment data",
        "DS-01.3",
        "An invalid consignment is refused",
        "Scripts are off",
    ):
        assert part in text
    assert "Search id" not in text


def test_page_stays_quick_with_five_thousand_exchanges(show: Open) -> None:
    """Only a portion is laid out, a search finds any of them, and a deep link opens the last."""
    record = dataclasses.replace(miniature.big(5_000))
    browser = show(record, "#x004999")
    until(browser, lambda: browser.find_element(By.ID, "x004999").get_attribute("open") is not None)
    timing = evaluate(browser, "performance.getEntriesByType('navigation')[0].domComplete")
    assert timing < 5_000
    search = browser.find_element(By.ID, "exchange-search")
    search.send_keys(Keys.CONTROL, "a")
    search.send_keys(Keys.DELETE)
    until(
        browser,
        lambda: len(browser.find_elements(By.CSS_SELECTOR, "#exchange-list .exchange")) == 50,
    )
    assert browser.find_element(By.ID, "exchange-count").text == "5000"
    click(browser, "#exchange-list .more")
    assert len(browser.find_elements(By.CSS_SELECTOR, "#exchange-list .exchange")) == 100
    assert evaluate(browser, "document.querySelectorAll('*').length") < 5_000
