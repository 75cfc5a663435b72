// Runs once when the page is there: opening and closing the article pane, focus, and scrolling. No network of its own.
() => {
  const root = document.documentElement;
  const narrow = window.matchMedia("(max-width: 860px)");
  const byId = (id) => document.getElementById(id);
  let opener = { element: null, id: "" };
  let follow = { turn: "", on: true };
  let asPrinted = false;

  const inPane = (element) => Boolean(element && element.closest("#pane"));
  const inArticle = (element) => Boolean(element && element.closest("#article"));

  function focusBox(tries = 30) {
    const box = byId("question")?.querySelector("textarea");
    if (box?.getClientRects().length) box.focus();
    else if (tries) window.requestAnimationFrame(() => focusBox(tries - 1)); // its tab is on the way
  }

  function focusOpener() {
    const { element, id } = opener;
    const again = element?.isConnected ? element : id && byId(id);
    if (again && again.getClientRects().length) again.focus();
    else if (root.dataset.view === "list" && inPane(document.activeElement)) byId("filter")?.querySelector("textarea, input")?.focus();
    else focusBox();
  }

  function showList() {
    root.dataset.view = "list";
    if (inPane(opener.element)) focusOpener();
    else byId("filter")?.querySelector("textarea, input")?.focus();
    window.readacross.left?.();
  }

  // What lies behind an open sheet can be neither seen nor reached.
  function settle() {
    const over = narrow.matches && root.dataset.sheet === "open";
    for (const part of ["header", "chat"]) byId(part).inert = over;
  }
  new MutationObserver(settle).observe(root, { attributes: true, attributeFilter: ["data-sheet"] });
  narrow.addEventListener("change", settle);

  const covered = () => narrow.matches && root.dataset.sheet === "open" && root.dataset.talks !== "open";

  function closeSheet() {
    root.dataset.sheet = "closed";
    settle();
    if (window.history.state?.sheet === "list") window.history.back();
    const button = byId("open-list");
    if (!inPane(opener.element)) focusOpener();
    else if (button?.getClientRects().length) button.focus();
    else focusBox();
    window.readacross.left?.();
  }

  function leave() {
    if (narrow.matches && !inPane(opener.element)) closeSheet();
    else if (inPane(opener.element)) root.dataset.view === "article" ? showList() : closeSheet();
    else focusOpener();
  }

  // Gradio sends an event that it has put off with the data of the one before it, and answers may overtake each other:
  // so within a lane one is sent after the other. With `latest` those that still wait are given up for the new one.
  const STUCK = 10_000;
  const lanes = {};

  function send(name, event, { latest = false } = {}) {
    const lane = (lanes[name] ??= { waiting: [], underWay: 0 });
    lane.waiting = latest ? [event] : [...lane.waiting, event];
    if (!lane.underWay) sendNext(lane);
  }

  function sendNext(lane) {
    clearTimeout(lane.underWay);
    const event = lane.waiting.shift();
    lane.underWay = event ? setTimeout(sendNext, STUCK, lane) : 0;
    event?.();
  }

  window.readacross = Object.assign(window.readacross ?? {}, {
    send,
    sent(name) { if (lanes[name]?.underWay) sendNext(lanes[name]); },
    sending: (name) => Boolean(lanes[name]?.underWay),
    remember(button) {
      if (inArticle(button)) return;
      opener.element?.removeAttribute("aria-current");
      opener = { element: button, id: button.id };
      if (button.classList.contains("cite")) button.setAttribute("aria-current", "true");
    },
    opened(element) {
      window.readacross.sent("article");
      const article = element.querySelector("article");
      if (!article) return;
      root.dataset.view = "article";
      root.dataset.sheet = "open";
      const cited = byId("cited");
      if (cited) cited.scrollIntoView({ block: "center" });
      else byId("article").scrollTop = 0;
      (cited || byId("article-title"))?.focus({ preventScroll: true });
      const printed = article.querySelector(".printed");
      if (printed && asPrinted) printed.open = true;
      window.readacross.went?.(article);
    },
    showList,
    closeSheet,
    focusBox,
    enter(room, focus = "") {
      const known = document.querySelector(`#room-${room} .result`);
      window.readacross.focus = known ? "" : focus; // a room without a result begins by itself, with this focus
      byId(`tab-${room}-button`)?.click();
      const settle = (tries) => {
        const box = byId(`${room}-focus`)?.querySelector("textarea, input");
        const run = document.querySelector(`#room-${room} .run`);
        if (tries && (focus ? !box : !run)) return window.requestAnimationFrame(() => settle(tries - 1));
        if (box && focus) {
          box.value = focus;
          box.dispatchEvent(new Event("input", { bubbles: true }));
        }
        run?.focus();
        if (known && focus) window.requestAnimationFrame(() => run?.click());
      };
      settle(60);
    },
    answered(element) {
      const section = element.querySelector("section");
      if (!section) return;
      if (section.id !== follow.turn) follow = { turn: section.id, on: true };
      if (follow.on) section.scrollIntoView({ block: "start" });
      window.readacross.asked?.(section);
    },
  });

  window.readacross.save = (file) => {
    if (!file) return;
    const { name, kind, data } = JSON.parse(file);
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes], { type: kind }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (button?.dataset.close === "list") showList();
    if (button?.dataset.close === "sheet") closeSheet();
    if (button?.dataset.sheet === "open") {
      opener = { element: button, id: button.id };
      root.dataset.view = "list";
      root.dataset.sheet = "open";
      window.readacross.left?.();
      window.history.pushState({ sheet: "list" }, "");
      byId("filter")?.querySelector("textarea, input")?.focus();
    }
    if (event.target.closest?.("[data-skip]")) {
      event.preventDefault();
      if (byId("tab-ask-button")?.getAttribute("aria-selected") === "false") byId("tab-ask-button").click();
      focusBox();
    }
  });

  // -- the pages of a PDF stay in sight from one citation to the next, once they have been asked for --

  document.addEventListener("click", (event) => {
    const summary = event.target.closest?.(".printed > summary");
    if (summary) asPrinted = !summary.parentElement.open;
  });
  document.addEventListener("toggle", ({ target }) => {
    if (!target.open || !target.matches(".printed")) return;
    target.scrollIntoView({ block: "start" });
    const first = byId(target.dataset.first);
    const box = first?.parentElement;
    if (box) box.scrollTop += first.getBoundingClientRect().top - box.getBoundingClientRect().top;
  }, true);

  document.addEventListener("keydown", (event) => {
    const nowhere = document.activeElement === document.body;
    if (event.key === "Escape" && (inPane(document.activeElement) || (nowhere && covered()))) {
      event.preventDefault();
      leave();
    }
  });

  // -- the tabs: arrow keys go from one to the next, Enter opens it; Tab leaves them ---------------------------------

  const tabs = () => [...document.querySelectorAll("#rooms .tab-container:not(.visually-hidden) [role=tab]")];

  document.addEventListener("keydown", (event) => {
    const at = tabs().indexOf(event.target);
    if (at < 0) return;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    tabs().at(to % tabs().length).focus();
  });

  function settleTabs() {
    for (const tab of tabs()) tab.tabIndex = tab.getAttribute("aria-selected") === "true" ? 0 : -1;
  }
  new MutationObserver(settleTabs).observe(byId("rooms"), { attributes: true, attributeFilter: ["aria-selected"], childList: true, subtree: true });
  settleTabs();

  for (const kind of ["wheel", "touchmove", "keydown"]) {
    byId("log")?.addEventListener(kind, () => { follow.on = false; }, { passive: true });
  }

  for (const [id, role, label] of [
    ["chat", "region", t("Questions and answers")],
    ["pane", "region", t("Articles")],
    ["log", "log", t("Conversation")],
  ]) {
    byId(id)?.setAttribute("role", role);
    byId(id)?.setAttribute("aria-label", label);
  }
  byId("fresh")?.setAttribute("aria-label", t("New conversation"));
  byId("fresh")?.setAttribute("title", t("New conversation"));
  byId("log")?.setAttribute("aria-live", "off");
  byId("log")?.setAttribute("tabindex", "0");
  byId("article")?.setAttribute("tabindex", "0");
  root.dataset.view = "list";
  root.dataset.sheet = "closed";
  root.dataset.ready = "yes";
  if (!narrow.matches) focusBox();
}
