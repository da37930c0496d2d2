import type { Api } from './client'
import type { Message } from './types'

/** Context is a message beside a hit, in one line. */
export interface Context {
  seq: number
  sender: { id: string; name: string } | null
  excerpt: string
}

/** Hit is a message that was found; highlights are ranges of its text in UTF-16 units. */
export interface Hit {
  message: Message
  conversation: { id: string; kind: 'direct' | 'group' | 'channel'; name: string }
  highlights: { start: number; end: number }[] | null
  before?: Context
  after?: Context
}

export interface SearchFilter {
  q?: string
  in?: string
  from?: string
  after?: string
  before?: string
  cursor?: string
}

export interface Found {
  items: Hit[]
  next_cursor: string | null
  partial: boolean
}

export const search = {
  messages: (api: Api, filter: SearchFilter, signal: AbortSignal) =>
    api.get<Found>('/search', { query: { limit: 20, ...filter }, signal }),
}
