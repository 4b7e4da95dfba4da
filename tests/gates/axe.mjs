// Opens pages in Chromium, light and dark, and prints what axe finds in them.
//
//   NODE_TOOLS=FOLDER node axe.mjs CHROMIUM [SITE PAGE]...
//
// NODE_TOOLS holds the node_modules, SITE is a folder that is served, PAGE is a path below it. Ends with 1 if anything was
// found. Nothing answers the pages' calls: what they show then must be accessible too.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";

const require = createRequire(join(process.env.NODE_TOOLS ?? process.cwd(), "package.json"));
const { AxeBuilder } = require("@axe-core/playwright");
const { chromium } = require("playwright-core");

const types = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

const serve = (site) =>
  new Promise((resolve) => {
    const server = createServer(async (request, response) => {
      const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
      try {
        const bytes = await readFile(join(site, path));
        response.writeHead(200, { "Content-Type": types[extname(path)] ?? "application/octet-stream" }).end(bytes);
      } catch {
        response.writeHead(404).end();
      }
    });
    server.listen(0, "127.0.0.1", () => resolve(server));
  });

const [executablePath, ...pages] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath,
  args: [
    "--no-sandbox", // root in a container has none
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
let found = 0;
const finding = (text) => {
  found += 1;
  console.log(text);
};
try {
  while (pages.length > 0) {
    const [site, page] = pages.splice(0, 2);
    const server = await serve(site);
    for (const colorScheme of ["light", "dark"]) {
      const context = await browser.newContext({ colorScheme });
      const tab = await context.newPage();
      await tab.goto(`http://127.0.0.1:${server.address().port}/${page}`, { waitUntil: "load" });
      const { passes, violations } = await new AxeBuilder({ page: tab }).analyze();
      const where = `${join(site, page)} (${colorScheme})`;
      if (passes.length === 0) finding(`${where}: axe judged nothing`);
      for (const { help, id, nodes } of violations) {
        for (const { html } of nodes) finding(`${where}: ${id}: ${help}: ${html}`);
      }
      await context.close();
    }
    server.close();
  }
} finally {
  await browser.close();
}
process.exitCode = found === 0 ? 0 : 1;
