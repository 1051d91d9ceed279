// One client per session: a new one forgets everything that the last viewer was shown.

import { cacheExchange, Client, fetchExchange } from 'urql'

/** A client that sees the given account alone, or all accounts of the viewer. */
export function createClient(account: string | null): Client {
  return new Client({
    url: '/graphql',
    exchanges: [cacheExchange, fetchExchange],
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    fetchOptions: {
      credentials: 'same-origin',
      // With plain JSON a refusal is an answer like any other; browsers would report every other status as a fault.
      headers: { accept: 'application/json', ...(account ? { 'Portico-Account': account } : {}) },
    },
  })
}
