// The local Slack window, live. Every page works without this; with it one sees what comes without loading the page again, Enter sends,
// and a modal tells the app what is filled in as Slack does. Nothing that was typed is ever replaced.
"use strict";

const LOOK_EVERY_MS = 1200;
const TYPED_FOR_MS = 500;
const LIVE = ["stream", "thread", "side"];

const region = (id, from = document) => from.getElementById(id);
const drawn = new Map(LIVE.map((id) => [id, region(id)?.innerHTML]));

/** What is filled in, by name: to be put back after something was drawn anew. */
function filled(form) {
  return [...form.elements].filter((one) => one.name && one.name !== "_view" && one.tagName !== "BUTTON");
}

function putBack(before, form) {
  for (const now of filled(form)) {
    const same = before.filter((one) => one.name === now.name && one.type === now.type && one.id === now.id);
    const old = now.type === "radio" || now.type === "checkbox" ? same.find((one) => one.value === now.value) : same[0];
    if (!old) continue;
    if (now.type === "radio" || now.type === "checkbox") now.checked = old.checked;
    else if (now.multiple) [...now.options].forEach((option) => (option.selected = [...old.selectedOptions].some((o) => o.value === option.value)));
    else now.value = old.value;
  }
}

/** Shows the modal of a page that was fetched. `keep`: what is filled in here is newer than what is in that page. */
function showDialog(page, keep) {
  const [here, there] = [region("dialog"), region("dialog", page)];
  if (!here || !there) return;
  const before = here.querySelector("form");
  const focus = document.activeElement?.id;
  const [from, to] = [document.activeElement?.selectionStart, document.activeElement?.selectionEnd];
  const at = region("inside")?.scrollTop ?? 0;
  const same = here.dataset.view && here.dataset.view === there.dataset.view;
  here.innerHTML = there.innerHTML;
  Object.assign(here.dataset, { view: there.dataset.view, hash: there.dataset.hash });
  region("window").inert = Boolean(here.dataset.view);
  const now = here.querySelector("form");
  if (!now) return;
  if (same && keep && before) putBack(filled(before), now);
  if (!same) return void (now.querySelector("[autofocus]") ?? now.querySelector(".inside input, .inside textarea, .inside select") ?? now.querySelector("footer button"))?.focus();
  region("inside").scrollTop = at;
  const focused = focus ? region(focus) : null;
  focused?.focus();
  if (focused?.type === "text" || focused?.type === "textarea") focused.setSelectionRange(from, to);
}

function inUse(place) {
  return place.querySelector("details[open]:not(.home-of)") || (place.contains(document.activeElement) && document.activeElement.closest("input, select"));
}

function show(page) {
  for (const id of LIVE) {
    const [here, there] = [region(id), region(id, page)];
    if (!here || !there || there.innerHTML === drawn.get(id) || inUse(here)) continue;
    const focus = here.contains(document.activeElement) && document.activeElement.value;
    const unfolded = here.querySelector(".home-of")?.open;
    here.innerHTML = there.innerHTML;
    drawn.set(id, there.innerHTML);
    if (unfolded === false) here.querySelector(".home-of").open = false;
    if (focus) [...here.querySelectorAll("button")].find((one) => one.value === focus)?.focus();
  }
  const [here, there] = [region("dialog"), region("dialog", page)];
  if (here && there && (here.dataset.view !== there.dataset.view || here.dataset.hash !== there.dataset.hash)) showDialog(page, true);
}

async function fetched(url, options) {
  const answer = await fetch(url, options);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

let telling = 0;

async function look() {
  if (!region("window") || document.visibilityState !== "visible" || telling) return;
  const url = new URL(region("window").dataset.here, location.href);
  url.searchParams.set("still", "1");
  const page = await fetched(url);
  if (!telling) show(page);
}

/** Tells what is filled in, or that a button was pressed, and shows the modal as it is then. */
async function tell(form, at) {
  telling += 1;
  try {
    const body = new URLSearchParams(new FormData(form));
    body.set("at", at);
    showDialog(await fetched(form.dataset.act, { method: "POST", body }), true);
  } finally {
    telling -= 1;
  }
}

let typing;

document.addEventListener("input", (event) => {
  const field = event.target.closest?.('[data-reports="typing"]');
  if (!field || !field.closest("form.modal")) return;
  clearTimeout(typing);
  typing = setTimeout(() => field.isConnected && tell(field.closest("form"), field.dataset.place), TYPED_FOR_MS);
});

document.addEventListener("change", (event) => {
  const field = event.target.closest?.('[data-reports="choice"]');
  if (field?.closest("form.modal")) tell(field.closest("form"), field.dataset.place);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches(".composer textarea")) {
    event.preventDefault();
    event.target.form.requestSubmit(event.target.closest(".composer").querySelector(".primary"));
  }
  const field = event.key === "Enter" && event.target.matches("input") && event.target.closest('[data-reports="enter"]');
  if (field) {
    event.preventDefault();
    tell(field.closest("form"), field.dataset.place);
  }
  if (event.key === "Escape") {
    const open = document.querySelector("details.bk-menu[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    } else document.querySelector("form.modal footer .quiet")?.click();
  }
});

// A button in a modal draws it anew in its place; whatever sends, closes or is in a conversation loads the page.
document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!form.matches("form.modal") || submitter?.name !== "at") return;
  event.preventDefault();
  clearTimeout(typing);
  tell(form, submitter.value);
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.bk-menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

// A line that is not sent yet outlives the page, wherever one goes meanwhile.
const line = document.querySelector(".composer textarea");
const kept = `line ${region("window")?.dataset.here}`;
if (line) {
  line.value ||= sessionStorage.getItem(kept) ?? "";
  line.addEventListener("input", () => sessionStorage.setItem(kept, line.value));
  line.form.addEventListener("submit", (event) => event.submitter?.matches(".composer .primary") && sessionStorage.removeItem(kept));
}

if (matchMedia("(max-width: 760px)").matches) document.querySelector(".home-of").open = false;
(document.querySelector("form.modal [autofocus], form.modal .bk-amiss input, form.modal .bk-amiss textarea") ?? document.querySelector(".inside input, .inside textarea"))?.focus();
setInterval(() => look().catch(() => undefined), LOOK_EVERY_MS);
