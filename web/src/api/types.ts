// What the server speaks, field by field as docs and openapi.json have it. Ids are 13 characters, times RFC 3339 UTC.

export type PersonID = string
export type ConversationID = string

/** The stable codes of failures; texts in people's languages stand in the catalogues under "error.<code>". */
export const codes = [
  'invalid',
  'unknown_field',
  'unauthenticated',
  'session_ended',
  'bad_credentials',
  'account_suspended',
  'weak_password',
  'reauth_required',
  'forbidden',
  'not_a_member',
  'window_closed',
  'foreign_origin',
  'not_found',
  'method_not_allowed',
  'conflict',
  'last_owner',
  'last_admin',
  'gone',
  'too_large',
  'unsupported_media',
  'rate_limited',
  'internal',
  'unavailable',
  'insufficient_storage',
] as const

export type Code = (typeof codes)[number]

export interface List<T> {
  items: T[]
  next_cursor: string | null
}

/** A person as shown wherever she appears. */
export interface Brief {
  id: PersonID
  kind: string
  name: string
  department: string
  position: string
}

export type Role = 'system_admin' | 'security_admin' | 'audit_admin'

/** A person's record, as everybody in the company may see it; fields that are empty may be missing. */
export interface Person {
  id: PersonID
  name: string
  name_en?: string
  login?: string
  employee_no?: string
  email?: string
  mobile?: string
  location?: string
  memberships?: {
    department: { id: string; name: string }
    position?: { id: string; name: string } | null
    primary: boolean
    title?: string
  }[]
}

export interface Me {
  person: Person
  roles: Role[]
  settings: PersonalSettings
  company: { name: string }
  /** Of the server. */
  version: string
  limits: Record<string, number>
}

export interface PersonalSettings {
  /** "" where nothing was chosen. */
  locale?: '' | 'zh-CN' | 'en'
  theme?: '' | 'light' | 'dark'
  send_key?: '' | 'enter' | 'mod_enter'
}

export interface SessionInfo {
  id: string
  device_name: string
  platform: string
  address: string
  created_at: string
  seen_at: string
  current: boolean
}

export interface SignedIn {
  token?: string
  person: Brief
  expires_at: string
}

export type ConversationKind = 'direct' | 'group' | 'channel'
export type MemberRole = 'owner' | 'admin' | 'member'

export interface LastMessage {
  seq: number
  /** null for system messages. */
  sender: { id: PersonID; name: string } | null
  sent_at: string
  excerpt: string
  type: string
  /** Of a system message. */
  content?: Announcement
}

/** Announcement is the content of a system message: what happened, to be said in the reader's language. */
export interface Announcement {
  type: string
  kind: string
  fallback: string
  actor?: { id: PersonID; name: string }
  /** The first 20; count says how many they are. */
  people?: { id: PersonID; name: string }[]
  count?: number
  role?: string
  name?: string
  purpose?: string
}

/** Head is a conversation as the list shows it. */
export interface Head {
  id: ConversationID
  kind: ConversationKind
  name: string
  purpose: string
  last_seq: number
  rev: number
  member_rev: number
  member_count: number
  /** "": not a member; of such conversations only channels can be known. */
  role: MemberRole | ''
  read_seq: number
  unread: number
  mentions: number
  muted: boolean
  pinned: boolean
  first_seq: number
  last_message: LastMessage | null
  /** The other person of a direct conversation. */
  peer: Brief | null
  history: 'all' | 'joined'
  post_right: 'all' | 'admins'
  all_right: 'all' | 'admins'
  archived_at?: string
  updated_at: string
}

export interface Member {
  person: Brief
  role: MemberRole
  joined_at: string
}

/** Content of a message. Types that a client does not know show their fallback. */
export interface Content {
  type: string
  text?: string
  fallback?: string
  /** Of a system message: what happened. */
  kind?: string
  [key: string]: unknown
}

export interface Reaction {
  emoji: string
  count: number
  people: PersonID[]
}

export interface ReplyTo {
  seq: number
  sender: { id: PersonID; name: string }
  excerpt: string
}

export interface Mention {
  id: PersonID | 'all'
  name: string
}

export interface Message {
  conversation_id: ConversationID
  seq: number
  /** The conversation's rev of the newest change of this message. */
  rev: number
  client_id: string
  /** Of system messages: nobody (decode.ts), so that every message has one. */
  sender: { id: PersonID; kind: string; name: string }
  sent_at: string
  edited_at?: string | null
  recalled_at?: string | null
  content: Content
  reply_to?: ReplyTo | null
  mentions?: Mention[]
  reactions?: Reaction[]
}

/** Draft is what a new message is made of. */
export interface MessageDraft {
  client_id: string
  content: { type: 'text'; text: string }
  reply_to?: number
}

export interface Posted {
  seq: number
  rev: number
  sent_at: string
}

/** What the event "member" says, and a change of kind member. */
export interface MemberChange {
  conversation_id: ConversationID
  rev: number
  member_rev?: number
  member_count?: number
  kind: 'joined' | 'added' | 'left' | 'removed' | 'role'
  role?: MemberRole
  people: Brief[]
  count: number
}

/** What the event "conversation" says. Without rev it is for this person only: joined, left, mine. */
export interface ConversationChange {
  conversation_id: ConversationID
  rev?: number
  change: string
  name?: string
  purpose?: string
  history?: Head['history']
  post_right?: Head['post_right']
  all_right?: Head['all_right']
  archived_at?: string
  seq?: number
  muted?: boolean
  pinned?: boolean
}

/** What the event "read" says: this person read on another device. */
export interface ReadState {
  conversation_id: ConversationID
  read_seq: number
  unread: number
  mentions: number
}

/** Kept is a message on the person's list for later. */
export interface Kept {
  conversation_id: ConversationID
  seq: number
  kept_at: string
  done_at?: string
  /** A reminder that is still to come. */
  remind_at?: string
  /** The reminder has come and was not acted on. */
  reminded_at?: string
  /** null when it was recalled or may no longer be read. */
  message: Message | null
}

/** How long the list for later is; the larger rev is the newer. */
export interface LaterCounts {
  rev: number
  open: number
  due: number
}

/** What the event "later" says. */
export interface LaterChange extends LaterCounts {
  conversation_id: ConversationID
  seq: number
  change: 'open' | 'done' | 'removed' | 'due'
}

/** What the event "receipt" says. */
export interface ReceiptCounts {
  conversation_id: ConversationID
  receipts: { seq: number; read: number; unread: number }[]
}

/** Change is one entry of a conversation's change log. Of several changes of one message in a page the newest holds the message. */
export interface Change {
  rev: number
  kind: string
  seq?: number
  message?: Message
  member?: MemberChange
  conversation?: ConversationChange
}

export interface Channel {
  id: ConversationID
  name: string
  purpose: string
  member_count: number
  joined: boolean
}

export interface Receipts {
  read: { person: Brief; at?: string }[]
  unread: Brief[]
  read_count: number
  unread_count: number
  next_cursor: string | null
}

export interface Hello {
  session: string
  cursor: string
  heads: Head[]
  full: boolean
  server_time: string
}
