// Opens pages of other origins in a real browser, and has them call the server.
//
//   node second_origin.mjs '{"modules": …, "chromium": …, "server": …, "token": …, "link": …, "certificate": …, "key": …,
//                            "fingerprint": …, "listedPort": …}'
//
// Prints "all as expected", or what was not.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import assert from 'node:assert/strict';

const given = JSON.parse(process.argv[2]);
const { chromium } = createRequire(given.modules + '/')('playwright-core');

// A page of nothing, whose scripts are this file's.
function origin(port) {
  const tls = { cert: readFileSync(given.certificate), key: readFileSync(given.key) };
  const served = https.createServer(tls, (request, answer) => {
    answer.setHeader('content-type', 'text/html');
    answer.end('<!doctype html><title>another origin</title>');
  });
  return new Promise((done) => served.listen(port, '127.0.0.1', () => done(served)));
}

// What a page sees of a call; "blocked" if the browser kept the answer from it.
function call(page, path, init) {
  return page.evaluate(
    async ([url, options]) => {
      try {
        const answer = await fetch(url, options);
        return { status: answer.status, body: await answer.text(), subject: answer.headers.get('x-user-subject') };
      } catch (refused) {
        return { status: 'blocked', body: String(refused), subject: null };
      }
    },
    [given.server + path, init],
  );
}

// Sends a form from a page, as any page can without asking, and waits for where it leads.
async function submit(page, url, fields) {
  await page.evaluate(
    ([action, values]) => {
      const form = document.createElement('form');
      form.method = 'post';
      form.action = action;
      for (const [name, value] of Object.entries(values)) {
        const field = document.createElement('input');
        Object.assign(field, { name, value });
        form.append(field);
      }
      document.body.append(form);
      // Not form.submit: a field may have that name.
      HTMLFormElement.prototype.submit.call(form);
    },
    [url, fields],
  );
  await page.waitForURL((now) => now.href.startsWith(given.server));
}

const known = (more) => ({
  credentials: 'include',
  headers: { authorization: `Bearer ${given.token}`, 'content-type': 'application/json' },
  ...more,
});

const listed = await origin(given.listedPort);
const unlisted = await origin(0);
const browser = await chromium.launch({
  executablePath: given.chromium,
  // As root it has no sandbox of its own. The certificate is trusted by its key, as no system knows its authority.
  args: ['--no-sandbox', `--ignore-certificate-errors-spki-list=${given.fingerprint}`],
});
try {
  const context = await browser.newContext();

  // A page of a listed origin: asks first, calls with credentials, reads what it may.
  const friend = await context.newPage();
  await friend.goto(`https://localhost:${given.listedPort}/`);
  const projects = await call(friend, '/api/v1/projects', known({}));
  assert.equal(projects.status, 200, projects.body);
  assert.match(projects.body, /flytesnacks/);
  const me = await call(friend, '/me', known({}));
  assert.equal(me.status, 200);
  assert.ok(me.subject, 'x-user-subject can be read');
  const changed = await call(friend, '/api/v1/projects/flytesnacks', known({ method: 'PUT', body: '{"id":"flytesnacks","name":"flytesnacks"}' }));
  assert.equal(changed.status, 200, changed.body);
  const nobody = await call(friend, '/api/v1/projects', { credentials: 'include' });
  assert.equal(nobody.status, 401, 'it sees why it was refused');
  const strange = await call(friend, '/api/v1/projects', known({ headers: { authorization: 'Bearer x', 'x-strange': '1' } }));
  assert.equal(strange.status, 'blocked', 'a header that is not listed');
  const login = await call(friend, new URL(given.link).pathname + new URL(given.link).search, { credentials: 'include' });
  assert.equal(login.status, 'blocked', 'a page where people log in');

  // A page of any other origin: told nothing, and changes nothing.
  const stranger = await context.newPage();
  await stranger.goto(`https://localhost:${unlisted.address().port}/`);
  assert.equal((await call(stranger, '/api/v1/projects', known({}))).status, 'blocked');
  assert.equal((await call(stranger, '/healthcheck', { credentials: 'include' })).status, 'blocked');
  await stranger.setContent(`<iframe src="${given.link}"></iframe>`);
  await stranger.waitForTimeout(500);
  assert.ok(
    stranger.frames().every((frame) => !frame.url().startsWith(given.server)),
    'no page of the server is framed',
  );

  // The server's own page: its cookie, its policy, and its form works.
  const own = await context.newPage();
  const complaints = [];
  own.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await own.goto(given.link);
  const cookies = (await context.cookies(given.server)).filter((cookie) => cookie.name.includes('harrier'));
  assert.equal(cookies.length, 1);
  const { name, secure, httpOnly, sameSite, path, domain } = cookies[0];
  assert.deepEqual(
    { name, secure, httpOnly, sameSite, path, domain },
    { name: '__Host-harrier-form', secure: true, httpOnly: true, sameSite: 'Strict', path: '/', domain: 'localhost' },
  );
  await assert.rejects(own.addScriptTag({ content: 'document.title = "owned"' }), 'no script runs in it');
  complaints.length = 0;

  // The same form, sent by a page of another origin with the visitor's cookies, is refused.
  const form = await own.evaluate(() => Object.fromEntries([...new FormData(document.forms[0])]));
  await submit(friend, given.link, { ...form, name: 'mallory', password: 'mallory was here' });
  assert.match(await friend.content(), /may not call this server/);
  await stranger.goto(`https://localhost:${unlisted.address().port}/`);
  await submit(stranger, given.server + '/oauth2/token', { grant_type: 'client_credentials' });
  assert.match(await stranger.content(), /may not call this server/);

  const fields = await own.locator('input:not([type=hidden])').count();
  for (let i = 0; i < fields; i++) {
    const field = own.locator('input:not([type=hidden])').nth(i);
    await field.fill((await field.getAttribute('type')) === 'password' ? 'correct horse battery' : 'ada');
  }
  const sent = own.waitForResponse((answer) => answer.request().method() === 'POST');
  await own.locator('button').first().click();
  assert.equal((await sent).status(), 200);
  assert.deepEqual(complaints, [], 'its own policy hinders nothing');
  console.log('all as expected');
} finally {
  await browser.close();
  listed.close();
  unlisted.close();
}
