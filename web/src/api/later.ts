import { type Api, path } from './client'
import { message } from './decode'
import type { ConversationID, Kept, LaterCounts, List } from './types'

const at = (id: ConversationID, seq: number) => path('/conversations/{}/messages/{}/later', id, seq)

export const later = {
  list: (api: Api, state: 'open' | 'done', cursor?: string) =>
    api.get<List<Kept>>('/later', { query: { state, limit: 50, ...(cursor ? { cursor } : {}) } }).then((page) => {
      for (const { message: m } of page.items) if (m) message(m)
      return page
    }),
  count: (api: Api) => api.get<LaterCounts>('/later/count'),
  /** Keeps a message as it is wanted: done or open, reminded of at a time (RFC 3339), or quiet: not any more. */
  put: (api: Api, id: ConversationID, seq: number, wanted: { done?: true; remind_at?: string; quiet?: true } = {}) =>
    api.put<void>(at(id, seq), { body: wanted }),
  remove: (api: Api, id: ConversationID, seq: number) => api.delete<void>(at(id, seq)),
}
