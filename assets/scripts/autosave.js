/* Each answer is saved by itself: on a change, or after a pause in typing. The page says when; what does not arrive
   is tried again, and what somebody else changed meanwhile is never written over: both texts are shown. */
import { showLive } from "./live.js";
import { answerOf, asText, freshBox, freshToken, know, textOf } from "./answers.js";

const PAUSE = 2000;
const PATIENCE = 5000;
const AGAIN = [2000, 4000, 8000, 15000, 30000];

class Saver {
  constructor(place) {
    this.place = place;
    this.form = place.closest("form");
    this.words = place.dataset;
    const form = this.form;
    this.waiting = new Set();
    this.unheard = {};
    this.tries = 0;
    form.addEventListener("input", (event) => this.note(event, PAUSE));
    form.addEventListener("change", (event) => this.note(event, 0));
    form.addEventListener("answer", (event) => this.note(event, 0));
    window.addEventListener("online", () => this.run());
    window.addEventListener("focus", () => this.run());
    document.addEventListener("visibilitychange", () => document.hidden && this.run());
    form.addEventListener("submit", (event) => this.leave(event), { capture: true });
  }

  note(event, pause) {
    const box = event.target.closest("[data-question]");
    if (!box || event.target.type === "file" || box.querySelector("[data-conflict]")) return;
    this.waiting.add(box.dataset.question);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), pause);
  }

  async run() {
    clearTimeout(this.timer);
    if (this.isBusy || this.isOver) return;
    this.isBusy = true;
    this.hasRenewed = false;
    this.work = this.saveAll().finally(() => (this.isBusy = false));
    await this.work;
  }

  async saveAll() {
    while (!this.isLeaving && this.waiting.size && (await this.save([...this.waiting][0])));
  }

  /* The form waits for the answer that is on its way: else it would meet our own words as somebody else's. */
  async leave(event) {
    clearTimeout(this.timer);
    if (!this.isBusy) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.isLeaving = true;
    await Promise.race([this.work, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    this.isLeaving = this.isBusy = false;
    this.form.requestSubmit(event.submitter);
  }

  /* Send one answer; true when the next one can follow. */
  async save(key) {
    const box = this.form.querySelector(`[data-question="${key}"]`);
    const text = textOf(box);
    this.say("saving");
    (this.unheard[key] ??= new Set()).add(text); // it may have arrived, even if no answer comes back
    const facts = await this.ask(box).catch(() => null);
    if (facts === null || facts.status >= 500) return this.later();
    if (textOf(box) === text) this.waiting.delete(key);
    return this.take(box, facts);
  }

  async ask(box) {
    const address = this.words.autosave + box.dataset.question;
    const answer = await fetch(address, { method: "POST", body: answerOf(this.form, box), headers: { Accept: "application/json" } });
    return { status: answer.status, ...(await answer.json()) };
  }

  async take(box, facts) {
    if (facts.status === 200) return this.saved(box, facts);
    if (facts.conflict) return this.differ(box, facts.conflict);
    if (facts.status === 422) return this.wrong(box, facts.error.message);
    this.waiting.add(box.dataset.question);
    if (facts.status === 400 && !this.hasRenewed) {
      this.hasRenewed = true;
      if (await freshToken(this.form)) return true;
    }
    this.isOver = ![400, 401].includes(facts.status);
    this.say("refused", { reason: facts.error.message });
    if (facts.status === 401) this.offerSignIn();
    return false;
  }

  saved(box, facts) {
    this.tries = 0;
    delete this.unheard[box.dataset.question];
    know(this.form, box, facts.seen);
    showLive(this.form, box, facts);
    this.say("saved", { time: facts.saved_at });
    if (!this.waiting.size) this.form.dispatchEvent(new Event("kept"));
    return true;
  }

  /* What can't be kept as it is: said beside it, and sent again once it is changed. */
  wrong(box, message) {
    delete this.unheard[box.dataset.question];
    this.waiting.delete(box.dataset.question);
    showLive(this.form, box, { error: message });
    this.say("refused", { reason: message });
    return true;
  }

  later() {
    const pause = AGAIN[Math.min(this.tries, AGAIN.length - 1)];
    this.tries += 1;
    this.say("unsaved");
    this.timer = setTimeout(() => this.run(), pause);
    return false;
  }

  /* Both texts, and a choice; the page goes on saving the other answers. What stands there may also be our own
     text, of which the portal's answer was lost: then there is nothing to choose. */
  differ(box, conflict) {
    const key = box.dataset.question;
    if (this.unheard[key]?.has(asText(conflict.typed))) {
      know(this.form, box, conflict.seen);
      this.waiting.add(key);
      return true;
    }
    this.waiting.delete(key);
    const part = document.getElementById("conflict-template").content.cloneNode(true).firstElementChild;
    for (const name of ["who", "yours", "saved"]) part.querySelector(`[data-${name}]`).textContent = conflict[name];
    part.querySelector("[data-keep-yours]").addEventListener("click", () => {
      know(this.form, box, conflict.seen);
      this.settle(box, part);
      this.waiting.add(key);
      this.run();
    });
    part.querySelector("[data-keep-saved]").addEventListener("click", async () => {
      if (!(await freshBox(this.form, box))) return;
      this.settle(box, part);
      if (!this.waiting.size) this.form.dispatchEvent(new Event("kept"));
    });
    box.append(part);
    this.say("differs");
    return true;
  }

  settle(box, part) {
    part.remove();
    this.say("settled");
    box.querySelector("input:not([type='hidden']), select, textarea")?.focus();
  }

  offerSignIn() {
    const link = document.createElement("a");
    link.href = this.words.signIn;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = this.words.signInLabel;
    this.place.append(" ", link);
  }

  say(state, facts = {}) {
    const pattern = this.words[state];
    this.place.dataset.state = state;
    this.place.textContent = pattern.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  }
}

export function startAutosave() {
  document.querySelectorAll("[data-save-state]").forEach((place) => new Saver(place));
}
