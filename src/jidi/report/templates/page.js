"use strict";
/* Frame of the page: language, filters, links into it. Nothing here makes HTML from text: every text becomes a text node. */
const DATA = JSON.parse(document.getElementById("evidence").textContent);
const ROOT = document.documentElement;
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]/g;

/** Text with every character that does not show as itself as an escape; whole surrogate pairs stay. */
function visible(text) {
  return String(text).replace(/[\ud800-\udbff][\udc00-\udfff]|[\s\S]/g, (unit) => (unit.length === 2 ? unit : unit.replace(UNSEEN, escaped)));
}

function escaped(unit) {
  const code = unit.charCodeAt(0);
  return code < 256 ? "\\x" + code.toString(16).padStart(2, "0") : "\\u" + code.toString(16).padStart(4, "0");
}

/** An element; properties whose name has a dash and `role`, `for` are attributes, the rest are DOM properties. */
function make(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (name === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (name.includes("-") || name === "role" || name === "lang") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** Both languages of a text; the style sheet shows one of them. */
function both(text) {
  const en = visible(text.en), zh = visible(text.zh);
  if (en === zh) return [document.createTextNode(en)];
  return [make("span", { lang: "en" }, en), make("span", { lang: "zh" }, zh)];
}

function say(key, values) {
  const fill = (sentence) => sentence.replace(/\{(\w+)\}/g, (_, name) => String((values || {})[name]));
  return both({ en: fill(DATA.words[key].en), zh: fill(DATA.words[key].zh) });
}

function badge(outcome) {
  const word = DATA.outcomes[outcome];
  return make("span", { className: "badge", "data-outcome": outcome }, make("span", { "aria-hidden": "true" }, word.symbol), " ", both(word));
}

const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));

/* Language */
function speak(language) {
  ROOT.lang = language;
  for (const name of ["aria-label", "placeholder"]) {
    for (const element of all(`[data-${name}-${language}]`)) element.setAttribute(name, element.getAttribute(`data-${name}-${language}`));
  }
  for (const button of all("[data-language]")) button.setAttribute("aria-pressed", String(button.dataset.language === language));
}

function remember(language) {
  try { localStorage.setItem("jidi-language", language); } catch { /* a page from disk may have no storage */ }
}

/* Filters over the requirements */
const wanted = { outcome: "", clause: "", text: "" };

function haystack(row) {
  if (row.haystack === undefined) {
    const checks = DATA.checks[row.dataset.requirement] || [];
    const told = checks.flatMap((check) => [check.check, check.reason, check.expected.en, check.expected.zh, check.actual.en, check.actual.zh]);
    row.haystack = [row.querySelector("summary").textContent, row.querySelector(".inside").textContent, ...told].join("\n").toLowerCase();
  }
  return row.haystack;
}

function matches(row) {
  return (!wanted.outcome || row.dataset.outcome === wanted.outcome)
    && (!wanted.clause || row.dataset.clause === wanted.clause)
    && (!wanted.text || haystack(row).includes(wanted.text.toLowerCase()));
}

function filter() {
  const rows = all(".requirement");
  let part = 0;
  for (const row of rows) {
    row.hidden = !matches(row);
    if (!row.hidden) part += 1;
  }
  for (const article of all(".article")) article.hidden = !article.querySelector(".requirement:not([hidden])");
  document.getElementById("nothing").hidden = part > 0;
  document.getElementById("tally").replaceChildren(...say("shown", { part, whole: rows.length }));
  const idle = !wanted.outcome && !wanted.clause && !wanted.text;
  document.getElementById("clear").hidden = idle;
  for (const button of all("[data-filter-outcome], [data-filter-clause]")) {
    const { filterOutcome = "", filterClause = "" } = button.dataset;
    const isOn = filterOutcome === wanted.outcome && filterClause === wanted.clause;
    button.setAttribute("aria-pressed", String(isOn && !idle));
  }
  for (const button of all("[data-filter-all]")) button.setAttribute("aria-pressed", String(!wanted.outcome && !wanted.clause));
}

function choose(button) {
  const isOn = button.getAttribute("aria-pressed") === "true";
  wanted.outcome = isOn ? "" : button.dataset.filterOutcome || "";
  wanted.clause = isOn ? "" : button.dataset.filterClause || "";
  filter();
  if (button.closest(".matrix") && !isOn) document.getElementById("requirements").scrollIntoView({ block: "start" });
}

function clearFilters() {
  Object.assign(wanted, { outcome: "", clause: "", text: "" });
  document.getElementById("search").value = "";
  filter();
}

/** Runs `work` once the typing pauses. */
function afterPause(work) {
  let timer = 0;
  return () => { clearTimeout(timer); timer = setTimeout(work, 120); };
}
