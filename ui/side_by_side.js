// Runs once when the page is there: a dialog with two articles side by side, and the way back. No network of its own.
() => {
  const here = window.readacross;
  const byId = (id) => document.getElementById(id);
  const PLACE = /^\d+-\d+-\d+-[0-9a-f]{8}$/;
  let opener = { element: null, id: "" };
  let refocus = "";

  const shown = () => Boolean(byId("pair")?.open);
  const ask = (data) => here.send("pair", () => here.triggered("pair", "click", data), { latest: true });

  function made() {
    const dialog = Object.assign(document.createElement("dialog"), { id: "pair", className: "prose" });
    dialog.setAttribute("aria-labelledby", "pair-title");
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); leave(); });
    document.querySelector(".gradio-container").append(dialog);
    return dialog;
  }

  function address(dialog) {
    const [first, second] = [...dialog.querySelectorAll(".side")].map((side) => side.dataset);
    return first && second && { article: first.file, at: first.at, beside: second.file, beside_at: second.at };
  }

  // The cited words come to the middle of their own side, and nothing else moves.
  function centre(side) {
    const [box, mark] = [side.querySelector(".side-text"), side.querySelector("mark.cited")];
    if (!box || !mark) return;
    const [around, words] = [box.getBoundingClientRect(), mark.getBoundingClientRect()];
    box.scrollTop += words.top - around.top - Math.max(0, (around.height - words.height) / 2);
  }

  function leave() {
    close();
    here.leftPair();
  }

  function close() {
    if (!shown()) return;
    byId("pair").close();
    const again = opener.element?.isConnected ? opener.element : byId(opener.id);
    if (again?.getClientRects().length) again.focus();
    else here.focusBox();
  }

  Object.assign(here, {
    paired(element) {
      here.sent("pair");
      const view = element.querySelector(".pair");
      if (!view) return;
      const dialog = byId("pair") ?? made();
      const before = shown();
      dialog.replaceChildren(view);
      if (!before) dialog.showModal();
      dialog.querySelectorAll(".side").forEach(centre);
      (dialog.querySelector(refocus || "h2") ?? dialog.querySelector("h2")).focus();
      refocus = "";
      const pair = address(dialog);
      if (pair) here.wentTo(pair, { push: !before });
    },
    openPair({ article, at, beside, beside_at }) {
      const now = shown() ? address(byId("pair")) : null;
      if (now?.article === article && now.at === at && now.beside === beside && now.beside_at === beside_at) return;
      const place = (given) => (PLACE.test(given ?? "") || /^\d+$/.test(given ?? "") ? [given] : []);
      ask({ told: JSON.stringify([[article, ...place(at)], [beside, ...place(beside_at)]]) });
    },
    closePair: close,
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("button");
    if (!button) return;
    if (button.matches(".beside")) {
      opener = { element: button, id: button.id };
      ask({ told: button.dataset.told });
    } else if (button.dataset.close === "pair") leave();
    else if (button.dataset.alone) {
      const data = { ...button.dataset };
      close();
      here.remember(opener.element ?? button);
      here.send("article", () => here.triggered("article", "click", data), { latest: true });
    } else if (button.dataset.act === "pair") {
      const copied = await here.put(here.linkTo(address(byId("pair"))));
      button.textContent = copied ? t("Copied.") : t("The browser does not allow copying.");
    }
  });

  // Another article is chosen for one side; one that stands on the other side changes places with it.
  document.addEventListener("change", (event) => {
    const { side } = event.target.dataset;
    const view = event.target.closest?.("#pair .pair");
    if (!view || side === undefined) return;
    const [first, second] = [...view.querySelectorAll("select[data-side]")].map((one) => one.value);
    const before = [...view.querySelectorAll("select[data-side]")].map((one) => one.querySelector("[selected]").value);
    const other = first === second ? before[Number(side)] : side === "0" ? second : first;
    refocus = `select[data-side="${side}"]`;
    const chosen = event.target.value;
    ask({ told: view.dataset.told, first: side === "0" ? chosen : other, second: side === "0" ? other : chosen });
  });
}
