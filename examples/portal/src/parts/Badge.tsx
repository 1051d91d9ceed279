// A status or priority: the PSA's own label, coloured by its common meaning.

import type { InvoiceGroup, PriorityGroup, StatusGroup } from '../graphql'

type Tone = 'busy' | 'ask' | 'done' | 'bad' | 'plain'

const TONES: Record<StatusGroup | InvoiceGroup | PriorityGroup, Tone> = {
  NEW: 'busy',
  OPEN: 'busy',
  IN_PROGRESS: 'busy',
  WAITING_ON_CUSTOMER: 'ask',
  WAITING_ON_THIRD_PARTY: 'plain',
  ON_HOLD: 'plain',
  RESOLVED: 'done',
  CLOSED: 'done',
  DRAFT: 'plain',
  UNPAID: 'ask',
  PARTIAL: 'ask',
  PAID: 'done',
  CANCELLED: 'plain',
  NON_BILLABLE: 'plain',
  LOW: 'plain',
  MEDIUM: 'plain',
  HIGH: 'ask',
  URGENT: 'bad',
  OTHER: 'plain',
}

export function Badge({ group, label }: { group: keyof typeof TONES; label: string }) {
  return <span className={`badge ${TONES[group]}`}>{label}</span>
}
