// On the search page a choice swaps the results in place (htmx does that). This module keeps what a swap
// would lose: which groups are unfolded, where the focus was, what a screen reader hears.

const REGION = "search";
const region = () => document.getElementById(REGION);
let unfolded = null;
let moved = "";

function prepare() {
  const button = region()?.querySelector("[data-results]");
  if (button) button.textContent = button.dataset.results;
}

function show(target) {
  target?.scrollIntoView({ block: "start" });
  target?.focus({ preventScroll: true });
}

/** Links inside the results that lead to the same search in another form: chips, pages, "did you mean". */
function sameSearch(link) {
  return link.origin === location.origin && link.pathname === location.pathname && !link.hash;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-results]");
  if (button) {
    event.preventDefault();
    show(document.getElementById("results"));
    return;
  }
  const link = event.target.closest(`#${REGION} a[href]`);
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || !sameSearch(link)) return;
  event.preventDefault();
  moved = link.closest(".pages") ? "pages" : "link";
  window.htmx.ajax("GET", link.href, { target: `#${REGION}`, swap: "outerHTML" });
});

document.addEventListener("htmx:beforeSwap", (event) => {
  // Say what went wrong on a page of its own rather than leave old results standing.
  if (event.detail.xhr.status >= 400) location.assign(event.detail.pathInfo.finalRequestPath);
  const groups = region()?.querySelectorAll("details[id]") ?? [];
  unfolded = new Map([...groups].map((group) => [group.id, group.open]));
});

document.addEventListener("htmx:afterSettle", () => {
  const current = region();
  if (!current) return;
  for (const group of current.querySelectorAll("details[id]")) {
    if (unfolded?.has(group.id)) group.open = unfolded.get(group.id);
  }
  prepare();
  const results = document.getElementById("results");
  document.getElementById("announce").textContent = results.dataset.announce;
  if (moved === "pages") show(results);
  else if (moved) results.focus({ preventScroll: true });
  moved = "";
});

document.addEventListener("htmx:sendError", () => {
  document.getElementById("filters")?.submit();
});

prepare();
