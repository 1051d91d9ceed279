// The example portal as a person uses it, in a real browser. Says of each step whether it went well.
//
//   node portal.mjs http://127.0.0.1:8080 LOGIN PASSWORD CHROMIUM FOLDER
//
// FOLDER is for the browser's profile and for pictures. What there are no rights to is expected to be explained.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { open } from './browser.mjs'

const [base, login, password, chromium, folder] = process.argv.slice(2)
if (!folder) {
  console.error('usage: node portal.mjs URL LOGIN PASSWORD CHROMIUM FOLDER')
  process.exit(2)
}
const portal = new URL('/portal/', base).href
const { context, page, origins, complaints } = await open(chromium, folder)
const results = { passed: 0, failed: 0 }

/** Once a step has failed the next ones still run: each finds its own way from the head of the page. */
async function step(name, check) {
  try {
    await check()
    results.passed += 1
    console.log(`ok   ${name}`)
  } catch (error) {
    results.failed += 1
    console.log(`FAIL ${name}\n     ${String(error.message ?? error).replaceAll('\n', '\n     ')}`)
  }
  await page.screenshot({ path: join(folder, `${name.replaceAll(/\W+/g, '-')}.png`), fullPage: true })
}

const heading = (name) => page.getByRole('heading', { level: 1, name, exact: true })
const room = (name) => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name })
const rows = (table) => page.getByRole('table', { name: table, exact: true }).locator('tbody tr')
const filter = () => page.getByRole('search', { name: 'Tickets' })

async function signIn(secret) {
  await page.getByLabel('E-mail address or user name').fill(login)
  await page.getByLabel('Password').fill(secret)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** What the ticket list says it holds once it shows the address. */
async function ticketsAt(query) {
  await page.goto(`${portal}#/tickets${query}`)
  const answer = page.waitForResponse((response) => response.request().postData()?.includes('query Tickets') ?? false)
  await page.reload()
  await answer
  const text = await page.locator('.count').innerText()
  return text.startsWith('No ') ? 0 : Number(text.replaceAll(/\D/g, ''))
}

await step('a wrong password is refused in words', async () => {
  await page.goto(base)
  await page.waitForURL(portal)
  await heading('Sign in').waitFor()
  await signIn(`${password}?`)
  const alert = page.getByRole('alert')
  await alert.waitFor()
  assert.match(await alert.innerText(), /password/i)
  assert.ok(await alert.evaluate((element) => element === document.activeElement), 'the text has the focus')
})

await step('signs in and sees the overview', async () => {
  await signIn(password)
  await heading('Overview').waitFor()
  await page.locator('.tile').first().waitFor()
  const cookies = await context.cookies(portal)
  assert.ok(cookies.some(({ httpOnly }) => httpOnly), 'the session is out of reach of scripts')
})

const invoices = await room('Invoices').isVisible()
const all = { count: 0 }

await step('the overview counts what the list holds', async () => {
  const tile = page.getByRole('link', { name: /Open tickets/ })
  const said = Number((await tile.locator('.figure').innerText()).replaceAll(/\D/g, ''))
  await tile.click()
  await heading('Tickets').waitFor()
  assert.equal(await ticketsAt(''), said)
})

await step('filters by status', async () => {
  const open = await ticketsAt('')
  const closed = await ticketsAt('?state=closed')
  await filter().getByLabel('Status').selectOption('all')
  await page.waitForURL(/state=all/)
  all.count = await ticketsAt('?state=all')
  assert.ok(open > 0 && closed > 0, `${open} open, ${closed} closed`)
  assert.equal(open + closed, all.count)
})

await step('filters by text in the subject or number', async () => {
  await ticketsAt('')
  const subject = await rows('Tickets').getByRole('link').first().innerText()
  const part = subject.slice(0, 8).trim()
  await filter().getByLabel('Subject or number contains').fill(part.toUpperCase())
  await filter().getByLabel('Subject or number contains').press('Enter')
  await page.waitForURL(/text=/)
  await page.waitForFunction(
    (text) => {
      const cells = [...document.querySelectorAll('th.main')]
      return cells.length > 0 && cells.every((cell) => cell.textContent.toLowerCase().includes(text))
    },
    part.toLowerCase(),
  )
  assert.ok((await rows('Tickets').count()) > 0)
  assert.equal(await ticketsAt('?state=all&text=no-such-subject-anywhere'), 0)
})

await step('mine are not more than all', async () => {
  const mine = await ticketsAt('?state=all&whose=mine')
  assert.ok(mine <= all.count, `${mine} of ${all.count}`)
})

await step('pages go on and back', async () => {
  await ticketsAt('?state=all')
  const links = rows('Tickets').getByRole('link')
  const first = await links.allInnerTexts()
  const next = page.getByRole('link', { name: /Next/ })
  if (all.count <= 20) return assert.equal(await next.count(), 0)
  await next.click()
  await page.waitForURL(/after=/)
  await page.getByRole('link', { name: /Previous/ }).waitFor()
  assert.notDeepEqual(await links.allInnerTexts(), first)
  await page.getByRole('link', { name: /Previous/ }).click()
  await page.waitForURL(/before=/)
  await page.waitForFunction((text) => document.querySelector('th.main a')?.textContent === text, first[0])
  assert.deepEqual(await links.allInnerTexts(), first)
})

await step('opens a ticket and reads the thread', async () => {
  await ticketsAt('?state=all')
  const addresses = await rows('Tickets').getByRole('link').evaluateAll((links) => links.map((link) => link.href))
  for (const address of addresses) {
    await page.goto(address)
    await page.getByRole('heading', { level: 2, name: 'Conversation' }).waitFor()
    const thread = page.getByText('Nobody has written yet.').or(page.locator('.thread > li').first())
    await thread.waitFor()
    if ((await page.locator('.thread > li').count()) === 0) continue
    const body = await page.locator('.thread > li .html').first().evaluate((host) => host.shadowRoot?.textContent)
    assert.ok(body?.trim(), 'the message has a text')
    assert.ok((await page.locator('.thread > li header strong').first().innerText()).trim())
    return
  }
  assert.fail('no ticket of the first page has messages')
})

await step('downloads an attachment', async () => {
  await ticketsAt('?state=all')
  const addresses = await rows('Tickets').getByRole('link').evaluateAll((links) => links.map((link) => link.href))
  for (const address of addresses) {
    await page.goto(address)
    await page.getByRole('heading', { level: 2, name: 'Conversation' }).waitFor()
    await page.getByText('Nobody has written yet.').or(page.locator('.thread > li').first()).waitFor()
    const file = page.locator('a[download]').first()
    if ((await file.count()) === 0) continue
    const [download] = await Promise.all([page.waitForEvent('download'), file.click()])
    const bytes = await readFile(await download.path())
    assert.ok(bytes.length > 0, 'the file has content')
    assert.equal(download.suggestedFilename(), await file.innerText())
    return
  }
  assert.fail('no ticket of the first page has an attachment')
})

await step('an unknown ticket is a page that says so', async () => {
  await page.goto(`${portal}#/tickets/ticket_00000000000000000000000000000000`)
  await heading('Not found').waitFor()
})

await step(invoices ? 'opens an invoice' : 'says why there are no invoices', async () => {
  if (!invoices) {
    await page.goto(`${portal}#/invoices`)
    await heading('No access to invoices').waitFor()
    await page.locator('[data-test=why]').getByText('INVOICES_READ').waitFor()
    return
  }
  await room('Invoices').click()
  await heading('Invoices').waitFor()
  const link = rows('Invoices').getByRole('link').first()
  await link.click()
  await page.getByRole('heading', { level: 2, name: 'Lines' }).waitFor()
  assert.ok((await page.locator('tbody tr').count()) > 0, 'it has lines')
  const total = await page.locator('.sums div', { hasText: /^Total/ }).innerText()
  assert.match(total, /\d/)
  await page.getByRole('heading', { level: 2, name: 'Payments' }).waitFor()
})

await step('works by keyboard', async () => {
  await page.goto(`${portal}#/`)
  await page.reload()
  await heading('Overview').waitFor()
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Skip to content')
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'main')
  await room('Tickets').focus()
  await page.keyboard.press('Enter')
  await heading('Tickets').waitFor()
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'main')
})

await step('says what is older than promised', async () => {
  const reason = 'The PSA does not answer. Try again later.'
  await page.route('**/graphql', async (route) => {
    const response = await route.fetch()
    const body = await response.json()
    const stale = { backend: 'psa', stream: 'TICKETS', since: '2026-01-02T03:04:05Z', reason }
    body.extensions = { ...body.extensions, freshness: [stale] }
    await route.fulfill({ response, json: body })
  })
  await page.goto(`${portal}#/tickets`)
  await page.reload()
  const notice = page.locator('[data-test=freshness]').first()
  await notice.getByText(reason).waitFor()
  await page.unrouteAll()
})

await step('shows every page on a narrow screen without sideways scrolling', async () => {
  await page.setViewportSize({ width: 360, height: 740 })
  for (const place of invoices ? ['', 'tickets', 'invoices'] : ['', 'tickets']) {
    await page.goto(`${portal}#/${place}`)
    await page.reload()
    await page.locator('table.list').first().waitFor()
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    assert.ok(beyond <= 0, `${place || 'overview'} is ${beyond} px too wide`)
  }
  await page.screenshot({ path: join(folder, 'narrow.png'), fullPage: true })
  await page.setViewportSize({ width: 1200, height: 800 })
})

await step('signs out for good', async () => {
  await page.getByRole('button', { name: 'Sign out' }).click()
  await heading('Sign in').waitFor()
  await page.goto(`${portal}#/tickets`)
  await page.reload()
  await heading('Sign in').waitFor()
  await page.goto(portal)
})

await step('signs in again over a session that has ended', async () => {
  await signIn(password)
  await heading('Overview').waitFor()
  const [cookie] = await context.cookies(portal)
  assert.ok(cookie, 'there is a session cookie')
  await context.addCookies([{ ...cookie, value: 'no-longer-valid' }])
  await page.reload()
  await heading('Sign in').waitFor()
  await signIn(password)
  await heading('Overview').waitFor()
})

await step('asks nobody but its own server and complains about nothing', () => {
  assert.deepEqual([...origins].filter((origin) => origin !== new URL(portal).origin && origin !== 'null'), [])
  assert.deepEqual(complaints, [])
})

await context.close()
console.log(`${results.passed} passed, ${results.failed} failed`)
process.exit(results.failed > 0 ? 1 : 0)
