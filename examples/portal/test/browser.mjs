// A headless Chromium with an empty profile of its own, and a record of what the page asked for and complained about.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export async function open() {
  const profile = await mkdtemp(join(tmpdir(), 'portal-test-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: FLAGS,
    locale: 'en-GB',
    viewport: { width: 1200, height: 800 },
  })
  const page = context.pages()[0] ?? (await context.newPage())
  page.setDefaultTimeout(10_000)
  const origins = new Set()
  const complaints = []
  context.on('request', (request) => origins.add(new URL(request.url()).origin))
  page.on('pageerror', (error) => complaints.push(error.message))
  // Chromium reports each refused request; the API's answer to a stranger is one.
  const refused = (message) => message.location().url.endsWith('/graphql') && /status of 40[01]/.test(message.text())
  page.on('console', (message) => {
    if (message.type() === 'error' && !refused(message)) complaints.push(message.text())
  })
  const close = async () => {
    await context.close()
    await rm(profile, { recursive: true, force: true })
  }
  return { context, page, origins, complaints, close }
}
