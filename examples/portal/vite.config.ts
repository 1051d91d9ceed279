import react from '@vitejs/plugin-react'
import { defineConfig, loadEnv, type Plugin } from 'vite'

// The built page talks to its own origin only, whatever a message body holds. The dev server needs inline scripts,
// so it goes without.
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'"

const policy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY }, injectTo: 'head-prepend' },
  ],
}

export default defineConfig(({ mode }) => {
  // The Host header is passed on unchanged: Portico compares it with Origin before it accepts the session cookie.
  const target = loadEnv(mode, '.', 'PORTICO_')['PORTICO_URL'] ?? 'http://127.0.0.1:8080'
  const proxy = { '/graphql': { target }, '/files': { target } }
  return {
    base: '/portal/',
    plugins: [react(), policy],
    server: { host: '127.0.0.1', proxy },
    preview: { host: '127.0.0.1', proxy },
    build: { modulePreload: { polyfill: false } },
  }
})
