// The filter of the ticket list: from the address to the API and back.

import type { Query } from '../app/route'

export const STATES = {
  open: 'Open',
  waiting: 'Waiting for an answer',
  closed: 'Closed',
  all: 'All',
} as const

export type State = keyof typeof STATES

export interface Wanted {
  state: State
  whose: 'mine' | 'all'
  text: string
}

export function isState(text: string | null): text is State {
  return text !== null && Object.hasOwn(STATES, text)
}

export function wantedOf(query: URLSearchParams): Wanted {
  const state = query.get('state')
  return {
    state: isState(state) ? state : 'open',
    whose: query.get('whose') === 'mine' ? 'mine' : 'all',
    text: query.get('text') ?? '',
  }
}

export function queryOf({ state, whose, text }: Wanted): Query {
  return {
    state: state === 'open' ? null : state,
    whose: whose === 'mine' ? whose : null,
    text,
  }
}

const FILTERS = {
  open: { open: true },
  waiting: { status: { eq: 'WAITING_ON_CUSTOMER' } },
  closed: { open: false },
  all: {},
} as const

export function filterOf({ state, text }: Wanted) {
  return { ...FILTERS[state], ...(text ? { text } : {}) }
}
