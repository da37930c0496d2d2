import { type Api, path } from './client'
import type { Brief, Channel, ConversationID, Head, List, Member, MemberRole, PersonID } from './types'

export interface NewConversation {
  client_id: string
  kind: 'direct' | 'group' | 'channel'
  name?: string
  purpose?: string
  members: PersonID[]
  history?: Head['history']
  audience?: { departments: { id: string; subtree: boolean }[]; people: PersonID[] }
}

export type ConversationUpdate = Partial<Pick<Head, 'name' | 'purpose' | 'history' | 'post_right' | 'all_right'>>

export interface ListMembers {
  q?: string
  limit?: number
  cursor?: string
}

export const conversations = {
  list: (api: Api, cursor?: string) =>
    api.get<List<Head>>('/conversations', { query: { limit: 1000, ...(cursor ? { cursor } : {}) } }),
  get: (api: Api, id: ConversationID) => api.get<Head>(path('/conversations/{}', id)),
  create: (api: Api, body: NewConversation) => api.post<Head>('/conversations', { body }),
  update: (api: Api, id: ConversationID, body: ConversationUpdate) => api.patch<Head>(path('/conversations/{}', id), { body }),
  mine: (api: Api, id: ConversationID, body: { muted?: boolean; pinned?: boolean }) =>
    api.patch<Head>(path('/conversations/{}/mine', id), { body }),
  join: (api: Api, id: ConversationID) => api.post<Head | undefined>(path('/conversations/{}/join', id)),
  leave: (api: Api, id: ConversationID) => api.post<void>(path('/conversations/{}/leave', id)),
  members: (api: Api, id: ConversationID, query: ListMembers = {}, signal?: AbortSignal) =>
    api.get<List<Member>>(path('/conversations/{}/members', id), {
      query: { limit: 50, ...query },
      ...(signal ? { signal } : {}),
    }),
  addMembers: (api: Api, id: ConversationID, people: PersonID[]) =>
    api.post<void>(path('/conversations/{}/members', id), { body: { members: people } }),
  setRole: (api: Api, id: ConversationID, person: PersonID, role: MemberRole) =>
    api.patch<void>(path('/conversations/{}/members/{}', id, person), { body: { role } }),
  removeMember: (api: Api, id: ConversationID, person: PersonID) =>
    api.delete<void>(path('/conversations/{}/members/{}', id, person)),
  channels: (api: Api, q: string, cursor?: string, signal?: AbortSignal) =>
    api.get<List<Channel>>('/channels', {
      query: { q, limit: 50, ...(cursor ? { cursor } : {}) },
      ...(signal ? { signal } : {}),
    }),
  people: (api: Api, q: string, signal?: AbortSignal) =>
    api.get<List<Brief>>('/people', { query: { q, limit: 20 }, ...(signal ? { signal } : {}) }),
}
