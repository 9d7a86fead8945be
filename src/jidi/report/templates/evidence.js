/* Evidence on demand: the checks of a requirement when it opens, an exchange when it opens, the list of all exchanges in portions. */
const EXCHANGES = new Map(DATA.exchanges.map((exchange) => [exchange.id, exchange]));
const CHECKS_AT_ONCE = 40;
const EXCHANGES_AT_ONCE = 50;
const RANKS = ["fail", "unstable", "harness-error", "config-error", "warn", "waived", "not-exercised", "not-applicable", "attested", "pass"];

/** A `details` whose inside is made when it opens for the first time. */
function lazy(properties, summary, fill) {
  const element = make("details", properties, make("summary", {}, summary));
  const open = () => { if (element.open && !element.dataset.filled) { element.dataset.filled = "yes"; element.append(make("div", { className: "inside" }, fill())); } };
  element.addEventListener("toggle", open);
  element.reveal = () => { element.open = true; open(); };
  return element;
}

/** `items` in portions, each behind a button that says how many are left. */
function portions(container, items, size, build, word) {
  let done = 0;
  const button = make("button", { type: "button", className: "more", on: { click: () => next() } });
  const next = () => {
    button.remove();
    container.append(...items.slice(done, done + size).map(build));
    done += size;
    if (done < items.length) { button.replaceChildren(...say(word, { count: Math.min(size, items.length - done) })); container.append(button); }
  };
  next();
}

/* Checks */
function fillChecks(row) {
  const place = row.querySelector("[data-checks]");
  if (place.dataset.filled) return;
  place.dataset.filled = "yes";
  const observable = DATA.observables[row.dataset.requirement];
  if (observable && (observable.en || observable.zh)) place.append(make("p", { className: "observable" }, make("b", {}, say("observable")), " ", both(observable)));
  const checks = [...(DATA.checks[row.dataset.requirement] || [])].sort((one, other) => RANKS.indexOf(one.outcome) - RANKS.indexOf(other.outcome));
  portions(place, byCause(checks), CHECKS_AT_ONCE, checkView, "more-passed");
  const first = place.querySelector(".check");
  if (first && row.dataset.outcome !== "pass") first.reveal();
}

/* One defect is one block: failed checks of one cause stand below the first of them. */
function byCause(checks) {
  const leads = new Map();
  return checks.flatMap((check) => {
    const lead = check.cause ? leads.get(check.cause) : undefined;
    if (lead) { lead.others.push(check); return []; }
    const made = { ...check, others: [] };
    if (check.cause) leads.set(check.cause, made);
    return [made];
  });
}

function sameCause(checks) {
  const place = make("div", { className: "checks" });
  portions(place, checks, CHECKS_AT_ONCE, checkView, "more-passed");
  return [make("h4", {}, say("same-cause"), ` (${checks.length})`), place];
}

function checkView(check) {
  const summary = [badge(check.outcome), make("code", { className: "name" }, visible(check.check)), check.reason ? make("code", { className: "slug" }, visible(check.reason)) : null];
  return lazy({ className: "check" }, summary.filter(Boolean), () => {
    const title = DATA.scenarios[check.check.split("/")[0]];
    const compared = check.expected.en || check.expected.zh || check.actual.en || check.actual.zh;
    return [
      check.member && check.member.en ? make("p", { className: "member" }, make("b", {}, say("member")), " ", make("code", {}, both(check.member)), " · ", make("b", {}, say("clause")), " ", visible(check.clause)) : null,
      compared ? make("div", { className: "compare" }, side("expected", check.expected, ""), side("actual", check.actual, check.outcome)) : null,
      ...(check.next || []).map((command) => make("p", { className: "next" }, make("b", {}, say("next")), " ", make("code", {}, visible(command)))),
      title ? make("p", { className: "quiet" }, say("scenario"), ": ", both(title)) : null,
      ...(check.others && check.others.length ? sameCause(check.others) : []),
      make("h4", {}, say("evidence")),
      ...(check.exchanges.length ? check.exchanges.map((id) => (EXCHANGES.has(id) ? exchangeView(EXCHANGES.get(id)) : missing(id))) : [make("p", { className: "quiet" }, say("no-exchange"))]),
    ];
  });
}

const missing = (id) => make("p", { className: "quiet" }, make("code", {}, visible(id)), " ", say("missing-exchange"));
const side = (word, text, outcome) => make("div", { className: "side", "data-outcome": outcome }, make("h4", {}, say(word)), make("p", {}, both(text)));

/* Exchanges */
function statusTone(exchange) {
  if (!exchange.status) return "none";
  return String(exchange.status)[0];
}

function exchangeView(exchange) {
  let path = exchange.url || "";
  try { const url = new URL(path); path = url.pathname + url.search; } catch { /* shown as it stands */ }
  const direction = exchange.received ? "received" : "sent";
  const summary = [
    make("span", { className: "arrow", "data-direction": direction, title: DATA.words[direction].en + " · " + DATA.words[direction].zh }, exchange.received ? "←" : "→"),
    make("code", { className: "id" }, visible(exchange.id)),
    make("b", { className: "method" }, visible(exchange.method || "?")),
    make("span", { className: "path" }, visible(path).slice(0, 300)),
    make("span", { className: "status", "data-status": statusTone(exchange) }, exchange.status ? String(exchange.status) : say("no-response")),
    make("span", { className: "ms" }, `${exchange.ms || 0} ms`),
  ];
  return lazy({ className: "exchange" }, summary, () => exchangeInside(exchange));
}

function exchangeInside(exchange) {
  const facts = make("dl", { className: "exchange-facts" });
  const fact = (word, value) => { if (value) facts.append(make("div", {}, make("dt", {}, say(word)), make("dd", {}, value))); };
  fact("direction", make("span", {}, say(exchange.received ? "received" : "sent")));
  fact("time", visible(exchange.at || ""));
  fact("scenario", visible(exchange.scenario || ""));
  fact("step", visible(exchange.step || ""));
  fact("party", visible(exchange.party || ""));
  fact("operation", visible(exchange.operation || ""));
  for (const [name, number] of Object.entries(exchange.turn || {})) fact(name, String(number + 1));
  facts.append(make("div", {}, make("dt", {}, say("link")), make("dd", {}, make("a", { href: "#" + encodeURIComponent(exchange.id) }, "#" + visible(exchange.id)))));
  const line = `${exchange.method || ""} ${exchange.url || ""}`;
  return [
    facts,
    exchange.failure ? make("p", { className: "notice" }, make("b", {}, say("failed-no-response")), ": ", visible(exchange.failure)) : null,
    make("div", { className: "compare" }, message("request", line, exchange.request), exchange.response ? message("response", String(exchange.status || ""), exchange.response) : null),
    withheld(exchange.redactions || []),
    curlView(exchange),
  ].filter(Boolean);
}

function message(word, line, content) {
  const table = make("table", { className: "headers" }, make("tbody", {}, content.headers.map(([name, value]) => make("tr", {}, make("th", { scope: "row" }, visible(name)), make("td", {}, visible(value))))));
  return make("div", { className: "message" }, make("h4", {}, say(word)), make("p", { className: "start-line" }, visible(line)), content.headers.length ? table : null, bodyView(content));
}

function bodyView(content) {
  if (!content.body) return make("p", { className: "quiet" }, say("body"), ": ", say("empty-body"));
  const block = make("pre", { tabIndex: 0 });
  const pretty = content.binary ? null : prettyJson(content.body);
  const show = (isPretty) => block.replaceChildren(...(isPretty && pretty ? pretty.map((node) => node.cloneNode(true)) : [visible(content.body)]));
  const bar = make("p", { className: "body-bar" }, make("span", { className: "quiet" }, say("bytes", { count: content.size.toLocaleString("en") }), content.cut ? [" · ", ...say("body-cut")] : null, content.binary ? [" · ", ...say("binary")] : null));
  if (pretty) {
    const toggle = make("button", { type: "button", className: "plain" }, say("raw"));
    let isPretty = true;
    toggle.addEventListener("click", () => { isPretty = !isPretty; show(isPretty); toggle.replaceChildren(...say(isPretty ? "raw" : "pretty")); });
    bar.append(toggle);
  }
  show(true);
  return make("details", { className: "body", open: true }, make("summary", {}, say("body")), bar, block);
}

/** Nodes of indented JSON, or null when it is none. Works on the tokens, so that figures and doubled members stay as they came. */
function prettyJson(text) {
  try { JSON.parse(text); } catch { return null; }
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) || [];
  const nodes = [];
  let depth = 0;
  const breakLine = () => nodes.push(document.createTextNode("\n" + "  ".repeat(depth)));
  tokens.forEach((token, position) => {
    const isEmpty = (token === "{" && tokens[position + 1] === "}") || (token === "[" && tokens[position + 1] === "]");
    const closesEmpty = (token === "}" && tokens[position - 1] === "{") || (token === "]" && tokens[position - 1] === "[");
    if ((token === "}" || token === "]") && !closesEmpty) { depth -= 1; breakLine(); }
    nodes.push(tokenView(token, tokens[position + 1]));
    if ((token === "{" || token === "[") && !isEmpty) { depth += 1; breakLine(); }
    if (token === ",") breakLine();
    if (token === ":") nodes.push(document.createTextNode(" "));
  });
  return nodes;
}

function tokenView(token, following) {
  if (token.length === 1 && "{}[],:".includes(token)) return document.createTextNode(token);
  const kind = token[0] === '"' ? (following === ":" ? "key" : "string") : /^[tfn]/.test(token) ? "word" : "number";
  return make("span", { className: kind }, visible(token));
}

function withheld(redactions) {
  if (!redactions.length) return null;
  const item = (redaction) => make("li", {}, make("code", {}, visible(redaction.pointer || "/")), " ", visible(redaction.pi_class || ""), (redaction.faults || []).length ? " · " + visible(redaction.faults.join(", ")) : "");
  return make("details", { className: "body" }, make("summary", {}, say("withheld"), ` (${redactions.length})`), make("ul", {}, redactions.map(item)));
}

function curlView(exchange) {
  const head = make("h4", {}, say(exchange.received ? "repeat-push" : "reproduce"));
  if (!exchange.curl) return make("div", {}, head, make("p", { className: "quiet" }, say("no-curl")));
  const button = make("button", { type: "button", className: "copy" }, say("copy"));
  button.addEventListener("click", async () => {
    await copy(exchange.curl);
    button.replaceChildren(...say("copied"));
    setTimeout(() => button.replaceChildren(...say("copy")), 1500);
  });
  return make("div", { className: "curl" }, make("div", { className: "curl-head" }, head, button), make("pre", { tabIndex: 0 }, visible(exchange.curl)));
}

async function copy(text) {
  try { await navigator.clipboard.writeText(text); } catch {
    // Pages from disk may be refused the clipboard; the old way works there.
    const field = make("textarea", { value: text, className: "hidden" });
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}

/* All exchanges */
function listExchanges() {
  const words = document.getElementById("exchange-search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = DATA.exchanges.filter((exchange) => {
    const line = [exchange.id, exchange.method, exchange.url, exchange.scenario, exchange.step, exchange.party, exchange.operation, exchange.status, exchange.failure].join(" ").toLowerCase();
    return words.every((word) => line.includes(word));
  });
  const list = document.getElementById("exchange-list");
  list.replaceChildren();
  document.getElementById("exchange-count").textContent = found.length === DATA.exchanges.length ? String(found.length) : `${found.length} / ${DATA.exchanges.length}`;
  if (!found.length) list.append(make("p", { className: "notice" }, say("nothing")));
  portions(list, found, EXCHANGES_AT_ONCE, (exchange) => { const view = exchangeView(exchange); view.id = exchange.id; return view; }, "more");
}

/* Links into the page: #DS-01.2 and #x000123 */
function follow() {
  let name = location.hash.slice(1);
  try { name = decodeURIComponent(name); } catch { return; }
  if (EXCHANGES.has(name)) {
    document.getElementById("exchange-search").value = name;
    listExchanges();
  } else if (DATA.checks[name]) {
    clearFilters();
  } else return;
  const element = document.getElementById(name);
  if (!element) return;
  if (element.reveal) element.reveal(); else element.open = true;
  const arrive = () => { element.scrollIntoView({ block: "start" }); element.querySelector("summary").focus({ preventScroll: true }); };
  // While the page still loads, the browser follows the fragment itself afterwards and would take the focus away again.
  if (document.readyState === "complete") arrive(); else window.addEventListener("load", () => setTimeout(arrive, 0), { once: true });
}

function start() {
  ROOT.classList.remove("no-js");
  let language = ROOT.lang;
  try { language = localStorage.getItem("jidi-language") || language; } catch { /* as it was rendered */ }
  speak(language === "zh" ? "zh" : "en");
  for (const button of all("[data-language]")) button.addEventListener("click", () => { speak(button.dataset.language); remember(button.dataset.language); });
  for (const row of all(".requirement")) row.addEventListener("toggle", () => { if (row.open) fillChecks(row); });
  for (const button of all("[data-filter-outcome], [data-filter-clause]")) button.addEventListener("click", () => choose(button));
  for (const button of all("[data-filter-all], #clear")) button.addEventListener("click", clearFilters);
  for (const button of all("[data-open-all]")) button.addEventListener("click", () => { for (const row of all(".requirement:not([hidden])")) row.open = button.dataset.openAll === "true"; });
  const search = document.getElementById("search");
  search.addEventListener("input", afterPause(() => { wanted.text = search.value.trim(); filter(); }));
  document.getElementById("exchange-search").addEventListener("input", afterPause(listExchanges));
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) { event.preventDefault(); search.focus(); }
  });
  window.addEventListener("hashchange", follow);
  filter();
  listExchanges();
  follow();
}

start();
