import { showDay, showMoment } from '../lib/time'

export function Moment({ at }: { at: string | null }) {
  return at ? <time dateTime={at}>{showMoment(at)}</time> : null
}

export function Day({ on }: { on: string | null }) {
  return on ? <time dateTime={on}>{showDay(on)}</time> : null
}
