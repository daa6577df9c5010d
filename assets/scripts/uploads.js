/* Files go up at once, each by itself, with progress; one that fails is tried again. Without scripts they go with the form. */
import { freshBox } from "./answers.js";

function send(address, form, name, file, onProgress) {
  return new Promise((resolve, reject) => {
    const body = new FormData();
    body.append("csrf_token", form.elements.csrf_token.value);
    body.append(name, file);
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => onProgress(Math.floor((event.loaded / event.total) * 100)));
    request.addEventListener("load", () => resolve({ status: request.status, text: request.responseText }));
    request.addEventListener("error", reject);
    request.send(body);
  });
}

class Upload {
  constructor(part, input) {
    this.part = part;
    this.form = part.closest("form");
    this.box = part.closest("[data-question]");
    this.name = input.name;
    this.words = part.dataset;
  }

  async all(files) {
    for (const file of files) await this.one(file, this.line());
    if (!this.hasFailed) await freshBox(this.form, this.box);
    return !this.hasFailed;
  }

  line() {
    const line = document.createElement("li");
    this.part.querySelector("[data-progress]").append(line);
    return line;
  }

  async one(file, line) {
    const say = (pattern, percent = "") => {
      line.textContent = this.words[pattern].replace("{name}", file.name).replace("{percent}", `${percent}%`);
    };
    say("sending", 0);
    try {
      const answer = await send(this.words.upload, this.form, this.name, file, (percent) => say("sending", percent));
      if (answer.status === 200) return say("done");
      this.refused(line, file, JSON.parse(answer.text).error.message);
    } catch {
      say("failed");
      this.offerAgain(file, line);
    }
    this.hasFailed = true;
  }

  refused(line, file, message) {
    line.className = "field-error";
    line.textContent = `${file.name}: ${message}`;
  }

  offerAgain(file, line) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-link btn-sm";
    button.textContent = this.words.retry;
    button.addEventListener("click", async () => {
      this.hasFailed = false;
      await this.one(file, line);
      if (!this.hasFailed) await freshBox(this.form, this.box);
    });
    line.append(" ", button);
  }
}

/* A form sent while its files are on their way waits for them; it stays where it is if one of them fails. */
const onTheirWay = new Map();

function hold(form, upload) {
  const waiting = onTheirWay.get(form) ?? new Set();
  onTheirWay.set(form, waiting.add(upload));
  upload.finally(() => waiting.delete(upload));
}

async function sendAfter(form, button, waiting) {
  const arrived = await Promise.all(waiting);
  if (arrived.every(Boolean)) form.requestSubmit(button);
}

function waitForFiles(event) {
  const waiting = onTheirWay.get(event.target);
  if (!waiting?.size) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  sendAfter(event.target, event.submitter, [...waiting]);
}

export function startUploads() {
  document.addEventListener("submit", waitForFiles, true);
  document.addEventListener("change", (event) => {
    const input = event.target;
    const part = input.closest("[data-upload]");
    if (!part || input.type !== "file" || !input.files.length) return;
    const files = [...input.files];
    input.value = "";
    hold(input.form, new Upload(part, input).all(files));
  });
}
