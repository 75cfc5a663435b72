// Runs once when the page is there: the card of a citation, what is out of sight until asked for, and the timeline.
() => {
  const WAIT = 120;
  const byId = (id) => document.getElementById(id);
  let timer = 0;
  let shownFor = null;

  // -- a card tells what a citation cites: on hover and focus; Esc or leaving it takes it away -----------------------

  function made() {
    const card = Object.assign(document.createElement("div"), { id: "card", hidden: true });
    card.setAttribute("role", "tooltip");
    card.addEventListener("pointerenter", () => clearTimeout(timer));
    card.addEventListener("pointerleave", hide);
    document.querySelector(".gradio-container").append(card);
    return card;
  }

  function line(look, text, lang = "") {
    const made = Object.assign(document.createElement("p"), { className: look, textContent: text, lang });
    made.dir = "auto";
    return made;
  }

  function show(cite) {
    const { name, facts, quote, also, lang } = cite.dataset;
    if (!name || !cite.isConnected) return;
    const card = byId("card") ?? made();
    card.replaceChildren(line("name", name), line("facts", facts), line("quote", t("“{quote}”", { quote }), lang));
    if (also) card.append(line("also", t("Also in: {names}", { names: also })));
    card.hidden = false;
    const at = cite.getBoundingClientRect();
    const { width, height } = card.getBoundingClientRect();
    const above = at.top - height - 6;
    card.style.left = `${Math.max(12, Math.min(at.left, window.innerWidth - width - 12))}px`;
    card.style.top = `${above > 8 ? above : at.bottom + 6}px`;
    cite.setAttribute("aria-describedby", "card");
    shownFor = cite;
  }

  function hide() {
    clearTimeout(timer);
    shownFor?.removeAttribute("aria-describedby");
    shownFor = null;
    if (byId("card")) byId("card").hidden = true;
  }

  const citeOf = (event) => event.target.closest?.(".cite[data-name]");
  document.addEventListener("pointerover", (event) => {
    const cite = citeOf(event);
    if (!cite || event.pointerType === "touch" || cite === shownFor) return;
    clearTimeout(timer);
    timer = setTimeout(show, WAIT, cite);
  });
  document.addEventListener("pointerout", (event) => {
    if (!citeOf(event)) return;
    clearTimeout(timer);
    timer = setTimeout(hide, 2 * WAIT);
  });
  document.addEventListener("focusin", (event) => {
    const cite = citeOf(event);
    if (cite?.matches(":focus-visible")) show(cite);
    else if (shownFor && !byId("card")?.contains(event.target)) hide();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && shownFor) hide(); }, true);
  document.addEventListener("click", (event) => { if (!event.target.closest?.("#card")) hide(); }, true);
  document.addEventListener("scroll", () => { if (shownFor) hide(); }, true);

  // -- more citations of a sentence, and a dot's row in the table ----------------------------------------------------

  document.addEventListener("click", (event) => {
    const more = event.target.closest?.("[data-more]");
    if (more) {
      more.nextElementSibling.hidden = false;
      more.nextElementSibling.querySelector("button")?.focus({ preventScroll: true });
      more.remove();
    }
    const dot = event.target.closest?.(".timeline [data-row]");
    const row = dot?.closest(".result").querySelectorAll("tbody tr")[Number(dot.dataset.row)];
    if (!row) return;
    row.closest("table").querySelectorAll(".shown").forEach((one) => one.classList.remove("shown"));
    row.classList.add("shown");
    row.scrollIntoView({ block: "center" });
  });
}
