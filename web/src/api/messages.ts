import { type Api, path } from './client'
import { changesIn, message, messagesIn } from './decode'
import type { Change, ConversationID, List, Message, MessageDraft, Receipts } from './types'

const at = (id: ConversationID, seq: number, rest = '') => path('/conversations/{}/messages/{}', id, seq) + rest

export const messages = {
  page: (api: Api, id: ConversationID, where: { before?: number; after?: number; around?: number; limit: number }) =>
    api.get<List<Message>>(path('/conversations/{}/messages', id), { query: where }).then(messagesIn),
  changes: (api: Api, id: ConversationID, afterRev: number, limit = 200) =>
    api.get<List<Change>>(path('/conversations/{}/changes', id), { query: { after_rev: afterRev, limit } }).then(changesIn),
  post: (api: Api, id: ConversationID, draft: MessageDraft) =>
    api.post<Message>(path('/conversations/{}/messages', id), { body: draft }).then(message),
  edit: (api: Api, id: ConversationID, seq: number, text: string) =>
    api.patch<Message>(at(id, seq), { body: { content: { type: 'text', text } } }).then(message),
  recall: (api: Api, id: ConversationID, seq: number) => api.delete<void>(at(id, seq)),
  react: (api: Api, id: ConversationID, seq: number, emoji: string) => api.put<void>(at(id, seq, path('/reactions/{}', emoji))),
  unreact: (api: Api, id: ConversationID, seq: number, emoji: string) =>
    api.delete<void>(at(id, seq, path('/reactions/{}', emoji))),
  pin: (api: Api, id: ConversationID, seq: number) => api.put<void>(at(id, seq, '/pin')),
  unpin: (api: Api, id: ConversationID, seq: number) => api.delete<void>(at(id, seq, '/pin')),
  pins: (api: Api, id: ConversationID) => api.get<List<Message>>(path('/conversations/{}/pins', id), {}).then(messagesIn),
  read: (api: Api, id: ConversationID, seq: number) => api.put<void>(path('/conversations/{}/read', id), { body: { seq } }),
  unreadFrom: (api: Api, id: ConversationID, seq: number) =>
    api.put<void>(path('/conversations/{}/read', id), { body: { unread_from: seq } }),
  receipts: (api: Api, id: ConversationID, seq: number, limit = 200, cursor?: string) =>
    api.get<Receipts>(at(id, seq, '/receipts'), { query: { limit, ...(cursor ? { cursor } : {}) } }),
}
