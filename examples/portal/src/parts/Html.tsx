// Text from a PSA. Portico has made it safe; a shadow root and CSS containment also keep its layout and styles to itself.

import { useEffect, useRef } from 'react'
import css from '../style/html.css?inline'

const sheet = new CSSStyleSheet()
sheet.replaceSync(css)

export function Html({ html }: { html: string }) {
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = host.current
    if (!element) return
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' })
    root.adoptedStyleSheets = [sheet]
    root.innerHTML = html
  }, [html])
  return <div ref={host} className="html" dir="auto" />
}
