// One query of a page. When the session has ended meanwhile, it leads back to the sign-in form.

import { useEffect } from 'react'
import { useQuery, type AnyVariables, type TypedDocumentNode, type UseQueryResponse } from 'urql'
import { hasCode } from '../lib/problem'
import { useSession } from './session'

export function useLoad<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): UseQueryResponse<Data, Variables> {
  const { renew } = useSession()
  const response = useQuery<Data, Variables>({ query, variables } as Parameters<typeof useQuery<Data, Variables>>[0])
  const ended = hasCode(response[0].error, 'UNAUTHENTICATED')
  useEffect(() => {
    if (ended) renew()
  }, [ended, renew])
  return response
}
