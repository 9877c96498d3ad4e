// node chromium.mjs CHROMIUM PYODIDE FILES MICROPIP WHEEL ARGUMENT...: pytest in a headless Chromium, on a page that this
// serves to it; micropip installs the wheel, as a user would have it do.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const [chromium, folder, files, micropip, wheel, ...argv] = process.argv.slice(2);
const page = `<!doctype html><script type="module">
const lines = ["in " + navigator.userAgent];
let code = 1;
try {
  const { loadPyodide } = await import("/pyodide/pyodide.mjs");
  const { suite } = await import("/suite.mjs");
  code = await suite(loadPyodide, {
    packages: ["/${basename(micropip)}"],
    install: "import micropip; await micropip.install('" + location.origin + "/${basename(wheel)}', deps=False)",
    files: await (await fetch("/files.zip")).arrayBuffer(),
    argv: ${JSON.stringify(argv)},
    print: (line) => lines.push(line),
  });
} catch (error) {
  lines.push(String(error));
}
await fetch("/result", { method: "POST", body: JSON.stringify([code, lines.join("\\n")]) });
</script>`;

const types = { html: "text/html", mjs: "text/javascript", js: "text/javascript", wasm: "application/wasm" };
const places = new Map([
  ["/suite.mjs", new URL("suite.mjs", import.meta.url)],
  ["/files.zip", files],
  ["/" + basename(micropip), micropip],
  ["/" + basename(wheel), wheel],
]);

const profile = mkdtempSync(join(tmpdir(), "chromium-"));
let browser;
let told = false;
function end(code, text) {
  if (told) return;
  told = true;
  console.log(text);
  browser?.once("exit", () => {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    process.exit(code);
  });
  browser?.kill();
}

const server = createServer((request, response) => {
  const path = new URL(request.url, "http://localhost").pathname;
  if (path === "/result") {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => response.end() && end(...JSON.parse(body)));
    return;
  }
  try {
    const place = places.get(path) ?? join(folder, basename(path));
    const content = path === "/" ? page : readFileSync(place);
    response.setHeader("Content-Type", types[path === "/" ? "html" : path.split(".").pop()] ?? "application/octet-stream");
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
});
server.listen(0, "127.0.0.1", () => {
  const address = `http://127.0.0.1:${server.address().port}/`;
  const options = ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${profile}`, address];
  browser = spawn(chromium, options, { stdio: "ignore" });
  browser.once("error", (error) => {
    console.log(`chromium: ${error.message}`);
    process.exit(1);
  });
  browser.once("exit", () => end(1, "chromium ended by itself"));
});
setTimeout(() => end(1, "nothing heard of chromium in ten minutes"), 600_000);
