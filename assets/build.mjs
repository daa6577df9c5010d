/**
 * Builds what the browser loads into portal/static/build: one style sheet, one script, an icon sprite and three fonts,
 * each under a name with its hash, with .gz and .br copies beside it, and manifest.json from plain name to hashed name.
 * Does nothing when no source has changed; `--force` builds all the same. Ends with 1 and the reason when something is wrong.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const OUT = join(ROOT, "portal", "static", "build");
const VENDOR = join(HERE, "node_modules", "bootstrap-italia", "dist");
const STAMP = join(OUT, ".stamp");
const MANIFEST = join(OUT, "manifest.json");
const NOT_PAGES = ["documents", "mail"]; // they are drawn or sent, not opened in the portal

const FONTS = {
  "titillium-regular.woff2": "titillium-web-v10-latin-ext_latin-regular.woff2",
  "titillium-semibold.woff2": "titillium-web-v10-latin-ext_latin-600.woff2",
  "titillium-bold.woff2": "titillium-web-v10-latin-ext_latin-700.woff2",
};

// Classes that only scripts set, so no template names them.
const SET_BY_SCRIPTS = ["expanded", "navbar-open", "navbar-backdrop", "modal-backdrop", "fade", "show", "js", "deadline-near"];

function filesUnder(folder, suffixes, skip = []) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !skip.includes(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesUnder(path, suffixes, skip);
      return suffixes.includes(extname(path)) ? [path] : [];
    })
    .sort();
}

function readSources() {
  const pages = [
    ...filesUnder(join(ROOT, "templates"), [".html"], NOT_PAGES),
    ...filesUnder(join(ROOT, "portal"), [".py"], ["static", "translations", "__pycache__"]),
    ...filesUnder(join(HERE, "scripts"), [".js"]),
  ];
  const own = [
    ...filesUnder(join(HERE, "styles"), [".css"]),
    ...filesUnder(join(HERE, "icons"), [".svg"]),
    join(HERE, "build.mjs"),
    join(HERE, "package-lock.json"),
  ];
  const read = (path) => ({ path: relative(ROOT, path), text: readFileSync(path, "utf8") });
  return { pages: pages.map(read), own: own.map(read) };
}

function stampOf({ pages, own }) {
  const hash = createHash("sha256");
  for (const { path, text } of [...pages, ...own]) hash.update(`${path}\0${text}\0`);
  return hash.digest("hex");
}

function symbolsOf(sprite) {
  const found = new Map();
  for (const [whole, id] of sprite.matchAll(/<symbol\b[^>]*\bid="([^"]+)"[\s\S]*?<\/symbol>/g)) found.set(id, whole);
  return found;
}

/** Every icon a page names, from Bootstrap Italia's sprite and from our own drawings; a name nobody drew is an error. */
function buildSprite(pages) {
  const symbols = symbolsOf(readFileSync(join(VENDOR, "svg", "sprites.svg"), "utf8"));
  for (const path of filesUnder(join(HERE, "icons"), [".svg"])) {
    const drawing = readFileSync(path, "utf8").match(/<svg[^>]*viewBox="([^"]+)"[^>]*>([\s\S]*)<\/svg>/);
    symbols.set(basename(path, ".svg"), `<symbol viewBox="${drawing[1]}" id="${basename(path, ".svg")}">${drawing[2].trim()}</symbol>`);
  }
  const used = new Set();
  for (const { path, text } of pages) {
    for (const [, name] of text.matchAll(/\bicon(?:_name)?\s*[(=]\s*["']([^"']+)["']/g)) {
      if (!symbols.has(name)) throw new Error(`${path}: there is no icon "${name}"`);
    }
    for (const [name] of text.matchAll(/\b(?:it|portal)-[a-z0-9-]+/g)) if (symbols.has(name)) used.add(name);
  }
  const chosen = [...used].sort().map((name) => symbols.get(name));
  return { text: `<svg xmlns="http://www.w3.org/2000/svg">${chosen.join("")}</svg>`, count: used.size };
}

/** Bootstrap Italia is cut down to what the pages name; our own rules are few and all stay. */
async function buildStyles(pages, fontNames) {
  const [{ build }, { PurgeCSS }] = await Promise.all([import("esbuild"), import("purgecss")]);
  const bundled = await build({
    entryPoints: [join(HERE, "styles", "app.css")],
    bundle: true,
    write: false,
    external: ["*.woff2"],
  });
  const vendor = readFileSync(join(VENDOR, "css", "bootstrap-italia.min.css"), "utf8")
    .replace(/^\uFEFF/, "")
    .replace(/@font-face\s*\{[^}]*\}/g, "");
  const [purged] = await new PurgeCSS().purge({
    css: [{ raw: vendor }],
    content: pages.map(({ path, text }) => ({ raw: text, extension: extname(path).slice(1) })),
    safelist: SET_BY_SCRIPTS,
    variables: true,
    keyframes: true,
  });
  const together = purged.css + bundled.outputFiles[0].text;
  const named = Object.entries(fontNames).reduce((css, [plain, hashed]) => css.replaceAll(plain, hashed), together);
  const { transform } = await import("esbuild");
  return (await transform(named, { loader: "css", minify: true, legalComments: "inline" })).code;
}

async function buildScript() {
  const { build } = await import("esbuild");
  const result = await build({
    entryPoints: [join(HERE, "scripts", "app.js")],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: "es2020",
    legalComments: "none",
  });
  return result.outputFiles[0].text;
}

function hashedName(plain, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  return plain.replace(/\.([a-z0-9]+)$/, `.${hash}.$1`);
}

class Output {
  constructor() {
    this.manifest = {};
    this.kept = new Set(["manifest.json", ".stamp"]);
    this.lines = [];
  }

  add(plain, content) {
    const bytes = Buffer.from(content);
    const name = hashedName(plain, bytes);
    this.manifest[plain] = name;
    this.write(name, bytes);
    let sent = bytes.length;
    if (extname(plain) !== ".woff2") {
      const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
      this.write(`${name}.br`, brotli);
      this.write(`${name}.gz`, gzipSync(bytes, { level: 9 }));
      sent = brotli.length;
    }
    this.lines.push(`  ${name.padEnd(36)} ${String(bytes.length).padStart(7)} bytes, ${String(sent).padStart(6)} sent`);
    return name;
  }

  write(name, bytes) {
    this.kept.add(name);
    writeFileSync(join(OUT, name), bytes);
  }

  /** The manifest changes in one step, and only then do the files it no longer names go. */
  close(stamp) {
    const text = JSON.stringify(this.manifest, null, 2);
    writeFileSync(`${MANIFEST}.new`, text);
    renameSync(`${MANIFEST}.new`, MANIFEST);
    for (const name of readdirSync(OUT)) if (!this.kept.has(name)) rmSync(join(OUT, name), { recursive: true });
    writeFileSync(STAMP, stamp);
  }
}

async function main() {
  const started = Date.now();
  const sources = readSources();
  const stamp = stampOf(sources);
  const isFresh = existsSync(MANIFEST) && existsSync(STAMP) && readFileSync(STAMP, "utf8") === stamp;
  if (isFresh && !process.argv.includes("--force")) {
    console.log("front end: nothing changed");
    return;
  }
  mkdirSync(OUT, { recursive: true });
  const output = new Output();
  const sprite = buildSprite(sources.pages);
  const fontNames = {};
  for (const [plain, shipped] of Object.entries(FONTS)) {
    fontNames[plain] = output.add(plain, readFileSync(join(VENDOR, "fonts", "Titillium_Web", shipped)));
  }
  const [styles, script] = await Promise.all([buildStyles(sources.pages, fontNames), buildScript()]);
  output.add("app.css", styles);
  output.add("app.js", script);
  output.add("icons.svg", sprite.text);
  output.add("favicon.svg", readFileSync(join(HERE, "icons", "portal-mark-favicon.svg")));
  output.close(stamp);
  console.log(`front end: built in ${((Date.now() - started) / 1000).toFixed(1)} s, ${sprite.count} icons\n${output.lines.join("\n")}`);
}

main().catch((error) => {
  console.error(`front end: ${error.message}`);
  process.exitCode = 1;
});
