// The typed `graphql` tag: documents are checked against schema.graphql at build time.

import { initGraphQLTada } from 'gql.tada'
import type { introspection } from './schema'

interface Setup {
  introspection: introspection
  scalars: { Date: string; DateTime: string; Decimal: string; HTML: string; URL: string }
}

export const graphql = initGraphQLTada<Setup>()

export type InvoiceGroup = ReturnType<typeof graphql.scalar<'InvoiceGroup'>>
export type PriorityGroup = ReturnType<typeof graphql.scalar<'PriorityGroup'>>
export type StatusGroup = ReturnType<typeof graphql.scalar<'StatusGroup'>>

export { readFragment } from 'gql.tada'
export type { FragmentOf, ResultOf, VariablesOf } from 'gql.tada'
