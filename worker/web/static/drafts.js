/* Saves what a person types as a draft: a moment after they stop, and when they leave the page.

   It only ever sends what somebody typed here, and only to the page's own address; opening a page sends nothing. What
   was written elsewhere meanwhile is newer, and is never written over: then it says so and saves no more. Without it
   the page works as it does with it, by its buttons. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-drafts]");
  const told = document.getElementById("draft-told");
  if (!form || !told) return;

  const PAUSE = 1500; // milliseconds after the last letter
  const APART = 5000; // between two savings
  const LEAST = 60000; // bytes: browsers send no more than 64 kB from a page that is being left
  const page = Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => n.toString(16).padStart(2, "0")).join("");
  let timer = 0;
  let last = 0;
  let typed = false; // something is not saved yet
  let busy = false;
  let over = false; // sent, or written elsewhere: nothing more to save

  const say = (what) => {
    const words = form.dataset[what];
    if (told.dataset.said === what) return; // a screen reader need not hear it each time
    told.dataset.said = what;
    told.textContent = words;
  };

  const save = async (leaving) => {
    if (!typed || over || (busy && !leaving)) return;
    typed = false;
    busy = true;
    last = Date.now();
    const body = new URLSearchParams(new FormData(form));
    body.set("_do", "draft");
    body.set("_page", page);
    const keepalive = leaving && body.toString().length < LEAST;
    try {
      const answer = await fetch(location.pathname, { method: "POST", body, keepalive, credentials: "omit" });
      const said = answer.headers.get("Content-Type") === "application/json" ? await answer.json() : {};
      if (said.newer) over = true;
      if (said.over) form.elements._over.value = said.over;
      if (!said.over && !said.newer) typed = true;
      say(said.over ? "saved" : said.newer ? "newer" : "away");
    } catch {
      typed = true;
      say("away");
    }
    busy = false;
    if (typed) later(APART);
  };

  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(wait, last + APART - Date.now()), false);
  };

  const changed = (event) => {
    if (!event.isTrusted || over) return; // a program filled it in, nobody typed
    typed = true;
    later(PAUSE);
  };

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", () => { over = true; clearTimeout(timer); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(true); });
  addEventListener("pagehide", () => save(true));
})();
