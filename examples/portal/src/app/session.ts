// Who is signed in, and what follows from their permissions.

import { createContext, useContext } from 'react'
import { graphql, type ResultOf } from '../graphql'

export const ViewerQuery = graphql(`
  query Viewer {
    provider { name }
    viewer {
      name
      email
      realm
      roles { key name accountId }
      permissions { permission reach accountId }
      accounts { id name }
    }
  }
`)

export type Viewer = NonNullable<ResultOf<typeof ViewerQuery>['viewer']>
export type Permission = Viewer['permissions'][number]['permission']

export interface Session {
  viewer: Viewer
  provider: string
  /** The account that the portal is narrowed to; null for all of the viewer's. */
  account: string | null
  chooseAccount: (id: string | null) => void
  /** Forgets what was loaded and asks again who is signed in. */
  renew: () => void
}

export const SessionContext = createContext<Session | null>(null)

export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) throw new Error('nobody is signed in here')
  return session
}

export function holds(viewer: Viewer, permission: Permission): boolean {
  return viewer.permissions.some((held) => held.permission === permission)
}

/** Whether the viewer sees more than what is their own. */
export function reachesOthers(viewer: Viewer, permission: Permission): boolean {
  return viewer.permissions.some((held) => held.permission === permission && held.reach !== 'OWN')
}

/** Whether rows of several accounts can stand in one list, and may say so. */
export function seesSeveralAccounts({ viewer, account }: Session): boolean {
  if (account !== null || !holds(viewer, 'ACCOUNTS_READ')) return false
  return viewer.accounts.length > 1
}
