// Logs somebody in at an outside provider in a real browser, lets a program act for them, and logs them out.
//
//   node provider_login.mjs '{"modules": …, "chromium": …, "server": …, "issuer": …, "username": …, "password": …}'
//
// Prints "all as expected", or what was not.
import { createRequire } from 'node:module';
import http from 'node:http';
import assert from 'node:assert/strict';

const given = JSON.parse(process.argv[2]);
const { chromium } = createRequire(given.modules + '/')('playwright-core');

// A program that waits for its code, as pyflyte and flytectl do.
let codes = 0;
const program = http.createServer((request, answer) => {
  if (request.url.startsWith('/callback?code=')) {
    codes++;
  }
  answer.end('You can close this page.');
});
await new Promise((done) => program.listen(0, 'localhost', done));
const authorize =
  `${given.server}/oauth2/authorize?client_id=flytectl&response_type=code&scope=all+offline&state=s` +
  `&redirect_uri=http://localhost:${program.address().port}/callback` +
  `&code_challenge_method=S256&code_challenge=${'c'.repeat(43)}`;

const browser = await chromium.launch({
  executablePath: given.chromium,
  args: ['--no-sandbox'],
});

async function fill(page) {
  await page.fill('#username', given.username);
  await page.fill('#password', given.password);
  await page.click('[type=submit]');
}

async function status(page, path) {
  return (await page.context().request.get(given.server + path)).status();
}

try {
  // A person logs in, and is where they wanted to be.
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) complaints.push(message.text());
  });
  await page.goto(`${given.server}/login?redirect_url=/me`);
  await page.click('text=Log in with Keycloak');
  await fill(page);
  await page.waitForURL(`${given.server}/me`);
  assert.match(await page.textContent('body'), new RegExp(given.username));
  const session = (await context.cookies(given.server)).find((one) => one.name === 'harrier-session');
  assert.equal(session.httpOnly, true, 'HttpOnly');
  assert.equal(session.sameSite, 'Lax', 'SameSite');

  // A program asks; nobody types a password again.
  await page.goto(authorize);
  assert.equal(await page.locator('input[name=password]').count(), 0, 'password fields');
  await page.click('button[value=allow]');
  await page.waitForURL('http://localhost:*/callback**');
  assert.equal(codes, 1, 'codes of a program');

  // Without a session here, the provider's own is enough to come back to the program's page.
  await context.clearCookies({ name: 'harrier-session' });
  await page.goto(authorize);
  assert.equal(await page.locator('input[name=password]').count(), 1, 'password fields');
  await page.click('text=Log in with Keycloak');
  await page.waitForURL(`${given.server}/oauth2/authorize**`);
  await page.click('button[value=allow]');
  await page.waitForURL('http://localhost:*/callback**');
  assert.equal(codes, 2, 'codes of a program');

  // A link to the logout from elsewhere asks first; one from here is followed.
  await page.goto(`${given.issuer}/.well-known/openid-configuration`);
  await page.evaluate((url) => location.assign(url), `${given.server}/logout`);
  await page.waitForURL(`${given.server}/logout`);
  assert.equal(await page.locator('text=Log out').first().isVisible(), true, 'a question');
  assert.equal(await status(page, '/me'), 200, 'status before the logout');
  await page.evaluate(() => location.assign('/logout?redirect_url=/login'));
  await page.waitForURL(`${given.server}/login`);
  assert.equal(await status(page, '/me'), 401, 'status after the logout');
  assert.deepEqual(complaints, [], 'complaints about the pages\' policy');
  console.log('all as expected');
} finally {
  await browser.close();
  program.close();
}
