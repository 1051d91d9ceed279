import { useEffect } from 'react'

/** The heading of a page, which is the title of the window as well. */
export function Title({ text }: { text: string }) {
  useEffect(() => {
    document.title = `${text} · Customer portal`
  }, [text])
  return <h1 dir="auto">{text}</h1>
}
