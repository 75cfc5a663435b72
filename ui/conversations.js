// Conversations: their address, drafts that outlive a reload, what is done below an answer, and the keys. No network.
() => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const here = window.readacross;
  const sheet = window.matchMedia("(max-width: 1179px)");
  const ID = /^[0-9a-z]{12}$/;
  const DAYS_KEPT = 60;
  let current = "";
  let filling = false;
  let opener = null;

  // -- the address: #c=CONVERSATION&article=FILE&at=PLACE, or #answer=ANSWER; &beside=FILE&beside_at=PLACE for two ---

  const read = () => Object.fromEntries(new URLSearchParams(window.location.hash.slice(1)));

  function write(facts, { push, state = null }) {
    const kept = Object.entries(facts).filter(([, value]) => value);
    const hash = `#${new URLSearchParams(kept)}`;
    if (hash === window.location.hash) return;
    window.history[push ? "pushState" : "replaceState"](state, "", hash);
  }

  const linkTo = (facts) => `${window.location.href.split("#")[0]}#${new URLSearchParams(facts)}`;

  async function triggered(name, event, data) {
    while (!here.triggers?.[name]) await new Promise(window.requestAnimationFrame);
    here.triggers[name](event, data);
  }

  const act = (data) => triggered("talks", "select", data);

  // -- before another conversation is shown, an answer is left, which goes on by itself, and rooms are stopped -----

  const asking = () => Boolean(byId("stop") && !byId("stop").classList.contains("hidden"));
  const halts = () => [...document.querySelectorAll(".room .halt:not(.hidden)")];

  async function idle() {
    if (asking()) byId("leave")?.click();
    halts().forEach((button) => button.click());
    const busy = () => asking() || halts().length;
    for (let waited = 0; busy() && waited < 200; waited += 1) await new Promise((done) => setTimeout(done, 50));
  }

  // -- drafts ------------------------------------------------------------------------------------------------------

  const kept = document.querySelector("#talk-list [data-library]")?.dataset ?? {};
  const whose = kept.private ? `${encodeURIComponent(window.gradio_config?.username ?? "")}:` : "";
  const prefix = `readacross:${kept.library ?? ""}:${whose}draft:`;
  const field = (id) => byId(id)?.querySelector("textarea, input");
  const fields = () => ["question", ...[...document.querySelectorAll(".room .asks :is(.line, .few, .draft)[id]")].map((e) => e.id)];

  function drafts() {
    const found = [];
    for (let n = 0; n < localStorage.length; n += 1) {
      const key = localStorage.key(n);
      if (!key.startsWith(prefix)) continue;
      try { found.push({ ...JSON.parse(localStorage.getItem(key)), key }); } catch { localStorage.removeItem(key); }
    }
    return found;
  }

  function keepDraft(id, text) {
    const key = `${prefix}${current}:${id}`;
    const fresh = !document.querySelector("#log section.exchange");
    try {
      if (text.trim()) localStorage.setItem(key, JSON.stringify({ text, fresh, when: Date.now() }));
      else localStorage.removeItem(key);
    } catch { /* full, or not allowed: the draft lasts as long as the tab */ }
  }

  const dropDraft = (id) => localStorage.removeItem(`${prefix}${current}:${id}`);

  function fill(id, text) {
    const box = field(id);
    if (!box || box.value === text) return;
    filling = true;
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    filling = false;
  }

  function restoreDrafts() {
    for (const { key, text } of drafts()) {
      const [conversation, id] = key.slice(prefix.length).split(":");
      if (conversation === current) fill(id, text);
    }
  }

  function adoptDrafts() {
    // What was begun in a tab that is gone goes on in a new one.
    const fresh = drafts().filter((draft) => draft.fresh && draft.key.endsWith(":question"));
    const newest = fresh.sort((a, b) => b.when - a.when)[0];
    if (!newest) return;
    localStorage.removeItem(newest.key);
    keepDraft("question", newest.text);
  }

  for (const { key, when } of drafts()) {
    if (!(Date.now() - when < DAYS_KEPT * 86_400_000)) localStorage.removeItem(key);
  }

  document.addEventListener("input", (event) => {
    const id = fields().find((one) => field(one) === event.target);
    if (id && current && !filling) keepDraft(id, event.target.value);
  });

  // -- which conversation is shown ---------------------------------------------------------------------------------

  function mark() {
    for (const button of document.querySelectorAll("#talk-list .talk-name")) {
      if (button.dataset.conversation === current) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  function become(id, { push }) {
    current = id;
    const box = field("conversation-id");
    if (box) { box.value = id; box.dispatchEvent(new Event("input", { bubbles: true })); }
    const { article, at, beside, beside_at } = push ? {} : read();
    write({ c: id, article, at, beside, beside_at }, { push });
    mark();
  }

  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => "0123456789abcdefghijklmnopqrstuvwxyz"[n % 36]).join("");

  function find(answer) {
    const section = document.querySelector(`section.exchange[data-answer="${CSS.escape(answer)}"]`);
    if (!section) return;
    section.scrollIntoView({ block: "start" });
    const title = section.querySelector("h2");
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  }

  async function open(data) {
    if (data.conversation && data.conversation !== current) await idle();
    act({ do: "open", ...data });
  }

  function look() {
    // Whether an answer that goes on without a tab is there.
    clearTimeout(look.timer);
    if (!document.querySelector("#log [data-coming]")) return;
    if (!asking()) act({ do: "look" });
    look.timer = setTimeout(look, 1_500);
  }

  let refocus = "";

  Object.assign(here, {
    listed() {
      mark();
      const wanted = refocus;
      refocus = "";
      if (wanted) window.requestAnimationFrame(() => document.querySelector(wanted)?.focus());
    },
    arrived(element) {
      const place = element.querySelector(".place");
      if (!place) return;
      const id = place.dataset.current;
      if (id !== current) {
        const { c, answer } = read();
        fill("question", "");
        become(id, { push: Boolean(current) && c !== id && !answer });
      }
      restoreDrafts();
      root.dataset.arrived = place.dataset.number;
      window.setTimeout(look, 300);
      const log = byId("log");
      window.requestAnimationFrame(() => {
        if (place.dataset.answer) find(place.dataset.answer);
        else if (log) log.scrollTop = log.scrollHeight;
      });
    },
    asked(section) {
      if (section.getAttribute("aria-busy")) dropDraft("question");
    },
    went(article) {
      const { file, at } = article.dataset;
      const { beside, beside_at, ...rest } = read();
      if (file) write({ ...rest, article: file, at }, { push: true });
    },
    left() {
      const { article, at, ...rest } = read();
      if (article) write(rest, { push: true });
    },
    wentTo(pair, { push }) {
      write({ c: current, ...pair }, { push, state: push ? { sheet: "pair" } : window.history.state });
    },
    leftPair() {
      if (window.history.state?.sheet === "pair") window.history.back();
      else write({ c: current }, { push: false });
    },
    triggered,
    linkTo,
    put,
    say,
    async copy(text) {
      if (text) say(await put(text) ? t("Copied.") : t("The browser does not allow copying."));
    },
  });

  function openArticle({ article, at }) {
    const data = { file: article };
    if (/^\d+-\d+-\d+-[0-9a-f]{8}$/.test(at ?? "")) data.place = at;
    else if (/^\d+$/.test(at ?? "")) Object.assign(data, { at, sentence: "yes" });
    here.send("article", () => triggered("article", "click", data), { latest: true });
  }

  window.addEventListener("popstate", async (event) => {
    const { c, answer, article, at, ...second } = read();
    const sheetWanted = event.state?.sheet;
    if (sheetWanted !== "talks") closeTalks();
    if (answer) return open({ answer });
    if (ID.test(c ?? "") && c !== current) await open({ conversation: c });
    if (article && second.beside) return here.openPair({ article, at, ...second });
    here.closePair();
    const shown = root.dataset.view === "article" && root.dataset.sheet !== "closed" ? document.querySelector("#article article")?.dataset : undefined;
    if (article && (article !== shown?.file || at !== shown?.at)) openArticle({ article, at });
    else if (!article && sheetWanted === "list") here.showList();
    else if (!article && !shown && root.dataset.sheet === "open") here.closeSheet();
    else if (!article && shown) (byId("pane").getBoundingClientRect().width === window.innerWidth ? here.closeSheet : here.showList)();
  });

  // -- what is done with a conversation, and below an answer --------------------------------------------------------

  async function put(text) {
    try { await navigator.clipboard.writeText(text); return true; } catch { /* not allowed without https */ }
    const box = document.createElement("textarea");
    box.value = text;
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  }

  function say(text) {
    let toast = byId("toast");
    if (!toast) {
      toast = Object.assign(document.createElement("p"), { id: "toast" });
      toast.setAttribute("role", "status");
      document.querySelector(".gradio-container").append(toast);
    }
    toast.textContent = text;
    clearTimeout(say.timer);
    say.timer = setTimeout(() => { toast.textContent = ""; }, 4_000);
  }

  function button(label, look, done) {
    const made = Object.assign(document.createElement("button"), { type: "button", className: look, textContent: label });
    made.addEventListener("click", done);
    return made;
  }

  function editing(place, label, value, done, { lines }) {
    // A field in the place of words; Enter takes it over, Esc leaves all as it was.
    const before = [...place.childNodes];
    const from = document.activeElement;
    const box = document.createElement(lines ? "textarea" : "input");
    box.value = value;
    box.setAttribute("aria-label", label);
    box.className = "edited";
    box.dir = "auto";
    const end = (text) => {
      place.replaceChildren(...before);
      if (text?.trim()) done(text.trim());
    };
    box.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); end(); from?.focus(); }
      if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); end(box.value); }
    });
    place.replaceChildren(box);
    if (lines) {
      const acts = document.createElement("span");
      acts.className = "edit-acts";
      acts.append(button(t("Ask again"), "quiet", () => end(box.value)), button(t("Cancel"), "quiet", () => { end(); from?.focus(); }));
      place.append(acts);
      box.rows = Math.min(6, 1 + Math.floor(value.length / 60));
    }
    box.focus();
    box.select();
  }

  const askAgain = (question, from) => triggered("talks", "submit", { ask: question, from });

  const acts = {
    copy: ({ answer }) => triggered("talks", "copy", { answer }),
    async link({ answer }) { say(await put(linkTo({ answer })) ? t("The link to this answer is copied.") : t("The browser does not allow copying.")); },
    pin: ({ answer }) => triggered("talks", "like", { answer }),
    again: ({ answer, question }) => askAgain(question, answer),
    edit({ answer, question, section }) {
      editing(section.querySelector("h2"), t("Your question, changed"), question, (text) => askAgain(text, answer), { lines: true });
    },
    remove({ answer }) {
      refocus = "#log .notice button";
      act({ do: "remove", answer });
    },
    back: () => step(-1),
    on: () => step(1),
    async article() {
      const { file, at } = document.querySelector("#article article").dataset;
      say(await put(linkTo(at ? { article: file, at } : { article: file })) ? t("The link to this place is copied.") : t("The browser does not allow copying."));
    },
    keys: showKeys,
  };
  const WAIT = t("An answer is being written: wait for it, or stop it.");
  const CHANGES = new Set(["again", "edit", "remove"]);

  document.addEventListener("click", async (event) => {
    const pressed = event.target.closest?.("button");
    if (!pressed) return;
    const { act: name, do: what, talks } = pressed.dataset;
    if (talks === "open") openTalks(pressed);
    if (talks === "close") closeTalks();
    if (pressed.matches(".room .run")) dropRoomDrafts(pressed.closest(".room"));
    if (name && acts[name]) {
      const section = pressed.closest("section.exchange");
      if (CHANGES.has(name) && asking()) return say(WAIT);
      acts[name]({ section, answer: section?.dataset.answer, question: section?.querySelector("h2")?.textContent });
    }
    if (!what) return;
    const { conversation, removed, anew, reopen } = pressed.dataset;
    if (what === "rename") {
      const row = pressed.closest("li");
      const title = row.querySelector(".talk-title").textContent;
      editing(row, t("Title of the conversation"), title, (text) => {
        refocus = `.talk-name[data-conversation="${CSS.escape(conversation)}"]`;
        act({ do: "rename", conversation, title: text });
      }, { lines: false });
    } else if (what === "open") {
      if (sheet.matches) closeTalks({ back: conversation === current });
      if (conversation !== current) open({ conversation });
    } else if (what === "bring back") {
      if (asking()) return say(WAIT);
      act({ do: what, removed, anew });
    } else {
      if (conversation === current || what === "new" || reopen) await idle();
      if (what === "delete") refocus = ".talks .notice button";
      if (what === "restore") refocus = `.talk-name[data-conversation="${CSS.escape(conversation)}"]`;
      act({ do: what, conversation, reopen });
      if (what === "new" && sheet.matches) closeTalks({ back: false });
    }
  });

  function dropRoomDrafts(room) {
    for (const one of room.querySelectorAll(".asks [id]")) dropDraft(one.id);
  }

  // -- the column of conversations as a sheet ------------------------------------------------------------------------

  const behind = () => ["header", "chat", "pane"].map(byId).filter(Boolean);

  function openTalks(pressed) {
    opener = pressed;
    root.dataset.talks = "open";
    window.history.pushState({ sheet: "talks" }, "");
    behind().forEach((part) => { part.inert = true; });
    field("talk-search")?.focus();
  }

  function closeTalks({ back = true } = {}) {
    if (root.dataset.talks !== "open") return;
    root.dataset.talks = "closed";
    if (back && window.history.state?.sheet === "talks") window.history.back();
    behind().forEach((part) => { part.inert = false; });
    opener?.focus();
  }

  sheet.addEventListener("change", () => { if (!sheet.matches) closeTalks(); });

  // -- keys -----------------------------------------------------------------------------------------------------------

  const KEYS = [
    ["/", t("Go to the question")],
    ["j, k", t("Open the next or the previous citation")],
    ["Esc", t("Leave an article, a sheet or a field")],
    ["Enter", t("Ask; Shift and Enter begin a new line")],
    ["← →", t("Go from tab to tab")],
    ["?", t("Show these keys")],
  ];
  const OFF = "readacross:keys";
  const keysOn = () => localStorage.getItem(OFF) !== "off";

  function citations() {
    const room = [...document.querySelectorAll(".room .outcome")].find((one) => one.getClientRects().length);
    const within = room ? [...room.querySelectorAll(".cite")] : [...document.querySelectorAll("#log .answer .cite")];
    return within.filter((one) => !one.closest(".sources"));
  }

  function step(by) {
    const all = citations();
    const at = all.findIndex((one) => one.getAttribute("aria-current"));
    const shown = at < 0 ? (by > 0 ? all[0] : all.at(-1)) : all[at + by];
    if (!shown) return say(all.length ? t("There are no more citations.") : t("There is no citation yet."));
    reveal(shown);
    shown.scrollIntoView({ block: "nearest" });
    shown.click();
  }

  function reveal(one) {
    one.closest("details")?.setAttribute("open", "");
    one.closest("[hidden]")?.previousElementSibling?.click();
  }

  function showKeys() {
    let dialog = byId("keys");
    if (!dialog) {
      dialog = Object.assign(document.createElement("dialog"), { id: "keys" });
      dialog.setAttribute("aria-labelledby", "keys-title");
      const title = Object.assign(document.createElement("h2"), { id: "keys-title", textContent: t("Keys") });
      const list = document.createElement("dl");
      for (const [key, does] of KEYS) {
        const term = document.createElement("dt");
        term.append(Object.assign(document.createElement("kbd"), { textContent: key }));
        list.append(term, Object.assign(document.createElement("dd"), { textContent: does }));
      }
      const label = document.createElement("label");
      const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: keysOn() });
      box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "on" : "off"));
      label.append(box, t("Single keys are at work (/, j, k, ?)"));
      dialog.append(title, list, label, button(t("Close"), "quiet", () => dialog.close()));
      document.querySelector(".gradio-container").append(dialog);
    }
    dialog.showModal();
  }

  function toQuestion() {
    closeTalks();
    if (byId("chat").inert) here.closeSheet();
    if (byId("tab-ask-button")?.getAttribute("aria-selected") === "false") byId("tab-ask-button").click();
    here.focusBox();
  }

  const typing = (element) => Boolean(element?.closest("input, textarea, select, [contenteditable=true], dialog"));

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && root.dataset.talks === "open") { event.preventDefault(); closeTalks(); return; }
    if (event.key === "Enter" && event.target === field("question") && asking() && !event.shiftKey) say(WAIT);
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target) || !keysOn()) return;
    const does = { "/": toQuestion, j: () => step(1), k: () => step(-1), "?": showKeys }[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  });

  // -- at the beginning -----------------------------------------------------------------------------------------------

  for (const [id, role, label] of [["talks", "navigation", t("Conversations")]]) {
    byId(id)?.setAttribute("role", role);
    byId(id)?.setAttribute("aria-label", label);
  }
  root.dataset.talks = "closed";
  const { c, answer, article, at, ...second } = read();
  if (ID.test(answer ?? "")) {
    open({ answer });
  } else if (ID.test(c ?? "")) {
    become(c, { push: false });
    act({ do: "open", conversation: c });
  } else {
    become(newId(), { push: false });
    adoptDrafts();
    restoreDrafts();
  }
  if (article && second.beside) here.openPair({ article, at, ...second });
  else if (article) openArticle({ article, at });
}
