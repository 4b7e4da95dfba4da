// Visits a page in headless Chromium as a person would, and prints what was seen as one JSON object.
//
//   NODE_TOOLS=FOLDER node visit.mjs CHROMIUM URL [TEXT]
//
// NODE_TOOLS holds the node_modules. TEXT is written into the page's message form and sent. Nothing is judged here: that
// is for the test. Where a page has an element that shows what an endpoint answers, its state is waited for.

import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.NODE_TOOLS ?? process.cwd(), "package.json"));
const { chromium } = require("playwright-core");

const [executablePath, url, text] = process.argv.slice(2);
// Longer than the page itself waits for an answer.
const timeout = 25_000;

const seen = { heading: "", problem: "", console: [], failed: [], requests: [], messages: [], sent: "" };
const browser = await chromium.launch({
  executablePath,
  args: [
    "--no-sandbox", // root in a container has none
    "--no-proxy-server",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(timeout);
  page.on("console", (message) => seen.console.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => seen.console.push(`uncaught: ${error.message}`));
  page.on("request", (request) => seen.requests.push(`${request.method()} ${request.url()}`));
  page.on("requestfailed", (request) =>
    seen.failed.push(`${request.method()} ${request.url()}: ${request.failure()?.errorText}`),
  );
  page.on("response", (response) => {
    if (response.status() >= 400) {
      seen.failed.push(`${response.request().method()} ${response.url()}: ${response.status()}`);
    }
  });

  await page.goto(url, { waitUntil: "load" });
  const shown = page.locator("#dynamic-content");
  if ((await shown.count()) > 0) {
    await page.locator("#dynamic-content:is([data-state=ready], [data-state=error])").waitFor();
  }
  await page.waitForLoadState("networkidle");

  if (text !== undefined) {
    await page.locator("#message-text").fill(text);
    await page.locator("#message-form button").click();
    const status = page.locator("#message-status");
    await status.filter({ hasNotText: /^(Sending…)?$/ }).waitFor();
    seen.sent = await status.innerText();
    await page.waitForLoadState("networkidle");
  }

  seen.heading = await page.locator("h1").innerText();
  seen.problem = (await page.locator("[data-error-for]").allInnerTexts()).join("\n");
  seen.messages = await page.locator("#messages li p").allInnerTexts();
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));
