// Opens a deck in a real browser, by itself and within another page, where somebody is logged in.
//
//   node deck.mjs '{"modules": …, "chromium": …, "server": …, "link": …, "deck": …}'
//
// The deck's script tries what a page of the server could, and writes down what came of it. Prints "all as expected", or
// what was not.
import { createRequire } from 'node:module';
import http from 'node:http';
import assert from 'node:assert/strict';

const given = JSON.parse(process.argv[2]);
const { chromium } = createRequire(given.modules + '/')('playwright-core');

// A page around the deck, as a console is one.
const around = http.createServer((request, answer) => {
  answer.setHeader('content-type', 'text/html');
  answer.end(`<!doctype html><title>around</title><iframe src="${given.deck}"></iframe>`);
});
await new Promise((done) => around.listen(0, 'localhost', done));
const console_ = `http://localhost:${around.address().port}/`;

const browser = await chromium.launch({ executablePath: given.chromium, args: ['--no-sandbox'] });

// What the deck's script wrote down; it only stands there if the script ran.
async function written(frame) {
  await frame.waitForFunction(() => document.body.dataset.found);
  return JSON.parse(await frame.evaluate(() => document.body.dataset.found));
}

const STOPPED = { origin: 'null', cookie: 'SecurityError', storage: 'SecurityError', read: 'TypeError', change: 'TypeError' };

try {
  // Somebody chooses a password and logs in; the server's own pages have their session from then on.
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(given.link);
  await fill(page);
  await page.goto(`${given.server}/login?redirect_url=/me`);
  await fill(page);
  await page.waitForURL(`${given.server}/me`);
  assert.match(await page.textContent('body'), /ada/, 'logged in');

  // The deck's calls leave without the session, whatever they ask for.
  const sent = [];
  context.on('request', async (request) => {
    if (request.url().startsWith(given.server) && request.resourceType() === 'fetch') {
      sent.push((await request.allHeaders()).cookie ?? '');
    }
  });
  await page.goto(given.deck);
  assert.deepEqual(await written(page), { ...STOPPED, top: 'itself' });

  await page.goto(console_);
  const frame = page.frames().find((one) => one.url() === given.deck);
  assert.deepEqual(await written(frame), { ...STOPPED, top: 'SecurityError' });
  await page.waitForTimeout(500);
  assert.equal(page.url(), console_, 'the page around stays');
  assert.ok(sent.length >= 2, 'it tried');
  assert.deepEqual(sent.filter((cookie) => cookie.includes('harrier-session')), [], 'no call had the session');
  console.log('all as expected');
} finally {
  await browser.close();
  around.close();
}

async function fill(page) {
  const fields = page.locator('input:not([type=hidden])');
  for (let i = 0; i < (await fields.count()); i++) {
    const password = (await fields.nth(i).getAttribute('type')) === 'password';
    await fields.nth(i).fill(password ? 'correct horse battery' : 'ada');
  }
  const sent = page.waitForResponse((answer) => answer.request().method() === 'POST');
  await page.locator('button').first().click();
  await sent;
}
